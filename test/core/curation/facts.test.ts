import { describe, expect, it } from "vitest";
import { SOURCES } from "../../../src/core/business-unit/types.ts";
import { caveatText } from "../../../src/core/curation/caveats.ts";
import { absent, known, lowered, mergedOrigins, origin, ratio } from "../../../src/core/curation/cells.ts";
import { ChunkFacts, monthOf, reachesNow } from "../../../src/core/curation/chunk.ts";
import { CURATIONS } from "../../../src/core/curation/curations.ts";
import { compareFacts } from "../../../src/core/curation/member.ts";
import { keptOf } from "../../../src/core/curation/requests.ts";
import { type Ranked, strongest } from "../../../src/core/curation/top.ts";
import { definitionOf, METRICS, metricOf } from "../../../src/core/evidence/catalogue.ts";
import { contextOf, curated, OCTOBER, snapshotOf } from "./support.ts";

const scope = { context: contextOf(), timeZone: "UTC", currency: "USD", incompleteFrom: null, caveats: [] };

describe("The facts of a chunk", () => {
  it("are those the catalogue stores: any other is a bug, not a fact", () => {
    const facts = new ChunkFacts(scope);
    expect(() => facts.day("gsc.query_clicks", "2026-10-01", known(1, []))).toThrow(RangeError);
    expect(() => facts.part("ga4.site_users", OCTOBER, ["channel", "Direct"], known(1, []))).toThrow(
      "the catalogue stores no ga4.site_users of a month by channel",
    );
    expect(() => facts.month("gsc.striking", OCTOBER, known(1, []))).toThrow(RangeError);
    expect(() => facts.month("gsc.cliks", OCTOBER, known(1, []))).toThrow("metric gsc.cliks is not in the catalogue");
  });

  it("hold one value per member: of two with one name the first stands", () => {
    const facts = new ChunkFacts(scope);
    for (const clicks of [1, 2]) facts.part("gsc.group_clicks", OCTOBER, ["page_group", "Shop"], known(clicks, []));
    expect(facts.all().map(({ value }) => value)).toEqual([1]);
  });

  it("lie in one order: metric, grain, start, dimension, member", () => {
    const fact = (changes: object) =>
      ({ metric: "a", grain: "day", period: OCTOBER, dimension: "page", member: "m", ...changes }) as const;
    const facts = [
      fact({}),
      fact({ member: "n" }),
      fact({ dimension: "query", member: "a" }),
      fact({ period: { start: "2026-10-02", end: "2026-10-02" }, dimension: "country" }),
      fact({ grain: "month", period: { start: "2026-01-01", end: "2026-01-31" } }),
      fact({ metric: "b", member: "" }),
    ];
    expect([...facts].reverse().sort(compareFacts)).toEqual(facts);
    expect(compareFacts(fact({}), fact({}))).toBe(0);
  });

  it("of a day that has begun and is not over are partial and filling, even of a source that is final at once", () => {
    const facts = new ChunkFacts({ ...scope, context: contextOf({ today: "2026-10-09" }) });
    facts.day("rank.share_of_voice", "2026-10-08", known(1, []));
    facts.day("rank.share_of_voice", "2026-10-09", known(0, []));
    expect(facts.all().map(({ state, value, maturity }) => [state, value, maturity])).toEqual([
      ["number", 1, "final"],
      ["partial", 0, "filling"],
    ]);
  });
});

