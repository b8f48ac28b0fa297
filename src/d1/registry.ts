/** Business Units with their sources, as an assessment reads them. */
import * as v from "valibot";
import type { UnitRecord } from "../core/run/assess.ts";
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

/** Every Business Unit, by name. */
export async function listUnits(index: Index): Promise<readonly UnitRecord[]> {
  const [units, sources] = await Promise.all([
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
      .orderBy("business_units.name")
      .execute(),
    index.selectFrom("source_assets").select(["business_unit_id", "kind", "external_id"]).orderBy("kind").execute(),
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
      // A kind this version does not know belongs to a later skill.
      sources: own.flatMap((source) => {
        const kind = v.safeParse(Kind, source.kind);
        return kind.success ? [{ kind: kind.output, externalId: source.external_id }] : [];
      }),
    };
  });
}
