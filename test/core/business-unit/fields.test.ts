import { describe, expect, test } from "vitest";
import { fieldWords } from "../../../src/core/business-unit/describe.ts";
import { grantOf, grantPath, readField } from "../../../src/core/business-unit/fields.ts";
import { editIdOf, isUnitId, seqOfEdit } from "../../../src/core/business-unit/ids.ts";
import { idInField, idsOf } from "../../../src/core/business-unit/queries.ts";
import type { Json } from "../../../src/core/business-unit/types.ts";

const id = (kind: string, externalId: string) => readField(`sources.${kind}`, { externalId });

describe("an id of a source", () => {
  test.each([
    ["search_console_site", "sc-domain:plunkett.example", "sc-domain:plunkett.example"],
    ["search_console_site", " https://www.plunkett.example/ ", "https://www.plunkett.example/"],
    ["ga4_property", "properties/350000002", "350000002"],
    ["google_ads_customer", "123-456-7890", "1234567890"],
    ["meta_ad_account", "99", "act_99"],
    ["meta_ad_account", "act_99", "act_99"],
    ["hubspot_account", "42", "42"],
    ["website", "http://plunkett.example", "http://plunkett.example/"],
    // One spelling each, so that nobody takes another client's source by writing it differently.
    ["search_console_site", "https://WWW.Plunkett.example:443/a/../", "https://www.plunkett.example/"],
  ])("%s “%s” is kept as %s", (kind, given, kept) => {
    expect(id(kind, given)).toEqual({ ok: true, value: { externalId: kept, label: null } });
  });

  test.each([
    ["search_console_site", "https://www.plunkett.example"],
    ["search_console_site", "sc-domain:plunkett"],
    ["search_console_site", "ftp://plunkett.example/"],
    ["search_console_site", "https://www.plunkett.example/?q=/"],
    ["ga4_property", "UA-1234-5"],
    ["ga4_property", "0350000002"],
    ["meta_ad_account", "act_099"],
    ["asana_project", "007"],
    ["google_ads_customer", "12-34"],
    ["meta_ad_account", "act_x"],
    ["asana_project", "p1"],
    ["website", "https://user:pw@plunkett.example"],
    ["website", "plunkett"],
  ])("%s “%s” is refused", (kind, given) => {
    expect(id(kind, given)).toMatchObject({ ok: false });
  });

  test("is refused with the place of what is wrong in it", () => {
    expect(id("ga4_property", "x")).toEqual({ ok: false, message: "externalId: A property id is a number." });
    const long = readField("schedule", "x".repeat(60_000));
    expect(long.ok ? "" : long.message.length).toBe(300);
    expect(readField("currency", "x")).toEqual({ ok: false, message: "It is no ISO 4217 code such as USD." });
  });
});

test.each<[string, Json]>([
  ["users.user_maya", "approver"],
  ["users.user_maya", null],
  ["context", { boxFolderId: "12", boxFolderName: "Plunkett" }],
  ["schedule", { hour: 23, enabled: false }],
  ["settings.targets.2026-01-01", [{ metric: "search.clicks", grain: "month", value: 5_000, better: "higher" }]],
  ["settings.budgets.2026-01-01", [{ source: "meta", amount: 900, currency: "GBP" }]],
])("%s takes %j", (path, value) => {
  expect(readField(path, value)).toEqual({ ok: true, value });
});

test.each<[string, Json]>([
  ["users.maya", "approver"],
  ["users.user_maya", "owner"],
  ["users.user_maya.x", "viewer"],
  ["schedule", { hour: 24, enabled: true }],
  ["settings.targets.2026-02-30", []],
  ["settings.colours.2026-02-01", []],
  ["settings.targets.2026-02-01.x", []],
  ["settings.targets", []],
  ["settings.targets.2026-01-01", [{ metric: "Clicks!", grain: "month", value: 1 }]],
  ["settings.budgets.2026-01-01", [{ source: "meta", amount: 0, currency: "GBP" }]],
  ["settings.page_groups.2026-01-01", [{ label: "Blog", prefix: "blog" }]],
  ["sources.fax", { externalId: "1" }],
  ["constructor", "x"],
  ["name", " "],
  ["name", "x".repeat(121)],
])("%s refuses %j", (path, value) => {
  expect(readField(path, value).ok).toBe(false);
});

