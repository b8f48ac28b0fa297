/** Every source of a Business Unit in memory, with more than a page of each list. */
import { accurankerConnector } from "../../src/connectors/accuranker.ts";
import { type Connectors, connectorsOver } from "../../src/connectors/connectors.ts";
import { ga4Connector } from "../../src/connectors/ga4.ts";
import { searchConsoleConnector } from "../../src/connectors/search-console.ts";
import type { SourceName } from "../../src/core/business-unit/types.ts";
import { daysOf } from "../../src/core/facts/days.ts";
import { fakeAccuranker } from "../../src/ports/accuranker/fake.ts";
import { fakeAsanaClientTasks } from "../../src/ports/asana/fake-client-tasks.ts";
import { fakeGa4 } from "../../src/ports/ga4/fake.ts";
import { fakeGoogleAds } from "../../src/ports/google-ads/fake.ts";
import { fakeHarvest } from "../../src/ports/harvest/fake.ts";
import { fakeHubspot } from "../../src/ports/hubspot/fake.ts";
import { fakeMeta } from "../../src/ports/meta/fake.ts";
import { fakeSearchConsole } from "../../src/ports/search-console/fake.ts";

export const IDS: Readonly<Record<SourceName, string>> = {
  search_console: "sc-domain:plunkett.example",
  ga4: "350000002",
  accuranker: "41002",
  google_ads: "2010000002",
  meta: "act_2020000002",
  hubspot: "24000002",
  harvest: "5735774",
  asana: "1200000000000402",
};

const RANGE = { start: "2026-09-01", end: "2026-11-19" };
const DAYS = daysOf(RANGE);
const PLACE = { currencyCode: "GBP", timeZone: "Europe/London" };

const searchDays = DAYS.flatMap((date, at) =>
  ["plunkett", "plunkett reviews", "kitchen table", "oak table", "sofa"].map((query, n) => ({
    date,
    query,
    page: `https://plunkett.example/${n % 2 === 0 ? "shop" : "blog"}/${n}`,
    device: n % 2 === 0 ? "MOBILE" : "DESKTOP",
    country: "gbr",
    clicks: (at % 5) + n,
    impressions: 40 + at + n,
    position: 3 + n,
  })),
);

const property = {
  propertyId: IDS.ga4,
  ...PLACE,
  metrics: {
    sessions: "TYPE_INTEGER",
    engagedSessions: "TYPE_INTEGER",
    totalUsers: "TYPE_INTEGER",
    newUsers: "TYPE_INTEGER",
    keyEvents: "TYPE_FLOAT",
    totalRevenue: "TYPE_CURRENCY",
  },
  dimensions: ["sessionDefaultChannelGroup", "landingPage"],
  days: DAYS.flatMap((date, at) =>
    ["/", "/shop", "/blog"].map((landingPage, n) => ({
      date,
      dimensions: { landingPage, sessionDefaultChannelGroup: n === 0 ? "Direct" : "Organic Search" },
      metrics: {
        sessions: 20 + at + n,
        engagedSessions: 10 + n,
        totalUsers: 15 + at,
        newUsers: 5,
        keyEvents: n,
        totalRevenue: 12.5 * n,
      },
    })),
  ),
};

const adDays = (n: number) =>
  DAYS.map((date, at) => ({
    date,
    impressions: 900 + at,
    clicks: 30 + n,
    costMicros: 4_000_000 + at,
    conversions: 1.5,
    conversionsValue: 80,
  }));

const metaDays = (n: number) =>
  DAYS.map((date) => ({
    date,
    impressions: 800 + n,
    reach: 500,
    clicks: 20,
    linkClicks: 12,
    spend: 9.5,
    actions: { lead: 1, purchase: 2 },
    actionValues: { purchase: 90 },
  }));

