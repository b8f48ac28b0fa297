/** What is known of a Business Unit's refresh, grown from frames, any number of times, with any of them lost. */
import type { IngestionRunView, UnitFrame } from "../../../src/core/wire-registry.ts";

export interface UnitView {
  /** False before anything was heard: then `refresh` null says nothing. */
  readonly known: boolean;
  /** The newest refresh, at work or over; null: there never was one. */
  readonly refresh: IngestionRunView | null;
  /** The newest entry of the unit's log that was told of, to resume after; null before a socket told of any. */
  readonly head: number | null;
}

/** Nothing known yet. */
export const EMPTY_UNIT_VIEW: UnitView = { known: false, refresh: null, head: null };

/** Whether somebody works on a refresh, or will. */
export function isAtWork(refresh: Pick<IngestionRunView, "status"> | null): boolean {
  return refresh !== null && (refresh.status === "queued" || refresh.status === "running");
}

/** The number a unit counts its refreshes by, at the end of their ids; 0 for an id that has none. */
function numberOf({ ingestionRunId }: IngestionRunView): number {
  return Number(/_(\d{1,9})$/.exec(ingestionRunId)?.[1] ?? 0);
}

/**
 * With a refresh that an answer over HTTP told of. It may be older than what the socket said meanwhile: of two refreshes
 * the later one counts, of one the socket does.
 */
export function withRefresh(view: UnitView, refresh: IngestionRunView): UnitView {
  const before = view.refresh;
  if (before !== null && numberOf(before) > numberOf(refresh)) return view;
  const isOver = before?.ingestionRunId === refresh.ingestionRunId && !isAtWork(before);
  return isOver ? view : { ...view, known: true, refresh };
}

/** Adds one frame of the live socket. Each holds the refresh whole, and one socket's frames come in order. */
export function withUnitFrame(view: UnitView, frame: UnitFrame): UnitView {
  switch (frame.type) {
    case "event":
      return { ...view, head: Math.max(view.head ?? 0, frame.event.seq) };
    case "refresh":
      return { ...view, known: true, refresh: frame.refresh };
    case "snapshot":
    case "resume":
      return { known: true, refresh: frame.refresh, head: frame.seq };
  }
}
