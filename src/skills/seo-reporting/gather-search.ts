/** Search Console: which queries are asked, paged and stored. The rows go to the snapshots, only counts come back. */

import { ConfigError, RetryableError } from "../../core/errors.ts";
import type { SnapshotRef } from "../../core/evidence/snapshot.ts";
import { addDays } from "../../core/facts/days.ts";
import type { DayRange } from "../../core/facts/period-words.ts";
import { historyStart, lengthOf, pacificDay } from "../../core/facts/periods.ts";
import type { SearchConsoleDimension } from "../../ports/search-console/port.ts";
import type { SkillContext, StepKey } from "../skill.ts";
import { type Gathered, type GatheredPair, type SearchInputs, SPREAD_DAYS } from "./inputs.ts";

/** A step that only reads from an upstream: doing it again costs a request. */
export function readStep<T>(ctx: SkillContext, key: StepKey, label: string, work: () => Promise<T>): Promise<T> {
  return ctx.step(key, label, work, { repeatable: true });
}

const ROW_LIMIT = 25_000;
/** Google exposes about 50,000 rows of a query: two full pages. */
const MAX_PAGES = 2;
/** With this many impressions Google lists at least one query. */
const WITHHELD_AT_MOST = 1_000;
/** Google's "about sixteen months" may end later than ours: a period that begins this close to the edge is looked at. */
const EDGE_DAYS = 62;
/** Days between a day and the same weekday a year before. */
export const YEAR_SHIFT = 364;

/** Totals and days of one period, with what the gates need to know. */
interface PeriodTotals {
  readonly totals: Gathered;
  readonly daily: Gathered;
  readonly impressions: number;
  readonly firstIncompleteDate: string | null;
}

/** Why Search Console cannot carry a report. */
export interface SearchRefusal {
  readonly code: "search_console_empty" | "search_console_not_final";
  readonly detail: string;
}

/**
 * Asks Search Console everything the report needs, one journalled step per query and period.
 * Errors: those of the port; ConfigError `search_console_permission`; RetryableError `search_console_inconsistent` when
 * an answer is empty although the totals are not.
 */
export async function gatherSearch(ctx: SkillContext, site: string): Promise<SearchInputs | SearchRefusal> {
  const { primary, previous, yearAgo } = ctx.brief.periods;
  await readStep(ctx, "gather.gsc.permission", "Search Console: permission", () => requirePermission(ctx, site));
  const now = await periodTotals(ctx, site, "primary", primary, primary);
  const refused = refusalOf(ctx, site, now);
  if (refused !== null) return refused;
  const before = await keptTotals(ctx, site, "previous", previous, previous);
  const shifted = { start: addDays(primary.start, -YEAR_SHIFT), end: addDays(primary.end, -YEAR_SHIFT) };
  const lastYear = await keptTotals(ctx, site, "year_ago", yearAgo, shifted);
  const pairOf = (dimension: SearchConsoleDimension) => gatherPair(ctx, site, dimension, now, before);
  return {
    site,
    totals: { primary: now.totals, previous: before?.totals ?? null, yearAgo: lastYear?.totals ?? null },
    daily: { primary: now.daily, previous: before?.daily ?? null, yearAgo: lastYear?.daily ?? null },
    spread: await spreadDays(ctx, site, before),
    device: await pairOf("device"),
    country: await pairOf("country"),
    query: { ...(await pairOf("query")), yearAgo: await queriesOfYear(ctx, site, lastYear) },
    page: await pairOf("page"),
    pair: await readStep(ctx, "gather.gsc.query_page.primary", "Search Console: queries by page", async () => {
      const answer = await ask(ctx, site, ["query", "page"], primary);
      requireRows(answer, now, "query");
      return answer.gathered;
    }),
  };
}

async function requirePermission(ctx: SkillContext, site: string): Promise<string> {
  const level = await ctx.ports.searchConsole.permission(site);
  if (level !== null && level !== "siteUnverifiedUser") return level;
  const problem =
    level === null ? "is not listed for our Google account" : "is listed but not verified for our Google account";
  throw new ConfigError(
    "search_console_permission",
    `The Search Console property ${site} ${problem}; its owner has to grant access.`,
  );
}

/** Totals and days of a period in one step, because only together they show whether an empty answer is true. */
function periodTotals(
  ctx: SkillContext,
  site: string,
  key: string,
  period: DayRange,
  days: DayRange,
): Promise<PeriodTotals> {
  const label = `Search Console: totals and days, ${key.replace("_", " ")} period`;
  return readStep(ctx, `gather.gsc.totals.${key}`, label, async () => {
    const totals = await ask(ctx, site, [], period);
    const daily = await ask(ctx, site, ["date"], days);
    // The shifted days of the year before are not quite the days of its totals, so they cannot contradict each other.
    if (period === days && totals.impressions > 0 !== daily.impressions > 0) {
      throw inconsistent(daily.impressions === 0 ? "the days of a period" : "the totals of a period");
    }
    return {
      totals: totals.gathered,
      daily: daily.gathered,
      impressions: totals.impressions,
      firstIncompleteDate: totals.firstIncompleteDate ?? daily.firstIncompleteDate,
    };
  });
}

/**
 * Totals and days of a period to compare with; null where Google does not keep all of it. A comparison with the part it
 * keeps would be growth that never was. Near the edge of the history the days themselves have to be complete.
 */