describe("Kinds of values", () => {
  it("are each given by a source, and all but numbers with a reason", () => {
    const clicks = (query: string, rows: readonly (readonly [number, number, ...string[]])[], capped = false) =>
      snapshotOf(
        "search_console",
        query,
        { rows: rows.map(([count, impressions, ...keys]) => ({ keys, clicks: count, impressions, position: 3 })) },
        { capped },
      );
    const search = (today: string) =>
      curated(
        CURATIONS.search_console,
        [
          clicks("totals", [[40, 900]]),
          clicks("daily", [
            [40, 900, "2026-10-01"],
            [0, 0, "2026-10-02"],
          ]),
          clicks("queries", [[9, 90, "roof"]], true),
        ],
        contextOf({ today, brandTerms: [] }),
      ).facts;
    const withheld = { metadata: { subjectToThresholding: true } };
    const analytics = curated(CURATIONS.ga4, [snapshotOf("ga4", "totals", withheld)]).facts;
    const facts = [...search("2026-12-20"), ...search("2026-11-01"), ...analytics];
    expect(new Set(facts.map(({ state }) => state))).toEqual(
      new Set(["number", "zero", "missing", "unavailable", "withheld", "partial", "capped", "not_defined"]),
    );
    for (const { state, value, reason } of facts) {
      expect(reason === null, `${state}: ${reason}`).toBe(state === "number" || state === "zero");
      expect(value === null, state).toBe(["missing", "unavailable", "withheld", "not_defined"].includes(state));
    }
  });
});

describe("A chunk that ends where data ends", () => {
  it("stands for its month, though the source's zone be a day ahead of the Business Unit's", () => {
    const range = { start: "2026-10-01", end: "2026-10-20" };
    expect([20, 21, 22, 23].map((day) => reachesNow({ range, today: `2026-10-${day}` }))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(monthOf({ range, today: "2026-10-22" })).toEqual(OCTOBER);
    expect(monthOf({ range: { start: "2026-10-01", end: "2026-10-30" }, today: "2026-11-01" })).toEqual(OCTOBER);
    expect(monthOf({ range, today: "2026-10-25" })).toBeNull();
  });
});

describe("Cells", () => {
  it("without a value stay what they are, and pass that on to what is computed from them", () => {
    const none = absent("withheld", "Google withholds it.", [origin("a", "/x")]);
    expect(lowered(none, "partial", "part")).toBe(none);
    expect(ratio(known(1, []), none)).toMatchObject({ state: "withheld", value: null });
    expect(ratio(none, known(1, []))).toMatchObject({ state: "withheld", value: null });
    expect(ratio(lowered(known(1, []), "partial", "part"), known(2, []))).toMatchObject({
      state: "partial",
      value: 0.5,
    });
    expect(ratio(lowered(known(1, []), "partial", "part"), lowered(known(2, []), "capped", "cut")).state).toBe(
      "capped",
    );
    expect(ratio(lowered(known(0, []), "capped", "cut"), known(0, [])).state).toBe("not_defined");
  });

  it("name each cell of a snapshot once, and a hundred at most", () => {
    const many = Array.from({ length: 150 }, (_, at) => `/${at}`);
    expect(mergedOrigins([origin("b", "/1"), origin("a", "/2", "/1"), origin("a", "/1")])).toEqual([
      { snapshotKey: "a", pointers: ["/2", "/1"], more: 0 },
      { snapshotKey: "b", pointers: ["/1"], more: 0 },
    ]);
    const [merged] = mergedOrigins([origin("a", ...many), { snapshotKey: "a", pointers: ["/x"], more: 7 }]);
    expect([merged?.pointers.length, merged?.more]).toEqual([100, 58]);
  });
});

describe("The strongest rows", () => {
  it("are the same whatever order they came in, ties, repetitions and short rows included", () => {
    const row = (key: string, values: readonly number[], at = 0, snapshotKey = "s"): Ranked => ({
      key,
      values,
      at,
      snapshotKey,
    });
    const rows = [
      row("a", [5, 2]),
      row("b", [5, 3]),
      row("c", [5]),
      row("c", [5, 0], 2),
      row("c", [5, 0], 1, "r"),
      row("c", [5, 0], 1),
    ];
    const keys = (all: readonly Ranked[]) =>
      strongest([], all, 3).map(({ key, at, snapshotKey }) => `${key}${at}${snapshotKey}`);
    expect(keys(rows)).toEqual(keys([...rows].reverse()));
    expect(strongest([], rows, 2).map(({ key }) => key)).toEqual(["b", "a"]);
    expect(strongest(rows, rows).map(({ key }) => key)).toEqual(["b", "a", "c"]);
  });
});

/** What a list of kept paths leaves of a value. */
function kept(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  const under = (key: string) => paths.flatMap(([step, ...rest]) => (step === "*" || step === key ? [rest] : []));
  if (Array.isArray(value)) return value.map((item: unknown, at) => kept(item, under(String(at))));
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).filter(([key]) => under(key).length > 0);
  return Object.fromEntries(entries.map(([key, item]) => [key, kept(item, under(key))]));
}

