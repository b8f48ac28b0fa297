import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../src/core/evidence/compare.ts";
import { readEvidence } from "../../../src/core/evidence/schema.ts";
import type { Evidence, Fact } from "../../../src/core/evidence/types.ts";
import { VersionChangesSchema } from "../../../src/core/wire-versions.ts";
import { evidence, fact } from "../../support/evidence.ts";

const clicks = (value: number): Fact => fact("gsc.clicks.primary", value);
const v1 = evidence(1);
const changed = (change: Partial<Evidence>) => changesBetween(v1, { ...evidence(2), ...change });

test("the evidence of these tests is what a skill would write", () => {
  expect(readEvidence(JSON.stringify(v1))).toMatchObject({ ok: true });
});

test("two versions that say the same differ in nothing, and the answer says of how much", () => {
  const changes = changed({});
  expect(changes).toMatchObject({ settings: [], figures: [], moreFigures: 0, sameFigures: 2, sections: [] });
  expect([changes.from.version, changes.to.version]).toEqual([1, 2]);
  expect(v.is(VersionChangesSchema, changes)).toBe(true);
});

describe("a figure", () => {
  test("that differs is told as readers saw it, with its period", () => {
    expect(changed({ facts: [clicks(18_421), fact("gsc.clicks.previous", 17_000, "previous")] }).figures).toEqual([
      { id: "gsc.clicks.primary", label: "Clicks", period: "October 2026", before: "18,420", after: "18,421" },
    ]);
  });

  test("that only differs where nobody sees it is the same", () => {
    const share = (value: number): Fact => ({ ...clicks(value), unit: "ratio" });
    const before = { ...v1, facts: [share(0.12341)] };
    expect(changesBetween(before, { ...evidence(2), facts: [share(0.12342)] }).figures).toEqual([]);
  });

  test("that one version does not have is told as missing there, and one without a value in its words", () => {
    const withheld: Fact = { ...clicks(1), value: { state: "withheld", value: null, reason: "too few" } };
    expect(changed({ facts: [withheld, fact("ga4.sessions", 7)] }).figures).toMatchObject([
      { id: "gsc.clicks.primary", before: "18,420", after: "withheld, see note" },
      { id: "ga4.sessions", before: null, after: "7" },
      { id: "gsc.clicks.previous", before: "17,000", after: null },
    ]);
  });

  test("beyond a hundred and twenty is counted", () => {
    const many = Array.from({ length: 130 }, (_, n) => fact(`row.${n}`, n));
    const { figures, moreFigures, sameFigures } = changed({ facts: many });
    expect([figures.length, moreFigures, sameFigures]).toEqual([120, 12, 0]);
  });
});

describe("a sentence", () => {
  const said = (...texts: readonly string[]) =>
    changed({ narrative: texts.map((text) => ({ section: "search", by: "model" as const, text, factIds: [] })) });

  test("that was reworded went and came, as it was read; the others stay", () => {
    expect(said("Clicks stood at {{gsc.clicks.primary}}.", "Brand held.").sections).toEqual([
      { section: "search", gone: ["Clicks were 18,420."], come: ["Clicks stood at 18,420."], kept: 1 },
    ]);
  });

  test("whose figure alone changed is another sentence", () => {
    const facts = [clicks(20_000), fact("gsc.clicks.previous", 17_000, "previous")];
    expect(changed({ facts }).sections[0]).toMatchObject({
      gone: ["Clicks were 18,420."],
      come: ["Clicks were 20,000."],
    });
  });

  test("said twice counts twice, and one that moved is no change", () => {
    expect(said("Brand held.", "Clicks were {{gsc.clicks.primary}}.").sections).toEqual([]);
    expect(said("Brand held.", "Brand held.", "Clicks were {{gsc.clicks.primary}}.").sections).toMatchObject([
      { gone: [], come: ["Brand held."], kept: 2 },
    ]);
  });

  test("of a section that is gone is told under it, and one whose reference leads nowhere is told as written", () => {
    const narrative = [
      { section: "rankings", by: "rules" as const, text: "At {{no.such}} and {{quote:no}}.", factIds: [] },
    ];
    expect(changed({ narrative }).sections).toEqual([
      { section: "rankings", gone: [], come: ["At {{no.such}} and {{quote:no}}."], kept: 0 },
      { section: "search", gone: ["Clicks were 18,420.", "Brand held."], come: [], kept: 0 },
    ]);
  });
});

test("what it was made with, and what is to be known about the data, is told where it differs", () => {
  const { periods } = v1;
  const later = { ...periods, primary: { start: "2026-11-01", end: "2026-11-30", label: "November 2026" } };
  const changes = changed({
    periods: later,
    model: null,
    caveats: [{ id: "late", text: "The last days are not final." }],
    checks: [{ id: "gsc_sum", passed: false, detail: "Days do not add up.", factIds: [] }],
  });
  expect(changes.settings).toEqual([
    { what: "Period", before: "October 2026", after: "November 2026" },
    { what: "Worded by", before: "gpt-5.5", after: "rules" },
  ]);
  expect(changes.notes).toEqual({
    gone: ["Anonymised queries are left out."],
    come: ["The last days are not final.", "A check did not pass: Days do not add up."],
  });
});
