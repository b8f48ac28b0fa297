/** What the sweep finds when it comes by an actor, whatever the index says of it. */
import type { Instant } from "./run/types.ts";

/** An alarm may be some minutes late without being lost. */
export const LATE_MS = 10 * 60_000;

export interface Visit {
  /**
   * `forgotten`: something was due long ago and the actor slept; it wakes now. `archived`: it lies in R2 and does nothing
   * by itself. `nobody`: there is no such actor.
   */
  readonly found: "in_order" | "forgotten" | "archived" | "nobody";
  /** Since when something forgotten is due. */
  readonly since: Instant | null;
}

export const IN_ORDER: Visit = { found: "in_order", since: null };
export const ARCHIVED: Visit = { found: "archived", since: null };
export const NOBODY_THERE: Visit = { found: "nobody", since: null };