describe("What is kept of an answer", () => {
  const customer = { currencyCode: "USD", timeZone: "UTC", descriptiveName: "Plunkett" };
  const metrics = {
    impressions: "9",
    clicks: "2",
    costMicros: "1500000",
    conversions: 0.5,
    conversionsValue: 3,
    ctr: 0.2,
  };
  const insight = {
    date_start: "2026-10-01",
    date_stop: "2026-10-01",
    account_currency: "USD",
    spend: "1.5",
    impressions: "9",
    reach: "5",
    clicks: "2",
    inline_link_clicks: "1",
    actions: [{ action_type: "lead", value: "1", "7d_click": "1" }],
    action_values: [{ action_type: "purchase", value: "8" }],
    campaign_id: "1",
    campaign_name: "Roof",
    account_id: "77",
  };
  const row = { keys: ["2026-10-01"], clicks: 1, impressions: 9, ctr: 0.1, position: 4 };
  const report = {
    metricHeaders: [{ name: "sessions", type: "TYPE_INTEGER" }],
    rows: [{ dimensionValues: [{ value: "20261001" }], metricValues: [{ value: "7" }] }],
    metadata: {
      currencyCode: "USD",
      timeZone: "UTC",
      subjectToThresholding: true,
      samplingMetadatas: [{ samplesReadCount: "1", samplingSpaceSize: "9" }],
    },
    propertyQuota: {},
  };
  const person = { email: "a@b.example", firstname: "Ann" };
  const deal = {
    createdate: "2026-10-05T12:00:00Z",
    closedate: "2026-10-05T12:00:00Z",
    pipeline: "p",
    dealstage: "won",
    hs_is_closed_won: "true",
    amount_in_home_currency: "5",
  };
  const task = {
    gid: "1",
    name: "Audit",
    completed: true,
    completed_at: "2026-10-02T10:00:00Z",
    due_on: "2026-10-02",
    notes: "private",
    memberships: [{ section: { name: "Done" }, project: { gid: "9" } }],
    permalink_url: "https://app.asana.com/0/1",
  };
  const ranks = [{ rank: 3, created_at: "2026-10-03T04:00:00Z", highest_ranking_page: "/" }];
  const BODIES: Readonly<Record<string, unknown>> = {
    "search_console.totals": { rows: [row] },
    "search_console.daily": { rows: [row], metadata: { firstIncompleteDate: "2026-10-02" } },
    "search_console.queries": { rows: [row] },
    "search_console.pages": { rows: [row] },
    "search_console.devices": { rows: [row] },
    "search_console.countries": { rows: [row] },
    "ga4.totals": report,
    "ga4.daily": report,
    "ga4.channels": report,
    "ga4.landing_pages": { ...report, metadata: { dataLossFromOtherRow: true } },
    "accuranker.domain": {
      id: 1,
      domain: "a.example",
      history: [{ date: "2026-10-01", share_of_voice_percentage: 3 }],
    },
    "accuranker.keywords": [{ id: 1, keyword: "roof", ranks, notes: "x" }],
    "google_ads.account": { results: [{ customer }] },
    "google_ads.account_days": { results: [{ customer, segments: { date: "2026-10-01" }, metrics }] },
    "google_ads.campaign_days": {
      results: [
        { customer, segments: { date: "2026-10-01" }, metrics, campaign: { id: "1", name: "Roof", status: "X" } },
      ],
    },
    "meta.account": { id: "act_1", currency: "USD", timezone_name: "UTC", name: "Plunkett" },
    "meta.account_days": { data: [insight] },
    "meta.campaign_days": { data: [insight] },
    "hubspot.account": { portalId: 1, timeZone: "UTC", companyCurrency: "USD" },
    "hubspot.contacts": {
      total: 1,
      results: [{ id: "1", properties: { ...person, createdate: deal.createdate, hs_analytics_source: "X" } }],
    },
    "hubspot.deals": { total: 1, results: [{ id: "1", properties: { ...deal, dealname: "Ann" } }] },
    "hubspot.closed_deals": { total: 1, results: [{ id: "1", properties: { ...deal, dealname: "Ann" } }] },
    "harvest.time_entries": {
      total_entries: 1,
      time_entries: [
        {
          spent_date: "2026-10-01",
          hours: 2,
          billable: true,
          is_running: true,
          user: { name: "Ann" },
          notes: "private",
          project: { id: 1, name: "Care" },
        },
      ],
    },
    "asana.tasks": { data: [task] },
  };

  it.each(SOURCES)("is all that the fold of %s reads, and holds no name of a person", (source) => {
    const lists = Object.entries(keptOf(source));
    const bodies = lists.map(([query, paths]) => {
      const body = BODIES[`${source}.${query}`];
      return {
        query,
        body,
        less: kept(
          body,
          paths.map((path) => path.split(".")),
        ),
      };
    });
    const chunkOf = (pick: (one: (typeof bodies)[number]) => unknown) => {
      const context = contextOf({ today: "2026-11-01" });
      return curated(
        CURATIONS[source],
        bodies.map((one) => snapshotOf(source, one.query, pick(one))),
        context,
      );
    };
    const chunk = chunkOf(({ less }) => less);
    expect(chunk).toEqual(chunkOf(({ body }) => body));
    expect(chunk.rows).toBeGreaterThan(0);
    expect(JSON.stringify(bodies.map(({ less }) => less))).not.toMatch(/Ann|private|a@b|Plunkett/);
    expect(CURATIONS[source].source).toBe(source);
    for (const { caveats } of chunk.facts) for (const id of caveats) expect(caveatText(id), id).not.toBeNull();
  });

  it("of a list of keywords in an object is the same", () => {
    const results = [{ id: 1, keyword: "roof", ranks }];
    const paths = keptOf("accuranker").keywords ?? [];
    expect(
      kept(
        { results, next: "x" },
        paths.map((path) => path.split(".")),
      ),
    ).toEqual({
      results: [{ id: 1, keyword: "roof", ranks: [{ rank: 3, created_at: "2026-10-03T04:00:00Z" }] }],
    });
  });
});

