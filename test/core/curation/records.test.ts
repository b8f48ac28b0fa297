import { describe, expect, it } from "vitest";
import { ASANA_CURATION } from "../../../src/core/curation/asana.ts";
import { HARVEST_CURATION } from "../../../src/core/curation/harvest.ts";
import { HUBSPOT_CURATION } from "../../../src/core/curation/hubspot.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { contextOf, curated, factIn, ordersOf, said, snapshotOf } from "./support.ts";

describe("HubSpot", () => {
  const account = snapshotOf("hubspot", "account", { timeZone: "America/New_York", companyCurrency: "USD" });
  const answer = (query: string, records: readonly object[], options = {}) => {
    const body = { total: records.length, results: records.map((properties) => ({ properties })) };
    return snapshotOf("hubspot", query, body, options);
  };
  const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf({ timeZone: "UTC" })) =>
    curated(HUBSPOT_CURATION, [account, ...snapshots], context);

  it("counts contacts by the day of the portal's zone, whatever day it was elsewhere", () => {
    const chunk = curate([
      answer("contacts", [
        // Still the first in New York.
        { createdate: "2026-10-02T03:59:59Z", hs_analytics_source: "ORGANIC_SEARCH" },
        { createdate: "2026-10-02T04:00:00Z", hs_analytics_source: null },
        { createdate: String(Date.parse("2026-11-01T03:30:00Z")) },
        // The first of November there, and the last of September.
        { createdate: "2026-11-01T04:00:00Z" },
        { createdate: "2026-10-01T03:59:59Z" },
      ]),
    ]);
    const on = (start: string) => factIn(chunk, "hubspot.contacts", { grain: "day", start }).value;
    expect(["2026-10-01", "2026-10-02", "2026-10-31"].map(on)).toEqual([1, 1, 1]);
    expect(said(factIn(chunk, "hubspot.contacts"))).toEqual(["number", 3]);
    expect(factIn(chunk, "hubspot.contacts", { dimension: "channel", member: "(unknown)" }).value).toBe(2);
    expect(factIn(chunk, "hubspot.contacts").timeZone).toBe("America/New_York");
  });

  it("knows 0 where it said that there are none, and nothing where it said nothing", () => {
    expect(said(factIn(curate([answer("contacts", [])]), "hubspot.contacts"))).toEqual(["zero", 0]);
    expect(said(factIn(curate([snapshotOf("hubspot", "contacts", {})]), "hubspot.contacts"))).toEqual([
      "missing",
      null,
    ]);
    expect(curate([]).facts).toEqual([]);
  });

  it("gives a bound where HubSpot gives no more records", () => {
    const pages = [
      answer("contacts", [{ createdate: "2026-10-05T12:00:00Z" }], { capped: true }),
      answer("contacts", [{ createdate: "2026-10-05T13:00:00Z" }], { page: 1 }),
    ];
    expect(said(factIn(curate(pages), "hubspot.contacts"))).toEqual(["capped", 2]);
  });

  it("splits deals by stage, those of other pipelines with its name", () => {
    const createdate = "2026-10-05T12:00:00Z";
    const chunk = curate([
      answer("deals", [
        { createdate, pipeline: "default", dealstage: "closedwon" },
        { createdate, pipeline: "77", dealstage: "closedwon" },
        { createdate },
        { createdate: "2026-12-05T12:00:00Z", dealstage: "closedwon" },
      ]),
    ]);
    const stages = chunk.facts
      .filter(({ dimension }) => dimension === "stage")
      .map(({ member, value }) => [member, value]);
    expect(stages).toEqual([
      ["(unknown)", 1],
      ["77/closedwon", 1],
      ["closedwon", 1],
    ]);
  });

  it("adds up the amounts of deals won, and says where one has none; an open or lost deal is none of them", () => {
    const won = (closedate: string, amount: string | null) => ({
      closedate,
      hs_is_closed_won: "true",
      amount_in_home_currency: amount,
    });
    const chunk = curate([
      answer("closed_deals", [
        won("2026-10-05T12:00:00Z", "1000.10"),
        won("2026-10-05T15:00:00Z", "0.20"),
        won("2026-10-06T12:00:00Z", " "),
        won("2026-10-07T12:00:00Z", "n/a"),
        won("2026-10-08T12:00:00Z", null),
        won("2026-12-07T12:00:00Z", "7"),
        { closedate: "2026-10-05T12:00:00Z", hs_is_closed_won: "false", amount_in_home_currency: "9000" },
      ]),
    ]);
    expect(said(factIn(chunk, "hubspot.deals_won"))).toEqual(["number", 5]);
    const amount = factIn(chunk, "hubspot.won_amount");
    expect([amount.state, amount.value, amount.currency, amount.caveats]).toEqual([
      "partial",
      1_000.3,
      "USD",
      ["hubspot_no_amount"],
    ]);
    expect(said(factIn(chunk, "hubspot.won_amount", { grain: "day", start: "2026-10-05" }))).toEqual([
      "number",
      1_000.3,
    ]);
    expect(factIn(chunk, "hubspot.won_amount", { grain: "day", start: "2026-10-06" }).state).toBe("partial");
  });

  it("does not read a record without a date", () => {
    expect(() => curate([answer("contacts", [{ createdate: "soon" }])])).toThrow("results.0.properties.createdate");
  });

  it("gives the same bytes whatever page comes first, has days alone in a part of a month", () => {
    const pages = [0, 1, 2].map((page) =>
      answer("contacts", [{ createdate: `2026-10-0${page + 1}T12:00:00Z` }, { createdate: "2026-10-09T12:00:00Z" }], {
        page,
      }),
    );
    const snapshots = [...pages, snapshotOf("hubspot", "owners", {})];
    expect(new Set(ordersOf(snapshots).map((order) => JSON.stringify(curate(order)))).size).toBe(1);
    const late = curate(snapshots, contextOf({ range: { start: "2026-10-02", end: "2026-10-31" } }));
    expect(new Set(late.facts.map(({ grain }) => grain))).toEqual(new Set(["day"]));
  });

  it("counts in the zone of the Business Unit when the portal names none", () => {
    const contacts = answer("contacts", [{ createdate: "2026-10-01T00:30:00Z" }]);
    const chunk = curated(HUBSPOT_CURATION, [contacts], contextOf({ timeZone: "UTC" }));
    expect(factIn(chunk, "hubspot.contacts", { grain: "day", start: "2026-10-01" }).value).toBe(1);
  });
});

