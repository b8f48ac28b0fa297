import { describe, expect, it } from "vitest";
import { lookAt } from "../../src/connectors/look.ts";
import { SOURCES, type SourceName } from "../../src/core/business-unit/types.ts";
import { CURATIONS } from "../../src/core/curation/curations.ts";
import { REQUESTS } from "../../src/core/curation/requests.ts";
import type { CuratedChunk } from "../../src/core/curation/types.ts";
import { ConfigError, PermanentError } from "../../src/core/errors.ts";
import { daysBetween } from "../../src/core/facts/days.ts";
import type { Connector, ConnectorPage } from "../../src/ports/connector.ts";
import { minimise } from "../../src/refresh/minimise.ts";
import { fakeConnectors, fakePorts, IDS } from "../support/refresh-fakes.ts";

const OCTOBER = { start: "2026-10-01", end: "2026-10-31" };
/** Up to yesterday. */
const NOVEMBER = { start: "2026-11-01", end: "2026-11-19" };
const now = () => Date.UTC(2026, 10, 20, 10);
const ports = fakePorts();
const connectors = fakeConnectors(ports, now);

/** Longer than one page in the fakes. */
const LISTS = new Set([
  "queries",
  "pages",
  "landing_pages",
  "keywords",
  "campaign_days",
  "contacts",
  "time_entries",
  "tasks",
]);

async function pagesOf(
  source: SourceName,
  query: string,
  connector: Connector = connectors[source],
): Promise<readonly ConnectorPage[]> {
  const pages: ConnectorPage[] = [];
  let next: string | null = null;
  do {
    const page: ConnectorPage = await connector.fetch(IDS[source], query, OCTOBER, next);
    // As the journal carries it.
    next = page.next === null ? null : String(JSON.parse(JSON.stringify(page.next)));
    pages.push(page);
  } while (next !== null && pages.length < 100);
  return pages;
}

/** The value with a person in every object of it. */
function withPerson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPerson);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value).map(([key, one]) => [key, withPerson(one)] as const);
  return { ...Object.fromEntries(inner), contact_email: "rob@elsewhere.example" };
}

async function curated(
  source: SourceName,
  bodyOf: (query: string, body: unknown) => unknown,
  connector: Connector = connectors[source],
): Promise<CuratedChunk> {
  const curation = CURATIONS[source];
  const { businessUnitId, ...rest } = { businessUnitId: "bu_plunkett", currency: "GBP", timeZone: "Europe/London" };
  const externalId = IDS[source];
  // Tasks have no past: only the newest chunk has them.
  const range = source === "asana" ? NOVEMBER : OCTOBER;
  const context = { businessUnitId, externalId, range, today: "2026-11-20", ...rest };
  let carried = curation.start({ ...context, brandTerms: ["plunkett"], pageGroups: [] });
  for (const query of connector.queries(range)) {
    for (const [page, { raw, capped }] of (await pagesOf(source, query, connector)).entries()) {
      const head = { businessUnitId, source, externalId, query, page, range, request: raw.request };
      const body = bodyOf(query, JSON.parse(raw.body));
      carried = curation.take(carried, { key: `${query}-${page}`, document: { ...head, body }, capped });
    }
  }
  return curation.finish(carried);
}

describe.each(SOURCES)("the connector of %s", (source) => {
  const connector = connectors[source];

  it("serves exactly the queries its curation asks for, each with a list of what is kept", () => {
    const asked = REQUESTS[source].map(({ query }) => query);
    expect(connector.queries(OCTOBER)).toEqual(asked);
    expect(Object.keys(connector.keep).toSorted()).toEqual(asked.toSorted());
  });

  it("pages every query to its end, each row once", async () => {
    for (const query of connector.queries(OCTOBER)) {
      const pages = await pagesOf(source, query);
      expect(pages.at(-1)?.next, query).toBeNull();
      expect(pages.every(({ rowCount }) => rowCount >= 0)).toBe(true);
      if (LISTS.has(query)) expect(pages.length, query).toBeGreaterThan(1);
      const bodies = pages.map(({ raw }) => raw.body);
      expect(new Set(bodies).size, query).toBe(bodies.length);
    }
  });

  it("keeps what the fold reads and nothing else: no field that is not listed gets through", async () => {
    const plain = await curated(source, (_query, body) => body);
    const kept = await curated(source, (query, body) => {
      const small = minimise(withPerson(body), connector.keep[query] ?? []);
      expect(JSON.stringify(small)).not.toContain("elsewhere.example");
      return small;
    });
    expect(plain.facts.length + (plain.tasks?.length ?? 0)).toBeGreaterThan(0);
    expect(kept).toEqual(plain);
  });

  it("looks at an asset without changing it, and says what is wrong with a stranger", async () => {
    const deps = { connectors, missing: async () => [], pause: () => new Promise<void>(() => undefined) };
    const own = await lookAt(connector.assetKind, IDS[source], deps);
    expect(own).toMatchObject({ ok: true, code: "ok" });
    const stranger = await lookAt(connector.assetKind, source === "meta" ? "act_1" : "999999999", deps);
    expect(stranger.ok).toBe(false);
    expect(stranger.detail).not.toBe("");
  });
});

