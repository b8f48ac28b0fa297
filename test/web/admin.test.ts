import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/core/wire.ts";
import type { Reply } from "../../web/interface/api.ts";
import { everyPage } from "../../web/interface/api-admin.ts";
import {
  choiceKey,
  conflictOf,
  firstChoices,
  isDecided,
  resolved,
  type Side,
} from "../../web/interface/state/admin-conflict.ts";
import { Draft, discardAll, type FormSpec, Shelf, unsaved } from "../../web/interface/state/admin-draft.ts";
import { fieldPath, placeOf } from "../../web/interface/state/admin-paths.ts";
import {
  datedSettings,
  dayIn,
  numberOf,
  refusedCells,
  settingErrors,
  settingForm,
  settingValue,
} from "../../web/interface/state/admin-settings.ts";
import { editGroups, fieldName, valueDiff } from "../../web/interface/state/admin-words.ts";

const target = (metric: string, value: number) => ({ metric, grain: "month", value });

/** A conflict about one field. */
function clash(field: string, base: unknown, yours: unknown, current: unknown) {
  return conflictOf([{ field, base, yours, current }], 7);
}

function choose(conflict: ReturnType<typeof clash>, side: Side) {
  return new Map(
    conflict.clashes.flatMap(({ field, pieces }) =>
      pieces.map(({ key }): [string, Side] => [choiceKey(field, key), side]),
    ),
  );
}

describe("two versions of one field", () => {
  it("need no choice where each side changed another part", () => {
    const conflict = clash(
      "sources.website",
      { externalId: "https://a.example/", label: null },
      { externalId: "https://b.example/", label: null },
      { externalId: "https://a.example/", label: "Main" },
    );
    const choices = firstChoices(conflict);
    expect(isDecided(conflict, choices)).toBe(true);
    expect(resolved(conflict, choices).get("sources.website")).toEqual({
      externalId: "https://b.example/",
      label: "Main",
    });
  });

  it("ask where both changed the same part, and only there", () => {
    const field = "settings.targets.2026-10-01";
    const conflict = clash(
      field,
      [target("ga4.sessions", 100), target("gsc.clicks", 10)],
      [target("ga4.sessions", 200), target("gsc.clicks", 10), target("ga4.purchases", 5)],
      [target("ga4.sessions", 150), target("gsc.clicks", 20)],
    );
    const first = firstChoices(conflict);
    expect(isDecided(conflict, first)).toBe(false);
    const mine = new Map([...first, [choiceKey(field, "ga4.sessions"), "mine" as const]]);
    expect(isDecided(conflict, mine)).toBe(true);
    expect(resolved(conflict, mine).get(field)).toEqual([
      target("ga4.sessions", 200),
      target("gsc.clicks", 20),
      target("ga4.purchases", 5),
    ]);
  });

  it("merge words: what one added and the other removed both happen", () => {
    const field = "settings.brand_terms.2026-10-01";
    const conflict = clash(field, ["acme", "old"], ["acme", "old", "new"], ["acme"]);
    expect(resolved(conflict, firstChoices(conflict)).get(field)).toEqual(["acme", "new"]);
  });

  it.each([
    ["a removal against a change", { externalId: "1", label: null }, null, { externalId: "2", label: null }],
    ["page groups, whose order counts", null, [{ label: "A", prefix: "/a" }], [{ label: "B", prefix: "/b" }]],
    ["the same words in another order", ["a", "b"], ["b", "a"], ["a", "b"]],
  ])("are taken whole: %s", (_what, base, yours, current) => {
    const conflict = clash("x", base, yours, current);
    expect(conflict.clashes[0]?.pieces.map(({ key }) => key)).toEqual([""]);
    expect(isDecided(conflict, firstChoices(conflict))).toBe(false);
    expect(resolved(conflict, choose(conflict, "mine")).get("x")).toEqual(yours);
    expect(resolved(conflict, choose(conflict, "theirs")).get("x")).toEqual(current);
  });
});

interface Row {
  readonly name: string;
  readonly zone: string;
  readonly version: number;
}
interface Form {
  readonly name: string;
  readonly zone: string;
}

