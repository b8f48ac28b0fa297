/** What the index holds of a Business Unit; a copy that can be made again from its actor. */
import { dayIn } from "../facts/zones.ts";
import type { EditView, IngestionRunView } from "../wire-registry.ts";
import type { UnitRecord } from "./answers.ts";
import { brandTermsOn, pageGroupsOn, timeZoneOf } from "./queries.ts";
import type { Instant, UnitState } from "./types.ts";
import { recordOf } from "./view.ts";
import { wakeAt } from "./wake.ts";

export interface UnitProjection {
  readonly record: UnitRecord;
  /** When the actor acts by itself; the sweep looks after those whose time is past. */
  readonly wakeAt: string | null;
  readonly surfaceCreatedAt: string | null;
  /** As they hold today, for assessments of tasks. */
  readonly brandTerms: readonly string[];
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
  /** Entries of the history the index may not have. */
  readonly edits: readonly EditView[];
  /** Refreshes it may not have as they are. */
  readonly refreshes: readonly IngestionRunView[];
}

/** The unit as the index shows it at `now`. */
export function projectionOf(
  state: UnitState,
  news: Pick<UnitProjection, "edits" | "refreshes">,
  now: Instant,
): UnitProjection {
  const today = dayIn(timeZoneOf(state), now);
  const wakes = wakeAt(state);
  return {
    record: recordOf(state),
    wakeAt: wakes === null ? null : new Date(wakes).toISOString(),
    surfaceCreatedAt: state.surface === null ? null : new Date(state.surface.createdAt).toISOString(),
    brandTerms: brandTermsOn(state, today),
    pageGroups: pageGroupsOn(state, today),
    ...news,
  };
}
