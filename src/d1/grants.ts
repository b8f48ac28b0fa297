/** What an agent may read of a Business Unit, and for which purpose: a copy of what its actor knows. */
import * as v from "valibot";
import type { GrantView } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  business_unit_id: v.string(),
  agent: v.string(),
  purpose: v.string(),
  granted_by: v.string(),
  granted_at: v.string(),
});

/** The grants of a unit, or of one of its agents. */
export async function listGrants(
  index: Index,
  businessUnitId: string,
  agent: string | null = null,
): Promise<readonly GrantView[]> {
  let query = index.selectFrom("dashboard_access_grants").selectAll().where("business_unit_id", "=", businessUnitId);
  if (agent !== null) query = query.where("agent", "=", agent);
  const rows = await query.orderBy("agent").orderBy("purpose").limit(500).execute();
  return rows.map((raw) => {
    const row = parseRow(Row, raw, "grant");
    return {
      businessUnitId: row.business_unit_id,
      agent: row.agent,
      purpose: row.purpose,
      grantedBy: row.granted_by,
      grantedAt: row.granted_at,
    };
  });
}
