import { describe, expect, test } from "vitest";
import { withBase, writesBack } from "../../../src/core/business-unit/edit.ts";
import { isLogged, type UnitEvent } from "../../../src/core/business-unit/events.ts";
import { brandTermsOn, fieldValue, pageGroupsOn, settingOn } from "../../../src/core/business-unit/queries.ts";
import type { Json } from "../../../src/core/business-unit/types.ts";
import { editsOf, recordOf } from "../../../src/core/business-unit/view.ts";
import {
  asset,
  CREATED,
  create,
  edit,
  FIELDS,
  NOW,
  played,
  SITE,
  SITUATIONS,
  stateOf,
  turn,
  UNIT,
} from "../../support/unit-machine.ts";

const configured = SITUATIONS.configured;
const bare = SITUATIONS["without sources"];

/** The log of a sequence of commands. */
function logOf(...commands: readonly Parameters<typeof turn>[1][]) {
  let at: Parameters<typeof turn>[0] = { state: null, now: NOW };
  const log: { seq: number; at: number; event: UnitEvent }[] = [];
  for (const command of commands) {
    const result = turn(at, command);
    result.events.filter(isLogged).forEach((event, n) => {
      log.push({ seq: result.seqs[n] ?? 0, at: at.now, event });
    });
    at = { state: result.state, now: at.now + 1_000 };
  }
  return { log, at };
}

