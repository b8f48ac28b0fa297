/** The fact routes: what is found, by whom, from which bytes, and that every read leaves a line. */
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { factIdOf } from "../../src/core/facts/fact-id.ts";
import {
  AccessSchema,
  FactSchema,
  GrantSchema,
  LineageSchema,
  MetricSchema,
  RestatementSchema,
} from "../../src/core/wire-data.ts";
import { EditSchema } from "../../src/core/wire-registry.ts";
import { forgetAccesses } from "../../src/d1/access-log.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { registerSnapshots } from "../../src/d1/snapshots.ts";
import { canonicalJson } from "../../src/lib/canonical-json.ts";
import { sha256Hex } from "../../src/lib/hash.ts";
import { database, draft, emptyStore, fence, index, inMonth, LATER, publication, UNIT } from "./fact-hands.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
beforeEach(async () => {
  await emptyStore();
  await database.prepare("DELETE FROM dashboard_access_grants").run();
  desk = newDesk();
});

const Page = <const S extends v.GenericSchema>(item: S) =>
  v.object({ items: v.array(item), nextCursor: v.optional(v.nullable(v.string()), null) });
const Refusal = v.object({ code: v.string() });

const day = (n: number) => ({
  start: `2026-10-${String(n).padStart(2, "0")}`,
  end: `2026-10-${String(n).padStart(2, "0")}`,
});
const query = (member: string) => inMonth({ metric: "gsc.query_clicks", dimension: "query", member });

async function facts(search: string, headers: Record<string, string> = {}) {
  const response = await ask(desk, "GET", `/client-data-plane/facts?businessUnitId=${UNIT}${search}`, { headers });
  expect(response.status).toBe(200);
  return (await bodyOf(response, Page(FactSchema))).items;
}

async function codeOf(path: string, headers: Record<string, string> = {}) {
  const response = await ask(desk, "GET", path, { headers });
  return [response.status, (await bodyOf(response, Refusal)).code];
}

async function log(search = "") {
  return (await bodyOf(await ask(desk, "GET", `/client-data-plane/access-logs${search}`), Page(AccessSchema))).items;
}

