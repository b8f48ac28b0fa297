/** A stored state, brought to the shape this version knows: a deploy meets rows of the version before. */
import * as v from "valibot";
import { fitted } from "../../lib/rows.ts";
import { evolve } from "./evolve.ts";
import type { UnitState } from "./types.ts";

/** What decisions hang on, in every version. */
const StoredState = v.looseObject({
  businessUnitId: v.string(),
  clientId: v.string(),
  version: v.number(),
  epoch: v.number(),
  refreshes: v.number(),
  fields: v.record(v.string(), v.looseObject({ version: v.number() })),
  refresh: v.nullable(v.looseObject({ ingestionRunId: v.string(), attempt: v.number(), status: v.string() })),
});

/** The shape this version writes. A later one adds a step from this to its own. */
export const STATE_SCHEMA = 1;

/** The state as this version knows it. Errors: a state of a newer version, or one that is damaged. */
export function upgradeState(stored: unknown, schema: number): UnitState {
  if (schema > STATE_SCHEMA)
    throw new Error(`The stored state has shape ${schema}, this version knows ${STATE_SCHEMA}.`);
  const parsed = v.safeParse(StoredState, stored);
  if (!parsed.success)
    throw new Error(`Stored unit state is unreadable at ${v.getDotPath(parsed.issues[0]) ?? "its root"}.`);
  const born = { businessUnitId: "", clientId: "", slug: "", changes: [], by: "", reason: "" };
  // The stored value itself: parsing sorts keys.
  return fitted(evolve(null, { type: "unit.created", ...born }, 0), stored, "unit state");
}
