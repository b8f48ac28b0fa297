/**
 * What a turn promises to the outside. Rows hold no content that can go stale; the sender reads the state again when it
 * acts, so one row per key is enough however often it is asked for.
 */

import type { UnitEvent } from "./events.ts";
import { holdsId } from "./fields.ts";
import type { Instant, UnitState } from "./types.ts";

export type Effect =
  /** The rows of the unit in D1: record, sources, roles, settings, history, refreshes. */
  | { readonly kind: "project" }
  /** The message that has a refresh worked on. */
  | { readonly kind: "enqueue_refresh" }
  /** D1 refuses facts of attempts before the present epoch. */
  | { readonly kind: "fence" }
  /** The ids of upstreams the unit uses are its own, those it no longer uses are free for others. */
  | { readonly kind: "claims" };

/** Rows of one lane are sent in order; lanes do not wait for each other. */
export type Lane = "queue" | "index" | "claims";

/** One row per key: asking again before it was sent changes nothing but makes it due now. */
export function effectKey(effect: Effect): string {
  return effect.kind;
}

export function laneOf(effect: Effect): Lane {
  if (effect.kind === "enqueue_refresh") return "queue";
  return effect.kind === "claims" ? "claims" : "index";
}

/** What every turn that logged something promises. */
export function standingEffects(): readonly Effect[] {
  return [{ kind: "project" }];
}

/** The index shows the progress of a refresh this much later, once for all of that time. */
export const PROGRESS_SHOWN_AFTER_MS = 1_000;

/** When a promise of a turn is to be kept at the earliest; `state` is the one its events lead to. */
export function effectDueAt(effect: Effect, state: UnitState, events: readonly UnitEvent[], now: Instant): Instant {
  if (effect.kind === "enqueue_refresh") return Math.max(now, state.refresh?.dueAt ?? 0);
  const progress = events.some(({ type }) => type === "source.progressed");
  return effect.kind === "project" && progress ? now + PROGRESS_SHOWN_AFTER_MS : now;
}

/** The effects that follow from one event. */
export function effectsOf(event: UnitEvent): readonly Effect[] {
  switch (event.type) {
    case "unit.adopted":
      return [{ kind: "claims" }];
    case "unit.edited":
      return event.changes.some(({ field }) => holdsId(field)) ? [{ kind: "claims" }] : [];
    case "refresh.requested":
    case "refresh.promised":
    case "refresh.resent":
    case "refresh.put_off":
      return [{ kind: "enqueue_refresh" }];
    case "source.progressed":
      return [{ kind: "project" }];
    case "refresh.ended":
      return event.status === "cancelled" ? [{ kind: "fence" }] : [];
    default:
      return [];
  }
}
