import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { BUSINESS_UNITS } from "../../sandbox/seed.ts";
import { DashboardSchema } from "../../src/core/wire-dashboard.ts";
import { LineageSchema } from "../../src/core/wire-data.ts";
import { type Consultant, consult } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 60;
/** Months of every source: some seventy requests. */
const RANGE = { start: "2026-08-01", end: "2026-10-31" };
/** Where the refresh is each time it is killed: after the first to third request to that source, as the seed has it. */
const KILLED_AT = [
  ...Array.from({ length: 4 }, () => "search-console"),
  ...Array.from({ length: 3 }, () => "ga4"),
  "google-ads",
  "meta",
  "hubspot",
];
const SEED = 20_261_123;

const SourceSchema = v.object({
  source: v.string(),
  status: v.string(),
  facts: v.number(),
  cause: v.nullable(v.object({ code: v.string(), detail: v.string() })),
  nextTryAt: v.nullable(v.string()),
});
const RefreshSchema = v.object({
  ingestionRunId: v.string(),
  status: v.string(),
  attempt: v.number(),
  sources: v.array(SourceSchema),
});
type RefreshView = v.InferOutput<typeof RefreshSchema>;

let system: System;
let maya: Consultant;
/** A Business Unit whose refresh nobody disturbed. */
let calm: string;

beforeAll(async () => {
  // A short lease, so that the watchdog acts within the patience of a test.
  system = await startSystem({ vars: { LEASE_SECONDS: "2" } });
  maya = consult(system);
  calm = await unitOf("Calm");
  expect(await over(calm, await begin(calm))).toMatchObject({ status: "done" });
});
afterEach(() => maya.clearFaults());
afterAll(() => system.stop());

const at = (unit: string) => `/admin-registry/business-units/${unit}`;

async function send(method: string, where: string, body: unknown): Promise<Response> {
  const headers = { "X-Agency-OS-Internal-Token": system.internalToken };
  return fetch(system.controlPlaneUrl + where, { method, headers, body: JSON.stringify(body) });
}

const [, shop] = BUSINESS_UNITS;
if (shop === undefined) throw new Error("The demo agency has two Business Units.");
const SOURCES: Readonly<Record<string, string>> = {
  search_console_site: shop.searchConsoleSite,
  ga4_property: shop.ga4PropertyId,
  google_ads_customer: shop.googleAdsCustomerId,
  meta_ad_account: shop.metaAdAccountId,
  hubspot_account: shop.hubspotPortalId,
  harvest_client: shop.harvestClientId,
};

/** A further Business Unit of the demo's client, over the same sources. */
async function unitOf(name: string, kinds: readonly string[] = Object.keys(SOURCES)): Promise<string> {
  const { clientId, timeZone, currency } = shop ?? { clientId: "", timeZone: "", currency: "" };
  const made = await maya.post("/admin-registry/business-units", { clientId, name, timeZone, currency });
  expect(made.status, await made.clone().text()).toBe(201);
  const { businessUnitId } = v.parse(v.object({ businessUnitId: v.string() }), await made.json());
  for (const kind of kinds) {
    const put = await send("PUT", `${at(businessUnitId)}/sources/${kind}`, { externalId: SOURCES[kind] });
    expect(put.status, await put.clone().text()).toBe(200);
  }
  return businessUnitId;
}

async function begin(unit: string): Promise<string> {
  const answer = await maya.post(`${at(unit)}/refresh-data`, { range: RANGE });
  expect(answer.status, await answer.clone().text()).toBe(202);
  return v.parse(v.object({ ingestionRunId: v.string() }), await answer.json()).ingestionRunId;
}

async function look(unit: string, ingestionRunId: string): Promise<RefreshView> {
  const answer = await maya.get(`${at(unit)}/ingestion-runs/${ingestionRunId}`);
  return v.parse(RefreshSchema, await answer.json());
}

