/** What actors of Business Units agree on through D1: who has an id of an upstream, and whose epoch may write facts. */
import * as v from "valibot";
import { parseRow } from "../lib/rows.ts";

const ClaimRow = v.object({ business_unit_id: v.string(), client_id: v.string() });

/**
 * Who uses the id ?2 of the kind ?1, but for those in `others`: by claim, and before it had an actor that could claim
 * (version 0), by its rows.
 */
const usedBy = (others: string): string => `
  SELECT claim.business_unit_id, claim.client_id, claim.claimed_at AS since FROM source_claims AS claim
    WHERE claim.kind = ?1 AND claim.external_id = ?2 AND claim.${others}
  UNION ALL
  SELECT unit.business_unit_id, unit.client_id, unit.created_at FROM source_assets AS asset
    JOIN business_units AS unit ON unit.business_unit_id = asset.business_unit_id
    WHERE asset.kind = ?1 AND asset.external_id = ?2 AND unit.version = 0 AND unit.${others}
  UNION ALL
  SELECT unit.business_unit_id, unit.client_id, unit.created_at FROM context_bindings AS binding
    JOIN business_units AS unit ON unit.business_unit_id = binding.business_unit_id
    WHERE ?1 = 'box_folder' AND binding.box_folder_id = ?2 AND unit.version = 0 AND unit.${others}`;

/**
 * Takes an id for a unit unless another client has it. One conditional insert decides, so two that come at once cannot
 * both get it; a unit of the same client may share it.
 */
export async function claimId(
  database: D1Database,
  claimant: { readonly businessUnitId: string; readonly clientId: string },
  id: { readonly kind: string; readonly externalId: string },
  at: string,
): Promise<{ readonly elsewhere: string | null; readonly siblings: readonly string[] }> {
  const { businessUnitId, clientId } = claimant;
  const [, others] = await database.batch([
    database
      .prepare(
        `INSERT OR IGNORE INTO source_claims (kind, external_id, business_unit_id, client_id, claimed_at)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (${usedBy("client_id <> ?4")})`,
      )
      .bind(id.kind, id.externalId, businessUnitId, clientId, at),
    database
      .prepare(`${usedBy("business_unit_id <> ?3")} ORDER BY since, business_unit_id`)
      .bind(id.kind, id.externalId, businessUnitId),
  ]);
  const rows = (others?.results ?? []).map((row) => parseRow(ClaimRow, row, "claim"));
  const elsewhere = rows.find((row) => row.client_id !== clientId)?.business_unit_id ?? null;
  const siblings = rows.filter((row) => row.client_id === clientId).map((row) => row.business_unit_id);
  return { elsewhere, siblings: [...new Set(siblings)] };
}

/** Gives back every id of the unit that is not among `kept`. */
export async function releaseClaims(
  database: D1Database,
  businessUnitId: string,
  kept: readonly { readonly kind: string; readonly externalId: string }[],
): Promise<void> {
  await database
    .prepare(
      `DELETE FROM source_claims WHERE business_unit_id = ?1 AND (kind, external_id) NOT IN
         (SELECT value ->> 'kind', value ->> 'externalId' FROM json_each(?2))`,
    )
    .bind(businessUnitId, JSON.stringify(kept))
    .run();
}

/** From now on facts of the unit are taken under this epoch alone. An older one never takes its place. */
export async function writeFence(database: D1Database, businessUnitId: string, epoch: number): Promise<void> {
  await database
    .prepare(
      `INSERT INTO refresh_fences (business_unit_id, epoch) VALUES (?1, ?2)
       ON CONFLICT (business_unit_id) DO UPDATE SET epoch = excluded.epoch WHERE refresh_fences.epoch < excluded.epoch`,
    )
    .bind(businessUnitId, epoch)
    .run();
}
