/** What the run page knows of one run, grown from frames in any order, any number of times, with any of them lost. */
import type { RunDetail, RunEventView, RunFrame } from "../../../src/core/wire.ts";

/** `events` is sorted by `seq` without repeats; `head` is the highest `seq` anyone told us about, 0 for none. */
export interface RunView {
  readonly run: RunDetail | null;
  readonly events: readonly RunEventView[];
  readonly head: number;
}

/** Nothing known yet. */
export const EMPTY_RUN_VIEW: RunView = { run: null, events: [], head: 0 };

function mergeEvents(known: readonly RunEventView[], added: readonly RunEventView[]): readonly RunEventView[] {
  const [only] = added;
  if (only === undefined) return known;
  if (added.length === 1 && only.seq > (known.at(-1)?.seq ?? 0)) return [...known, only];
  const bySeq = new Map(known.map((event) => [event.seq, event]));
  for (const event of added) if (!bySeq.has(event.seq)) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** A late frame must not turn the page back: the version decides, not the order of arrival. */
function newerRun(known: RunDetail | null, arrived: RunDetail): RunDetail {
  return known !== null && known.version > arrived.version ? known : arrived;
}

/** Adds events read from `GET …/events`. */
export function withHistory(view: RunView, events: readonly RunEventView[]): RunView {
  const merged = mergeEvents(view.events, events);
  return { ...view, events: merged, head: Math.max(view.head, merged.at(-1)?.seq ?? 0) };
}

/** Adds a run read from `GET …/:runId`. */
export function withRun(view: RunView, run: RunDetail): RunView {
  return { ...view, run: newerRun(view.run, run) };
}

/** Adds one frame of the live socket. */
export function withRunFrame(view: RunView, frame: RunFrame): RunView {
  switch (frame.type) {
    case "event":
      return withHistory(view, [frame.event]);
    case "run":
      return withRun(view, frame.run);
    case "snapshot":
    case "resume": {
      const grown = withHistory(withRun(view, frame.run), frame.events);
      return { ...grown, head: Math.max(grown.head, frame.seq) };
    }
  }
}

/**
 * The last `seq` up to which nothing is missing since the first event we hold: what a reconnect resumes from.
 * Null when no event is held.
 */
export function contiguousSeq(view: RunView): number | null {
  const first = view.events[0];
  if (first === undefined) return null;
  let seq = first.seq;
  for (const event of view.events) {
    if (event.seq > seq + 1) break;
    seq = event.seq;
  }
  return seq;
}

/** The `seq` after which events up to `head` are missing, null when there is no gap. */
export function gapAfter(view: RunView): number | null {
  const seq = contiguousSeq(view) ?? 0;
  return seq < view.head ? seq : null;
}

/** How many events lie before the first one held: a snapshot carries only the newest. */
export function earlierCount(view: RunView): number {
  return Math.max(0, (view.events[0]?.seq ?? 1) - 1);
}
