/** What an attempt recorded, as it lies beside its entries of the log. */
import type { RunCommand } from "./commands.ts";
import { isLogged, type RunEvent } from "./events.ts";
import type { FinishedWork } from "./lease.ts";
import { currentRound } from "./queries.ts";
import type { RunState } from "./types.ts";

/** A finished step or effect, or the intent to act on the outside. */
export interface WorkRecord {
  readonly kind: "step" | "effect";
  /** 0 for the first report. */
  readonly round: number;
  readonly epoch: number;
  readonly attempt: number;
  /** JSON; null for an intent. */
  readonly result: string | null;
}

/** What goes into the journal with an event; null when nothing does. `state` is the one the event leads to. */
export function workOf(event: RunEvent, command: RunCommand, state: RunState): WorkRecord | null {
  if (event.type !== "step.done" && event.type !== "effect.intended") return null;
  const by = { round: currentRound(state), epoch: state.epoch, attempt: state.lease?.attempt ?? 0 };
  if (event.type === "effect.intended") return { kind: "effect", ...by, result: null };
  const done = finishedBy(command).findLast(({ key }) => key === event.key);
  return done === undefined ? null : { kind: done.kind, ...by, result: done.result };
}

function finishedBy(command: RunCommand): readonly FinishedWork[] {
  if (command.type === "advance") return command.done;
  return command.type === "commit_step" ? [command] : [];
}

/** Of an attempt that gets on. The quiet ones say what the logged ones say as well, or what only the panel shows. */
const GETTING_ON: ReadonlySet<RunEvent["type"]> = new Set([
  "step.done",
  "effect.intended",
  "step.begun",
  "lease.renewed",
]);

/**
 * True when the log's entries of these events tell all of the state that may not be lost: a renewal is also in the entry
 * that came with it, and which step is at work is told anew with the next one.
 */
export function isToldByLog(events: readonly RunEvent[]): boolean {
  return events.some(isLogged) && events.every(({ type }) => GETTING_ON.has(type));
}
