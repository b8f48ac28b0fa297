/** Staff as the access check reads them. */
import * as v from "valibot";
import { RoleSchema } from "../core/wire-registry.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  user_id: v.string(),
  agency_role: v.nullable(v.string()),
  archived_at: v.nullable(v.string()),
  business_unit_id: v.nullable(v.string()),
  role: v.nullable(v.string()),
});

type StoredRole = v.InferOutput<typeof RoleSchema>;

export interface KnownStaff {
  readonly agencyRole: StoredRole | null;
  readonly unitRoles: ReadonlyMap<string, StoredRole>;
}

/** A role this version does not know gives nothing. */
function roleIn(text: string | null): StoredRole | null {
  const parsed = v.safeParse(RoleSchema, text);
  return parsed.success ? parsed.output : null;
}

/** The member of staff with an e-mail address, in any case; null when there never was one. Archived, they may nothing. */
export async function staffByEmail(index: Index, email: string): Promise<KnownStaff | null> {
  const found = await index
    .selectFrom("staff_users")
    .leftJoin("business_unit_roles", "business_unit_roles.user_id", "staff_users.user_id")
    .select([
      "staff_users.user_id",
      "staff_users.agency_role",
      "staff_users.archived_at",
      "business_unit_roles.business_unit_id",
      "business_unit_roles.role",
    ])
    .where("staff_users.email", "=", email.toLowerCase())
    .execute();
  const rows = found.map((row) => parseRow(Row, row, "staff role"));
  const [first] = rows;
  if (first === undefined) return null;
  if (first.archived_at !== null) return { agencyRole: null, unitRoles: new Map() };
  const unitRoles = new Map<string, StoredRole>();
  for (const row of rows) {
    const role = roleIn(row.role);
    if (row.business_unit_id !== null && role !== null) unitRoles.set(row.business_unit_id, role);
  }
  return { agencyRole: roleIn(first.agency_role), unitRoles };
}

const NameRow = v.object({ user_id: v.string(), name: v.string(), asana_user_gid: v.nullable(v.string()) });

/** What the staff list says of somebody. */
export interface NamedStaff {
  readonly userId: string;
  readonly name: string;
  readonly asanaUserGid: string | null;
}

/** What the staff list calls the holder of an e-mail address; null for somebody who is not in it or was archived. */
export async function staffNameOf(index: Index, email: string): Promise<NamedStaff | null> {
  const row = await index
    .selectFrom("staff_users")
    .select(["user_id", "name", "asana_user_gid"])
    .where("email", "=", email.toLowerCase())
    .where("archived_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { user_id: userId, name, asana_user_gid: asanaUserGid } = parseRow(NameRow, row, "staff name");
  return { userId, name, asanaUserGid };
}

const UnitRow = v.object({ business_unit_id: v.nullable(v.string()) });

/** The Business Unit a run belongs to; null when the run, or its unit, is not known to the index. */
export async function unitOfRun(index: Index, runId: string): Promise<string | null> {
  const row = await index
    .selectFrom("team_agent_runs")
    .select("business_unit_id")
    .where("run_id", "=", runId)
    .executeTakeFirst();
  return row === undefined ? null : parseRow(UnitRow, row, "run row").business_unit_id;
}

/** The Business Unit a report belongs to; null when there is no such report. */
export async function unitOfArtifact(index: Index, artifactId: string): Promise<string | null> {
  const row = await index
    .selectFrom("report_artifacts")
    .select("business_unit_id")
    .where("artifact_id", "=", artifactId)
    .executeTakeFirst();
  return row === undefined ? null : parseRow(UnitRow, row, "artifact row").business_unit_id;
}

/** The Business Unit a fact is about; null when there is no such fact. */
export async function unitOfFact(index: Index, factId: string): Promise<string | null> {
  const row = await index
    .selectFrom("current_client_facts")
    .select("business_unit_id")
    .where("fact_id", "=", factId)
    .executeTakeFirst();
  return row === undefined ? null : parseRow(UnitRow, row, "fact").business_unit_id;
}