describe("an edit", () => {
  test("of fields nobody else touched since is merged", () => {
    const at = played(bare, edit({ timeZone: "Europe/Paris" }));
    const merged = turn(at, edit({ name: "Other" }, 1));
    expect(merged.refusal).toBeNull();
    expect([fieldValue(stateOf(merged), "name"), fieldValue(stateOf(merged), "timeZone")]).toEqual([
      "Other",
      "Europe/Paris",
    ]);
  });

  test("of a field somebody else changed since is refused whole, with what each side has", () => {
    const { log, at } = logOf(create, { type: "create_surface", by: "Maya" }, edit({ name: "Hers" }));
    const refused = turn(at, edit({ name: "Mine", currency: "USD" }, 2));
    expect(refused.state).toBe(at.state);
    expect(refused.refusal).toMatchObject({ code: "stale_write" });
    const differences = refused.refusal?.code === "stale_write" ? refused.refusal.differences : [];
    expect(withBase(differences, 2, log)).toEqual([
      { field: "name", yours: "Mine", current: "Hers", base: "Plunkett" },
    ]);
  });

  test("of a field that was removed since is stale too, and was nothing before it was set", () => {
    const removed = played(
      bare,
      edit({ "sources.website": asset("https://a.example/") }),
      edit({ "sources.website": null }),
    );
    const refused = turn(removed, edit({ "sources.website": asset("https://b.example/") }, 2));
    expect(refused.refusal).toMatchObject({
      differences: [{ field: "sources.website", yours: asset("https://b.example/"), current: null, base: null }],
    });
    expect(withBase([{ field: "x", yours: 1, current: 2, base: null }], 5, [])[0]?.base).toBeNull();
  });

  test("of a field nobody ever set is not stale", () => {
    expect(turn(bare, edit({ context: { boxFolderId: "1" } }, 0)).refusal).toBeNull();
  });

  test("to what is there already changes nothing, however stale", () => {
    const at = played(bare, edit({ name: "Hers" }));
    expect(turn(at, edit({ name: "Hers" }, 0))).toMatchObject({ events: [], refusal: null });
    expect(
      turn(configured, edit({ "sources.search_console_site": { label: null, ...Object(SITE) } }, 0)).events,
    ).toEqual([]);
  });

  test("is refused for every field that is wrong, at once", () => {
    const refused = turn(bare, edit({ timeZone: "Mars/Olympus", currency: "GBX", name: null, colour: "red" }));
    const issues = refused.refusal?.code === "bad_field" ? refused.refusal.issues : [];
    expect(issues.map(({ path }) => path)).toEqual(["timeZone", "currency", "name", "colour"]);
    expect(refused.refusal?.detail).toContain("and 3 more");
  });

  test("that sets a field twice, or more fields than anybody types, is refused", () => {
    const twice = { ...edit({}), changes: [...FIELDS.slice(0, 1), ...FIELDS.slice(0, 1)] } as const;
    expect(
      turn(bare, { ...twice, type: "edit", baseVersion: null, by: "", reason: "", restores: null }).refusal,
    ).toMatchObject({
      issues: [{ path: "name", message: "It is set twice." }],
    });
    const days = Array.from({ length: 101 }, (_, n) => [`settings.targets.${2_000 + n}-01-01`, []] as const);
    expect(turn(bare, edit(Object.fromEntries(days))).refusal?.detail).toContain("more than 100");
  });

  test("that would make the configuration grow without end is refused", () => {
    let at = bare;
    for (let round = 0; round < 10; round += 1) {
      const days = Array.from(
        { length: 99 },
        (_, n) => [`settings.targets.${1_000 + round * 100 + n}-01-01`, []] as const,
      );
      at = played(at, edit(Object.fromEntries(days)));
    }
    const more = Array.from({ length: 50 }, (_, n) => [`settings.budgets.${1_000 + n}-01-01`, []] as const);
    expect(turn(at, edit(Object.fromEntries(more))).refusal).toMatchObject({ code: "wrong_state" });
  });

  test("of a unit in the archive only gives ids up, for others to use, and takes grants back", () => {
    const given = { by: "Maya", at: "2026-11-23T06:00:00.000Z" };
    const read = played(bare, edit({ "grants.pacer/p": given }), edit({ archived: true }));
    expect(turn(read, edit({ "grants.pacer/p": null })).refusal).toBeNull();
    expect(turn(read, edit({ "grants.pacer/q": given })).refusal).toMatchObject({ code: "archived" });
    const without = edit({ "sources.ga4_property": null });
    expect(turn(SITUATIONS.archived, without)).toMatchObject({ refusal: null, effects: ["claims", "project"] });
    for (const changes of [{ "sources.ga4_property": asset("7") }, { name: "New", "sources.ga4_property": null }])
      expect(turn(played(SITUATIONS.archived), edit(changes)).refusal).toMatchObject({ code: "archived" });
  });

  test("that takes a unit out of the archive may change more with it", () => {
    const at = turn(SITUATIONS.archived, edit({ archived: false, name: "Back" }));
    expect([stateOf(at).archivedAt, fieldValue(stateOf(at), "name")]).toEqual([null, "Back"]);
  });

  test("that would make the configuration more than a row can hold is refused; one that makes it smaller is not", () => {
    const terms = (n: number) => Array.from({ length: 200 }, (_, term) => `${n} ${term} ${"x".repeat(70)}`);
    const days = Array.from({ length: 15 }, (_, n) => `settings.brand_terms.${2_010 + n}-01-01`);
    const full = days.reduce((at, day, n) => played(at, edit({ [day]: terms(n) })), SITUATIONS.configured);
    const more = turn(full, edit({ "settings.brand_terms.2030-01-01": terms(99) }));
    expect(more.refusal).toMatchObject({ code: "wrong_state", detail: expect.stringContaining("too big") });
    expect(turn(full, edit({ "settings.brand_terms.2010-01-01": null })).refusal).toBeNull();
  });

  test("that archives stops the refresh at work, and what waited to be tried again does not begin by itself", () => {
    const stopped = turn(SITUATIONS.running, edit({ archived: true }));
    expect(stateOf(stopped).refresh).toMatchObject({ status: "cancelled", cause: { code: "archived" }, lease: null });
    const back = played(SITUATIONS["partly done"], edit({ archived: true }), edit({ archived: false }));
    expect(stateOf(back).refresh?.sources.ga4?.nextTryAt).toBeNull();
  });

  test("of a source forgets what was known of the other asset, and of no other source", () => {
    const tested = played(SITUATIONS.done, {
      type: "note_test",
      kind: "ga4_property",
      test: { ok: true, code: "ok", detail: "", externalId: "350000002" },
    });
    const state = stateOf(played(tested, edit({ "sources.ga4_property": asset("7") })));
    expect([Object.keys(state.tests), Object.keys(state.freshness)]).toEqual([[], ["search_console"]]);
    const renamed = stateOf(played(tested, edit({ "sources.ga4_property": asset("350000002", "The shop") })));
    expect(Object.keys(renamed.freshness)).toEqual(["search_console", "ga4"]);
    const site = stateOf(played(tested, edit({ "sources.website": asset("https://a.example/") })));
    expect(Object.keys(site.freshness)).toEqual(["search_console", "ga4"]);
  });
});

