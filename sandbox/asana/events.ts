/** What happened: events for webhooks and for `GET /events`. */
import type { EventBody, EventObject, EventRecord, TaskRecord, WebhookFilterRecord, WebhookRecord } from "./records.ts";
import type { World } from "./world.ts";

/** An event before it gets its time; `scopes` are the projects and tasks that carry it. */
export interface Happening {
  readonly user: string;
  readonly action: EventBody["action"];
  readonly resource: EventObject;
  readonly parent?: EventObject;
  readonly change?: NonNullable<EventBody["change"]>;
  readonly scopes: readonly string[];
}

/** Events kept for `GET /events`. */
const RING = 1_000;

/** References as events carry them: no names. */
export const reference = {
  user: (gid: string): EventObject => ({ gid, resource_type: "user" }),
  task: (gid: string): EventObject => ({ gid, resource_type: "task", resource_subtype: "default_task" }),
  project: (gid: string): EventObject => ({ gid, resource_type: "project" }),
  section: (gid: string): EventObject => ({ gid, resource_type: "section" }),
  story: (gid: string, subtype: string): EventObject => ({ gid, resource_type: "story", resource_subtype: subtype }),
  attachment: (gid: string): EventObject => ({ gid, resource_type: "attachment", resource_subtype: "asana" }),
};

/** The task and its projects: whoever watches one of them sees its events. */
export function scopesOf(task: TaskRecord): string[] {
  return [task.gid, ...task.memberships.map(({ project }) => project)];
}

/** Records an event inside a change: for the stream, and as a delivery owed by every webhook it passes. */
export function emit(world: World, happening: Happening): void {
  const { scopes, user, action, resource, parent, change } = happening;
  const body: EventBody = {
    user: reference.user(user),
    created_at: world.now(),
    action,
    resource,
    parent: parent ?? null,
    ...(change === undefined ? {} : { change }),
  };
  const seq = world.next("event");
  world.events.put({ gid: key(seq), seq, body, scopes });
  world.events.remove(key(seq - RING));
  for (const webhook of world.webhooks.all()) {
    if (!scopes.includes(webhook.resource) || !passes(webhook, body)) continue;
    world.pending.put({ gid: `${key(seq)}-${webhook.gid}`, webhook: webhook.gid, seq, body });
  }
}

/** Zero-padded, so that stored events load in their order. */
function key(seq: number): string {
  return String(seq).padStart(12, "0");
}

function passes(webhook: WebhookRecord, body: EventBody): boolean {
  return webhook.filters.length === 0 || webhook.filters.some((filter) => matches(filter, body));
}

function matches(filter: WebhookFilterRecord, body: EventBody): boolean {
  if (filter.resource_type !== undefined && filter.resource_type !== body.resource.resource_type) return false;
  if (filter.resource_subtype !== undefined && filter.resource_subtype !== body.resource.resource_subtype) return false;
  if (filter.action !== undefined && filter.action !== body.action) return false;
  return filter.fields === undefined || (body.change !== undefined && filter.fields.includes(body.change.field));
}

/** A page of the event stream, or `stale` when the token is unknown, too old or missing. */
export type StreamPage =
  | { readonly kind: "stale"; readonly sync: string }
  | {
      readonly kind: "page";
      readonly events: readonly EventRecord[];
      readonly sync: string;
      readonly hasMore: boolean;
    };

const STREAM_PAGE = 100;
const TOKEN_LIFETIME_MS = 24 * 3_600_000;

/** Events of a project or task since a sync token, at most 100. */
export function readStream(world: World, resource: string, sync: string | null): StreamPage {
  const events = world.events.all();
  const newest = events.at(-1)?.seq ?? 0;
  const oldest = events[0]?.seq ?? 1;
  const since = sync === null ? null : readSync(world, resource, sync);
  // A token from before the ring would hide what fell out of it.
  if (since === null || since + 1 < oldest || since > newest) {
    return { kind: "stale", sync: writeSync(world, resource, newest) };
  }
  const after = events.filter((event) => event.seq > since && event.scopes.includes(resource));
  const page = after.slice(0, STREAM_PAGE);
  const hasMore = after.length > page.length;
  const until = hasMore ? (page.at(-1)?.seq ?? newest) : newest;
  return { kind: "page", events: page, sync: writeSync(world, resource, until), hasMore };
}

function writeSync(world: World, resource: string, seq: number): string {
  return Buffer.from(`${resource}:${seq}:${world.context.now().getTime()}`).toString("base64url");
}

function readSync(world: World, resource: string, token: string): number | null {
  const [owner, seq = "", issued = ""] = Buffer.from(token, "base64url").toString("utf8").split(":");
  if (owner !== resource || !/^\d{1,15}$/.test(seq) || !/^\d{1,15}$/.test(issued)) return null;
  return world.context.now().getTime() - Number(issued) > TOKEN_LIFETIME_MS ? null : Number(seq);
}
