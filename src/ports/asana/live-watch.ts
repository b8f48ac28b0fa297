/** Webhooks and the event stream over HTTP. Facts: Asana REST 1.0 OpenAPI document and its webhooks guide. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import { eventsOfDelivery } from "../../core/intake/asana-events.ts";
import { type AsanaClient, asanaClient } from "./client.ts";
import { ASANA_BASE_URL, type LiveAsanaOptions } from "./live.ts";
import type { AsanaWatchPort, AsanaWebhook } from "./port.ts";
import { one } from "./reply.ts";

const WEBHOOK_FIELDS = [
  "target",
  "active",
  "last_success_at",
  "last_failure_at",
  "last_failure_content",
  "delivery_retry_count",
  "failure_deletion_timestamp",
].join(",");

const optionalText = v.optional(v.nullable(v.string()), null);
const WebhookSchema = v.object({
  gid: v.pipe(v.string(), v.regex(/^\d{1,32}$/)),
  target: v.string(),
  active: v.optional(v.boolean(), true),
  last_success_at: optionalText,
  last_failure_at: optionalText,
  last_failure_content: optionalText,
  delivery_retry_count: v.optional(v.nullable(v.number()), 0),
  failure_deletion_timestamp: optionalText,
});
const ProjectSchema = v.object({ workspace: v.object({ gid: v.string() }) });
const StreamSchema = v.object({
  sync: v.pipe(v.string(), v.minLength(1)),
  data: v.optional(v.array(v.unknown()), []),
  has_more: v.optional(v.boolean(), false),
});

/** The watch port over HTTP. Holds no state. */
export function liveAsanaWatch(options: LiveAsanaOptions): AsanaWatchPort {
  const client = asanaClient({ ...options, baseUrl: options.baseUrl ?? ASANA_BASE_URL });
  return {
    webhooks: (projectGid) => listWebhooks(client, ref(projectGid)),
    async createWebhook(projectGid, target) {
      const body = { resource: ref(projectGid), target };
      return toWebhook((await client.write("POST", "/webhooks", WEBHOOK_FIELDS, body, one(WebhookSchema))).data);
    },
    deleteWebhook: async (gid) => ((await client.remove(`/webhooks/${ref(gid)}`)) ? "deleted" : "gone"),
    async events(projectGid, sync) {
      const query = { resource: ref(projectGid), ...(sync === null ? {} : { sync }) };
      const { stale, value } = await client.readOrStale("/events", query, StreamSchema);
      if (stale) return { kind: "stale", sync: value.sync };
      const events = eventsOfDelivery({ events: value.data }) ?? [];
      return { kind: "page", events, sync: value.sync, hasMore: value.has_more };
    },
  };
}

/** Asana lists webhooks by workspace, which is the project's. */
async function listWebhooks(client: AsanaClient, project: string): Promise<readonly AsanaWebhook[]> {
  const found = await client.readOrNull(`/projects/${project}`, { opt_fields: "workspace" }, one(ProjectSchema));
  if (found === null) throw new PermanentError("asana_not_found", `There is no Asana project ${project}.`);
  const query = { workspace: found.data.workspace.gid, resource: project, opt_fields: WEBHOOK_FIELDS };
  return ((await client.list("/webhooks", query, WebhookSchema)) ?? []).map(toWebhook);
}

function toWebhook(raw: v.InferOutput<typeof WebhookSchema>): AsanaWebhook {
  return {
    gid: raw.gid,
    target: raw.target,
    active: raw.active,
    lastSuccessAt: raw.last_success_at,
    lastFailureAt: raw.last_failure_at,
    lastFailureContent: raw.last_failure_content,
    retryCount: raw.delivery_retry_count ?? 0,
    deletionAt: raw.failure_deletion_timestamp,
  };
}

/** A gid that goes into a path; anything else would address something we did not mean. */
function ref(gid: string): string {
  if (!isGid(gid)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
  return gid;
}
