/** Clients: list, one, add, rename, archive, undo. */
import * as v from "valibot";
import { freeSlug, idOfSlug, slugOf } from "../core/ids-of-names.ts";
import type { ClientView } from "../core/wire-registry.ts";
import {
  addClient,
  changeClient,
  clientNamed,
  findClient,
  listClients,
  slugTaken,
  unitsOfClient,
} from "../d1/clients.ts";
import { visibleUnits } from "./access.ts";
import { jsonBody, NameSchema } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { baseVersion, Reason, Removal, Version } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { PAGE_SIZE, textParam } from "./query.ts";
import { beforeEdit, changesBetween, recordEdit, staleWrite, type Writing } from "./record-edits.ts";

const NewClient = v.object({ name: NameSchema, reason: Reason });
const ClientChange = v.object({
  name: v.optional(NameSchema),
  archived: v.optional(v.boolean()),
  version: Version,
  reason: Reason,
});
const FIELDS = ["name", "archivedAt"] as const;
/** Tries of a write that somebody else's overtook. */
const TRIES = 5;

const noSuchClient = (): Response => problem(404, "no_such_client", "There is no such client.");

export async function listClientsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const found = await listClients(deps.index, {
    units: await visibleUnits(request, deps, "units.read"),
    archived: textParam(url, "archived") === "true",
    after: textParam(url, "cursor"),
    limit: PAGE_SIZE + 1,
  });
  const items = found.slice(0, PAGE_SIZE);
  return json({ items, nextCursor: found.length > PAGE_SIZE ? (items.at(-1)?.clientId ?? null) : null });
}

/** One client with the ids of those of its Business Units that one may see. */
export async function getClientRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const clientId = request.params.clientId ?? "";
  const [client, units, visible] = await Promise.all([
    findClient(deps.index, clientId),
    unitsOfClient(deps.index, clientId),
    visibleUnits(request, deps, "units.read"),
  ]);
  const businessUnitIds = visible === "all" ? units : units.filter((unitId) => visible.includes(unitId));
  if (client === null || (visible !== "all" && businessUnitIds.length === 0)) return noSuchClient();
  return json({ ...client, businessUnitIds });
}

async function nameTaken(deps: HttpDeps, name: string, own: string | null): Promise<Response | null> {
  const twin = await clientNamed(deps.index, name);
  if (twin === null || twin.clientId === own) return null;
  const message = `There is a client of that name: ${twin.name}, ${twin.clientId}${twin.archivedAt === null ? "" : " (archived)"}.`;
  return problem(409, "duplicate", message, { issues: [{ path: "name", message }] });
}

export async function addClientRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, NewClient);
  if (!body.ok) return body.response;
  const { name, reason } = body.value;
  const twin = await nameTaken(deps, name, null);
  if (twin !== null) return twin;
  const createdAt = deps.now().toISOString();
  for (let n = 1; ; n += 1) {
    const slug = await freeSlug(slugOf(name), (one) => slugTaken(deps.index, one));
    const client: ClientView = { clientId: idOfSlug("cl", slug), name, slug, version: 1, archivedAt: null, createdAt };
    const record = { scope: "client", scopeId: client.clientId, version: 1 } as const;
    const edit = recordEdit(request, deps, record, { reason, restores: null }, changesBetween(FIELDS, null, client));
    try {
      await addClient(deps.database, deps.index, client, edit);
      return json(client, 201);
    } catch (thrown) {
      // Somebody else added one at the same moment: of the same name, or of another that makes the same slug.
      const late = await nameTaken(deps, name, null);
      if (late !== null) return late;
      if (n === TRIES || !(await slugTaken(deps.index, slug))) throw thrown;
    }
  }
}

export async function changeClientRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ClientChange);
  if (!body.ok) return body.response;
  const { name, archived, version, reason } = body.value;
  const base = baseVersion(request, version);
  if (!base.ok) return base.response;
  const since = deps.now().toISOString();
  const wanted = (now: ClientView): ClientFields => ({
    name: name ?? now.name,
    archivedAt: archived === undefined ? now.archivedAt : archived ? (now.archivedAt ?? since) : null,
  });
  return change(request, deps, wanted, { base: base.value, reason, restores: null });
}

const Before = v.object({ name: v.optional(NameSchema), archivedAt: v.optional(v.nullable(v.string())) });

/** Puts the fields of an edit back to what they were before it, as a new edit. */
export async function restoreClientRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { clientId = "", editId = "" } = request.params;
  const body = await jsonBody(request, Removal);
  if (!body.ok) return body.response;
  const base = baseVersion(request, body.value.version);
  if (!base.ok) return base.response;
  const before = await beforeEdit(deps, { scope: "client", scopeId: clientId }, editId, Before);
  if (!before.ok) return before.response;
  const { name, archivedAt } = before.value;
  const wanted = (now: ClientView): ClientFields => ({
    name: name ?? now.name,
    archivedAt: archivedAt === undefined ? now.archivedAt : archivedAt,
  });
  return change(request, deps, wanted, { base: base.value, reason: body.value.reason, restores: editId });
}

type ClientFields = Pick<ClientView, (typeof FIELDS)[number]>;

async function change(
  request: RouteRequest,
  deps: HttpDeps,
  wanted: (now: ClientView) => ClientFields,
  why: Writing,
): Promise<Response> {
  const clientId = request.params.clientId ?? "";
  for (let n = 0; n < TRIES; n += 1) {
    const now = await findClient(deps.index, clientId);
    if (now === null) return noSuchClient();
    const next = { ...now, ...wanted(now) };
    const changes = changesBetween(FIELDS, now, next);
    if (changes.length === 0) return json(now);
    const record = { scope: "client", scopeId: clientId, version: now.version } as const;
    const refusal = (await staleWrite(deps, record, changes, why.base)) ?? (await nameTaken(deps, next.name, clientId));
    if (refusal !== null) return refusal;
    const version = now.version + 1;
    const edit = recordEdit(request, deps, { ...record, version }, why, changes);
    if (await changeClient(deps.database, deps.index, next, edit)) return json({ ...next, version });
  }
  return problem(409, "busy", "Others keep changing this client. Look again and repeat.");
}
