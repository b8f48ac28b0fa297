/** The body of an Asana webhook delivery, as far as we read it. Unknown fields and kinds are ignored. */
import * as v from "valibot";

const Ref = v.object({
  gid: v.string(),
  resource_type: v.optional(v.string()),
  resource_subtype: v.optional(v.nullable(v.string())),
});

export const AsanaEventSchema = v.object({
  action: v.string(),
  created_at: v.string(),
  resource: Ref,
  parent: v.optional(v.nullable(Ref)),
  user: v.optional(v.nullable(Ref)),
  change: v.optional(v.nullable(v.object({ field: v.optional(v.string()) }))),
});
export type AsanaEvent = v.InferOutput<typeof AsanaEventSchema>;

export const AsanaDeliverySchema = v.object({ events: v.array(AsanaEventSchema) });
