/** Search Console's behaviour over HTTP: paging, lag, permission, validation, faults. */
import fc from "fast-check";
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { openSpec } from "./google-spec.ts";
import { GoogleErrorSchema, google, NOW, setFaults, startSources, tokenOf } from "./google-support.ts";

const STRATEGIC = "sc-domain:strategicsettlements.example";
const PLUNKETT = "https://www.plunkett.example/";
const OCTOBER = { startDate: "2026-10-01", endDate: "2026-10-31" };

const RowSchema = v.strictObject({
  keys: v.optional(v.array(v.string())),
  clicks: v.number(),
  impressions: v.number(),
  ctr: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  position: v.pipe(v.number(), v.minValue(1)),
});
const AnswerSchema = v.strictObject({
  rows: v.optional(v.pipe(v.array(RowSchema), v.minLength(1, "no rows means the field is absent"))),
  responseAggregationType: v.picklist(["byPage", "byProperty"]),
  metadata: v.optional(v.strictObject({ firstIncompleteDate: v.string() })),
});

const clock = { now: NOW };
let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSources(clock);
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  clock.now = NOW;
  await setFaults(sandbox, []);
  token = await tokenOf(sandbox);
});

const pathOf = (site: string): string =>
  `/search-console/webmasters/v3/sites/${encodeURIComponent(site)}/searchAnalytics/query`;

async function query(site: string, body: unknown) {
  const answer = await google(sandbox, token, pathOf(site), body);
  expect(answer.status).toBe(200);
  return v.parse(AnswerSchema, answer.body);
}

async function rows(site: string, body: unknown) {
  return (await query(site, body)).rows ?? [];
}

async function refused(body: unknown, site = STRATEGIC) {
  const answer = await google(sandbox, token, pathOf(site), body);
  return { status: answer.status, error: v.parse(GoogleErrorSchema, answer.body).error };
}

const sum = (list: readonly { clicks: number }[]): number => list.reduce((total, { clicks }) => total + clicks, 0);

describe("answers", () => {
  test("no dimensions give one row without keys, counted by property", async () => {
    const answer = await query(STRATEGIC, OCTOBER);
    expect(answer.rows).toHaveLength(1);
    expect(answer.rows?.[0]).not.toHaveProperty("keys");
    expect(answer.responseAggregationType).toBe("byProperty");
  });

  test("over HTTP too, dates, devices and countries add up to the totals, and queries to less", async () => {
    const [total] = await rows(PLUNKETT, OCTOBER);
    for (const dimension of ["date", "device", "country"]) {
      expect(sum(await rows(PLUNKETT, { ...OCTOBER, dimensions: [dimension] }))).toBe(total?.clicks);
    }
    expect(sum(await rows(PLUNKETT, { ...OCTOBER, dimensions: ["query"] }))).toBeLessThan((total?.clicks ?? 0) * 0.75);
  });

  test("rows come by clicks, most first, and with dates oldest first", async () => {
    const byClicks = (await rows(STRATEGIC, { ...OCTOBER, dimensions: ["query"] })).map(({ clicks }) => clicks);
    expect(byClicks).toEqual(byClicks.toSorted((a, b) => b - a));
    const dates = (await rows(STRATEGIC, { ...OCTOBER, dimensions: ["date"] })).map(({ keys }) => keys?.[0] ?? "");
    expect(dates).toHaveLength(31);
    expect(dates).toEqual(dates.toSorted());
  });

  test("position is weighted by impressions and ctr is clicks over impressions", async () => {
    const [total] = await rows(STRATEGIC, OCTOBER);
    const days = await rows(STRATEGIC, { ...OCTOBER, dimensions: ["date"] });
    const weighted = days.reduce((all, { position, impressions }) => all + position * impressions, 0);
    expect(weighted / (total?.impressions ?? 0)).toBeCloseTo(total?.position ?? 0, 8);
    for (const { ctr, clicks, impressions } of days) expect(ctr).toBeCloseTo(clicks / impressions, 12);
  });

  test("pages of any size hand out every row once and end with an answer without rows", async () => {
    const all = await rows(STRATEGIC, { ...OCTOBER, dimensions: ["query", "page"], rowLimit: 25_000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 40, max: 400 }), async (rowLimit) => {
        const collected: unknown[] = [];
        for (let startRow = 0; ; startRow += rowLimit) {
          const page = await rows(STRATEGIC, { ...OCTOBER, dimensions: ["query", "page"], rowLimit, startRow });
          collected.push(...page);
          if (page.length === 0) break;
        }
        expect(collected).toEqual(all);
      }),
      { numRuns: 5 },
    );
  });

  test("a page dimension or a page filter switches to counting by page", async () => {
    const filter = (dimension: string, expression: string) => [
      { filters: [{ dimension, operator: "contains", expression }] },
    ];
    expect((await query(STRATEGIC, { ...OCTOBER, dimensions: ["page"] })).responseAggregationType).toBe("byPage");
    const filtered = await query(STRATEGIC, { ...OCTOBER, dimensionFilterGroups: filter("page", "/guides/") });
    expect(filtered.responseAggregationType).toBe("byPage");
    const forced = await refused({ ...OCTOBER, dimensions: ["page"], aggregationType: "byProperty" });
    expect(forced.status).toBe(400);
  });

  test("filters keep what they name; a filter on queries drops the queries that are not listed", async () => {
    const mobile = [{ filters: [{ dimension: "device", expression: "MOBILE" }] }];
    const devices = await rows(STRATEGIC, { ...OCTOBER, dimensions: ["device"] });
    const [only] = await rows(STRATEGIC, { ...OCTOBER, dimensionFilterGroups: mobile });
    expect(only?.clicks).toBe(devices.find(({ keys }) => keys?.[0] === "MOBILE")?.clicks);
    const group = (operator: string, expression: string) => [
      { filters: [{ dimension: "query", operator, expression }] },
    ];
    const counts = await Promise.all(
      [group("contains", "strategic"), group("notContains", "strategic"), group("includingRegex", "^strategic")].map(
        async (dimensionFilterGroups) => sum(await rows(STRATEGIC, { ...OCTOBER, dimensionFilterGroups })),
      ),
    );
    const listed = sum(await rows(STRATEGIC, { ...OCTOBER, dimensions: ["query"] }));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(listed);
    expect(counts[2]).toBeGreaterThan(0);
    expect(counts[2]).toBeLessThanOrEqual(counts[0] ?? 0);
  });

  test("other search types and appearances have no rows", async () => {
    expect(await query(STRATEGIC, { ...OCTOBER, type: "image" })).toEqual({ responseAggregationType: "byProperty" });
    expect(await query(STRATEGIC, { ...OCTOBER, dimensions: ["searchAppearance"] })).not.toHaveProperty("rows");
  });

  test("a month costs less than 150 ms of processor time once the sandbox is warm", async () => {
    const body = { ...OCTOBER, dimensions: ["query", "page"], rowLimit: 25_000 };
    await rows(STRATEGIC, body);
    // Processor time of this process, simulator and reading included: a busy machine does not change it.
    const costs: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = process.cpuUsage();
      await rows(STRATEGIC, body);
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1_000);
    }
    expect(Math.min(...costs)).toBeLessThan(150);
  });
});

