/** Clients: truth in D1, each change with its lines of the edit history in the same batch. */
import { sql } from "kysely";
import * as v from "valibot";
import { nameKey } from "../core/ids-of-names.ts";
import type { ClientView } from "../core/wire-registry.ts";
import { parseRow } from "../lib/rows.ts";
import { editLines, inOneBatch, type RecordEdit } from "./edits.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  client_id: v.string(),
  name: v.string(),
  slug: v.nullable(v.string()),
  version: v.number(),
  archived_at: v.nullable(v.string()),
  created_at: v.string(),
});

function clientView(raw: unknown): ClientView {
  const row = parseRow(Row, raw, "client");
  return {
    clientId: row.client_id,
    name: row.name,
    // A client of before slugs is known by the end of its id.
    slug: row.slug ?? row.client_id.replace(/^cl_/, "").replaceAll("_", "-"),
    version: row.version,
    archivedAt: row.archived_at,
    createdAt: row.created_at,
  };
}

export interface ClientFilter {
  /** Those that have one of these Business Units. */
  readonly units: "all" | readonly string[];
  readonly archived: boolean;
  readonly after: string | null;
  readonly limit: number;
}

/** One page of clients, by id. */
export async function listClients(index: Index, filter: ClientFilter): Promise<readonly ClientView[]> {
  let query = index
    .selectFrom("clients")
    .selectAll()
    .where("client_id", ">", filter.after ?? "")
    .where("archived_at", filter.archived ? "is not" : "is", null);
  if (filter.units !== "all")
    query = query.where(
      sql<boolean>`client_id IN (SELECT client_id FROM business_units WHERE business_unit_id IN (SELECT value FROM json_each(${JSON.stringify(filter.units)})))`,
    );
  const rows = await query.orderBy("client_id").limit(filter.limit).execute();
  return rows.map(clientView);
}

/** One client; null when there is none. */
export async function findClient(index: Index, clientId: string): Promise<ClientView | null> {
  const row = await index.selectFrom("clients").selectAll().where("client_id", "=", clientId).executeTakeFirst();
  return row === undefined ? null : clientView(row);
}

/** The client that has a name already, however it is spelt; null when none has. */
export async function clientNamed(index: Index, name: string): Promise<ClientView | null> {
  const all = index.selectFrom("clients").selectAll();
  const row =
    (await all.where("name_key", "=", nameKey(name)).executeTakeFirst()) ??
    // One from before names had keys is found by the letters of ASCII.
    (await all.where(sql<boolean>`name = ${name} COLLATE NOCASE`).executeTakeFirst());
  return row === undefined ? null : clientView(row);
}

/** Ids of Business Units of a client. */
export async function unitsOfClient(index: Index, clientId: string): Promise<readonly string[]> {
  const rows = await index
    .selectFrom("business_units")
    .select("business_unit_id")
    .where("client_id", "=", clientId)
    .orderBy("business_unit_id")
    .execute();
  return rows.map((row) => row.business_unit_id);
}

/** Whether a slug is taken, by a client or a Business Unit: either may become part of the same address. */
export async function slugTaken(index: Index, slug: string): Promise<boolean> {
  const [client, unit] = await Promise.all([
    index.selectFrom("clients").select("client_id").where("slug", "=", slug).executeTakeFirst(),
    index.selectFrom("business_units").select("business_unit_id").where("slug", "=", slug).executeTakeFirst(),
  ]);
  return client !== undefined || unit !== undefined;
}

/** Whether a Business Unit cannot have a slug. A brand may be called like its own client, once. */
export async function unitSlugTaken(index: Index, slug: string, clientSlug: string): Promise<boolean> {
  if (slug !== clientSlug) return slugTaken(index, slug);
  const unit = await index
    .selectFrom("business_units")
    .select("business_unit_id")
    .where("slug", "=", slug)
    .executeTakeFirst();
  return unit !== undefined;
}

/** Adds a client. Error: a constraint of D1 when somebody else just took the id. */
export async function addClient(
  database: D1Database,
  index: Index,
  client: ClientView,
  edit: RecordEdit,
): Promise<void> {
  const insert = index
    .insertInto("clients")
    .values({
      client_id: client.clientId,
      name: client.name,
      name_key: nameKey(client.name),
      slug: client.slug,
      version: client.version,
      archived_at: null,
      created_at: client.createdAt,
    })
    .compile();
  await inOneBatch(database, [insert, editLines(index, edit)]);
}

/** Changes a client from one version to the next. False: somebody else changed it meanwhile. */
export async function changeClient(
  database: D1Database,
  index: Index,
  fields: { readonly name: string; readonly archivedAt: string | null },
  edit: RecordEdit,
): Promise<boolean> {
  const update = index
    .updateTable("clients")
    .set({ name: fields.name, name_key: nameKey(fields.name), archived_at: fields.archivedAt, version: edit.version })
    .where("client_id", "=", edit.scopeId)
    .where("version", "=", edit.version - 1)
    .compile();
  const [updated] = await inOneBatch(database, [update, editLines(index, edit)]);
  return (updated?.meta.changes ?? 0) > 0;
}
