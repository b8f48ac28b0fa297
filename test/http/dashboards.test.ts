/** Dashboards and the roll-up through their routes, over real actors and stored facts. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DashboardListItem, DashboardView } from "../../src/core/wire-dashboard.ts";
import type { OverviewView } from "../../src/core/wire-overview.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { database, draft, fence, inMonth, OCTOBER, publication } from "./fact-hands.ts";
import { ask, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
const SEPTEMBER = { start: "2026-09-01", end: "2026-09-30" };

beforeEach(() => {
  desk = newDesk();
});

async function call<T>(method: string, path: string, body?: object, staff = ""): Promise<{ status: number; body: T }> {
  const headers: Record<string, string> = staff === "" ? {} : { "X-Agency-OS-Staff": staff };
  const init = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
  const response = await ask(desk, method, path, init);
  return { status: response.status, body: await response.json<T>() };
}

/** Units `bu_north` and `bu_south` of two clients; north has a surface and facts. */
beforeAll(async () => {
  desk = newDesk();
  for (const name of ["North", "South"]) {
    const client = await call<{ clientId: string }>("POST", "/admin-registry/clients", { name: `${name} Group` });
    const body = { clientId: client.body.clientId, name, timeZone: "Europe/Dublin", currency: "EUR" };
    expect((await call("POST", "/admin-registry/business-units", body)).status).toBe(201);
  }
  await call("POST", "/admin-registry/business-units/bu_north/dashboard-surface");
  await call("PUT", "/admin-registry/business-units/bu_north/settings/targets", {
    effectiveFrom: "2026-10-01",
    value: [{ metric: "gsc.clicks", grain: "month", value: 1_000 }],
  });
  await database
    .prepare(
      "INSERT INTO staff_users (user_id, name, email, created_at) VALUES ('user_ann', 'Ann', 'ann@agency.example', '2026')",
    )
    .run();
  await call("PUT", "/admin-registry/business-units/bu_north/users/user_ann", { role: "viewer" });
  await fence(1, "bu_north");
  const query = (member: string, value: number) =>
    inMonth({ metric: "gsc.query_clicks", dimension: "query", member, value });
  const facts = [
    inMonth({ value: 1_200 }),
    inMonth({ value: 1_000, period: SEPTEMBER }),
    ...Array.from({ length: 30 }, (_, n) => query(`query ${String(n).padStart(2, "0")}`, 100 - n)),
    draft({ value: 40 }),
  ];
  const tasks = [
    { taskGid: "77", name: "Shown <b>", section: null, dueOn: "2026-12-01", completedAt: null, permalink: null },
  ];
  const chunk = { facts, checks: [], tasks, rows: facts.length };
  const range = { start: SEPTEMBER.start, end: OCTOBER.end };
  await publishFacts(database, publication(facts, { businessUnitId: "bu_north", range, chunk }));
});

