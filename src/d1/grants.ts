/** What an agent may read of a Business Unit, and for which purpose. */
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

/** Gives an agent the facts of a unit for a purpose; one that is there stays as it was given. */
export async function giveGrant(index: Index, grant: GrantView): Promise<void> {
  await index
    .insertInto("dashboard_access_grants")
    .values({
      business_unit_id: grant.businessUnitId,
      agent: grant.agent,
      purpose: grant.purpose,
      granted_by: grant.grantedBy,
      granted_at: grant.grantedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the grants of an agent back: for one purpose, or with null for all. False: there were none. */
export async function takeGrants(
  index: Index,
  businessUnitId: string,
  agent: string,
  purpose: string | null,
): Promise<boolean> {
  let query = index
    .deleteFrom("dashboard_access_grants")
    .where("business_unit_id", "=", businessUnitId)
    .where("agent", "=", agent);
  if (purpose !== null) query = query.where("purpose", "=", purpose);
  const removed = await query.returning("agent").execute();
  return removed.length > 0;
}

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