describe("a new unit", () => {
  test("needs a name, a time zone and a currency", () => {
    const refused = turn(
      { state: null, now: NOW },
      { type: "create", unit: { ...CREATED, fields: [{ field: "currency", value: "??" }] } },
    );
    const issues = refused.refusal?.code === "bad_field" ? refused.refusal.issues : [];
    expect(issues.map(({ path }) => path)).toEqual(["currency", "name", "timeZone"]);
  });

  test("has no field that was given as none", () => {
    const fields = [...FIELDS, { field: "context", value: null }];
    expect(
      stateOf(turn({ state: null, now: NOW }, { type: "create", unit: { ...CREATED, fields } })).fields,
    ).not.toHaveProperty("context");
  });
});

describe("the edit history", () => {
  const { log, at } = logOf(create, edit({ name: "Hers" }), { type: "create_surface", by: "maya@agency.example" });

  test("has one entry for each field of each edit, with who, when, before and after", () => {
    expect(log.flatMap((entry) => editsOf(UNIT, entry)).at(-1)).toEqual({
      editId: `edit_${UNIT}_2`,
      field: "name",
      version: 2,
      at: new Date(NOW + 1_000).toISOString(),
      by: "maya@agency.example",
      reason: "",
      before: "Plunkett",
      after: "Hers",
      restores: null,
    });
    expect(log.flatMap((entry) => editsOf(UNIT, entry))).toHaveLength(4);
  });

  test("is undone by an edit that sets everything back and names what it restores", () => {
    const [, edited] = log.map(({ event }) => writesBack(event));
    const restored = turn(at, {
      ...edit({}),
      type: "edit",
      changes: edited ?? [],
      restores: `edit_${UNIT}_2`,
      baseVersion: null,
      by: "Tom",
      reason: "",
    });
    expect(fieldValue(stateOf(restored), "name")).toBe("Plunkett");
    expect(restored.events).toMatchObject([{ restores: `edit_${UNIT}_2` }]);
    const seq = restored.seqs[0] ?? 0;
    expect(editsOf(UNIT, { seq, at: NOW, event: restored.events[0] ?? log[0]?.event ?? fail() })[0]?.restores).toBe(
      `edit_${UNIT}_2`,
    );
  });

  test("knows what is no edit, and what cannot be undone", () => {
    expect(log.map(({ event }) => writesBack(event) === null)).toEqual([true, false, true]);
  });

  test("of a unit that was taken over says that nobody edited it", () => {
    const adopted: UnitEvent = {
      type: "unit.adopted",
      businessUnitId: UNIT,
      clientId: "cl",
      slug: "plunkett",
      changes: [{ field: "name", before: null, after: "P" }],
      createdAt: 1,
      archivedAt: null,
      surface: null,
      refreshes: 0,
    };
    expect(editsOf(UNIT, { seq: 1, at: NOW, event: adopted })).toMatchObject([{ by: "system", after: "P" }]);
  });
});

function fail(): never {
  throw new Error("There is no event.");
}

describe("settings by day", () => {
  const terms: Readonly<Record<string, Json>> = {
    "settings.brand_terms.2000-01-01": ["Plunkett ", "plunkett", "PLK"],
    "settings.brand_terms.2026-10-01": ["plunkett & sons"],
    "settings.page_groups.2026-01-01": [{ label: "Blog", prefix: "/blog/" }],
  };
  const state = stateOf(played(bare, edit(terms)));

  test("hold from their day until the next one", () => {
    expect(brandTermsOn(state, "2026-09-30")).toEqual(["plunkett", "plk"]);
    expect(brandTermsOn(state, "2026-10-01")).toEqual(["plunkett & sons"]);
    expect(pageGroupsOn(state, "2025-12-31")).toEqual([]);
    expect(pageGroupsOn(state, "2026-12-31")).toEqual([{ label: "Blog", prefix: "/blog/" }]);
    expect(settingOn(state, "budgets", "2026-12-31")).toBeNull();
  });

  test("are listed by kind and day, without those that were removed", () => {
    const less = stateOf(played({ state, now: NOW }, edit({ "settings.brand_terms.2026-10-01": null })));
    expect(recordOf(less).settings.map(({ kind, effectiveFrom }) => `${kind} ${effectiveFrom}`)).toEqual([
      "brand_terms 2000-01-01",
      "page_groups 2026-01-01",
    ]);
  });
});