async function keptTotals(
  ctx: SkillContext,
  site: string,
  key: "previous" | "year_ago",
  period: DayRange,
  days: DayRange,
): Promise<PeriodTotals | null> {
  const oldest = historyStart(pacificDay(ctx.startedAt));
  const first = period.start < days.start ? period.start : days.start;
  if (first < oldest) return null;
  const totals = await periodTotals(ctx, site, key, period, days);
  const cut = first < addDays(oldest, EDGE_DAYS) && totals.daily.rowCount < lengthOf(days);
  return cut ? null : totals;
}

/** The trailing days for day-to-day spread, asked only where both periods together are shorter than that. */
function spreadDays(ctx: SkillContext, site: string, before: PeriodTotals | null): Promise<Gathered | null> {
  const { primary, previous } = ctx.brief.periods;
  const known = lengthOf(primary) + (before === null ? 0 : lengthOf(previous));
  if (known >= SPREAD_DAYS) return Promise.resolve(null);
  const days = { start: addDays(primary.end, 1 - SPREAD_DAYS), end: primary.end };
  return readStep(ctx, "gather.gsc.spread", "Search Console: days for the usual variation", async () => {
    const { gathered } = await ask(ctx, site, ["date"], days);
    return gathered;
  });
}

function refusalOf(ctx: SkillContext, site: string, now: PeriodTotals): SearchRefusal | null {
  const { primary } = ctx.brief.periods;
  if (now.firstIncompleteDate !== null && now.firstIncompleteDate <= primary.end) {
    const detail = `Search Console says its data is still incomplete from ${now.firstIncompleteDate} on, inside ${primary.label}. The report can be made once those days are final.`;
    return { code: "search_console_not_final", detail };
  }
  if (now.impressions > 0) return null;
  const detail = `Search Console has no data at all for ${site} in ${primary.label}. Check that the property is the right one (domain or URL prefix) and that the site was live and visible in that period.`;
  return { code: "search_console_empty", detail };
}

async function gatherPair(
  ctx: SkillContext,
  site: string,
  dimension: SearchConsoleDimension,
  now: PeriodTotals,
  before: PeriodTotals | null,
): Promise<GatheredPair> {
  const { primary, previous } = ctx.brief.periods;
  const one = (key: "primary" | "previous", period: DayRange, totals: PeriodTotals) =>
    readStep(ctx, `gather.gsc.${dimension}.${key}`, `Search Console: by ${dimension}, ${key} period`, async () => {
      const answer = await ask(ctx, site, [dimension], period);
      requireRows(answer, totals, dimension);
      return answer.gathered;
    });
  return {
    primary: await one("primary", primary, now),
    previous: before === null ? null : await one("previous", previous, before),
  };
}

/** The queries of the year before: what brand terms need to tell brand from non-brand there. */
function queriesOfYear(ctx: SkillContext, site: string, lastYear: PeriodTotals | null): Promise<Gathered | null> {
  if (lastYear === null || ctx.brief.brandTerms.length === 0) return Promise.resolve(null);
  return readStep(ctx, "gather.gsc.query.year_ago", "Search Console: by query, year before", async () => {
    const answer = await ask(ctx, site, ["query"], ctx.brief.periods.yearAgo);
    requireRows(answer, lastYear, "query");
    return answer.gathered;
  });
}

/** Pages, devices and countries of shown results always exist; rare queries may all be withheld, but not this many. */
function requireRows(answer: Answer, totals: PeriodTotals, dimension: SearchConsoleDimension): void {
  const least = dimension === "query" ? WITHHELD_AT_MOST : 1;
  if (totals.impressions >= least && answer.impressions === 0) throw inconsistent(`the list by ${dimension}`);
}

function inconsistent(what: string): RetryableError {
  return new RetryableError(
    "search_console_inconsistent",
    `Search Console sent nothing for ${what} although its other answers for the same days are not empty.`,
  );
}

interface Answer {
  readonly gathered: Gathered;
  readonly impressions: number;
  readonly firstIncompleteDate: string | null;
}

/** Asks page by page and stores each before the next is asked, so that one page at a time is in memory. */
async function ask(
  ctx: SkillContext,
  site: string,
  dimensions: readonly SearchConsoleDimension[],
  period: DayRange,
): Promise<Answer> {
  const snapshots: SnapshotRef[] = [];
  let [rowCount, impressions, full] = [0, 0, true];
  let firstIncompleteDate: string | null = null;
  for (let page = 0; full && page < MAX_PAGES; page += 1) {
    const reply = await ctx.ports.searchConsole.query(site, {
      startDate: period.start,
      endDate: period.end,
      dimensions,
      rowLimit: ROW_LIMIT,
      startRow: page * ROW_LIMIT,
    });
    const rows = reply.rows.length;
    if (page === 0 || rows > 0) snapshots.push(await store(ctx, "search_console", reply.raw, rows));
    rowCount += rows;
    impressions += reply.rows.reduce((sum, row) => sum + row.impressions, 0);
    firstIncompleteDate ??= reply.firstIncompleteDate;
    full = dimensions.length > 0 && rows === ROW_LIMIT;
  }
  return { gathered: { snapshots, rowCount, capped: full }, impressions, firstIncompleteDate };
}

/** Stores one raw answer. */
export function store(
  ctx: SkillContext,
  source: SnapshotRef["source"],
  reply: Parameters<SkillContext["ports"]["snapshots"]["put"]>[0]["reply"],
  rowCount: number,
): Promise<SnapshotRef> {
  return ctx.ports.snapshots.put({ businessUnitId: ctx.brief.businessUnitId, source, reply, rowCount });
}