describe("a dashboard", () => {
  test("is prepared from stored facts, each figure with its fact, and the read leaves a line without a value", async () => {
    const { status, body } = await call<DashboardView>("GET", "/client-data-plane/dashboards/north?month=2026-10");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      slug: "north",
      clientName: "North Group",
      period: OCTOBER,
      scorecard: [
        {
          metric: "gsc.clicks",
          figure: { value: 1_200, factId: expect.stringMatching(/^f_/) },
          movements: [{ against: "previous", absolute: 200, relative: 0.2 }, { against: "year_over_year" }],
          target: { value: 1_000, reached: 1.2, rating: "ahead" },
        },
      ],
      tasks: [{ taskGid: "77", name: "Shown <b>" }],
      fixture: false,
    });
    const { results } = await database
      .prepare(
        "SELECT what, reader_kind, fact_count, outcome FROM agent_data_access_logs WHERE business_unit_id = 'bu_north'",
      )
      .all();
    expect(results).toEqual([{ what: "dashboard", reader_kind: "service", fact_count: 23, outcome: "answered" }]);
  });

  test("shows the biggest members of a long list, in their order", async () => {
    const { body } = await call<DashboardView>("GET", "/client-data-plane/dashboards/north?month=2026-10");
    const queries = body.tables.find((table) => table.id === "queries");
    expect(queries?.rows.map((row) => row.member)).toEqual(
      Array.from({ length: 20 }, (_, n) => `query ${String(n).padStart(2, "0")}`),
    );
  });

  test("is prepared for an agent by its grant alone, without an invented figure, and each read is in the log", async () => {
    const path = "/client-data-plane/dashboards/north?month=2026-10&purpose=pacing";
    const asAgent = async () => {
      const response = await ask(desk, "GET", path, { headers: { "X-Agency-OS-Agent": "pacer" } });
      return { status: response.status, body: await response.json<DashboardView>() };
    };
    expect((await asAgent()).status).toBe(403);
    await call("PUT", "/admin-registry/business-units/bu_north/grants/pacer", { purpose: "pacing" });
    const before = await asAgent();
    expect([before.status, before.body.scorecard[0]?.metric]).toEqual([200, "gsc.clicks"]);
    const invent = (fixture: number) =>
      database
        .prepare("UPDATE current_client_facts SET fixture = ? WHERE business_unit_id = 'bu_north' AND grain = 'month'")
        .bind(fixture)
        .run();
    await invent(1);
    const { body } = await asAgent();
    expect([body.scorecard, body.tables, body.fixture]).toEqual([[], [], false]);
    // People see them, flagged.
    const staff = await call<DashboardView>("GET", "/client-data-plane/dashboards/north?month=2026-10");
    expect([staff.body.scorecard.length > 0, staff.body.fixture]).toEqual([true, true]);
    await invent(0);
    const { results } = await database
      .prepare(
        "SELECT purpose, outcome FROM agent_data_access_logs WHERE reader = 'pacer' AND what = 'dashboard' ORDER BY outcome",
      )
      .all();
    expect(results.map(({ purpose, outcome }) => `${String(purpose)} ${String(outcome)}`)).toEqual([
      "pacing answered",
      "pacing answered",
      "pacing not_granted",
    ]);
  });

  test("of a month without facts is empty, and of no month refused", async () => {
    const empty = await call<DashboardView>("GET", "/client-data-plane/dashboards/north?month=2024-01");
    expect([empty.status, empty.body.scorecard, empty.body.trends]).toEqual([200, [], []]);
    for (const month of ["2026-13", "October", "2999-01"])
      expect((await call("GET", `/client-data-plane/dashboards/north?month=${month}`)).status).toBe(400);
  });

  test("that nobody created says so, and another client's does not exist", async () => {
    const needed = await call<{ code: string }>("GET", "/client-data-plane/dashboards/south");
    expect([needed.status, needed.body.code]).toEqual([404, "dashboard_needed"]);
    desk.strangersAreAdmins = false;
    const ann = (slug: string) =>
      call<{ code: string }>("GET", `/client-data-plane/dashboards/${slug}`, undefined, "ann@agency.example");
    expect((await ann("north")).status).toBe(200);
    expect([(await ann("south")).body.code, (await ann("nothing")).body.code]).toEqual([
      "no_such_dashboard",
      "no_such_dashboard",
    ]);
  });

  test("of an archived Business Unit is gone, and back when that is", async () => {
    const path = "/admin-registry/business-units/bu_north";
    await call("PATCH", path, { archived: true });
    expect((await call("GET", "/client-data-plane/dashboards/north")).status).toBe(404);
    await call("PATCH", path, { archived: false });
    expect((await call("GET", "/client-data-plane/dashboards/north")).status).toBe(200);
  });

  test("loses a task with the refresh in which it is no longer flagged", async () => {
    const range = { start: "2026-10-06", end: "2026-10-06" };
    const chunk = { facts: [], checks: [], tasks: [], rows: 0 };
    await publishFacts(database, publication([], { businessUnitId: "bu_north", source: "asana", range, chunk }));
    const { body } = await call<DashboardView>("GET", "/client-data-plane/dashboards/north");
    expect(body.tasks).toEqual([]);
  });
});

