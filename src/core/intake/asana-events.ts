/** The body of an Asana webhook delivery, as far as we read it. Unknown fields, kinds and shapes of events are ignored. */
import * as v from "valibot";

const Ref = v.object({
  gid: v.string(),
  resource_type: v.optional(v.nullable(v.string())),
  resource_subtype: v.optional(v.nullable(v.string())),
});

const AsanaEventSchema = v.object({
  action: v.string(),
  created_at: v.string(),
  resource: Ref,
  parent: v.optional(v.nullable(Ref)),
  user: v.optional(v.nullable(Ref)),
  change: v.optional(v.nullable(v.object({ field: v.optional(v.nullable(v.string())) }))),
});
export type AsanaEvent = v.InferOutput<typeof AsanaEventSchema>;

const DeliverySchema = v.object({ events: v.array(v.unknown()) });

/**
 * The events of a delivery; null when it is none. An event of a shape we do not know is left out: refusing the whole
 * delivery for it would make Asana repeat it for a day and then drop the webhook.
 */
export function eventsOfDelivery(body: unknown): readonly AsanaEvent[] | null {
  const delivery = v.safeParse(DeliverySchema, body);
  if (!delivery.success) return null;
  return delivery.output.events.flatMap((event) => {
    const parsed = v.safeParse(AsanaEventSchema, event);
    return parsed.success ? [parsed.output] : [];
  });
}
