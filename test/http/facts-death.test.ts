/** A publication that dies at any point and is repeated, against a calm one and against a model of what a chunk does. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { FactDraft } from "../../src/core/curation/types.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { database, draft, dyingAfter, emptyStore, fence, publication, stored } from "./fact-hands.ts";

/** `gone`: the source no longer gives it, which is another version than a value that was missing all along. */
type Model = Map<string, { value: number | null; maturity: string; version: number; gone: boolean }>;

beforeEach(emptyStore);

describe("death at any point", () => {
  const someValue = fc.constantFrom(null, 0, 3, 7.5);
  const drawn = fc.array(
    fc.record({
      day: fc.integer({ min: 1, max: 3 }),
      metric: fc.constantFrom("gsc.clicks", "gsc.impressions"),
      value: someValue,
      maturity: fc.constantFrom("final", "filling"),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const facts = (all: typeof drawn extends fc.Arbitrary<infer T> ? T : never) => {
    const byName = new Map<string, FactDraft>();
    for (const { day, metric, value, maturity } of all) {
      const period = { start: `2026-10-0${day}`, end: `2026-10-0${day}` };
      byName.set(`${day} ${metric}`, draft({ metric, period, value, maturity }));
    }
    return [...byName.values()];
  };

  it("a publication that dies after any of its transactions and is repeated ends in the rows of an undisturbed one", {
    timeout: 30_000,
  }, async () => {
    let round = 0;
    const refreshes = fc.array(fc.record({ drawn, dies: fc.integer({ min: 0, max: 6 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(refreshes, async (sequence) => {
        round += 1;
        const [calm, killed] = [`bu_calm_${round}`, `bu_killed_${round}`];
        await fence(1, calm);
        await fence(1, killed);
        const model: Model = new Map();
        for (const [n, one] of sequence.entries()) {
          const chunk = facts(one.drawn);
          const run = { ingestionRunId: `ing_${n}`, recordedAt: `2026-11-1${n}T06:00:00.000Z` };
          const calmly = await publishFacts(database, publication(chunk, { ...run, businessUnitId: calm }));
          const again = publication(chunk, { ...run, businessUnitId: killed });
          await publishFacts(dyingAfter(one.dies), again, 10).catch(() => null);
          expect(await publishFacts(database, again, 10)).toEqual(calmly);
          simulate(model, chunk);
        }
        const [a, b] = [await stored(calm), await stored(killed)];
        expect(nameless(b, killed)).toEqual(nameless(a, calm));
        const rows = a.facts.map((row) => [`${row.metric} ${row.period_start}`, row.value, row.maturity, row.version]);
        const wanted = [...model].map(([name, { value, maturity, version }]) => [name, value, maturity, version]);
        expect(rows.toSorted()).toEqual(wanted.toSorted());
        expect(a.versions.length).toBe(wanted.reduce((sum, [, , , version]) => sum + Number(version), 0));
      }),
      { numRuns: 10 },
    );
  });

  /** The same in words of a map: what a chunk does to what is there. */
  function simulate(model: Model, chunk: readonly FactDraft[]) {
    const produced = new Map(chunk.map((fact) => [`${fact.metric} ${fact.period.start}`, fact]));
    for (const [name, { value, maturity }] of produced) {
      const old = model.get(name);
      const same = old?.value === value && !old.gone;
      const version = (old?.version ?? 0) + (same ? 0 : 1);
      model.set(name, { value, maturity, version, gone: false });
    }
    const ofDay = (day: string) => chunk.filter(({ period }) => period.start === day).map(({ maturity }) => maturity);
    for (const [name, old] of model) {
      if (produced.has(name) || (old.value === null && old.maturity === "final")) continue;
      const known = ofDay(name.slice(-10));
      const maturity = known.length === 0 ? old.maturity : known.includes("filling") ? "filling" : "final";
      const already = old.value === null;
      model.set(name, {
        value: null,
        maturity,
        version: old.version + (already ? 0 : 1),
        gone: already ? old.gone : true,
      });
    }
  }

  /** Rows without the id of the unit and what follows from it. */
  function nameless(rows: Awaited<ReturnType<typeof stored>>, unit: string): unknown {
    const names = new Map(rows.facts.map((row) => [row.fact_id, `${row.metric} ${row.period_start}`]));
    const plain = (all: readonly Record<string, unknown>[]) =>
      all
        .map(({ fact_id, business_unit_id: _unit, ...rest }) => JSON.stringify({ ...rest, name: names.get(fact_id) }))
        .toSorted();
    expect(rows.facts.every((row) => row.business_unit_id === unit)).toBe(true);
    return { facts: plain(rows.facts), versions: plain(rows.versions), restatements: plain(rows.restatements) };
  }
});
