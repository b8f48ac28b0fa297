/** Business Units with their sources and staff, as an assessment reads them. */
import * as v from "valibot";
import type { UnitRecord } from "../core/run/assess.ts";
import type { StaffMember } from "../core/run/conversation.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

const UnitRow = v.object({
  business_unit_id: v.string(),
  name: v.string(),
  client_name: v.string(),
  time_zone: v.string(),
  currency: v.string(),
  brand_terms: v.pipe(v.string(), v.parseJson(), v.array(v.string())),
  page_groups: v.pipe(v.string(), v.parseJson(), v.array(v.object({ label: v.string(), prefix: v.string() }))),
});
const SourceRow = v.object({ business_unit_id: v.string(), kind: v.string(), external_id: v.string() });
const Kind = v.picklist(["search_console_site", "ga4_property", "accuranker_domain"]);

const RoleRow = v.object({
  business_unit_id: v.nullable(v.string()),
  gid: v.string(),
  name: v.string(),
  role: v.string(),
});

/** The roles that may start and steer runs; a viewer looks. */
const STEERING = ["consultant", "approver", "admin"];

/** Staff with an Asana user who may steer: by role on a Business Unit, and by a role on the agency, on all of them. */
async function listStaff(index: Index): Promise<readonly v.InferOutput<typeof RoleRow>[]> {
  const people = () =>
    index
      .selectFrom("staff_users")
      .where("staff_users.asana_user_gid", "is not", null)
      .where("staff_users.archived_at", "is", null);
  const person = ["staff_users.asana_user_gid as gid", "staff_users.name"] as const;
  const [roles, admins] = await Promise.all([
    people()
      .innerJoin("business_unit_roles", "business_unit_roles.user_id", "staff_users.user_id")
      .select([...person, "business_unit_roles.business_unit_id", "business_unit_roles.role"])
      .where("business_unit_roles.role", "in", STEERING)
      .orderBy("business_unit_roles.role")
      .orderBy("staff_users.name")
      .execute(),
    people()
      .where("staff_users.agency_role", "in", STEERING)
      .select([...person, "staff_users.agency_role as role"])
      .orderBy("staff_users.name")
      .execute(),
  ]);
  const everywhere = admins.map((row) => ({ ...row, business_unit_id: null }));
  return [...roles, ...everywhere].map((row) => parseRow(RoleRow, row, "staff role"));
}

/** Who may steer runs of a unit; somebody with a role there is named by it, not by that on the agency. */
function staffOf(unitId: string, rows: readonly v.InferOutput<typeof RoleRow>[]): readonly StaffMember[] {
  const own = rows.filter((row) => row.business_unit_id === unitId);
  const known = new Set(own.map((row) => row.gid));
  const admins = rows.filter((row) => row.business_unit_id === null && !known.has(row.gid));
  return [...own, ...admins].map(({ gid, name, role }) => ({ gid, name, role }));
}

/** Every Business Unit that tasks may be about, by name: none from the archive. */
export async function listUnits(index: Index): Promise<readonly UnitRecord[]> {
  const [units, sources, staff] = await Promise.all([
    index
      .selectFrom("business_units")
      .innerJoin("clients", "clients.client_id", "business_units.client_id")
      .select([
        "business_units.business_unit_id",
        "business_units.name",
        "clients.name as client_name",
        "business_units.time_zone",
        "business_units.currency",
        "business_units.brand_terms",
        "business_units.page_groups",
      ])
      .where("business_units.archived_at", "is", null)
      .orderBy("business_units.name")
      .execute(),
    index.selectFrom("source_assets").select(["business_unit_id", "kind", "external_id"]).orderBy("kind").execute(),
    listStaff(index),
  ]);
  const parsed = sources.map((row) => parseRow(SourceRow, row, "source asset"));
  return units.map((raw) => {
    const row = parseRow(UnitRow, raw, "Business Unit");
    const own = parsed.filter((source) => source.business_unit_id === row.business_unit_id);
    return {
      businessUnitId: row.business_unit_id,
      name: row.name,
      clientName: row.client_name,
      timeZone: row.time_zone,
      currency: row.currency,
      brandTerms: row.brand_terms,
      pageGroups: row.page_groups,
      staff: staffOf(row.business_unit_id, staff),
      // A kind this version does not know belongs to a later skill.
      sources: own.flatMap((source) => {
        const kind = v.safeParse(Kind, source.kind);
        return kind.success ? [{ kind: kind.output, externalId: source.external_id }] : [];
      }),
    };
  });
}