const failed = (more: Partial<Problem>): Reply<Row> => ({
  ok: false,
  problem: { type: "about:blank", code: "unreachable", status: 0, title: "No answer", detail: "Gone.", ...more },
});

/** A form over a record that answers what the test says, one answer per save. */
function formOver(...answers: Reply<Row>[]) {
  const sent: [Form, number][] = [];
  const saved: Row[] = [];
  const spec: FormSpec<Row, Form> = {
    read: ({ name, zone }) => ({ name, zone }),
    version: ({ version }) => version,
    check: ({ name }) => (name === "" ? { name: "It is empty." } : {}),
    async send(form, version) {
      sent.push([form, version]);
      return answers.shift() ?? failed({});
    },
    merge: (form, values) => ({
      name: String(values.get("name") ?? form.name),
      zone: String(values.get("zone") ?? form.zone),
    }),
    errors: ({ issues }) => Object.fromEntries((issues ?? []).map(({ path, message }) => [path, message])),
    saved: (row) => void saved.push(row),
  };
  const record: Row = { name: "Old", zone: "UTC", version: 3 };
  return { draft: new Draft("A record", record, spec), spec, sent, saved };
}

describe("a form", () => {
  it("sends nothing that is wrong, and says where", async () => {
    const { draft, sent } = formOver();
    draft.set({ name: "" });
    expect(await draft.save()).toBe(false);
    expect([sent, draft.state.value.errors]).toEqual([[], { name: "It is empty." }]);
    draft.set({ name: "New" });
    expect(draft.state.value.errors).toEqual({});
  });

  it("keeps what was typed when the save fails, and when the record arrives anew", async () => {
    const { draft, sent } = formOver(failed({}));
    draft.set({ name: "New" });
    expect(await draft.save()).toBe(false);
    draft.accept({ name: "Theirs", zone: "UTC", version: 4 });
    const { form, problem, version } = draft.state.value;
    expect([form.name, problem?.detail, version]).toEqual(["New", "Gone.", 3]);
    expect(sent).toEqual([[{ name: "New", zone: "UTC" }, 3]]);
  });

  it("follows the record while nothing is typed", () => {
    const { draft } = formOver();
    draft.accept({ name: "Theirs", zone: "UTC", version: 4 });
    expect([draft.state.value.form.name, draft.state.value.version, draft.dirty.value]).toEqual(["Theirs", 4, false]);
  });

  it("puts a refusal at its field", async () => {
    const issues = [{ path: "name", message: "There is one of that name." }];
    const { draft } = formOver(failed({ status: 409, code: "duplicate", issues }));
    draft.set({ name: "Twin" });
    await draft.save();
    expect([draft.state.value.errors, draft.state.value.problem]).toEqual([
      { name: "There is one of that name." },
      null,
    ]);
  });

  it("loses nothing in a conflict: both sides stand until one is chosen, which goes out on the version it was chosen from", async () => {
    const difference = [{ field: "name", yours: "Mine", current: "Theirs" }];
    const refusal = failed({ status: 409, code: "stale_write", difference, version: 9 });
    const { draft, sent, saved } = formOver(refusal, { ok: true, value: { name: "Mine", zone: "UTC", version: 10 } });
    draft.set({ name: "Mine" });
    await draft.save();
    const { conflict, form } = draft.state.value;
    expect([form.name, conflict?.clashes[0]?.pieces]).toEqual([
      "Mine",
      [{ key: "", mine: "Mine", theirs: "Theirs", base: undefined, side: null }],
    ]);
    expect(await draft.resolve(new Map([[choiceKey("name", ""), "mine"]]))).toBe(true);
    expect(sent.at(-1)).toEqual([{ name: "Mine", zone: "UTC" }, 9]);
    expect([saved.length, draft.dirty.value, draft.state.value.conflict]).toEqual([1, false, null]);
  });

  it("keeps what is typed while it is being saved", async () => {
    const { draft, spec } = formOver();
    draft.use({
      ...spec,
      async send(form) {
        draft.set({ zone: "Europe/Dublin" });
        return { ok: true, value: { ...form, version: 4 } };
      },
    });
    draft.set({ name: "New" });
    await draft.save();
    expect([draft.state.value.form, draft.dirty.value]).toEqual([{ name: "New", zone: "Europe/Dublin" }, true]);
  });

  it("that is mounted anew before the old one has gone stays the same", () => {
    const { draft, spec } = formOver();
    const shelf = new Shelf<Row, Form>();
    const first = shelf.show("one", draft);
    const second = shelf.show("one", draft);
    first();
    draft.set({ name: "Typed" });
    expect(unsaved.value).toEqual([draft]);
    expect(shelf.open("one", "The name", { name: "Old", zone: "UTC", version: 3 }, spec)).toBe(draft);
    draft.discard();
    second();
  });

  it("that is left with something in it is found again, and is said to be unsaved until it is discarded", () => {
    const { spec } = formOver();
    const record: Row = { name: "Old", zone: "UTC", version: 3 };
    const shelf = new Shelf<Row, Form>();
    const draft = shelf.open("one", "The name", record, spec);
    const first = shelf.show("one", draft);
    draft.set({ name: "Typed" });
    first();
    expect(unsaved.value.map(({ label }) => label)).toEqual(["The name"]);
    expect(shelf.open("one", "The name", record, spec).state.value.form.name).toBe("Typed");
    discardAll();
    expect(unsaved.value).toEqual([]);
    shelf.show("one", draft)();
    expect(shelf.open("one", "The name", { ...record, name: "Newer" }, spec).state.value.form.name).toBe("Newer");
  });
});

