/** The calls of the administration: clients, Business Units, staff. Each write answers with the record as it is now. */
import * as v from "valibot";
import { pageOf } from "../../src/core/wire.ts";
import { GrantSchema, MetricSchema, type MetricView } from "../../src/core/wire-data.ts";
import {
  BusinessUnitSchema,
  type BusinessUnitView,
  ClientSchema,
  type ClientView,
  EditSchema,
  type EditView,
  type StaffUser,
  StaffUserSchema,
} from "../../src/core/wire-registry.ts";
import type { Api, Page, Reply } from "./api.ts";

/** A client with those of its Business Units that one may see. */
export type ClientDetail = ClientView & { readonly businessUnitIds: readonly string[] };

/** A Business Unit after a write, with what the writer should know. */
export type WrittenUnit = BusinessUnitView & {
  readonly warnings?: readonly { readonly code: string; readonly detail: string }[] | undefined;
};

/** The version the writer looked at, and why they write. */
export interface Write {
  readonly version?: number | undefined;
  readonly reason?: string | undefined;
}

const ClientDetailSchema = v.object({ ...ClientSchema.entries, businessUnitIds: v.array(v.string()) });
const WrittenUnitSchema = v.object({
  ...BusinessUnitSchema.entries,
  warnings: v.optional(v.array(v.object({ code: v.string(), detail: v.string() }))),
});

const REGISTRY = "/api/admin-registry";

/** Path below the registry; each part is somebody's text until it is encoded. */
function at(...parts: readonly string[]): string {
  return `${REGISTRY}/${parts.map(encodeURIComponent).join("/")}`;
}

const unitAt = (unitId: string, ...parts: readonly string[]): string => at("business-units", unitId, ...parts);

function paged(path: string, query: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, value]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** Pages of a list that is shown whole; more than this many are said to be cut. */
const MAX_PAGES = 40;

/** All pages of a list, one after the other; what failed in the middle fails the whole. */
export async function everyPage<T>(
  load: (cursor: string | null) => Promise<Reply<Page<T>>>,
): Promise<Reply<{ readonly items: readonly T[]; readonly more: boolean }>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < MAX_PAGES; n += 1) {
    const reply: Reply<Page<T>> = await load(cursor);
    if (!reply.ok) return reply;
    items.push(...reply.value.items);
    cursor = reply.value.nextCursor;
    if (cursor === null) return { ok: true, value: { items, more: false } };
  }
  return { ok: true, value: { items, more: true } };
}

/** Clients, those that are archived or those that are not, one page. */
export function listClients(api: Api, archived: boolean, cursor: string | null): Promise<Reply<Page<ClientView>>> {
  return api.get(paged(at("clients"), { archived: archived ? "true" : null, cursor }), pageOf(ClientSchema));
}

export function getClient(api: Api, clientId: string): Promise<Reply<ClientDetail>> {
  return api.get(at("clients", clientId), ClientDetailSchema);
}

export function addClient(api: Api, body: { readonly name: string } & Write): Promise<Reply<ClientView>> {
  return api.send(at("clients"), "POST", body, ClientSchema);
}

export function changeClient(
  api: Api,
  clientId: string,
  body: { readonly name?: string; readonly archived?: boolean } & Write,
): Promise<Reply<ClientView>> {
  return api.send(at("clients", clientId), "PATCH", body, ClientSchema);
}

/** Business Units, of one client or of all, one page. */
export function listUnits(
  api: Api,
  filter: { readonly clientId: string | null; readonly archived: boolean },
  cursor: string | null,
): Promise<Reply<Page<BusinessUnitView>>> {
  const { clientId, archived } = filter;
  const path = paged(at("business-units"), { clientId, archived: archived ? "true" : null, cursor });
  return api.get(path, pageOf(BusinessUnitSchema));
}

export function getUnit(api: Api, unitId: string): Promise<Reply<WrittenUnit>> {
  return api.get(unitAt(unitId), WrittenUnitSchema);
}

export interface NewUnit {
  readonly clientId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
}

export function addUnit(api: Api, body: NewUnit): Promise<Reply<WrittenUnit>> {
  return api.send(at("business-units"), "POST", body, WrittenUnitSchema);
}

/** Name, time zone, currency, or whether it is archived. */
export function changeUnit(
  api: Api,
  unitId: string,
  body: Partial<Pick<NewUnit, "name" | "timeZone" | "currency">> & { readonly archived?: boolean } & Write,
): Promise<Reply<WrittenUnit>> {
  return api.send(unitAt(unitId), "PATCH", body, WrittenUnitSchema);
}

