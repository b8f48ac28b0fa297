/** Google Analytics as a refresh reads it, with what is left of the property's tokens. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { addDays } from "../core/facts/days.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { Connector, ConnectorPage } from "../ports/connector.ts";
import type { Ga4Port, Ga4Quota } from "../ports/ga4/port.ts";
import { beginOf } from "../ports/zone-days.ts";
import { answered, LIST_ROWS, offsetIn, unknownQuery } from "./page.ts";
import { GOOGLE_SECRETS } from "./secrets.ts";

const ADDITIVE = ["sessions", "engagedSessions", "keyEvents", "totalRevenue"];
const WHOLE = ["sessions", "engagedSessions", "totalUsers", "newUsers", "keyEvents", "totalRevenue"];
const REPORTS: Readonly<
  Record<string, { readonly dimensions: readonly string[]; readonly metrics: readonly string[] }>
> = {
  totals: { dimensions: [], metrics: WHOLE },
  daily: { dimensions: ["date"], metrics: WHOLE },
  channels: { dimensions: ["sessionDefaultChannelGroup"], metrics: ADDITIVE },
  landing_pages: { dimensions: ["landingPage"], metrics: ADDITIVE },
};
const REACH_DAYS = 3650;
/** A report of a month takes about ten tokens; a long range of a big property some more. */
const TOKENS_PER_REPORT = 12;
const HOUR_MS = 60 * 60_000;
/** Google's days of quota begin here. */
const QUOTA_ZONE = "America/Los_Angeles";

/** `listRows`: rows of a page of the long list. */
export function ga4Connector(port: Ga4Port, now: () => number, listRows = LIST_ROWS): Connector {
  return {
    source: "ga4",
    assetKind: "ga4_property",
    secrets: GOOGLE_SECRETS,
    maturityDays: SOURCE_MATURITY_DAYS.ga4,
    reachDays: REACH_DAYS,
    keep: keptOf("ga4"),
    queries: () => REQUESTS.ga4.map(({ query }) => query),
    async fetch(propertyId, query, { start, end }, page) {
      const report = REPORTS[query];
      if (report === undefined) throw unknownQuery("GA4", query);
      const offset = offsetIn(page);
      const asked = { startDate: start, endDate: end, ...report, filter: null, limit: listRows, offset };
      const { rows, rowCount, quota, raw } = await port.runReport(propertyId, { ...asked, withQuota: true });
      const reached = offset + rows.length;
      // The count may be left out: then a full page says that there may be more.
      const more = rowCount > 0 ? rows.length > 0 && reached < rowCount : rows.length === listRows;
      const next = more ? String(reached) : null;
      return { raw, rowCount: rows.length, next, capped: false, quota: tightest(quota, now()) };
    },
    async look(propertyId) {
      const day = addDays(new Date(now()).toISOString().slice(0, 10), -1);
      const asked = { startDate: day, endDate: day, dimensions: [], metrics: ["sessions"], limit: 1, offset: 0 };
      const { timeZone, currencyCode } = await port.runReport(propertyId, { ...asked, filter: null });
      return answered({ label: `Property ${propertyId}`, timeZone, currency: currencyCode });
    },
    cost: () => REQUESTS.ga4.length * TOKENS_PER_REPORT,
  };
}

/** The quota that will be empty first, and when it is full again. */
function tightest(quota: Ga4Quota | null, now: number): ConnectorPage["quota"] {
  const hour = { limit: null, resetsAt: now + HOUR_MS };
  const day = { limit: null, resetsAt: nextQuotaDay(now) };
  const told = [
    { of: quota?.tokensPerProjectPerHour, ...hour },
    { of: quota?.tokensPerHour, ...hour },
    { of: quota?.tokensPerDay, ...day },
  ].flatMap(({ of, ...rest }) => (of === null || of === undefined ? [] : [{ remaining: of.remaining, ...rest }]));
  return told.reduce<ConnectorPage["quota"]>(
    (least, one) => (least === null || one.remaining < least.remaining ? one : least),
    null,
  );
}

function nextQuotaDay(now: number): number {
  const tomorrow = [0, 1, 2].map((days) => addDays(new Date(now).toISOString().slice(0, 10), days));
  return tomorrow.map((day) => beginOf(day, QUOTA_ZONE) ?? now).find((at) => at > now) ?? now + 24 * HOUR_MS;
}