describe("time", () => {
  test("final data ends three Pacific days ago; fresh data goes on and says from where it is incomplete", async () => {
    const range = { startDate: "2026-11-10", endDate: "2026-11-22", dimensions: ["date"] };
    const final = await query(STRATEGIC, range);
    expect(final.rows?.at(-1)?.keys).toEqual(["2026-11-19"]);
    expect(final).not.toHaveProperty("metadata");
    const all = await query(STRATEGIC, { ...range, dataState: "all" });
    expect(all.rows?.at(-1)?.keys).toEqual(["2026-11-22"]);
    expect(all.metadata).toEqual({ firstIncompleteDate: "2026-11-20" });
    expect(all.rows?.slice(0, final.rows?.length)).toEqual(final.rows);
  });

  test("before eight in the morning UTC it is still yesterday in the Pacific", async () => {
    clock.now = new Date("2026-11-22T07:30:00Z");
    token = await tokenOf(sandbox);
    const days = await rows(STRATEGIC, { startDate: "2026-11-10", endDate: "2026-11-22", dimensions: ["date"] });
    expect(days.at(-1)?.keys).toEqual(["2026-11-18"]);
  });

  test("a final day never changes as time goes on", async () => {
    const body = { ...OCTOBER, dimensions: ["date", "device"] };
    const before = await rows(PLUNKETT, body);
    clock.now = new Date("2027-02-01T12:00:00Z");
    token = await tokenOf(sandbox);
    expect(await rows(PLUNKETT, body)).toEqual(before);
  });

  test("sixteen months exist, older days have no rows", async () => {
    const days = await rows(STRATEGIC, { startDate: "2025-01-01", endDate: "2025-12-31", dimensions: ["date"] });
    expect(days[0]?.keys).toEqual(["2025-07-22"]);
    expect(await query(STRATEGIC, { startDate: "2023-01-01", endDate: "2023-12-31" })).not.toHaveProperty("rows");
  });
});