describe("the query", () => {
  beforeEach(async () => {
    const all = [draft({ period: day(5) }), draft({ period: day(6) }), draft({ metric: "gsc.impressions" }), inMonth()];
    await publishFacts(database, publication([...all, query("brakes"), query("größe 100%")]));
  });

  it("finds facts by metric, period, grain, dimension and member", async () => {
    expect((await facts("&metric=gsc.clicks")).map(({ grain, period }) => [grain, period.start])).toEqual([
      ["day", "2026-10-05"],
      ["day", "2026-10-06"],
      ["month", "2026-10-01"],
    ]);
    expect((await facts("&metric=gsc.clicks&period=2026-10-06")).length).toBe(1);
    expect((await facts("&metric=gsc.clicks&period=2026-10-01..2026-10-05")).length).toBe(1);
    expect((await facts("&metric=gsc.clicks&period=2026-11")).length).toBe(0);
    expect((await facts("&metric=gsc.clicks&period=2026-10&grain=month")).length).toBe(1);
    expect((await facts("&period=2026-10")).map(({ member }) => member)).toEqual(["", "brakes", "größe 100%"]);
    const member = encodeURIComponent("größe 100%");
    expect((await facts(`&dimension=query&member=${member}`)).map((fact) => fact.member)).toEqual(["größe 100%"]);
    expect((await facts("&grain=day")).length).toBe(3);
  });

  it("knows of a measurement break that was disclosed after the fact was stored", async () => {
    const march = { start: "2026-03-01", end: "2026-03-31" };
    const before = inMonth({ metric: "gsc.impressions", period: march, caveats: ["gsc_by_page"] });
    await publishFacts(database, publication([before], { range: march }));
    const [fact] = await facts("&metric=gsc.impressions&period=2026-03-01..2026-03-31");
    expect(fact?.caveats).toEqual(["gsc_by_page", "gsc_impressions_over_reported"]);
  });

  it("says what is wrong with a question", async () => {
    const path = `/client-data-plane/facts?businessUnitId=${UNIT}`;
    for (const bad of [
      "&metric=nothing",
      "&period=soon",
      "&period=2026-10-09..2026-10-01",
      "&period=2026-02-30",
      "&grain=week",
    ])
      expect([bad, await codeOf(path + bad)]).toEqual([bad, [400, "bad_query"]]);
    expect(await codeOf("/client-data-plane/facts?metric=gsc.clicks")).toEqual([400, "bad_query"]);
    expect(await codeOf(`${path}&cursor=f_0`)).toEqual([400, "bad_cursor"]);
  });

  it("comes in pages that together hold every fact once, with a metric and without", async () => {
    const many = Array.from({ length: 900 }, (_, n) => query(`q${n}`));
    await publishFacts(database, publication([inMonth(), ...many], LATER));
    for (const search of ["&metric=gsc.query_clicks", "&grain=month"]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const path = `/client-data-plane/facts?businessUnitId=${UNIT}${search}&cursor=${cursor}`;
        const page: { items: { member: string }[]; nextCursor: string | null } = await bodyOf(
          await ask(desk, "GET", path),
          Page(FactSchema),
        );
        seen.push(...page.items.map(({ member }) => member));
        cursor = page.nextCursor;
      }
      expect(seen.length).toBe(new Set(seen).size);
      expect(seen.length).toBeGreaterThanOrEqual(902);
    }
  });

  it("leaves a line of metadata and no value in the log", async () => {
    await facts("&metric=gsc.clicks&period=2026-10", { "X-Agency-OS-Staff": "vera@agency.example" });
    expect(await log(`?businessUnitId=${UNIT}`)).toMatchObject([
      { readerKind: "staff", reader: "vera@agency.example", metric: "gsc.clicks", factCount: 3, outcome: "answered" },
    ]);
    expect(await log("?businessUnitId=bu_other")).toEqual([]);
  });
});

describe("the log of reads", () => {
  it("forgets what is older than its time, the oldest first, but not what a restatement names", async () => {
    await database.prepare("DELETE FROM agent_data_access_logs").run();
    const line = (logId: string, at: string) =>
      database
        .prepare(
          "INSERT INTO agent_data_access_logs (log_id, at, reader_kind, reader, purpose, business_unit_id, what, fact_count, outcome) VALUES (?, ?, 'agent', 'pacer', 'p', ?, 'facts', 1, 'answered')",
        )
        .bind(logId, at, UNIT);
    await database.batch([
      line("named", "2025-01-01"),
      line("older", "2025-01-02"),
      line("old", "2025-01-03"),
      line("kept", "2026-01-01"),
      database.prepare("INSERT INTO restatement_marks VALUES ('f_1', 2, 'access', 'named')"),
    ]);
    const left = async () => (await log()).map(({ logId }) => logId);
    expect([await forgetAccesses(index, "2026-01-01", 1), await left()]).toEqual([1, ["kept", "old", "named"]]);
    expect([await forgetAccesses(index, "2026-01-01"), await left()]).toEqual([1, ["kept", "named"]]);
  });
});

