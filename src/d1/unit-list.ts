/** Business Units as the index has them, with the names of their clients and people. */
import { sql } from "kysely";
import * as v from "valibot";
import type { UnitRecord } from "../core/business-unit/answers.ts";
import { nameKey } from "../core/ids-of-names.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";
import { ofUnits } from "./units-match.ts";

export interface UnitFilter {
  readonly units: "all" | readonly string[];
  readonly clientId: string | null;
  readonly archived: boolean;
  readonly after: string | null;
  readonly limit: number;
}

const UnitRow = v.object({ business_unit_id: v.string() });

/** One page of ids, in their order. */
export async function listUnitIds(index: Index, filter: UnitFilter): Promise<readonly string[]> {
  let query = index
    .selectFrom("business_units")
    .select("business_unit_id")
    .where("business_unit_id", ">", filter.after ?? "")
    .where("archived_at", filter.archived ? "is not" : "is", null);
  if (filter.units !== "all") query = query.where(ofUnits(filter.units));
  if (filter.clientId !== null) query = query.where("client_id", "=", filter.clientId);
  const rows = await query.orderBy("business_unit_id").limit(filter.limit).execute();
  return rows.map((row) => parseRow(UnitRow, row, "Business Unit").business_unit_id);
}

/** The Business Unit that has a name already, however it is spelt; null when none has. */
export async function unitNamed(
  index: Index,
  name: string,
): Promise<{ readonly businessUnitId: string; readonly name: string } | null> {
  const all = index.selectFrom("business_units").select(["business_unit_id", "name"]);
  const row =
    (await all.where("name_key", "=", nameKey(name)).executeTakeFirst()) ??
    // One from before names had keys is found by the letters of ASCII.
    (await all.where(sql<boolean>`name = ${name} COLLATE NOCASE`).executeTakeFirst());
  return row === undefined ? null : { businessUnitId: row.business_unit_id, name: row.name };
}

const Person = v.object({
  user_id: v.string(),
  name: v.string(),
  email: v.string(),
  asana_user_gid: v.nullable(v.string()),
  agency_role: v.nullable(v.string()),
});

export interface KnownPerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly asanaUserGid: string | null;
  readonly agencyRole: string | null;
}

/** Names that records of Business Units only have the ids of. */
export interface RegistryNames {
  readonly clients: ReadonlyMap<string, string>;
  /** Staff who are not archived: those that were asked for, and those with a role on the agency. */
  readonly people: ReadonlyMap<string, KnownPerson>;
}

/** The names of clients and people of some Business Units. */
export async function namesFor(index: Index, records: readonly UnitRecord[]): Promise<RegistryNames> {
  const clientIds = JSON.stringify([...new Set(records.map((record) => record.clientId))]);
  const userIds = JSON.stringify([...new Set(records.flatMap((record) => record.users.map((user) => user.userId)))]);
  const people = () =>
    index
      .selectFrom("staff_users")
      .select(["user_id", "name", "email", "asana_user_gid", "agency_role"])
      .where("archived_at", "is", null);
  const [clients, own, agency] = await Promise.all([
    index
      .selectFrom("clients")
      .select(["client_id", "name"])
      .where(sql<boolean>`client_id IN (SELECT value FROM json_each(${clientIds}))`)
      .execute(),
    people().where(sql<boolean>`user_id IN (SELECT value FROM json_each(${userIds}))`).execute(),
    people().where("agency_role", "is not", null).execute(),
  ]);
  const known = [...own, ...agency].map((raw) => {
    const row = parseRow(Person, raw, "staff user");
    const { user_id: userId, name, email, asana_user_gid: asanaUserGid, agency_role: agencyRole } = row;
    return [userId, { userId, name, email, asanaUserGid, agencyRole }] as const;
  });
  return { clients: new Map(clients.map((row) => [row.client_id, row.name])), people: new Map(known) };
}