describe("refusals", () => {
  test.each([
    ["the other form of the property", "https://www.strategicsettlements.example/"],
    ["the domain form of a URL-prefix property", "sc-domain:plunkett.example"],
    ["the address without its last slash", "https://www.plunkett.example"],
    ["a site nobody verified", "https://www.unverified.example/"],
    ["a stranger's site", "sc-domain:example.org"],
  ])("%s is a 403 that names the site", async (_, site) => {
    const { status, error } = await refused(OCTOBER, site);
    expect(status).toBe(403);
    expect(error).toMatchObject({ code: 403, status: "PERMISSION_DENIED" });
    expect(error.message).toContain(`site '${site}'`);
  });

  test.each([
    ["no dates", {}],
    ["a date that is none", { startDate: "2026-02-30", endDate: "2026-03-01" }],
    ["dates in the wrong order", { startDate: "2026-03-02", endDate: "2026-03-01" }],
    ["an unknown dimension", { ...OCTOBER, dimensions: ["weather"] }],
    ["a dimension twice", { ...OCTOBER, dimensions: ["page", "page"] }],
    ["searchAppearance beside another dimension", { ...OCTOBER, dimensions: ["searchAppearance", "page"] }],
    ["a rowLimit of zero", { ...OCTOBER, rowLimit: 0 }],
    ["a rowLimit over 25,000", { ...OCTOBER, rowLimit: 25_001 }],
    ["a negative startRow", { ...OCTOBER, startRow: -1 }],
    ["a name the API does not know", { ...OCTOBER, rowlimit: 10 }],
    [
      "a broken regular expression",
      {
        ...OCTOBER,
        dimensionFilterGroups: [{ filters: [{ dimension: "query", operator: "includingRegex", expression: "(" }] }],
      },
    ],
    ["a body that is a list", []],
  ])("%s is a 400", async (_, body) => {
    const { status, error } = await refused(body);
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 400, status: "INVALID_ARGUMENT" });
  });

  test("a site is listed with its permission, also the one without access", async () => {
    const { body } = await google(sandbox, token, "/search-console/webmasters/v3/sites");
    expect(body).toEqual({
      siteEntry: [
        { siteUrl: STRATEGIC, permissionLevel: "siteOwner" },
        { siteUrl: PLUNKETT, permissionLevel: "siteFullUser" },
        { siteUrl: "https://www.unverified.example/", permissionLevel: "siteUnverifiedUser" },
      ],
    });
  });
});

describe("faults", () => {
  const custom = (name: string) => ({ upstream: "search-console", kind: "custom", name }) as const;

  test("empty answers have no rows, but the property is still there", async () => {
    await setFaults(sandbox, [{ upstream: "search-console", kind: "empty" }]);
    expect(await query(STRATEGIC, { ...OCTOBER, dimensions: ["page"] })).toEqual({ responseAggregationType: "byPage" });
    const { body } = await google(sandbox, token, "/search-console/webmasters/v3/sites");
    expect(JSON.stringify(body)).toContain("siteOwner");
  });

  test("capped answers end with a full page; totals stay as they are", async () => {
    const total = await rows(STRATEGIC, OCTOBER);
    const body = { ...OCTOBER, dimensions: ["query"], rowLimit: 25_000 };
    const listed = await rows(STRATEGIC, body);
    await setFaults(sandbox, [custom("capped")]);
    const full = await rows(STRATEGIC, body);
    expect(full).toHaveLength(25_000);
    expect(full.slice(0, listed.length)).toEqual(listed);
    expect(await rows(STRATEGIC, { ...body, startRow: 25_000 })).toEqual([]);
    expect(await rows(STRATEGIC, OCTOBER)).toEqual(total);
  });

  test("without permission data is refused and sites are listed as unverified", async () => {
    await setFaults(sandbox, [custom("no_permission")]);
    expect((await refused(OCTOBER)).status).toBe(403);
    const { body } = await google(sandbox, token, "/search-console/webmasters/v3/sites");
    expect(JSON.stringify(body)).not.toContain("siteOwner");
  });

  test("a status fault wears Google's envelope", async () => {
    await setFaults(sandbox, [{ upstream: "search-console", kind: "status", status: 429, retryAfter: 3 }]);
    const answer = await google(sandbox, token, pathOf(STRATEGIC), OCTOBER);
    expect(answer.headers.get("retry-after")).toBe("3");
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 429, status: "RESOURCE_EXHAUSTED" } } });
  });
});

test("answers fit the discovery document", async () => {
  const spec = openSpec("google-searchconsole-v1.discovery.json");
  if (spec === null) return;
  // The document spells enums in capitals; the live API does not.
  for (const dimensions of [[], ["date"], ["query", "page"], ["device"]]) {
    const body = await query(STRATEGIC, {
      startDate: "2026-11-15",
      endDate: "2026-11-22",
      dimensions,
      dataState: "all",
    });
    expect(spec.differences("SearchAnalyticsQueryResponse", body, { enums: true })).toEqual([]);
  }
  const sites = await google(sandbox, token, "/search-console/webmasters/v3/sites");
  expect(spec.differences("SitesListResponse", sites.body, { enums: true })).toEqual([]);
  expect(spec.differences("SitesListResponse", { siteEntry: [{ site: 1 }] })).toEqual([
    "SitesListResponse.siteEntry[0].site: unknown field",
  ]);
});