describe("agents", { timeout: 30_000 }, () => {
  const agent = { "X-Agency-OS-Agent": "pacer" };
  const path = `/client-data-plane/facts?businessUnitId=${UNIT}&metric=gsc.clicks`;
  const grants = `/admin-registry/business-units/${UNIT}/grants`;

  beforeEach(async () => {
    await database
      .prepare("INSERT OR IGNORE INTO clients (client_id, name, created_at) VALUES ('cl_plunkett', 'Plunkett', '')")
      .run();
    await desk.deps.unit(UNIT).create({
      businessUnitId: UNIT,
      clientId: "cl_plunkett",
      slug: "plunkett",
      fields: [["name", "Plunkett"] as const, ["timeZone", "UTC"] as const, ["currency", "EUR"] as const].map(
        ([field, value]) => ({ field, value }),
      ),
      by: "a test",
      reason: "",
    });
    await publishFacts(database, publication([draft()]));
  });

  it("read for a purpose they have a grant for, and no longer once it is taken", async () => {
    const asked = `${path}&purpose=${encodeURIComponent("budget advice")}`;
    expect(await codeOf(path, agent)).toEqual([400, "purpose_missing"]);
    expect(await codeOf(asked, agent)).toEqual([403, "not_granted"]);
    const put = await ask(desk, "PUT", `${grants}/pacer`, { body: JSON.stringify({ purpose: "budget advice" }) });
    expect((await bodyOf(put, Page(GrantSchema))).items).toMatchObject([{ agent: "pacer", purpose: "budget advice" }]);
    expect((await ask(desk, "GET", asked, { headers: agent })).status).toBe(200);
    expect(await codeOf(`${path}&purpose=other`, agent)).toEqual([403, "not_granted"]);
    expect(await codeOf(asked.replace(UNIT, "bu_other"), agent)).toEqual([403, "not_granted"]);
    expect(await codeOf("/client-data-plane/overview", agent)).toEqual([403, "not_granted"]);
    // Given twice it stays as it was given; given and taken back, both stand in the history.
    await ask(desk, "PUT", `${grants}/pacer`, { body: JSON.stringify({ purpose: "budget advice" }) });
    const back = { body: JSON.stringify({ reason: "It is switched off." }) };
    expect((await ask(desk, "DELETE", `${grants}/pacer`, back)).status).toBe(200);
    const history = await ask(desk, "GET", `/admin-registry/business-units/${UNIT}/edit-history`);
    expect((await bodyOf(history, Page(EditSchema))).items.slice(0, 2)).toMatchObject([
      { field: "grants.pacer/budget advice", after: null, reason: "It is switched off." },
      { field: "grants.pacer/budget advice", before: null, after: { by: "a member of staff" } },
    ]);
    expect((await ask(desk, "DELETE", `${grants}/pacer`)).status).toBe(404);
    expect(await codeOf(asked, agent)).toEqual([403, "not_granted"]);
    expect((await log(`?businessUnitId=${UNIT}`)).map(({ outcome }) => outcome).toSorted()).toEqual([
      "answered",
      "not_granted",
      "not_granted",
      "not_granted",
    ]);
  });

  it("never get invented facts, by no query and no lineage", async () => {
    await publishFacts(database, publication([draft(), draft({ metric: "gsc.impressions" })], LATER));
    await database.prepare("UPDATE current_client_facts SET fixture = 1 WHERE metric = 'gsc.impressions'").run();
    await ask(desk, "PUT", `${grants}/pacer`, { body: JSON.stringify({ purpose: "p" }) });
    const all = await facts("&grain=day");
    expect(all.some(({ fixture }) => fixture)).toBe(true);
    expect((await facts("&grain=day&purpose=p", agent)).map(({ fixture }) => fixture)).toEqual([false]);
    const invented = all.find(({ fixture }) => fixture)?.factId ?? "";
    expect(await codeOf(`/client-data-plane/facts/${invented}/lineage?purpose=p`, agent)).toEqual([
      404,
      "no_such_fact",
    ]);
  });
});