async function over(unit: string, ingestionRunId: string): Promise<RefreshView> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const refresh = await look(unit, ingestionRunId);
    if (refresh.status !== "queued" && refresh.status !== "running") return refresh;
    if (Date.now() > until) throw new Error(`The refresh is not over: ${JSON.stringify(refresh)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Requests a source answers before it falls silent, so that no attempt gets past the moment it is to be killed at. */
const GATE = 3;
const FaultsSchema = v.object({ items: v.array(v.looseObject({ skipped: v.number() })) });

/** From now on `upstream` answers so many requests and then none. */
async function gate(upstream: string): Promise<void> {
  await maya.clearFaults();
  await maya.faults([{ upstream, kind: "slow", delayMs: 600_000, after: GATE }]);
}

/** Settles the moment the gated upstream was asked for the `nth` time. */
async function asked(nth: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${system.sandboxUrl}/_sandbox/faults`);
    const [fault] = v.parse(FaultsSchema, await answer.json()).items;
    if ((fault?.skipped ?? 0) >= nth) return;
    if (Date.now() > until) throw new Error(`Only ${fault?.skipped ?? 0} requests came.`);
  }
}

/** The file of D1, which anybody may read while it is written. */
function database(): DatabaseSync {
  const files = readdirSync(system.state, { recursive: true, encoding: "utf8" });
  const found = files.filter((file) => /d1\/.*\.sqlite$/.test(file) && !file.includes("metadata"));
  if (found.length !== 1) throw new Error(`One file of D1 was expected: ${found.join(", ")}`);
  return new DatabaseSync(path.join(system.state, found[0] ?? ""), { readOnly: true });
}

const OriginsSchema = v.array(v.object({ snapshotKey: v.string(), pointers: v.array(v.string()), more: v.number() }));

/** Facts and versions of a unit in D1; what is named after the unit, or was recorded at its time, is named neutrally. */
function storeOf(unit: string) {
  const db = database();
  try {
    const snapshots = db
      .prepare(
        "SELECT * FROM raw_source_snapshots WHERE business_unit_id = ? ORDER BY source, query, range_start, page",
      )
      .all(unit);
    const names = new Map(
      snapshots.map((row) => [row.snapshot_key, `${row.source}/${row.query}/${row.range_start}/${row.page}`]),
    );
    // Keys hold the unit's id, and their order decides which cells of many are named: all are counted.
    const neutral = (lineage: unknown) =>
      v
        .parse(OriginsSchema, JSON.parse(String(lineage)))
        .map(({ snapshotKey, pointers, more }) => `${names.get(snapshotKey)}: ${pointers.length + more}`)
        .toSorted();
    const identity = "f.metric, f.grain, f.period_start, f.period_end, f.dimension, f.member";
    const facts = db
      .prepare(
        `SELECT ${identity}, f.state, f.value, f.reason, f.unit, f.currency, f.time_zone, f.maturity, f.definition,
          f.transform, f.version, f.lineage, f.caveats, f.fixture
         FROM current_client_facts AS f WHERE f.business_unit_id = ? ORDER BY ${identity}`,
      )
      .all(unit);
    const versions = db
      .prepare(
        `SELECT ${identity}, w.version, w.state, w.value, w.maturity, w.definition, w.transform, w.lineage, w.caveats
         FROM client_fact_versions AS w JOIN current_client_facts AS f USING (fact_id)
         WHERE f.business_unit_id = ? ORDER BY ${identity}, w.version`,
      )
      .all(unit);
    const times = db
      .prepare("SELECT DISTINCT recorded_at FROM current_client_facts WHERE business_unit_id = ?")
      .all(unit);
    return {
      facts: facts.map((row) => ({ ...row, lineage: neutral(row.lineage) })),
      versions: versions.map((row) => ({ ...row, lineage: neutral(row.lineage) })),
      snapshots: snapshots.map((row) => [names.get(row.snapshot_key), row.row_count, row.capped]),
      restatements: db.prepare("SELECT * FROM fact_restatements WHERE business_unit_id = ?").all(unit).length,
      recordedTimes: times.length,
    };
  } finally {
    db.close();
  }
}

type Store = ReturnType<typeof storeOf>;

/** Rows of one store the other does not have, the first of them: eight thousand rows are no message. */
function onlyIn(one: Store, other: Store): readonly string[] {
  const linesOf = (store: Store) =>
    Object.entries(store).flatMap(([name, rows]) =>
      (Array.isArray(rows) ? rows : [rows]).map((row) => `${name} ${JSON.stringify(row)}`),
    );
  const known = new Set(linesOf(other));
  return linesOf(one)
    .filter((line) => !known.has(line))
    .slice(0, 5);
}