describe("Harvest", () => {
  const entry = (
    spent_date: string,
    hours: number,
    billable: boolean,
    project = { id: 20, name: "Retainer" },
    is_running = false,
  ) => ({
    spent_date,
    hours,
    billable,
    is_running,
    project,
  });
  const entries = (list: readonly object[], page = 0) =>
    snapshotOf("harvest", "time_entries", { total_entries: list.length, time_entries: list }, { page });
  const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
    curated(HARVEST_CURATION, snapshots, context);

  it("adds up hours by project and month, billable ones apart, to the hundredth", () => {
    const chunk = curate([
      entries([entry("2026-10-01", 0.1, true), entry("2026-10-02", 0.2, false), entry("2026-11-01", 8, true)]),
      entries([entry("2026-10-31", 1.5, false, { id: 7, name: "Website" })], 1),
    ]);
    expect(said(factIn(chunk, "harvest.hours"))).toEqual(["number", 1.8]);
    expect(said(factIn(chunk, "harvest.billable_hours"))).toEqual(["number", 0.1]);
    expect(said(factIn(chunk, "harvest.hours", { dimension: "project", member: "Retainer" }))).toEqual(["number", 0.3]);
    expect(said(factIn(chunk, "harvest.billable_hours", { dimension: "project", member: "Website" }))).toEqual([
      "zero",
      0,
    ]);
  });

  it("keeps projects of one name apart, and one that was renamed in between together", () => {
    const same = curate([
      entries([
        entry("2026-10-01", 1, true),
        entry("2026-10-01", 2, true, { id: 7, name: "Retainer" }),
        entry("2026-10-01", 4, true, { id: 8, name: "Audit" }),
      ]),
    ]);
    expect(factIn(same, "harvest.hours", { dimension: "project", member: "Retainer" }).value).toBe(2);
    expect(factIn(same, "harvest.hours", { dimension: "project", member: "Retainer #20" }).value).toBe(1);
    const pages = [
      entries([entry("2026-10-01", 1, true)]),
      entries([entry("2026-10-02", 2, true, { id: 20, name: "Care" })], 1),
    ];
    expect(new Set(ordersOf(pages).map((order) => JSON.stringify(curate(order)))).size).toBe(1);
    for (const order of ordersOf(pages)) {
      expect(factIn(curate(order), "harvest.hours", { dimension: "project", member: "Care" }).value).toBe(3);
    }
  });

  it("knows 0 hours where Harvest said there are none; says when a timer still ran; has no month in a part of one", () => {
    expect(said(factIn(curate([entries([])]), "harvest.hours"))).toEqual(["zero", 0]);
    expect(said(factIn(curate([snapshotOf("harvest", "time_entries", {})]), "harvest.hours"))).toEqual([
      "missing",
      null,
    ]);
    const running = curate([entries([entry("2026-10-01", 1, true, undefined, true)]), entries([], 1)]);
    expect(factIn(running, "harvest.hours").caveats).toEqual(["harvest_running"]);
    expect(curate([entries([])], contextOf({ range: { start: "2026-10-02", end: "2026-10-31" } })).facts).toEqual([]);
    expect(curate([snapshotOf("harvest", "projects", {})]).facts).toEqual([]);
  });
});