describe("staff of another client", () => {
  it("see no fact, no lineage, no restatement and no grant of this one, and no log at all", async () => {
    await database.batch([
      database.prepare(
        "INSERT OR IGNORE INTO staff_users (user_id, name, email, created_at) VALUES ('user_o', 'O', 'other@agency.example', '')",
      ),
      database.prepare("INSERT OR IGNORE INTO clients (client_id, name, created_at) VALUES ('cl_o', 'O', '')"),
      database.prepare(
        `INSERT OR IGNORE INTO business_units (business_unit_id, client_id, name, time_zone, currency, brand_terms,
           page_groups, created_at) VALUES ('bu_o', 'cl_o', 'O', 'UTC', 'EUR', '[]', '[]', '')`,
      ),
      database.prepare("INSERT OR IGNORE INTO business_unit_roles VALUES ('bu_o', 'user_o', 'admin')"),
    ]);
    await publishFacts(database, publication([draft()]));
    const who = { "X-Agency-OS-Staff": "other@agency.example" };
    for (const path of [
      `/client-data-plane/facts?businessUnitId=${UNIT}`,
      "/client-data-plane/facts",
      `/client-data-plane/facts/${factIdOf(UNIT, draft())}/lineage`,
      `/client-data-plane/restatements?businessUnitId=${UNIT}`,
      `/admin-registry/business-units/${UNIT}/grants`,
    ])
      expect([path, await codeOf(path, who)]).toEqual([path, [404, "not_found"]]);
    expect(await codeOf("/client-data-plane/access-logs", who)).toEqual([403, "not_allowed"]);
    const own = await ask(desk, "GET", "/client-data-plane/facts?businessUnitId=bu_o", { headers: who });
    expect((await bodyOf(own, Page(FactSchema))).items).toEqual([]);
  });
});

describe("lineage", () => {
  const document = {
    businessUnitId: UNIT,
    source: "search_console",
    externalId: "sc-domain:plunkett.example",
    query: "totals",
    page: 0,
    range: { start: "2026-10-01", end: "2026-10-31" },
    request: { method: "POST", path: "/searchAnalytics/query", body: { dimensions: [] } },
    // The bytes shown before the cell begin in the middle of one of these.
    body: { note: `Größe „ß“ ${"\u{1f6b2}".repeat(30)}x`, rows: [{ clicks: 1234.5, ctr: 0.03 }] },
  };

  async function stored(bytes: Uint8Array): Promise<string> {
    const sha256 = await sha256Hex(new TextEncoder().encode(canonicalJson(document)));
    const key = `snapshots/${UNIT}/search_console/${sha256}.json.gz`;
    const blob = async (asked: string) =>
      asked === key ? (new Response(bytes).body?.pipeThrough(new CompressionStream("gzip")) ?? null) : null;
    desk = { ...desk, deps: { ...desk.deps, blob } };
    const snapshot = { ...document, source: "search_console", key, sha256, bytes: bytes.length } as const;
    const more = { storedBytes: 1, rowCount: 1, capped: false, fetchedAt: "2026-11-10T06:00:02.000Z" };
    await registerSnapshots(database, { businessUnitId: UNIT, epoch: 1, ingestionRunId: "ing_1" }, [
      { ...snapshot, ...more },
    ]);
    return key;
  }

  const origins = (snapshotKey: string) => [
    { snapshotKey, pointers: ["/body/rows/0/clicks", "/body/rows/9"], more: 3 },
  ];
  const lineage = async () =>
    bodyOf(await ask(desk, "GET", `/client-data-plane/facts/${factIdOf(UNIT, inMonth())}/lineage`), LineageSchema);

  it("leads to the very bytes of the stored snapshot, which anybody can cut out by hand", async () => {
    const key = await stored(new TextEncoder().encode(canonicalJson(document)));
    await publishFacts(database, publication([inMonth({ value: 1234.5, origins: origins(key) })]));
    const found = await lineage();
    expect(found).toMatchObject({
      definition: { label: "Clicks" },
      asset: { source: "search_console", externalId: "sc-domain:plunkett.example" },
      versions: [{ version: 1, value: 1234.5, restates: false }],
      origins: [
        {
          snapshotKey: key,
          query: "totals",
          request: document.request,
          more: 3,
          problem: "1 of the cells are not in the snapshot.",
          cells: [
            { pointer: "/body/rows/0/clicks", text: "1234.5", after: expect.stringMatching(/^,"ctr":0\.03\}\]\}$/) },
          ],
        },
      ],
    });
    const raw = await ask(desk, "GET", `/internal/snapshots/${key}`);
    const bytes = new Uint8Array(await raw.arrayBuffer());
    const [start, end] = found.origins[0]?.cells[0]?.byteRange ?? [0, 0];
    const text = new TextDecoder().decode(bytes);
    expect(new TextDecoder().decode(bytes.subarray(start, end))).toBe("1234.5");
    const { before = "", after = "" } = found.origins[0]?.cells[0] ?? {};
    expect(text).toContain(`${before}1234.5${after}`);
  });

  it("says so when the snapshot is not what it was, or gone, and still tells the rest", async () => {
    const key = await stored(new TextEncoder().encode(canonicalJson({ ...document, page: 1 })));
    await publishFacts(database, publication([inMonth({ origins: origins(key) })]));
    expect((await lineage()).origins).toMatchObject([{ cells: [], more: 5, problem: expect.stringMatching(/digest/) }]);
    desk = newDesk();
    expect((await lineage()).origins).toMatchObject([
      { cells: [], problem: expect.stringMatching(/not in the store/) },
    ]);
  });

  it("names versions newest first, with those that restated a final value", async () => {
    await publishFacts(database, publication([inMonth()]));
    await publishFacts(database, publication([inMonth({ value: 13 })], LATER));
    expect((await lineage()).versions.map(({ version, restates }) => [version, restates])).toEqual([
      [2, true],
      [1, false],
    ]);
    const response = await ask(desk, "GET", `/client-data-plane/restatements?businessUnitId=${UNIT}`);
    expect((await bodyOf(response, Page(RestatementSchema))).items).toMatchObject([
      { version: 2, unit: "count", before: { value: 12 }, after: { value: 13 }, usedBy: [] },
    ]);
  });

  it("of restated money says of each side which money it was", async () => {
    const cost = (value: number, currency: string) =>
      inMonth({ metric: "ads.cost", value, unit: "currency", currency });
    const ads = { source: "google_ads" as const };
    await publishFacts(database, publication([cost(900, "EUR")], ads));
    await publishFacts(database, publication([cost(1_050, "USD")], { ...ads, ...LATER }));
    const response = await ask(desk, "GET", `/client-data-plane/restatements?businessUnitId=${UNIT}`);
    expect((await bodyOf(response, Page(RestatementSchema))).items).toMatchObject([
      { unit: "currency", before: { value: 900, currency: "EUR" }, after: { value: 1_050, currency: "USD" } },
    ]);
  });
});