/** Sets a part of a Business Unit: `["sources", kind]`, `["context"]`, `["users", userId]`, `["schedule"]`, `["settings", kind]`. */
export function putPart(
  api: Api,
  unitId: string,
  part: readonly string[],
  body: Readonly<Record<string, unknown>>,
): Promise<Reply<WrittenUnit>> {
  return api.send(unitAt(unitId, ...part), "PUT", body, WrittenUnitSchema);
}

/** Removes a source or a role. */
export function removePart(
  api: Api,
  unitId: string,
  part: readonly string[],
  write: Write,
): Promise<Reply<WrittenUnit>> {
  return api.send(unitAt(unitId, ...part), "DELETE", write, WrittenUnitSchema);
}

/** Asks the source now, read-only. */
export function testSource(api: Api, unitId: string, kind: string): Promise<Reply<WrittenUnit>> {
  return api.send(unitAt(unitId, "sources", kind, "test"), "POST", {}, WrittenUnitSchema);
}

/** Creates or reactivates the dashboard. */
export function createDashboard(api: Api, unitId: string): Promise<Reply<WrittenUnit>> {
  return api.send(unitAt(unitId, "dashboard-surface"), "POST", {}, WrittenUnitSchema);
}

/** A record with a history of edits. */
export interface Recorded {
  readonly scope: "business-units" | "clients" | "users";
  readonly id: string;
}

/** Edits of a record, newest first, one page. */
export function listEdits(api: Api, { scope, id }: Recorded, cursor: string | null): Promise<Reply<Page<EditView>>> {
  return api.get(paged(at(scope, id, "edit-history"), { cursor }), pageOf(EditSchema));
}

function restorePath({ scope, id }: Recorded, editId: string): string {
  return at(scope, id, "edit-history", editId, "restore");
}

/** Puts the fields of an edit of a Business Unit back to what they were before it. */
export function restoreUnit(api: Api, id: string, editId: string, write: Write): Promise<Reply<WrittenUnit>> {
  return api.send(restorePath({ scope: "business-units", id }, editId), "POST", write, WrittenUnitSchema);
}

/** The same of a client. */
export function restoreClient(api: Api, id: string, editId: string, write: Write): Promise<Reply<ClientView>> {
  return api.send(restorePath({ scope: "clients", id }, editId), "POST", write, ClientSchema);
}

/** The same of a member of staff. */
export function restoreStaff(api: Api, id: string, editId: string, write: Write): Promise<Reply<StaffUser>> {
  return api.send(restorePath({ scope: "users", id }, editId), "POST", write, StaffUserSchema);
}

const GrantsSchema = v.object({ items: v.array(GrantSchema) });
export type Grants = v.InferOutput<typeof GrantsSchema>;

/** What agents may read of a Business Unit. */
export function listGrants(api: Api, unitId: string): Promise<Reply<Grants>> {
  return api.get(unitAt(unitId, "grants"), GrantsSchema);
}

/** Lets an agent read for one purpose; answers with the grants of that agent. */
export function giveGrant(api: Api, unitId: string, agent: string, purpose: string): Promise<Reply<Grants>> {
  return api.send(unitAt(unitId, "grants", agent), "PUT", { purpose }, GrantsSchema);
}

/** Takes one grant back. */
export function takeGrant(api: Api, unitId: string, agent: string, purpose: string): Promise<Reply<Grants>> {
  return api.send(unitAt(unitId, "grants", agent), "DELETE", { purpose }, GrantsSchema);
}

/** Members of staff, those who are archived or those who are not, one page. */
export function listStaff(api: Api, archived: boolean, cursor: string | null): Promise<Reply<Page<StaffUser>>> {
  return api.get(paged(at("users"), { archived: archived ? "true" : null, cursor }), pageOf(StaffUserSchema));
}

/** What is known of a member of staff. */
export type StaffBody = Pick<StaffUser, "name" | "email" | "asanaUserGid" | "role">;

export function addStaff(api: Api, body: StaffBody & Write): Promise<Reply<StaffUser>> {
  return api.send(at("users"), "POST", body, StaffUserSchema);
}

export function changeStaff(api: Api, userId: string, body: Partial<StaffBody> & Write): Promise<Reply<StaffUser>> {
  return api.send(at("users", userId), "PATCH", body, StaffUserSchema);
}

/** Into the archive or out of it. Archived, they may do nothing more; what they did keeps their name. */
export function archiveStaff(
  api: Api,
  userId: string,
  body: { readonly archived: boolean } & Write,
): Promise<Reply<StaffUser>> {
  return api.send(at("users", userId), "PATCH", body, StaffUserSchema);
}

/** The catalogue of metrics. */
export function listMetrics(api: Api): Promise<Reply<{ readonly items: readonly MetricView[] }>> {
  return api.get("/api/client-data-plane/metrics", v.object({ items: v.array(MetricSchema) }));
}
