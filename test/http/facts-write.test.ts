/** Publication of facts against a real D1: versions, restatements, what is gone, the fence, what comes beside. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { FactDraft } from "../../src/core/curation/types.ts";
import { factIdOf } from "../../src/core/facts/fact-id.ts";
import { logAccess } from "../../src/d1/access-log.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { registerSnapshots } from "../../src/d1/snapshots.ts";
import {
  database,
  draft,
  dyingAfter,
  emptyStore,
  fence,
  index,
  inMonth,
  LATER,
  OCTOBER,
  publication,
  stored,
  UNIT,
} from "./fact-hands.ts";

beforeEach(emptyStore);

describe("versions", () => {
  it("a fact begins with version 1, its row and its version say the same", async () => {
    expect(await publishFacts(database, publication([draft({ caveats: ["anonymised"] })]))).toEqual({
      outcome: "published",
      facts: 1,
      changed: 1,
    });
    const { facts, versions, restatements } = await stored();
    expect(facts).toMatchObject([
      { fact_id: factIdOf(UNIT, draft()), version: 1, value: 12, caveats: '["anonymised"]', fixture: 0 },
    ]);
    const [fact] = facts;
    const [version] = versions;
    for (const [column, value] of Object.entries(version ?? {}))
      expect([column, value]).toEqual([column, fact?.[column]]);
    expect(restatements).toEqual([]);
  });

  it("the same values in a later refresh change nothing, a new transform alone neither", async () => {
    await publishFacts(database, publication([draft()]));
    const before = await stored();
    const again = await publishFacts(database, publication([draft()], { ...LATER, transform: "search_console@2" }));
    expect(again).toMatchObject({ changed: 0 });
    expect(await stored()).toEqual(before);
  });

  it("what fills up becomes final on its row, without a version and without a restatement", async () => {
    await publishFacts(database, publication([draft({ maturity: "filling" })]));
    await publishFacts(database, publication([draft()], LATER));
    const { facts, versions, restatements } = await stored();
    expect(facts).toMatchObject([{ maturity: "final", version: 1, ingestion_run_id: "ing_1" }]);
    expect([versions.length, restatements.length]).toEqual([1, 0]);
  });

  it.each<[string, Partial<FactDraft>]>([
    ["value", { value: 13 }],
    ["state", { state: "capped", reason: "The row limit cut it off." }],
    ["currency", { currency: "EUR" }],
    ["caveats", { caveats: ["anonymised"] }],
    ["time zone", { timeZone: "Europe/Berlin" }],
  ])("another %s is another version", async (_what, changes) => {
    await publishFacts(database, publication([draft({ maturity: "filling" })]));
    await publishFacts(database, publication([draft({ maturity: "filling", ...changes })], LATER));
    const { facts, versions } = await stored();
    expect(facts).toMatchObject([{ version: 2, ingestion_run_id: "ing_2", recorded_at: LATER.recordedAt }]);
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  });

  it("every number comes back as it went in", async () => {
    const numbers = [
      0.1 + 0.2,
      1 / 3,
      5e-324,
      Number.MAX_VALUE,
      9_007_199_254_740_991,
      1234567.891,
      2.2250738585072014e-308,
    ];
    const drawn = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9, max: 1e15 }), 300);
    const facts = [...numbers, ...drawn].map((value, n) =>
      inMonth({ metric: "gsc.query_clicks", dimension: "query", member: `q${n}`, value }),
    );
    await publishFacts(database, publication(facts));
    const rows = await index.selectFrom("current_client_facts").select(["member", "value"]).execute();
    const found = new Map(rows.map(({ member, value }) => [member, value]));
    for (const { member, value } of facts) expect([member, found.get(member)]).toEqual([member, value]);
  });
});

describe("restatements", () => {
  const oneReport = async (id: string, channel: string, start: string, end: string) => {
    await database.batch([
      database
        .prepare(
          `INSERT INTO report_artifacts (artifact_id, run_id, task_gid, business_unit_id, client_name, skill, version,
             lifecycle, sha256, narrator, answer, period_start, period_end, created_at, run_version)
           VALUES (?, 'run_1', '1', ?, 'Plunkett', 'seo-reporting', 1, 'draft', 'x', 'rules', '[]', ?, ?, '2026-11-01', 1)`,
        )
        .bind(id, UNIT, start, end),
      database
        .prepare("INSERT INTO report_channel_provenance VALUES (?, ?, 'ok', '', NULL, ?, ?, NULL, 1, '[]')")
        .bind(id, channel, start, end),
    ]);
  };
  const read = (reader: string, at: string, changes: Partial<Parameters<typeof logAccess>[1]> = {}) =>
    logAccess(index, {
      at,
      readerKind: "agent",
      reader,
      purpose: "budget advice",
      businessUnitId: UNIT,
      what: "facts",
      metric: "gsc.clicks",
      periodStart: "2026-10-01",
      periodEnd: "2026-10-31",
      factCount: 31,
      outcome: "answered",
      ...changes,
    });

  it("a final value that changed gives one version, one restatement, and marks what had used it", async () => {
    await publishFacts(database, publication([draft()]));
    await oneReport("art_1_v1", "search_console", "2026-10-01", "2026-10-31");
    await oneReport("art_2_v1", "ga4", "2026-10-01", "2026-10-31");
    await oneReport("art_3_v1", "search_console", "2026-08-01", "2026-08-31");
    await read("pacer", "2026-11-10T08:00:00.000Z");
    await read("pacer", "2026-11-10T09:00:00.000Z");
    await read("early", "2026-11-01T09:00:00.000Z");
    await read("refused", "2026-11-10T09:00:00.000Z", { outcome: "not_granted" });
    await read("elsewhere", "2026-11-10T09:00:00.000Z", { metric: "gsc.impressions" });
    await read("a person", "2026-11-10T09:00:00.000Z", { readerKind: "staff" });
    const changed = publication([draft({ value: 14 })], LATER);
    await publishFacts(database, changed);
    await publishFacts(database, changed);
    const { versions, restatements, marks } = await stored();
    expect(versions.map(({ version, value }) => [version, value])).toEqual([
      [1, 12],
      [2, 14],
    ]);
    expect(restatements).toMatchObject([
      { version: 2, before_value: 12, after_value: 14, ingestion_run_id: "ing_2", period_start: "2026-10-05" },
    ]);
    const newest = await index
      .selectFrom("agent_data_access_logs")
      .select("log_id")
      .where("reader", "=", "pacer")
      .where("at", "=", "2026-11-10T09:00:00.000Z")
      .executeTakeFirstOrThrow();
    expect(marks.map(({ used_by, used_id }) => [used_by, used_id])).toEqual([
      ["access", newest.log_id],
      ["report_artifact", "art_1_v1"],
    ]);
  });

  it("what was still filling is no restatement, and other words about the same number neither", async () => {
    await publishFacts(database, publication([draft({ maturity: "filling" }), inMonth()]));
    await publishFacts(database, publication([draft({ value: 14 }), inMonth({ caveats: ["sampled"] })], LATER));
    expect((await stored()).restatements).toEqual([]);
  });
});

describe("what is no longer produced", () => {
  const query = (member: string) => inMonth({ metric: "gsc.query_clicks", dimension: "query", member });
  const members = async () =>
    (await stored()).facts.map(({ member, state, version }) => [member, state, version]).toSorted();

  it("becomes missing, as a version and, where it was final, a restatement", async () => {
    await publishFacts(database, publication([inMonth(), query("brakes"), query("tyres")]));
    await publishFacts(database, publication([inMonth(), query("brakes")], LATER));
    await publishFacts(database, publication([inMonth(), query("brakes")], LATER));
    expect(await members()).toEqual([
      ["", "number", 1],
      ["brakes", "number", 1],
      ["tyres", "missing", 2],
    ]);
    expect((await stored()).restatements).toMatchObject([
      { before_value: 12, after_state: "missing", after_value: null },
    ]);
  });

  it("a chunk of some days says nothing about the month, another source nothing about this one", async () => {
    await publishFacts(database, publication([inMonth(), draft()]));
    const before = await stored();
    const some = { start: "2026-10-01", end: "2026-10-10" };
    await publishFacts(database, publication([draft()], { ...LATER, range: some }));
    await publishFacts(database, publication([draft({ metric: "ga4.sessions" })], { ...LATER, source: "ga4" }));
    const facts = (await stored()).facts.filter(({ metric }) => metric === "gsc.clicks");
    expect(facts).toEqual(before.facts);
  });

  it("days of the range without a value become missing", async () => {
    const next = { start: "2026-10-06", end: "2026-10-06" };
    await publishFacts(database, publication([draft(), draft({ period: next })]));
    await publishFacts(database, publication([draft()], LATER));
    expect((await stored()).facts.map(({ state }) => state).toSorted()).toEqual(["missing", "number"]);
  });
});

describe("the fence", () => {
  it("a refresh whose lease is over writes nothing and is told so", async () => {
    await fence(2);
    expect(await publishFacts(database, publication([draft()]))).toEqual({ outcome: "fenced" });
    expect((await stored()).facts).toEqual([]);
  });

  it("a lease that is taken over in the middle ends the publication there", async () => {
    const facts = [1, 2, 3, 4].map((n) => inMonth({ metric: "gsc.query_clicks", dimension: "query", member: `q${n}` }));
    const dying = dyingAfter(2, () => fence(2));
    expect(await publishFacts(dying, publication(facts), 10)).toEqual({ outcome: "fenced" });
    expect((await stored()).facts.length).toBe(2);
  });

  it("snapshots are registered under it, once, however often they are fetched", async () => {
    const snapshot = {
      key: "snapshots/bu_plunkett/ga4/0.json.gz",
      source: "ga4",
      externalId: "properties/1",
      query: "totals",
      page: 0,
      range: OCTOBER,
      sha256: "0",
      bytes: 100,
      storedBytes: 50,
      rowCount: 1,
      capped: true,
      fetchedAt: "2026-11-10T06:00:01.000Z",
    } as const;
    const refresh = { businessUnitId: UNIT, epoch: 1, ingestionRunId: "ing_1" };
    expect(await registerSnapshots(database, refresh, [snapshot])).toBe(true);
    expect(await registerSnapshots(database, { ...refresh, ingestionRunId: "ing_2" }, [snapshot])).toBe(true);
    expect(await registerSnapshots(database, { ...refresh, epoch: 0 }, [{ ...snapshot, key: "late" }])).toBe(false);
    const rows = await index.selectFrom("raw_source_snapshots").selectAll().execute();
    expect(rows).toMatchObject([{ ingestion_run_id: "ing_1", capped: 1, range_end: "2026-10-31", page: 0 }]);
  });
});

describe("beside the facts", () => {
  it("visible tasks are those of the newest refresh; one that lost its flag is gone", async () => {
    const task = (taskGid: string, name: string) =>
      ({ taskGid, name, section: null, dueOn: null, completedAt: null, permalink: null }) as const;
    const tasks = (all: readonly ReturnType<typeof task>[]) =>
      publication([], { source: "asana", chunk: { facts: [], checks: [], tasks: all, rows: all.length } });
    await publishFacts(database, tasks([task("1", "Landing page"), task("2", "Blog")]));
    await publishFacts(database, tasks([task("1", "Landing page, again")]));
    expect((await stored()).tasks).toMatchObject([{ task_gid: "1", name: "Landing page, again" }]);
    await publishFacts(database, publication([]));
    expect((await stored()).tasks.length).toBe(1);
    await publishFacts(database, tasks([]));
    expect((await stored()).tasks).toEqual([]);
  });

  it("the first real fact of a metric drives out the invented ones, and begins anew", async () => {
    await publishFacts(database, publication([draft(), draft({ metric: "gsc.impressions" }), inMonth()]));
    await database.prepare("UPDATE current_client_facts SET fixture = 1, value = 1").run();
    await publishFacts(database, publication([draft({ value: 20 })], LATER));
    const { facts, versions, restatements } = await stored();
    expect(facts.map(({ metric, fixture, value, version }) => [metric, fixture, value, version]).toSorted()).toEqual([
      ["gsc.clicks", 0, 20, 1],
      ["gsc.impressions", 1, 1, 1],
    ]);
    expect([versions.length, restatements.length]).toEqual([2, 0]);
  });
});