describe("the list of dashboards and the overview", () => {
  test("hold what one may see, with what each still lacks", async () => {
    desk.strangersAreAdmins = false;
    const all = await call<{ items: DashboardListItem[] }>("GET", "/client-data-plane/dashboards");
    expect(all.body.items).toMatchObject([
      { slug: "north", label: "Setup needed", surfaceId: expect.any(String) },
      { slug: "south", label: "Setup needed", surfaceId: null },
    ]);
    const own = await call<{ items: DashboardListItem[] }>(
      "GET",
      "/client-data-plane/dashboards",
      undefined,
      "ann@agency.example",
    );
    expect(own.body.items.map((one) => one.slug)).toEqual(["north"]);
    const { body } = await call<OverviewView>("GET", "/client-data-plane/overview", undefined, "ann@agency.example");
    expect(body.units.map((one) => one.slug)).toEqual(["north"]);
    const { results } = await env.PLATFORM_BUILD_DB.prepare(
      "SELECT business_unit_id FROM agent_data_access_logs WHERE what = 'overview' AND reader = 'ann@agency.example'",
    ).all();
    expect(results).toEqual([{ business_unit_id: "bu_north" }]);
  });

  test("say of each what it lacks, how its sources stand and whether its targets were met", async () => {
    desk.now = Date.parse("2026-11-20T09:00:00Z");
    const { body } = await call<OverviewView>("GET", "/client-data-plane/overview");
    const [north, south] = body.units;
    expect(north?.findings.blocking).toBeGreaterThan(0);
    expect(north?.findings.first).toMatchObject({ severity: "blocks", field: "sources.search_console_site" });
    expect(north).toMatchObject({ refreshing: false, freshness: [] });
    expect(north?.targets).toMatchObject([
      { metric: "gsc.clicks", figure: { value: 1_200 }, target: { value: 1_000, reached: 1.2, rating: "ahead" } },
    ]);
    expect(south?.targets).toEqual([]);
  });

  test("count once what two Business Units of a client measure from one asset, and it alone", async () => {
    desk.now = Date.parse("2026-11-20T09:00:00Z");
    const clicks = async (staff = "") => {
      const { body } = await call<OverviewView>("GET", "/client-data-plane/overview", undefined, staff);
      return body.totals.find(({ metric }) => metric === "gsc.clicks");
    };
    const north = await database
      .prepare("SELECT client_id FROM business_units WHERE slug = 'north'")
      .first("client_id");
    const unit = { clientId: north, name: "Zenith", timeZone: "UTC", currency: "EUR" };
    await call("POST", "/admin-registry/business-units", unit);
    await fence(1, "bu_zenith");
    const publish = (value: number, externalId?: string) =>
      publishFacts(
        database,
        publication([inMonth({ value })], {
          businessUnitId: "bu_zenith",
          ...(externalId === undefined ? {} : { externalId }),
        }),
      );
    expect(await clicks()).toMatchObject({ value: 1_200, of: 1 });
    await publish(1_200);
    expect(await clicks()).toMatchObject({ value: 1_200, of: 2 });
    // Who may not see the sibling that counts it counts their own.
    await call("PUT", "/admin-registry/business-units/bu_zenith/users/user_ann", { role: "viewer" });
    await call("DELETE", "/admin-registry/business-units/bu_north/users/user_ann");
    desk.strangersAreAdmins = false;
    expect(await clicks("ann@agency.example")).toMatchObject({ value: 1_200, of: 1 });
    await publish(300, "sc-domain:zenith.example");
    expect(await clicks()).toMatchObject({ value: 1_500, of: 2 });
    await call("PATCH", "/admin-registry/business-units/bu_zenith", { archived: true });
  });

  test("roll up the last month that all sources are through with", async () => {
    const at = async (now: string) => {
      desk.now = Date.parse(now);
      return (await call<OverviewView>("GET", "/client-data-plane/overview")).body.period.start;
    };
    expect(await at("2026-11-03T23:00:00Z")).toBe("2026-09-01");
    expect(await at("2026-11-04T01:00:00Z")).toBe("2026-10-01");
  });

  test("count open runs by whom they wait for", async () => {
    const run = (n: number, status: string, waiting: string | null, unit = "bu_north") =>
      env.PLATFORM_BUILD_DB.prepare(
        "INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, business_unit_id, summary, waiting_kind, created_at, updated_at) VALUES (?, ?, 1, ?, 't', ?, '{}', ?, '2026', '2026')",
      ).bind(`tar_9${n}`, `9${n}`, status, unit, waiting);
    await env.PLATFORM_BUILD_DB.batch([
      run(1, "running", "worker"),
      run(2, "review_ready", "person"),
      run(3, "accepted", "person"),
      // Nobody knows any more for whom: the row is from before that was kept.
      run(4, "running", null, "bu_south"),
    ]);
    const { body } = await call<OverviewView>("GET", "/client-data-plane/overview");
    expect(body.units.map((one) => [one.slug, one.openRuns, one.waitingForPeople])).toEqual([
      ["north", 2, 1],
      ["south", 1, 0],
    ]);
  });
});
