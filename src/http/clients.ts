/** Clients: list, one, add, rename, archive. */
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
import { Reason, Version } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { PAGE_SIZE, textParam } from "./query.ts";
import { changesBetween, recordEdit, staleWrite } from "./record-edits.ts";

const NewClient = v.object({ name: NameSchema, reason: Reason });
const ClientChange = v.object({
  name: v.optional(NameSchema),
  archived: v.optional(v.boolean()),
  version: Version,
  reason: Reason,
});
const FIELDS = ["name", "archivedAt"] as const;
const TRIES = 3;

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
  const slug = await freeSlug(slugOf(name), (one) => slugTaken(deps.index, one));
  const client: ClientView = {
    clientId: idOfSlug("cl", slug),
    name,
    slug,
    version: 1,
    archivedAt: null,
    createdAt: deps.now().toISOString(),
  };
  const record = { scope: "client", scopeId: client.clientId, version: 1 } as const;
  const edit = recordEdit(request, deps, record, reason, changesBetween(FIELDS, null, client));
  try {
    await addClient(deps.database, deps.index, client, edit);
  } catch (thrown) {
    // Two people added it at the same moment.
    const late = await nameTaken(deps, name, null);
    if (late !== null) return late;
    throw thrown;
  }
  return json(client, 201);
}

export async function changeClientRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ClientChange);
  if (!body.ok) return body.response;
  const { name, archived, version, reason } = body.value;
  const clientId = request.params.clientId ?? "";
  for (let n = 0; n < TRIES; n += 1) {
    const now = await findClient(deps.index, clientId);
    if (now === null) return noSuchClient();
    const archivedAt =
      archived === undefined ? now.archivedAt : archived ? (now.archivedAt ?? deps.now().toISOString()) : null;
    const next = { ...now, name: name ?? now.name, archivedAt };
    const changes = changesBetween(FIELDS, now, next);
    if (changes.length === 0) return json(now);
    if (version !== undefined && version !== now.version) return staleWrite(now.version, changes);
    const twin = await nameTaken(deps, next.name, clientId);
    if (twin !== null) return twin;
    const record = { scope: "client", scopeId: clientId, version: now.version + 1 } as const;
    if (await changeClient(deps.database, deps.index, next, recordEdit(request, deps, record, reason, changes)))
      return json({ ...next, version: now.version + 1 });
  }
  return problem(409, "busy", "Others keep changing this client. Look again and repeat.");
}
