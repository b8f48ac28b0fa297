/**
 * A stored state, brought to the shape this version knows: a deploy in the middle of a run meets rows of the version
 * before. A field that is new on the state itself needs nothing here, it gets the value a run is born with. What changes
 * inside lists, or cannot begin as at birth, is a step.
 */
import * as v from "valibot";
import { fitted } from "../../lib/rows.ts";
import { RunStatusSchema } from "../wire.ts";
import { evolve } from "./evolve.ts";
import type { RunState } from "./types.ts";

/** What decisions hang on, in every version. */
const StoredState = v.looseObject({
  runId: v.string(),
  taskGid: v.string(),
  status: RunStatusSchema,
  version: v.number(),
  createdAt: v.number(),
  updatedAt: v.number(),
  statusSince: v.number(),
  lease: v.nullable(v.looseObject({ epoch: v.number(), attempt: v.number(), expiresAt: v.number() })),
  execution: v.nullable(v.looseObject({ attempt: v.number(), dueAt: v.number(), startBy: v.number() })),
});
type Stored = v.InferOutput<typeof StoredState>;

/** Step n leads from shape n to shape n + 1. Append only. */
const STEPS: readonly ((stored: Stored) => Stored)[] = [
  // The registry's rows carried the run's newest version until then.
  (stored) => ({ ...stored, registryVersion: stored.version }),
];

/** The shape this version writes. */
export const STATE_SCHEMA = STEPS.length + 1;

/** The state as this version knows it. Errors: a state of a newer version, or one that is damaged. */
export function upgradeState(stored: unknown, schema: number): RunState {
  if (schema > STATE_SCHEMA)
    throw new Error(`The stored state has shape ${schema}, this version knows ${STATE_SCHEMA}.`);
  const parsed = v.safeParse(StoredState, stored);
  if (!parsed.success)
    throw new Error(`Stored run state is unreadable at ${v.getDotPath(parsed.issues[0]) ?? "its root"}.`);
  // The stored value itself: parsing sorts keys, and a brief is compared as text.
  const whole = fitted(parsed.output, stored, "run state");
  const upgraded = STEPS.slice(schema - 1).reduce((state, step) => step(state), whole);
  return fitted(evolve(null, { type: "run.observed", runId: "", taskGid: "" }, 0), upgraded, "run state");
}