describe("Caveats", () => {
  it("have words: those of the ledger, our own, and those that name a type of Meta", () => {
    expect(caveatText("gsc_impressions_over_reported")).toContain("over-reported");
    expect(caveatText("capped")).toContain("no more rows");
    expect(caveatText("meta_type.omni_purchase")).toContain("counted as omni_purchase");
    expect(caveatText("meta_not_added.purchase")).toContain("purchase names the same results");
    expect(caveatText("forgotten")).toBeNull();
  });
});

describe("The catalogue", () => {
  it("names in its formulas metrics it has, and is worded without digits", () => {
    for (const { id, label, definition, formula } of METRICS.values()) {
      expect(`${label} ${definition}`, id).not.toMatch(/\d/);
      for (const name of formula?.match(/[a-z0-9]+\.[a-z_]+/g) ?? [])
        expect(METRICS.has(name), `${id}: ${name}`).toBe(true);
    }
  });

  it("lets no rate, position or count of people be added up", () => {
    for (const { id, unit, adds, formula } of METRICS.values()) {
      const plain =
        (unit === "count" || unit === "currency" || unit === "decimal") &&
        (formula === null || id === "gsc.unlisted_clicks");
      if (!plain) expect(adds, id).toBe("never");
    }
    for (const id of ["ga4.site_users", "ga4.site_new_users", "meta.reach"]) expect(metricOf(id).adds).toBe("never");
  });

  it("gives a definition a new version with its meaning, and none with its label", () => {
    const metric = metricOf("gsc.clicks");
    expect(definitionOf({ ...metric, label: "Visits" })).toBe(definitionOf(metric));
    for (const change of [{ definition: "x" }, { formula: "x" }, { maturityDays: 9 }, { unit: "decimal" as const }]) {
      expect(definitionOf({ ...metric, ...change })).not.toBe(definitionOf(metric));
    }
  });
});
