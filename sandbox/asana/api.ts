/** What every API route shares: the token, bodies, answers, paging. */
import * as v from "valibot";
import type { SimHandler, SimReply, SimRequest, SimRoute } from "../kit/upstream.ts";
import { parseFields, type Resource, render, type Selection } from "./fields.ts";
import { pageOf } from "./paging.ts";
import type { UserRecord } from "./records.ts";
import { badRequest, errorReply } from "./refusals.ts";
import type { Viewer } from "./views-places.ts";
import type { World } from "./world.ts";

/** Path of the API on the sandbox. */
export const API_PREFIX = "/asana/api/1.0";

/** One call of the API, authenticated. */
export interface Call {
  readonly request: SimRequest;
  readonly world: World;
  readonly viewer: Viewer;
  readonly actor: UserRecord;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export type CallHandler = (call: Call) => SimReply | Promise<SimReply>;

/** A route that asks for a valid token first. */
export function apiRoute(world: World, method: string, pattern: string, handler: CallHandler): SimRoute {
  const authenticated: SimHandler = (request) => {
    const actor = actorOf(world, request);
    if (actor === null) return errorReply(401, "Not Authorized");
    const viewer = { world, origin: originOf(request) };
    return handler({ request, world, viewer, actor, params: request.params, query: request.query });
  };
  return { method, pattern, handler: authenticated };
}

/** The address the sandbox was reached under; the kit has checked that it is a loopback name. */
export function originOf(request: Pick<SimRequest, "headers">): string {
  return `http://${request.headers.host ?? "127.0.0.1"}`;
}

function actorOf(world: World, request: SimRequest): UserRecord | null {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return world.users.all().find(({ pat }) => pat === token) ?? null;
}

/** A path parameter. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

/** `data` of a JSON body, parsed; each reason for a 400 names its field. */
export function readData<T>(call: Call, schema: v.GenericSchema<unknown, T>): T {
  const envelope = v.safeParse(Envelope, call.request.json());
  if (!envelope.success) throw badRequest('The request body should be {"data": {…}}');
  const parsed = v.safeParse(schema, envelope.output.data);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw badRequest(
    `${v.getDotPath(issue) ?? "data"}: ${issue.received === "undefined" ? "Missing input" : issue.message}`,
  );
}

const Envelope = v.object({
  data: v.record(v.string(), v.unknown()),
  options: v.optional(v.object({ fields: v.optional(v.array(v.string())) })),
});

/** Fields asked for in the query or, on writes, in `options.fields`. */
function selectionOf(call: Call): Selection | null {
  const texts = call.query.getAll("opt_fields");
  if (call.request.method === "GET" || !/\bjson\b/.test(call.request.headers["content-type"] ?? ""))
    return parseFields(texts);
  const envelope = v.safeParse(Envelope, call.request.json());
  return parseFields([...texts, ...(envelope.success ? (envelope.output.options?.fields ?? []) : [])]);
}

/** A single record. */
export function one(call: Call, resource: Resource, status = 200): SimReply {
  const data = render(resource, selectionOf(call), "standard");
  return { status, body: { data }, ...(status === 201 ? { headers: locationOf(call, resource) } : {}) };
}

/** Where the new record is: a task made under `/tasks` is at `/tasks/{gid}`. */
function locationOf(call: Call, resource: Resource): Record<string, string> {
  const kind = call.request.path.split("/").at(-1) ?? "";
  return { Location: `${call.viewer.origin}${API_PREFIX}/${kind}/${String(resource.fields.gid?.())}` };
}

/** A page of a list; `shape` of records is compact unless the endpoint says otherwise. */
export function list<T>(
  call: Call,
  items: readonly T[],
  view: (item: T) => Resource,
  shape: "compact" | "standard" = "compact",
): SimReply {
  const page = pageOf(call.request, items, call.viewer.origin + API_PREFIX, call.world.key);
  const selection = selectionOf(call);
  return {
    status: 200,
    body: { data: page.items.map((item) => render(view(item), selection, shape)), next_page: page.nextPage },
  };
}

/** All of a list that is never paged; compact records. */
export function unpaged<T>(call: Call, items: readonly T[], view: (item: T) => Resource): SimReply {
  const selection = selectionOf(call);
  return { status: 200, body: { data: items.map((item) => render(view(item), selection, "compact")) } };
}

/** Answer of calls that have nothing to say. */
export function nothing(): SimReply {
  return { status: 200, body: { data: {} } };
}