describe("Tasks a client may see", () => {
  const task = (gid: string, changes = {}) => ({
    gid,
    name: `Task ${gid}`,
    completed: false,
    permalink_url: `https://app.asana.com/0/1/${gid}`,
    memberships: [{ section: { name: "In progress" } }],
    ...changes,
  });
  const tasks = (list: readonly object[], page = 0) => snapshotOf("asana", "tasks", { data: list }, { page });
  const now = contextOf({ today: "2026-11-01" });
  const shown = (snapshots: readonly CuratedSnapshot[], context = now) =>
    curated(ASANA_CURATION, snapshots, context).tasks;

  it("are all of them, in one order whatever page came first, each once", () => {
    const pages = [
      tasks([task("12"), task("7")]),
      tasks([task("7", { name: "Renamed" }), task("1")], 1),
      snapshotOf("asana", "stories", {}),
    ];
    expect(new Set(ordersOf(pages).map((order) => JSON.stringify(shown(order)))).size).toBe(1);
    expect(shown(pages)?.map(({ taskGid }) => taskGid)).toEqual(["1", "12", "7"]);
  });

  it("say what a client is shown and no more: a link that does not lead to Asana is left out, long texts are cut", () => {
    const [one] =
      shown([
        tasks([
          task("1", {
            completed: true,
            completed_at: "2026-10-20T10:00:00Z",
            due_on: "2026-10-21",
            permalink_url: "javascript:alert(1)",
            name: "x".repeat(500),
          }),
        ]),
      ]) ?? [];
    expect(one).toEqual({
      taskGid: "1",
      name: "x".repeat(300),
      section: "In progress",
      dueOn: "2026-10-21",
      completedAt: "2026-10-20T10:00:00Z",
      permalink: null,
    });
    expect(shown([tasks([{ gid: "2", completed_at: "2026-10-20T10:00:00Z", memberships: [] }])])).toEqual([
      { taskGid: "2", name: "", section: null, dueOn: null, completedAt: null, permalink: null },
    ]);
  });

  it("are none, and not unknown, when the flag was taken from the last one", () => {
    expect(shown([tasks([])])).toEqual([]);
    expect(shown([snapshotOf("asana", "tasks", {})])).toEqual([]);
    expect(shown([])).toBeNull();
  });

  it("are left alone by an older chunk, which would bring back what is no longer flagged", () => {
    expect(shown([tasks([task("1")])], contextOf())).toBeNull();
  });
});
