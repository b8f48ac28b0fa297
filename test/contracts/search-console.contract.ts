/** What every Search Console port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  SearchAnalyticsRequest,
  SearchAnalyticsRow,
  SearchConsolePort,
} from "../../src/ports/search-console/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A Search Console with a month of data. `impatient` is the same port with a short time limit. */
export interface SearchConsoleWorld {
  readonly port: SearchConsolePort;
  readonly impatient: SearchConsolePort;
  /** A domain property with data, owned. */
  readonly site: string;
  /** A URL-prefix property with data. */
  readonly prefixSite: string;
  /** Listed but never verified. */
  readonly unverifiedSite: string;
  readonly month: { readonly start: string; readonly end: string };
  /** Days without any data. */
  readonly silence: { readonly start: string; readonly end: string };
  fault(kind: FaultKind, method: keyof SearchConsolePort): Promise<void>;
  calm(): Promise<void>;
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function searchConsoleContract(name: string, open: () => Promise<SearchConsoleWorld>): void {
  describe(`Search Console port, ${name}`, () => {
    let world: SearchConsoleWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    rows(() => world);
    access(() => world);
    failures(() => world);
  });
}

function ask(world: SearchConsoleWorld, more: Partial<SearchAnalyticsRequest> = {}): SearchAnalyticsRequest {
  const { start, end } = world.month;
  return { startDate: start, endDate: end, dimensions: [], rowLimit: 25_000, startRow: 0, ...more };
}

const clicks = (rows: readonly SearchAnalyticsRow[]) => rows.reduce((sum, row) => sum + row.clicks, 0);

function rows(world: () => SearchConsoleWorld): void {
  it("without dimensions a period is one row", async () => {
    const page = await world().port.query(world().site, ask(world()));
    expect(page.rows).toHaveLength(1);
    const [total] = page.rows;
    expect(total?.keys).toEqual([]);
    expect(total?.clicks).toBeGreaterThan(0);
    expect(total?.ctr).toBeCloseTo((total?.clicks ?? 0) / (total?.impressions ?? 1), 10);
    expect(page.aggregationType).toBe("byProperty");
  });

  it("days come oldest first and add up to the total", async () => {
    const { port, site, month } = world();
    const total = await port.query(site, ask(world()));
    const days = await port.query(site, ask(world(), { dimensions: ["date"] }));
    const dates = days.rows.map((row) => row.keys[0]);
    expect(dates).toEqual([...dates].sort());
    expect([dates[0], dates.at(-1)]).toEqual([month.start, month.end]);
    expect(clicks(days.rows)).toBe(clicks(total.rows));
  });

  it("queries come by clicks, with one key per dimension", async () => {
    const page = await world().port.query(world().site, ask(world(), { dimensions: ["query", "page"] }));
    const order = page.rows.map((row) => row.clicks);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(page.rows.every((row) => row.keys.length === 2)).toBe(true);
    expect(page.aggregationType).toBe("byPage");
  });

  it("paging gives every row once and ends in an empty page", async () => {
    const { port, site } = world();
    const whole = await port.query(site, ask(world(), { dimensions: ["page"] }));
    const size = Math.ceil(whole.rows.length / 3);
    const paged: SearchAnalyticsRow[] = [];
    for (let startRow = 0; ; startRow += size) {
      const page = await port.query(site, ask(world(), { dimensions: ["page"], rowLimit: size, startRow }));
      if (page.rows.length === 0) break;
      paged.push(...page.rows);
    }
    expect(paged).toEqual(whole.rows);
  });

  it("a period without data is empty, not an error", async () => {
    const { port, site, silence } = world();
    const page = await port.query(
      site,
      ask(world(), { startDate: silence.start, endDate: silence.end, dimensions: ["query"] }),
    );
    expect(page.rows).toEqual([]);
  });

  it("the raw reply is the JSON the rows were read from, and the request without a credential", async () => {
    const { port, prefixSite } = world();
    const request = ask(world(), { dimensions: ["device"], rowLimit: 10 });
    const { rows, raw } = await port.query(prefixSite, request);
    expect(JSON.parse(raw.body).rows).toEqual(rows);
    expect(raw.request).toEqual({
      method: "POST",
      path: `/webmasters/v3/sites/${encodeURIComponent(prefixSite)}/searchAnalytics/query`,
      body: { ...request, type: "web", dataState: "final" },
    });
    expect(new Date(raw.fetchedAt).toISOString()).toBe(raw.fetchedAt);
  });

  it.each([
    ["no rows", { rowLimit: 0 }],
    ["too many rows", { rowLimit: 25_001 }],
    ["a negative start", { startRow: -1 }],
    ["half a row", { startRow: 0.5 }],
    ["a day that does not exist", { startDate: "2026-02-30" }],
    ["a period that runs backwards", { startDate: "2026-10-02", endDate: "2026-10-01" }],
  ])("refuses %s", async (_, wrong) => {
    const failure = await failureOf(world().port.query(world().site, ask(world(), wrong)));
    expect(failure).toMatchObject({ name: "PermanentError", code: "search_console_bad_request" });
  });
}

function access(world: () => SearchConsoleWorld): void {
  it("tells the permission of a site, and null for one that is not listed", async () => {
    const { port, site, unverifiedSite } = world();
    expect(await port.permission(site)).toBe("siteOwner");
    expect(await port.permission(unverifiedSite)).toBe("siteUnverifiedUser");
    expect(await port.permission("sc-domain:nobody.example")).toBeNull();
  });

  it("a site without permission, or the wrong form of a property, is for a person to mend", async () => {
    const { port, unverifiedSite, prefixSite } = world();
    for (const site of [unverifiedSite, "sc-domain:nobody.example", prefixSite.replace(/\/$/, "")]) {
      const failure = await failureOf(port.query(site, ask(world())));
      expect(failure).toMatchObject({ name: "ConfigError", code: "search_console_forbidden" });
    }
  });
}

function failures(world: () => SearchConsoleWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a query ends in the failure that says what happens next",
    async (kind) => {
      await world().fault(kind, "query");
      const failure = await failureOf(portFor(world(), kind).query(world().site, ask(world())));
      expect(failure).toMatchObject(expectedOf("search_console", kind));
      await world().calm();
      expect((await world().port.query(world().site, ask(world()))).rows).toHaveLength(1);
    },
  );
}