describe("addresses of the administration", () => {
  it.each([
    ["sources.ga4_property", "/admin/units/bu_a/sources?field=sources.ga4_property"],
    ["context", "/admin/units/bu_a/context?field=context"],
    ["users", "/admin/units/bu_a/users?field=users"],
    ["settings.targets.2026-10-01", "/admin/units/bu_a/settings?field=settings.targets.2026-10-01"],
    ["agency", null],
  ])("lead to the field of a finding: %s", (field, path) => expect(fieldPath("bu_a", field)).toBe(path));

  it("name a page, or are unknown", () => {
    expect(placeOf(["units", "bu_a"])).toEqual({ page: "unit", businessUnitId: "bu_a", tab: "sources" });
    expect(placeOf([])).toEqual({ page: "clients" });
    for (const parts of [["units", "bu_a", "nothing"], ["users", "x"], ["units"], ["clients", "a", "b"]])
      expect(placeOf(parts)).toEqual({ page: "unknown" });
  });
});

describe("the history", () => {
  const edit = (editId: string, field: string) => ({
    editId,
    field,
    version: 1,
    at: "",
    by: "ann",
    reason: "",
    before: null,
    after: "x",
    restores: null,
  });

  it("shows the fields of one edit together", () => {
    const groups = editGroups([edit("e2", "name"), edit("e2", "currency"), edit("e1", "name")]);
    expect(groups.map(({ editId, edits }) => [editId, edits.length])).toEqual([
      ["e2", 2],
      ["e1", 1],
    ]);
  });

  it("says in words what the absence of a value means", () => {
    expect(valueDiff("archivedAt", "2026-11-23T06:00:00.000Z", null)).toEqual({
      was: ["archived"],
      is: ["not archived"],
    });
    const grant = "grants.pacer.v2/budget advice / weekly";
    expect([fieldName(grant), valueDiff(grant, { by: "maya", at: "2026" }, null)]).toEqual([
      "What pacer.v2 may read for: budget advice / weekly",
      { was: ["may read"], is: ["may not read"] },
    ]);
    expect(valueDiff("context", { boxFolderId: "12" }, null)).toMatchObject({ is: ["removed"] });
  });

  it("shows of a list only what came and what went", () => {
    const before = [target("ga4.sessions", 100), target("gsc.clicks", 10)];
    const after = [target("ga4.sessions", 1200), target("gsc.clicks", 10)];
    expect(valueDiff("settings.targets.2026-10-01", before, after)).toEqual({
      was: ["ga4.sessions 100"],
      is: ["ga4.sessions 1,200"],
    });
  });
});

