/** Webhooks and the event stream. */
import * as v from "valibot";
import type { SimReply, SimRoute } from "../../kit/upstream.ts";
import { apiRoute, type Call, list, nothing, one, param, readData } from "../api.ts";
import { readStream } from "../events.ts";
import type { EventRecord, WebhookRecord } from "../records.ts";
import { badRequest, errorReply, found, unknownObject } from "../refusals.ts";
import { webhookView } from "../views.ts";
import { createWebhook, deleteWebhook, replaceFilters } from "../webhooks.ts";
import type { World } from "../world.ts";
import { checkWorkspace } from "./workspace.ts";

const Filters = v.array(
  v.object({
    resource_type: v.optional(v.string()),
    resource_subtype: v.optional(v.string()),
    action: v.optional(v.string()),
    fields: v.optional(v.array(v.string())),
  }),
);
const NewWebhook = v.object({ resource: v.string(), target: v.string(), filters: v.optional(Filters) });

/** Routes of webhooks and events. */
export function webhookRoutes(world: World): readonly SimRoute[] {
  return [
    apiRoute(world, "GET", "/webhooks", listWebhooks),
    apiRoute(world, "POST", "/webhooks", async (call) => {
      const webhook = await createWebhook(world, call.actor, readData(call, NewWebhook));
      return withSecret(one(call, webhookView(call.viewer, webhook), 201), webhook);
    }),
    apiRoute(world, "GET", "/webhooks/:gid", (call) => one(call, webhookView(call.viewer, webhookOf(call)))),
    apiRoute(world, "PUT", "/webhooks/:gid", (call) => {
      const { filters } = readData(call, v.object({ filters: Filters }));
      return one(call, webhookView(call.viewer, replaceFilters(world, webhookOf(call), filters)));
    }),
    apiRoute(world, "DELETE", "/webhooks/:gid", (call) => {
      deleteWebhook(world, webhookOf(call));
      return nothing();
    }),
    apiRoute(world, "GET", "/events", stream),
  ];
}

/** The secret travels beside `data`, this once. */
function withSecret(reply: SimReply, webhook: WebhookRecord): SimReply {
  const body = typeof reply.body === "object" ? { ...reply.body, "X-Hook-Secret": webhook.secret } : reply.body;
  return { ...reply, body };
}

function webhookOf(call: Call): WebhookRecord {
  const gid = param(call, "gid");
  const webhook = call.world.webhooks.get(gid);
  // A webhook of somebody else is as unknown as one that does not exist.
  return found(webhook?.createdBy === call.actor.gid ? webhook : undefined, "webhook", gid);
}

function listWebhooks(call: Call): SimReply {
  const { query, world } = call;
  const workspace = query.get("workspace");
  if (workspace === null) throw badRequest("workspace: Missing input");
  checkWorkspace(workspace);
  const resource = query.get("resource");
  const own = world.webhooks
    .all()
    .filter((webhook) => webhook.createdBy === call.actor.gid && (resource === null || webhook.resource === resource));
  return list(call, own, (webhook) => webhookView(call.viewer, webhook));
}

/** Without a token, or with one that is too old: 412 and a fresh token. */
function stream(call: Call): SimReply {
  const { query, world } = call;
  const resource = query.get("resource") ?? "";
  if (resource === "") throw badRequest("resource: Missing input");
  if (world.projects.get(resource) === undefined && world.tasks.get(resource) === undefined) {
    throw unknownObject("resource", resource);
  }
  // The fault of the day: Asana forgot the token, as it may at any time.
  const forgot = world.context.customFault({ method: "GET", path: "/events" }, "lose_tokens") !== null;
  const page = readStream(world, resource, forgot ? null : query.get("sync"));
  if (page.kind === "stale") {
    const refusal = errorReply(
      412,
      "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full dataset for this query now and use the new sync token for the next sync.",
    );
    return { ...refusal, body: typeof refusal.body === "object" ? { ...refusal.body, sync: page.sync } : refusal.body };
  }
  const data = page.events.map((event) => named(world, event));
  return { status: 200, body: { data, sync: page.sync, has_more: page.hasMore } };
}

/** Events of the stream carry names, unlike those of webhooks. */
function named(world: World, { body }: EventRecord): unknown {
  const name = (gid: string) =>
    world.users.get(gid)?.name ??
    world.tasks.get(gid)?.name ??
    world.projects.get(gid)?.name ??
    world.sections.get(gid)?.name ??
    world.attachments.get(gid)?.name;
  const withName = <T extends { readonly gid: string }>(object: T | null) =>
    object === null ? null : { ...object, name: name(object.gid) };
  return {
    ...body,
    type: body.resource.resource_type,
    user: withName(body.user),
    resource: withName(body.resource),
    parent: withName(body.parent),
  };
}