describe("a list that does not come as it should", () => {
  const { meta, ga4 } = ports;
  const walk = async (fetch: (next: string | null) => Promise<ConnectorPage>) => {
    const pages: ConnectorPage[] = [];
    for (let next: string | null = null, first = true; first || next !== null; first = false) {
      const page: ConnectorPage = await fetch(next);
      pages.push(page);
      next = page.next;
      if (pages.length > 100) throw new Error("It never ends.");
    }
    return pages;
  };
  const daysIn = (pages: readonly ConnectorPage[]) =>
    pages.flatMap(({ raw }) => JSON.parse(raw.body).data.map((row: { date_start: string }) => row.date_start));

  /** Meta that answers at most so many days at once. */
  const small = (most: number): typeof meta => ({
    ...meta,
    insightDays: (id, range, level, after) =>
      daysBetween(range.from, range.to) < most
        ? meta.insightDays(id, range, level, after)
        : Promise.reject(new PermanentError("meta_too_much_data", "Meta: too much data.")),
  });

  it.each(["account_days", "campaign_days"])(
    "%s of Meta that are too much for one call come in parts, each day once",
    async (query) => {
      const fetchOf = (port: typeof meta) => {
        const connector = fakeConnectors({ ...ports, meta: port }, now).meta;
        return (next: string | null) => connector.fetch(IDS.meta, query, OCTOBER, next);
      };
      const whole = daysIn(await walk(fetchOf(meta)));
      const parts = await walk(fetchOf(small(4)));
      expect(parts.length).toBeGreaterThan(7);
      expect(daysIn(parts).toSorted()).toEqual(whole.toSorted());
      await expect(walk(fetchOf(small(0)))).rejects.toMatchObject({ code: "meta_too_much_data" });
      await expect(fetchOf(meta)("elsewhere")).rejects.toMatchObject({ code: "bad_page" });
      const stranger = JSON.stringify({ start: "2026-09-01", end: "2026-10-31", after: null });
      await expect(fetchOf(meta)(stranger)).rejects.toMatchObject({ code: "bad_page" });
    },
  );

  it("of Search Console whose last page was full was cut off: what is summed over it is a bound, and totals are exact", async () => {
    const { searchConsole } = ports;
    /** Gives so many rows of a list and no more, whatever there are. */
    const cutAt = (most: number): typeof searchConsole => ({
      ...searchConsole,
      query: (site, asked) =>
        searchConsole.query(site, {
          ...asked,
          rowLimit: Math.max(1, Math.min(asked.rowLimit, most - asked.startRow)),
          startRow: asked.startRow >= most ? 9_999 : asked.startRow,
        }),
    });
    const listed = async (port: typeof searchConsole) => {
      const connector = fakeConnectors({ ...ports, searchConsole: port }, now).search_console;
      const chunk = await curated("search_console", (_query, body) => body, connector);
      const state = (metric: string) =>
        chunk.facts.find((fact) => fact.metric === metric && fact.grain === "month")?.state ?? "none";
      return [state("gsc.clicks"), state("gsc.listed_clicks"), state("gsc.unlisted_share"), state("gsc.brand_clicks")];
    };
    // Five queries in pages of three: whole ends with a page of two.
    expect(await listed(searchConsole)).toEqual(["number", "number", "zero", "number"]);
    expect(await listed(cutAt(3))).toEqual(["number", "capped", "capped", "capped"]);
  });

  it("of GA4 that does not say how many rows there are ends with a page that is not full", async () => {
    const silent = {
      ...ga4,
      runReport: async (...args: Parameters<typeof ga4.runReport>) => ({
        ...(await ga4.runReport(...args)),
        rowCount: 0,
      }),
    };
    const rowsOf = async (port: typeof ga4) => {
      const connector = fakeConnectors({ ...ports, ga4: port }, now).ga4;
      const pages = await walk((next) => connector.fetch(IDS.ga4, "landing_pages", OCTOBER, next));
      return pages.reduce((sum, { rowCount }) => sum + rowCount, 0);
    };
    expect(await rowsOf(silent)).toBe(await rowsOf(ga4));
  });
});

