/** A Search Console in memory: rows of days are filtered, grouped, ordered and paged as Google does. */

import * as v from "valibot";
import { ConfigError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { SearchAnalyticsRequest, SearchConsoleDimension, SearchConsolePort } from "./port.ts";
import { checkRequest, queryBody, queryPath, SearchAnalyticsSchema, toPage } from "./reply.ts";

/** What happened on one day for one combination; a dimension left out is the empty text. */
export interface SearchDay {
  readonly date: string;
  readonly query?: string;
  readonly page?: string;
  readonly device?: string;
  readonly country?: string;
  readonly clicks: number;
  readonly impressions: number;
  readonly position: number;
}

export interface FakeSite {
  readonly siteUrl: string;
  /** `siteUnverifiedUser` is listed but gives no data. */
  readonly permission: string;
  readonly days: readonly SearchDay[];
}

export interface FakeSearchConsole extends SearchConsolePort {
  readonly faults: FaultScript<keyof SearchConsolePort>;
}

/** A fake that knows the given sites; any other is answered as Google answers a site without permission. */
export function fakeSearchConsole(
  script: { readonly sites?: readonly FakeSite[]; readonly now?: () => Date } = {},
): FakeSearchConsole {
  const faults = faultScript<keyof SearchConsolePort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));
  const find = (siteUrl: string) => script.sites?.find((site) => site.siteUrl === siteUrl);
  return {
    faults,
    permission: (siteUrl) => faults.run("permission", [siteUrl], () => find(siteUrl)?.permission ?? null),
    query: (siteUrl, request) =>
      faults.run("query", [siteUrl, request], () => {
        checkRequest(request);
        const site = find(siteUrl);
        if (site === undefined || site.permission === "siteUnverifiedUser") throw forbidden(siteUrl);
        const answer = answerOf(site.days, request);
        const sent = { method: "POST", path: queryPath(siteUrl), body: queryBody(request) };
        const raw = { body: JSON.stringify(answer), request: sent, fetchedAt: now().toISOString() };
        return toPage(request, v.parse(SearchAnalyticsSchema, answer), raw);
      }),
  };
}

function forbidden(siteUrl: string): ConfigError {
  const message = `Search Console: no sufficient permission for site '${siteUrl}'.`;
  return new ConfigError("search_console_forbidden", message);
}

function answerOf(days: readonly SearchDay[], request: SearchAnalyticsRequest) {
  const groups = new Map<string, { keys: string[]; clicks: number; impressions: number; weighted: number }>();
  for (const day of days) {
    if (day.date < request.startDate || day.date > request.endDate) continue;
    const keys = request.dimensions.map((dimension) => keyOf(day, dimension));
    const id = JSON.stringify(keys);
    const group = groups.get(id) ?? { keys, clicks: 0, impressions: 0, weighted: 0 };
    group.clicks += day.clicks;
    group.impressions += day.impressions;
    group.weighted += day.position * day.impressions;
    groups.set(id, group);
  }
  const byDate = request.dimensions[0] === "date";
  const rows = [...groups.values()]
    .sort((a, b) => (byDate ? 0 : b.clicks - a.clicks) || a.keys.join("\n").localeCompare(b.keys.join("\n")))
    .slice(request.startRow, request.startRow + request.rowLimit)
    .map(({ keys, clicks, impressions, weighted }) => ({
      ...(keys.length === 0 ? {} : { keys }),
      clicks,
      impressions,
      ctr: impressions === 0 ? 0 : clicks / impressions,
      position: impressions === 0 ? 0 : weighted / impressions,
    }));
  const responseAggregationType = request.dimensions.includes("page") ? "byPage" : "byProperty";
  return { ...(rows.length === 0 ? {} : { rows }), responseAggregationType };
}

function keyOf(day: SearchDay, dimension: SearchConsoleDimension): string {
  return day[dimension] ?? "";
}
