/** Who looks after Business Units: the live socket, the acts of ops, the sweep, the reprojection, and the queries they ask. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { listUnits } from "../../src/d1/registry.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { claimId, releaseClaims, writeFence } from "../../src/d1/unit-claims.ts";
import { overdueUnits, seededUnit, unitIds, unitsAtWork } from "../../src/d1/unit-rows.ts";
import { noteUnitVisits, unitsToVisit } from "../../src/d1/visits.ts";
import { sweepUnits, type UnitSweepDeps, VISIT_EVERY_MS } from "../../src/sweep.ts";
import { emptyRosters } from "../actors/hands.ts";
import { freshUnit, inUnit, settleUnit, unitAlarm, unitOf } from "../actors/unit-hands.ts";
import { enterWorld, type RunWorld } from "../support/run-world.ts";
import { asset, FIELDS } from "../support/unit-machine.ts";
import { ask, type Desk, newDesk } from "./hands.ts";

const db = env.PLATFORM_BUILD_DB;
const STAFF = { "X-Agency-OS-Staff": "ops@agency.example" };
let desk: Desk;
let world: RunWorld;
let unit: string;

beforeEach(async () => {
  await emptyRosters();
  desk = newDesk();
  world = enterWorld();
  unit = freshUnit();
  const client = "INSERT OR IGNORE INTO clients (client_id, name, created_at) VALUES ('cl_care', 'Care', '2026')";
  await db.prepare(client).run();
  const fields = [...FIELDS, { field: "sources.ga4_property", value: asset(String(900_000 + Number(unit.slice(8)))) }];
  await unitOf(unit).create({
    businessUnitId: unit,
    clientId: "cl_care",
    slug: unit.slice(3),
    fields,
    by: "Maya",
    reason: "",
  });
});

describe("the live socket", () => {
  const live = (id: string) => ask(desk, "GET", `/business-units/${id}/live`, { headers: { upgrade: "websocket" } });

  test("begins with where things stand", async () => {
    const { webSocket } = await live(unit);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    webSocket?.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data))));
    webSocket?.accept();
    expect(await promise).toMatchObject({
      type: "snapshot",
      refresh: null,
      seq: 1,
      events: [{ type: "unit.created" }],
    });
    webSocket?.close();
  });

  test.each(["bu_nobody", "nonsense"])("of %s is closed with a code that says why", async (id) => {
    const { webSocket } = await live(id);
    const { promise, resolve } = Promise.withResolvers<number>();
    webSocket?.addEventListener("close", ({ code }) => resolve(code));
    webSocket?.accept();
    expect(await promise).toBe(4404);
  });

  test("is the only thing at its address", async () => {
    expect((await ask(desk, "GET", `/business-units/${unit}/live`)).status).toBe(426);
  });
});

test("a unit in the archive is none that a task may be about, and one that came back is", async () => {
  const known = async () => (await listUnits(openIndex(db))).map(({ businessUnitId }) => businessUnitId);
  const archive = (value: boolean) =>
    unitOf(unit).edit({ changes: [{ field: "archived", value }], baseVersion: null, by: "Maya", reason: "" });
  expect(await known()).toContain(unit);
  await archive(true);
  expect(await known()).not.toContain(unit);
  await archive(false);
  expect(await known()).toContain(unit);
});

test("ops look into a unit and act on it, with a word why", async () => {
  const address = `/internal/actors/business-unit/${unit}`;
  const looked = await ask(desk, "GET", address, { headers: STAFF });
  expect(JSON.parse(await looked.text())).toMatchObject({
    state: { businessUnitId: unit },
    timers: [{ name: "schedule" }],
  });
  const act = (action: string) =>
    ask(desk, "POST", `${address}/${action}`, { headers: STAFF, body: '{"reason":"looked stuck"}' });
  expect((await act("fire-timers")).status).toBe(202);
  expect((await act("release-lease")).status).toBe(409);
  expect((await unitOf(unit).record())?.refresh?.status).toBe("queued");
});

describe("the sweep", () => {
  const deps: UnitSweepDeps = {
    overdue: (before, after, limit) => overdueUnits(openIndex(db), before, after, limit),
    poke: (id) => unitOf(id).poke(),
    toVisit: (by, after, limit) => unitsToVisit(openIndex(db), by, after, limit),
    visit: (id) => unitOf(id).visit(),
    noteVisits: (visits) => noteUnitVisits(openIndex(db), visits),
  };

  test("wakes a unit whose alarm got lost, so that its daily refresh begins after all", async () => {
    await settleUnit(world, unit);
    await db.prepare("UPDATE business_units SET wake_at = NULL WHERE business_unit_id <> ?").bind(unit).run();
    const due = (await unitAlarm(unit)) ?? 0;
    await inUnit(unit, (state) => state.storage.deleteAlarm());
    world.now = due + 9 * 60_000;
    expect(await sweepUnits(deps, new Date(world.now), false)).toMatchObject({ poked: 0 });
    world.now = due + 11 * 60_000;
    const swept = await sweepUnits(deps, new Date(world.now), false);
    expect(swept).toEqual({ poked: 1, visited: 0, nobody: 0, failed: 0, more: false });
    await settleUnit(world, unit);
    expect(await unitOf(unit).ingestionRun(`ing_${unit}_1`)).toMatchObject({ status: "queued", kind: "scheduled" });
    expect(await unitsAtWork(openIndex(db))).toContain(unit);
  });

  test("visits every unit within six hours: one that only owes something is found, and no version comes of it", async () => {
    await settleUnit(world, unit);
    const version = (await unitOf(unit).record())?.version;
    await unitOf(unit).poke();
    const owes = await unitAlarm(unit);
    await inUnit(unit, (state) => state.storage.deleteAlarm());
    const wakeless = db.prepare("UPDATE business_units SET wake_at = NULL, visit_at = ?");
    await wakeless.bind(new Date(world.now + 9 * 60_000).toISOString()).run();
    expect(await sweepUnits(deps, new Date(world.now))).toMatchObject({ poked: 0, visited: 0 });
    world.now += 11 * 60_000;
    const swept = await sweepUnits(deps, new Date(world.now));
    expect([swept.visited > 0, swept.failed, await unitAlarm(unit)]).toEqual([true, 0, owes]);
    await settleUnit(world, unit);
    expect((await unitOf(unit).record())?.version).toBe(version);
    const next = db.prepare("SELECT max(visit_at) AS at FROM business_units");
    expect(await next.first("at")).toBe(new Date(world.now + VISIT_EVERY_MS).toISOString());
    expect(await sweepUnits(deps, new Date(world.now))).toMatchObject({ visited: 0 });
  });

  test("takes no unit over that only stands in the index", async () => {
    const seeded = freshUnit();
    await db
      .prepare(
        `INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, brand_terms, page_groups, created_at)
         VALUES (?, 'cl_care', ?, 'UTC', 'GBP', '[]', '[]', '2026')`,
      )
      .bind(seeded, seeded)
      .run();
    expect(await sweepUnits(deps, new Date(world.now))).toMatchObject({ nobody: 0, failed: 0 });
    const version = db.prepare("SELECT version FROM business_units WHERE business_unit_id = ?").bind(seeded);
    expect([await version.first("version"), await unitAlarm(seeded)]).toEqual([0, null]);
  });
});

test("the reprojection comes by every unit that has a row, is known to the board or has a snapshot", async () => {
  await db.prepare("UPDATE business_units SET name = 'stale' WHERE business_unit_id = ?").bind(unit).run();
  const page = async (cursor: string) => {
    const response = await ask(desk, "POST", "/internal/reproject", {
      headers: STAFF,
      body: JSON.stringify({ cursor }),
    });
    return JSON.parse(await response.text());
  };
  expect(await page("units:")).toMatchObject({ source: "units", failed: [], nextCursor: "unit_roster:" });
  const name = () => db.prepare("SELECT name FROM business_units WHERE business_unit_id = ?").bind(unit).first("name");
  expect(await name()).toBe("Plunkett");
  await db
    .prepare("DELETE FROM business_units WHERE business_unit_id = ?")
    .bind(unit)
    .run()
    .catch(() => undefined);
  expect(await page("unit_roster:")).toMatchObject({ unknown: 0, failed: [], nextCursor: "snapshots:" });
  desk.blobs.set(`snapshots/${unit}/ga4/x.json.gz`, "x");
  desk.blobs.set("snapshots/Not_A_Unit/ga4/x.json.gz", "x");
  expect(await page("snapshots:")).toMatchObject({ projected: 1, unknown: 0, failed: [], nextCursor: null });
  expect(await name()).toBe("Plunkett");
});

describe("what actors agree on through D1", () => {
  test("is one client per id: who is refused leaves no row that would refuse others", async () => {
    const id = { kind: "website", externalId: `https://${unit.slice(3)}.claims.example/` };
    const claim = (businessUnitId: string, clientId: string) =>
      claimId(db, { businessUnitId, clientId }, id, "2040-01-01");
    expect(await claim("bu_a", "cl_a")).toEqual({ elsewhere: null, siblings: [] });
    expect(await claim("bu_b", "cl_b")).toEqual({ elsewhere: "bu_a", siblings: [] });
    expect(await claim("bu_c", "cl_a")).toEqual({ elsewhere: null, siblings: ["bu_a"] });
    await releaseClaims(db, "bu_a", [id]);
    expect(await claim("bu_b", "cl_b")).toMatchObject({ elsewhere: "bu_a" });
  });

  test("is the newest epoch: an older one never takes its place", async () => {
    await writeFence(db, unit, 3);
    await writeFence(db, unit, 2);
    const fence = db.prepare("SELECT epoch FROM refresh_fences WHERE business_unit_id = ?").bind(unit);
    expect(await fence.first("epoch")).toBe(3);
  });
});

test("no query about units reads a table from end to end", async () => {
  const asked: string[] = [];
  const watched = new Proxy(db, {
    get: (target, name) =>
      name === "prepare"
        ? (query: string) => {
            asked.push(query);
            return target.prepare(query);
          }
        : name === "batch"
          ? (statements: D1PreparedStatement[]) => target.batch(statements)
          : Reflect.get(target, name),
  });
  const index = openIndex(watched);
  await overdueUnits(index, "2040", null, 10);
  await unitsToVisit(index, "2040", null, 10);
  await noteUnitVisits(index, [{ id: unit, at: "2041" }]);
  await unitIds(index, "", 10);
  await unitsAtWork(index);
  await seededUnit(index, unit);
  await claimId(watched, { businessUnitId: unit, clientId: "cl_care" }, { kind: "website", externalId: "x" }, "2040");
  await releaseClaims(watched, unit, []);
  await writeFence(watched, unit, 1);
  expect(asked.length).toBeGreaterThanOrEqual(10);
  for (const query of asked) {
    const values = [...query.matchAll(/\?(\d?)/g)].map(() => "1");
    const named = Math.max(0, ...[...query.matchAll(/\?(\d)/g)].map(([, n]) => Number(n)));
    const { results } = await db
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...values.slice(0, named === 0 ? values.length : named))
      .all();
    const steps = results
      .map((one) => String(one.detail))
      .filter((detail) => /^SCAN (?!json_each|CONSTANT)/.test(detail));
    expect(
      steps.filter((detail) => !/USING (COVERING )?INDEX/.test(detail)),
      query,
    ).toEqual([]);
  }
});