describe("what a page tells of the quota", () => {
  it("is what is empty first of GA4's tokens, and when it is full again", async () => {
    const counted = (remaining: number) => ({ consumed: 10, remaining });
    const ga4 = fakePorts().ga4;
    const none = { concurrentRequests: null, serverErrorsPerProjectPerHour: null };
    const quota = {
      ...none,
      potentiallyThresholdedRequestsPerHour: null,
      tokensPerDay: counted(90),
      tokensPerHour: counted(4000),
      tokensPerProjectPerHour: counted(1200),
    };
    const telling = {
      ...ga4,
      runReport: async (...args: Parameters<typeof ga4.runReport>) => ({ ...(await ga4.runReport(...args)), quota }),
    };
    const connector = fakeConnectors({ ...ports, ga4: telling }, now).ga4;
    const page = await connector.fetch(IDS.ga4, "totals", OCTOBER, null);
    // Midnight in California, where Google's days of quota begin.
    expect(page.quota).toEqual({ remaining: 90, limit: null, resetsAt: Date.UTC(2026, 10, 21, 8) });
  });

  it("is in percent for Meta, whose headers tell the fullest of several limits", async () => {
    const page = await connectors.meta.fetch(IDS.meta, "account_days", OCTOBER, null);
    expect(page.quota).toMatchObject({ remaining: 99, limit: 100 });
  });
});

describe("a look", () => {
  const never = () => new Promise<void>(() => undefined);

  it("names secrets that are not set, before it asks anybody", async () => {
    const missing = async () => ["AGENCY_OS_META_ACCESS_TOKEN"];
    const before = ports.meta.faults.calls.length;
    const look = await lookAt("meta_ad_account", IDS.meta, { connectors, missing, pause: never });
    expect(look).toEqual({
      ok: false,
      code: "secret_missing",
      detail: "Not set in this environment: AGENCY_OS_META_ACCESS_TOKEN.",
    });
    expect(ports.meta.faults.calls).toHaveLength(before);
  });

  it("waits for nobody longer than a person does", async () => {
    const silent = { ...connectors, meta: { ...connectors.meta, look: () => new Promise<never>(() => undefined) } };
    const look = await lookAt("meta_ad_account", IDS.meta, {
      connectors: silent,
      missing: async () => [],
      pause: async () => undefined,
    });
    expect(look).toMatchObject({ ok: false, code: "timeout" });
  });

  it("hands on what the upstream said, and hides what a bug of ours says", async () => {
    const deps = { connectors, missing: async () => [], pause: never };
    ports.harvest.faults.fail("client", new ConfigError("harvest_unauthorised", "Harvest: the token is not valid."));
    expect(await lookAt("harvest_client", IDS.harvest, deps)).toMatchObject({ code: "harvest_unauthorised" });
    ports.harvest.faults.fail("client", new TypeError("undefined is not a function"));
    expect(await lookAt("harvest_client", IDS.harvest, deps)).toMatchObject({ code: "unexpected" });
    expect((await lookAt("website", "https://plunkett.example", deps)).code).toBe("no_connector");
  });

  it.each([
    ["siteUnverifiedUser", "not confirmed"],
    ["siteFullUser", null],
    ["siteRestrictedUser", null],
  ])("at a Search Console site with permission %s says %s", async (permission, words) => {
    const searchConsole = { ...ports.searchConsole, permission: async () => permission };
    const own = fakeConnectors({ ...ports, searchConsole }, now);
    const { problem } = await own.search_console.look(IDS.search_console);
    if (words === null) expect(problem).toBeNull();
    else expect(problem).toContain(words);
  });
});
