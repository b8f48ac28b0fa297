/** Business Units as rows: those from before they had an actor, those that should have acted, those at work. */
import { sql } from "kysely";
import * as v from "valibot";
import type { SeededUnit } from "../core/business-unit/commands.ts";
import { grantPath } from "../core/business-unit/fields.ts";
import { ASSET_KINDS, type Json, ROLES } from "../core/business-unit/types.ts";
import { parseRow } from "../lib/rows.ts";
import { listGrants } from "./grants.ts";
import type { Index } from "./schema.ts";

const UnitRow = v.object({
  client_id: v.string(),
  name: v.string(),
  time_zone: v.string(),
  currency: v.string(),
  brand_terms: v.pipe(v.string(), v.parseJson(), v.array(v.string())),
  page_groups: v.pipe(v.string(), v.parseJson(), v.array(v.object({ label: v.string(), prefix: v.string() }))),
  slug: v.nullable(v.string()),
  created_at: v.string(),
});
const SourceRow = v.object({ kind: v.picklist(ASSET_KINDS), external_id: v.string() });
const RoleRow = v.object({ user_id: v.string(), role: v.picklist(ROLES) });

/** What was set before settings had days holds from the beginning. */
const BEGINNING = "2000-01-01";

type Write = SeededUnit["fields"][number];

/** The rows of a unit that was written before units had actors; null when there is none, or when it has one. */
export async function seededUnit(index: Index, businessUnitId: string): Promise<SeededUnit | null> {
  const raw = await index
    .selectFrom("business_units")
    .select(["client_id", "name", "time_zone", "currency", "brand_terms", "page_groups", "slug", "created_at"])
    .where("business_unit_id", "=", businessUnitId)
    .where("version", "=", 0)
    .executeTakeFirst();
  if (raw === undefined) return null;
  const row = parseRow(UnitRow, raw, "Business Unit");
  return {
    businessUnitId,
    clientId: row.client_id,
    slug: row.slug ?? businessUnitId.slice("bu_".length).replaceAll("_", "-"),
    createdAt: Date.parse(row.created_at),
    archivedAt: null,
    fields: [
      ...unitFields(row),
      ...(await sourceFields(index, businessUnitId)),
      ...(await roleFields(index, businessUnitId)),
      ...(await contextField(index, businessUnitId)),
      ...(await grantFields(index, businessUnitId)),
    ],
    surface: null,
    refreshes: 0,
  };
}

function unitFields(row: v.InferOutput<typeof UnitRow>): readonly Write[] {
  const setting = (kind: string, value: readonly Json[]): readonly Write[] =>
    value.length === 0 ? [] : [{ field: `settings.${kind}.${BEGINNING}`, value }];
  return [
    { field: "name", value: row.name },
    { field: "timeZone", value: row.time_zone },
    { field: "currency", value: row.currency },
    ...setting("brand_terms", row.brand_terms),
    ...setting("page_groups", row.page_groups),
  ];
}

async function sourceFields(index: Index, businessUnitId: string): Promise<readonly Write[]> {
  const rows = await index
    .selectFrom("source_assets")
    .select(["kind", "external_id"])
    .where("business_unit_id", "=", businessUnitId)
    .execute();
  return rows.flatMap((row): readonly Write[] => {
    const read = v.safeParse(SourceRow, row);
    if (!read.success) return [];
    const { kind, external_id: externalId } = read.output;
    return [{ field: `sources.${kind}`, value: { externalId, label: null } }];
  });
}

async function roleFields(index: Index, businessUnitId: string): Promise<readonly Write[]> {
  const rows = await index
    .selectFrom("business_unit_roles")
    .select(["user_id", "role"])
    .where("business_unit_id", "=", businessUnitId)
    .execute();
  return rows.flatMap((row): readonly Write[] => {
    const read = v.safeParse(RoleRow, row);
    return read.success ? [{ field: `users.${read.output.user_id}`, value: read.output.role }] : [];
  });
}

async function contextField(index: Index, businessUnitId: string): Promise<readonly Write[]> {
  const row = await index
    .selectFrom("context_bindings")
    .select(["box_folder_id as boxFolderId", "box_folder_name as boxFolderName"])
    .where("business_unit_id", "=", businessUnitId)
    .executeTakeFirst();
  return row === undefined ? [] : [{ field: "context", value: row }];
}

async function grantFields(index: Index, businessUnitId: string): Promise<readonly Write[]> {
  const grants = await listGrants(index, businessUnitId);
  return grants.map(({ agent, purpose, grantedBy: by, grantedAt: at }) => ({
    field: grantPath(agent, purpose),
    value: { by, at },
  }));
}

const IdRow = v.object({ business_unit_id: v.string(), wake_at: v.string() });

/** Units whose wake time lies before `before`, longest forgotten first. */
export async function overdueUnits(
  index: Index,
  before: string,
  after: { readonly at: string; readonly businessUnitId: string } | null,
  limit: number,
): Promise<readonly { readonly businessUnitId: string; readonly at: string }[]> {
  const { rows } = await sql`SELECT business_unit_id, wake_at FROM business_units
    WHERE wake_at IS NOT NULL AND wake_at < ${before}
    AND (wake_at, business_unit_id) > (${after?.at ?? ""}, ${after?.businessUnitId ?? ""})
    ORDER BY wake_at, business_unit_id LIMIT ${limit}`.execute(index);
  return rows.map((raw) => {
    const row = parseRow(IdRow, raw, "Business Unit");
    return { businessUnitId: row.business_unit_id, at: row.wake_at };
  });
}

/** A page of all units by id, after the given one. */
export async function unitIds(index: Index, after: string, limit: number): Promise<readonly string[]> {
  const rows = await index
    .selectFrom("business_units")
    .select("business_unit_id")
    .where("business_unit_id", ">", after)
    .orderBy("business_unit_id")
    .limit(limit)
    .execute();
  return rows.map(({ business_unit_id }) => business_unit_id);
}

const MOST_AT_WORK = 1_000;

/** Units whose newest refresh is not over. */
export async function unitsAtWork(index: Index): Promise<readonly string[]> {
  const rows = await index
    .selectFrom("ingestion_runs")
    .select("business_unit_id")
    .distinct()
    .where("status", "in", ["queued", "running"])
    .limit(MOST_AT_WORK)
    .execute();
  return rows.map(({ business_unit_id }) => business_unit_id);
}