describe("a setting", () => {
  const targets = (...rows: Record<string, string>[]) => ({ ...settingForm("targets", "2026-10-01", []), rows });

  it("goes into its form and comes out as it was", () => {
    const kept = {
      targets: [{ metric: "gsc.clicks", grain: "month", value: 1200.5, better: "higher" }],
      budgets: [{ source: "meta", amount: 300, currency: "EUR" }],
      brand_terms: ["acme", "acme shop"],
      page_groups: [{ label: "Blog", prefix: "/blog/" }],
    } as const;
    for (const kind of ["targets", "budgets", "brand_terms", "page_groups"] as const)
      expect(settingValue(kind, settingForm(kind, "2026-10-01", kept[kind]))).toEqual(kept[kind]);
  });

  it("is checked cell by cell, and its day", () => {
    const form = targets({ metric: "gsc.clicks", value: "many" }, { metric: "gsc.clicks", value: "5" });
    expect(settingErrors("targets", { ...form, effectiveFrom: "" }, [])).toEqual({
      "0.value": "Enter a number.",
      "1.metric": "It is listed twice.",
      effectiveFrom: "Choose the day it holds from.",
    });
    expect(Object.keys(settingErrors("targets", targets(), ["2026-10-01"]))).toEqual(["effectiveFrom"]);
    const terms = settingForm("brand_terms", "2026-10-01", ["ok", "x".repeat(81)]);
    expect(settingErrors("brand_terms", terms, [])).toEqual({ text: "Line 2: It is longer than 80 characters." });
    expect(refusedCells([{ message: "2.prefix: A prefix begins with a slash." }, { message: "No." }])).toEqual({
      "2.prefix": "A prefix begins with a slash.",
      rows: "No.",
    });
  });

  it.each([
    ["1,200.50", 1200.5],
    [" 12 000 ", 12_000],
    ["-3", -3],
    ["", Number.NaN],
    ["1e9", Number.NaN],
  ])("reads the number %j as people write it", (text, number) => expect(numberOf(text)).toBe(number));

  it("that others took away in a conflict stays away when theirs is chosen", () => {
    expect(settingValue("targets", settingForm("targets", "2026-10-01", null))).toBeNull();
  });

  it("holds from its day on, in the zone of the Business Unit", () => {
    const from = (effectiveFrom: string) => ({ kind: "budgets" as const, effectiveFrom, value: [], version: 1 });
    const settings = [from("2026-10-01"), from("2026-12-01"), from("2026-11-01")];
    const shown = datedSettings(settings, "budgets", "2026-11-22");
    expect(shown.map(({ setting, when }) => [setting.effectiveFrom, when])).toEqual([
      ["2026-12-01", "future"],
      ["2026-11-01", "now"],
      ["2026-10-01", "past"],
    ]);
    const late = new Date("2026-11-22T23:30:00Z");
    expect([dayIn("Australia/Sydney", late), dayIn("America/New_York", late)]).toEqual(["2026-11-23", "2026-11-22"]);
    expect(dayIn("Mars/Olympus", late)).toBe("2026-11-22");
  });
});

describe("a list that is shown whole", () => {
  it("is read page by page, and fails as a whole when one fails", async () => {
    const pages: Record<string, Reply<{ items: string[]; nextCursor: string | null }>> = {
      "": { ok: true, value: { items: ["a"], nextCursor: "2" } },
      "2": { ok: true, value: { items: ["b"], nextCursor: null } },
    };
    const load = async (cursor: string | null) => pages[cursor ?? ""] ?? failedPage();
    expect(await everyPage(load)).toEqual({ ok: true, value: { items: ["a", "b"], more: false } });
    delete pages["2"];
    expect((await everyPage(load)).ok).toBe(false);
  });
});

function failedPage(): Reply<{ items: string[]; nextCursor: string | null }> {
  return { ok: false, problem: { type: "about:blank", code: "x", status: 500, title: "x", detail: "x" } };
}