test("a unit in the archive that is not is one that never was", () => {
  expect([readField("archived", false), readField("archived", true)]).toEqual([
    { ok: true, value: null },
    { ok: true, value: true },
  ]);
});

test("fields have words people use", () => {
  expect(["name", "sources.ga4_property", "settings.targets.2026-01-01", "users.user_maya"].map(fieldWords)).toEqual([
    "name",
    "the source ga4_property",
    "targets from 2026-01-01 on",
    "the role of user_maya",
  ]);
});

test("an edit is found by its id, in its own unit alone", () => {
  expect(seqOfEdit("bu_a", editIdOf("bu_a", 12))).toBe(12);
  expect([seqOfEdit("bu_a", "edit_bu_b_12"), seqOfEdit("bu_a", "edit_bu_a_x")]).toEqual([null, null]);
  expect(["bu_plunkett", "bu_", "cl_a", "bu_A"].map(isUnitId)).toEqual([true, false, false, false]);
});

test("a grant is named by its agent and its purpose, each as it was written", () => {
  const given = { by: "maya@agency.example", at: "2026-11-23T06:00:00.000Z" };
  const path = grantPath("pacer.v2", "budget advice / weekly");
  expect([path, grantOf(path)]).toEqual([
    "grants.pacer.v2/budget advice / weekly",
    { agent: "pacer.v2", purpose: "budget advice / weekly" },
  ]);
  expect(readField(path, given)).toEqual({ ok: true, value: given });
  for (const bad of ["grants.pacer", "grants./p", "grants.a b/p", "grants.a/", "grants.a/ p", `grants.a/p\u200bq`])
    expect([bad, readField(bad, given)]).toEqual([bad, { ok: false, message: "There is no such field." }]);
  expect(readField(path, { by: "maya", at: "yesterday" })).toMatchObject({ ok: false });
  expect(fieldWords(path)).toBe('what pacer.v2 may read for "budget advice / weekly"');
});

test("words that nobody sees are refused wherever they stand in a value", () => {
  for (const [path, value] of [
    ["settings.brand_terms.2026-01-01", ["plunkett", "plun\u200bkett"]],
    ["settings.page_groups.2026-01-01", [{ label: "\u202eshop", prefix: "/shop/" }]],
    ["sources.website", { externalId: "https://a.example/", label: "a\u0000b" }],
    ["context", { boxFolderId: "1", boxFolderName: "lost \ufffd letter" }],
  ] as const)
    expect([path, readField(path, value)]).toEqual([path, { ok: false, message: "It has invisible characters." }]);
  expect(readField("settings.brand_terms.2026-01-01", ["O’Brien & Søn", "日本語"])).toMatchObject({ ok: true });
});

test("fields that hold an id of an upstream are the sources and the client's folder", () => {
  expect(idInField("sources.ga4_property", { externalId: "35", label: null })).toEqual({
    kind: "ga4_property",
    externalId: "35",
  });
  expect(idInField("context", { boxFolderId: "12", boxFolderName: null })).toEqual({
    kind: "box_folder",
    externalId: "12",
  });
  for (const [path, value] of [
    ["context", null],
    ["context", ["12"]],
    ["sources.ga4_property", null],
    ["name", { boxFolderId: "12" }],
  ] as const)
    expect([path, idInField(path, value)]).toEqual([path, null]);
});

test("the ids a unit uses are those of its sources and of its folder, of nothing that was taken away", () => {
  const set = (value: Json) => ({ value, version: 1 });
  const fields = {
    name: set("Plunkett"),
    "sources.website": set({ externalId: "https://plunkett.example/", label: null }),
    "sources.ga4_property": set(null),
    context: set({ boxFolderId: "12", boxFolderName: null }),
  };
  expect(idsOf({ fields })).toEqual([
    { kind: "box_folder", externalId: "12" },
    { kind: "website", externalId: "https://plunkett.example/" },
  ]);
});
