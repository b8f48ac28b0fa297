/** Registry rows of the demo agency in `sandbox/seed.ts`, for the D1 tables of `migrations/0001_first_tables.sql`. */
import { BUSINESS_UNITS, type DemoBusinessUnit, USERS } from "../../sandbox/seed.ts";
import { slugOf } from "../../src/core/ids-of-names.ts";
import type { SeedRow } from "./database.ts";

/** Sources of one Business Unit; a brand without rank tracking has no row for it. */
function sourcesOf(unit: DemoBusinessUnit): readonly (readonly [kind: string, externalId: string])[] {
  const ranks = unit.accurankerDomainId === null ? [] : [["accuranker_domain", unit.accurankerDomainId] as const];
  return [
    ["search_console_site", unit.searchConsoleSite],
    ["ga4_property", unit.ga4PropertyId],
    ["google_ads_customer", unit.googleAdsCustomerId],
    ["meta_ad_account", unit.metaAdAccountId],
    ["hubspot_account", unit.hubspotPortalId],
    ["harvest_client", unit.harvestClientId],
    ["asana_project", unit.asanaProjectGid],
    ["website", unit.website],
    ...ranks,
  ];
}

function rowsOf(unit: DemoBusinessUnit, createdAt: string): readonly SeedRow[] {
  const clients: SeedRow = {
    table: "clients",
    key: ["client_id"],
    values: { client_id: unit.clientId, name: unit.name, slug: slugOf(unit.name), created_at: createdAt },
  };
  const businessUnit: SeedRow = {
    table: "business_units",
    key: ["business_unit_id"],
    unit: unit.id,
    values: {
      business_unit_id: unit.id,
      client_id: unit.clientId,
      name: unit.name,
      slug: slugOf(unit.name),
      time_zone: unit.timeZone,
      currency: unit.currency,
      brand_terms: JSON.stringify(unit.brandTerms),
      page_groups: JSON.stringify(unit.pageGroups),
      created_at: createdAt,
    },
  };
  const sources = sourcesOf(unit).map(
    ([kind, externalId]): SeedRow => ({
      table: "source_assets",
      key: ["business_unit_id", "kind"],
      unit: unit.id,
      values: { business_unit_id: unit.id, kind, external_id: externalId, created_at: createdAt },
    }),
  );
  const roles = [
    { user_id: "user_maya", role: "approver" },
    { user_id: "user_tom", role: "consultant" },
  ].map(
    (values): SeedRow => ({
      table: "business_unit_roles",
      key: ["business_unit_id", "user_id"],
      unit: unit.id,
      values: { business_unit_id: unit.id, ...values },
    }),
  );
  const context: SeedRow = {
    table: "context_bindings",
    key: ["business_unit_id"],
    unit: unit.id,
    values: {
      business_unit_id: unit.id,
      box_folder_id: unit.boxFolderId,
      box_folder_name: `${unit.name} context`,
      updated_at: createdAt,
    },
  };
  return [clients, businessUnit, ...sources, ...roles, context];
}

/** All rows, parents before children. Everybody but the guest is staff. Writing them again changes nothing. */
export function demoAgencyRows(createdAt: string): readonly SeedRow[] {
  const people = [USERS.maya, USERS.tom].map(
    ({ gid, name, email }): SeedRow => ({
      table: "staff_users",
      key: ["user_id"],
      values: { user_id: `user_${email.split("@")[0]}`, name, email, asana_user_gid: gid, created_at: createdAt },
    }),
  );
  return [...people, ...BUSINESS_UNITS.flatMap((unit) => rowsOf(unit, createdAt))];
}