describe("the demo client", { timeout: 30_000 }, () => {
  const seed = () => ask(desk, "POST", "/client-data-plane/fixtures/seed");
  const rows = async () =>
    index
      .selectFrom("current_client_facts")
      .select(["fact_id", "metric", "value", "fixture", "version"])
      .where("business_unit_id", "=", UNIT)
      .orderBy("fact_id")
      .execute();

  it("gets fourteen months of flagged facts, the same every time", async () => {
    expect((await seed()).status).toBe(200);
    const first = await rows();
    expect(first.length).toBeGreaterThan(5_000);
    expect(first.every(({ fixture }) => fixture === 1)).toBe(true);
    expect((await seed()).status).toBe(200);
    expect(await rows()).toEqual(first);
    const months = await facts("&metric=gsc.clicks&grain=month");
    expect(months.length).toBe(14);
  });

  it("keeps its real facts: none is overwritten, and their metrics are invented no more", async () => {
    await seed();
    await fence(1);
    await publishFacts(database, publication([draft({ value: 3 })]));
    await seed();
    const clicks = (await rows()).filter(({ metric }) => metric === "gsc.clicks");
    expect(clicks).toMatchObject([{ value: 3, fixture: 0, version: 1 }]);
    expect((await rows()).some(({ metric, fixture }) => metric === "gsc.impressions" && fixture === 1)).toBe(true);
  });

  it("is refused in production", async () => {
    desk = { ...desk, deps: { ...desk.deps, fixturesAllowed: false } };
    expect((await seed()).status).toBe(403);
    expect(await rows()).toEqual([]);
  });
});

describe("the catalogue", () => {
  it("says of each metric what it means and what of it may be added up", async () => {
    const { items } = await bodyOf(await ask(desk, "GET", "/client-data-plane/metrics"), Page(MetricSchema));
    expect(items.find(({ id }) => id === "gsc.ctr")).toMatchObject({ adds: "never", source: "search_console" });
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });
});