/** Mulberry32: the same moments in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it("killed at ten moments, a refresh ends once, with the facts and versions of an undisturbed one", async () => {
  const expected = storeOf(calm);
  expect(expected.facts.length).toBeGreaterThan(500);
  expect(expected.recordedTimes).toBe(1);

  const killed = await unitOf("Killed");
  const random = randomOf(SEED);
  await gate(KILLED_AT[0] ?? "");
  const run = await begin(killed);
  for (const [kill] of KILLED_AT.entries()) {
    await asked(1 + Math.floor(random() * GATE));
    await system.killWorker();
    const next = KILLED_AT[kill + 1];
    await (next === undefined ? maya.clearFaults() : gate(next));
    await system.restartWorker();
  }
  const refresh = await over(killed, run);
  expect(refresh.status).toBe("done");
  // Every one of the kills met it at work.
  expect(refresh.attempt).toBe(KILLED_AT.length + 1);
  expect(onlyIn(storeOf(killed), expected), "rows of the killed refresh alone").toEqual([]);
  expect(onlyIn(expected, storeOf(killed)), "rows of the undisturbed refresh alone").toEqual([]);
});

it("pressed twice at once, one refresh runs and the other is told which", async () => {
  const unit = await unitOf("Pressed", ["search_console_site", "ga4_property"]);
  const press = () => maya.post(`${at(unit)}/refresh-data`, { range: RANGE });
  const answers = await Promise.all([press(), press()]);
  const [first, second] = answers.toSorted((a, b) => a.status - b.status);
  expect([first?.status, second?.status]).toEqual([202, 409]);
  const { ingestionRunId } = v.parse(v.object({ ingestionRunId: v.string() }), await first?.json());
  const refusal = v.parse(v.looseObject({ code: v.string(), ingestionRunId: v.string() }), await second?.json());
  expect(refusal).toMatchObject({ code: "refresh_in_progress", ingestionRunId });
  expect(await over(unit, ingestionRunId)).toMatchObject({ status: "done" });
});

it("a source that fails leaves the others' facts and says why and when it is tried again", async () => {
  const unit = await unitOf("Halved", ["search_console_site", "ga4_property"]);
  await maya.faults([{ upstream: "ga4", kind: "status", status: 503 }]);
  const refresh = await over(unit, await begin(unit));
  expect(refresh.status).toBe("partial");
  const [search, site] = refresh.sources;
  expect(search).toMatchObject({ source: "search_console", status: "done" });
  expect(site).toMatchObject({ source: "ga4", status: "failed", cause: { code: "ga4_unavailable" } });
  expect(site?.nextTryAt).not.toBeNull();
  const { facts } = storeOf(unit);
  expect(facts.length).toBeGreaterThan(100);
});

it("a figure of the feed is the bytes of a stored answer, and of that one alone", async () => {
  expect((await maya.post(`${at(calm)}/dashboard-surface`)).status).toBeLessThan(300);
  const feed = v.parse(DashboardSchema, await (await maya.get("/client-data-plane/dashboards/calm")).json());
  const clicks = feed.scorecard.find(({ metric }) => metric === "gsc.clicks")?.figure;
  expect(clicks?.value).toBeGreaterThan(0);
  const answer = await maya.get(`/client-data-plane/facts/${clicks?.factId}/lineage`);
  const { origins, asset, versions } = v.parse(LineageSchema, await answer.json());
  expect(asset).toEqual({ source: "search_console", externalId: SOURCES.search_console_site });
  expect(versions).toHaveLength(1);
  const [origin] = origins;
  const [cell] = origin?.cells ?? [];
  expect(origin?.query).toBe("totals");
  const bytes = await (await maya.get(`/internal/snapshots/${origin?.snapshotKey}`)).arrayBuffer();
  expect(createHash("sha256").update(Buffer.from(bytes)).digest("hex")).toBe(origin?.sha256);
  const [start = 0, end = 0] = cell?.byteRange ?? [];
  expect(Number(Buffer.from(bytes).subarray(start, end).toString("utf8"))).toBe(clicks?.value);
});
