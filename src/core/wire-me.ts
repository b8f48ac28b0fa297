/** What crosses HTTP about the person who asks. */
import * as v from "valibot";
import { RoleSchema } from "./wire-registry.ts";

/**
 * Who asks and what they may do, so that the interface offers nothing that would be refused. The control plane asks the
 * same again at every route.
 */
export const MeSchema = v.object({
  email: v.string(),
  /** As in the staff list; null for somebody who is not in it. */
  name: v.nullable(v.string()),
  userId: v.nullable(v.string()),
  agencyRole: v.nullable(RoleSchema),
  ops: v.boolean(),
  /** Actions of the access matrix they may do anywhere. */
  anywhere: v.array(v.string()),
  /** What they may do on single Business Units beyond that, by id. */
  units: v.record(v.string(), v.array(v.string())),
});
export type Me = v.InferOutput<typeof MeSchema>;