const contact = (at: number) => ({
  id: `10${at}`,
  properties: { createdate: `${DAYS[at % DAYS.length]}T10:00:00.000Z`, hs_analytics_source: "ORGANIC_SEARCH" },
});
const deal = (at: number) => ({
  id: `20${at}`,
  properties: {
    createdate: `${DAYS[at % DAYS.length]}T10:00:00.000Z`,
    closedate: `${DAYS[(at + 3) % DAYS.length]}T10:00:00.000Z`,
    pipeline: "default",
    dealstage: "closedwon",
    hs_is_closed: "true",
    hs_is_closed_won: "true",
    amount_in_home_currency: "1200",
  },
});

const entry = (at: number) => ({
  id: `${7000 + at}`,
  date: DAYS[at % DAYS.length] ?? "",
  hours: 1.25,
  roundedHours: 1.25,
  billable: at % 3 !== 0,
  isRunning: false,
  projectId: "91",
  projectName: "Retainer",
  taskId: "81",
  taskName: "Content",
});

const task = (at: number) => ({
  gid: `12000000000009${String(at).padStart(2, "0")}`,
  name: `Task ${at}`,
  due_on: "2026-12-01",
  completed: false,
  completed_at: null,
  permalink_url: null,
  memberships: [{ project: { gid: IDS.asana }, section: { name: "Doing" } }],
  custom_fields: [{ name: "Client visible", display_value: at % 2 === 0 ? "Yes" : "No" }],
});

const times = <T>(count: number, of: (at: number) => T) => Array.from({ length: count }, (_, at) => of(at));

/** The ports, with their fault scripts. */
export function fakePorts() {
  return {
    searchConsole: fakeSearchConsole({
      sites: [{ siteUrl: IDS.search_console, permission: "siteFullUser", days: searchDays }],
    }),
    ga4: fakeGa4({ properties: [property] }),
    accuranker: fakeAccuranker({
      domains: [
        {
          id: IDS.accuranker,
          name: "plunkett.example",
          history: DAYS.map((date, at) => ({ date, shareOfVoicePercent: 5 + (at % 3) })),
          keywords: times(5, (n) => ({
            id: String(n + 1),
            keyword: `keyword ${n}`,
            searchVolume: 100,
            ranks: DAYS.map((date) => ({ date, rank: n === 0 ? null : n * 4 })),
          })),
        },
      ],
    }),
    googleAds: fakeGoogleAds({
      customers: [
        {
          id: IDS.google_ads,
          name: "Plunkett",
          ...PLACE,
          campaigns: times(2, (n) => ({
            id: `2011${n}`,
            name: `Campaign ${n}`,
            channelType: "SEARCH",
            status: "ENABLED",
            days: adDays(n),
          })),
        },
      ],
      pageRows: 20,
    }),
    meta: fakeMeta({
      accounts: [
        {
          id: IDS.meta,
          name: "Plunkett",
          ...PLACE,
          // More than the 500 rows Meta is asked for at once.
          campaigns: times(18, (n) => ({
            id: `30${n}`,
            name: `Set ${n}`,
            objective: "OUTCOME_SALES",
            days: metaDays(n),
          })),
        },
      ],
    }),
    hubspot: fakeHubspot({
      portals: [
        {
          portalId: IDS.hubspot,
          timeZone: PLACE.timeZone,
          currency: PLACE.currencyCode,
          contacts: times(700, contact),
          deals: times(700, deal),
        },
      ],
    }),
    harvest: fakeHarvest({
      clients: [{ id: IDS.harvest, name: "Plunkett", currency: "GBP", isActive: true, entries: times(120, entry) }],
      pageSize: 20,
    }),
    clientTasks: fakeAsanaClientTasks({
      flag: "Client visible",
      projects: [{ gid: IDS.asana, name: "Plunkett", fields: ["Client visible"], tasks: times(130, task) }],
    }),
  };
}

/** Connectors over the ports, with pages so short that each list has several. */
export function fakeConnectors(ports: ReturnType<typeof fakePorts>, now: () => number): Connectors {
  return {
    ...connectorsOver(ports, now),
    search_console: searchConsoleConnector(ports.searchConsole, 3),
    ga4: ga4Connector(ports.ga4, now, 2),
    accuranker: accurankerConnector(ports.accuranker, now, 2),
  };
}
