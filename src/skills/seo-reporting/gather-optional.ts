/** Google Analytics and AccuRanker: optional. Down after the port's own retries means "unavailable", with the reason. */
import { failureRecord } from "../../core/errors.ts";
import type { SnapshotRef } from "../../core/evidence/snapshot.ts";
import { addDays } from "../../core/facts/days.ts";
import type { DayRange } from "../../core/facts/period-words.ts";
import type { Ga4Report } from "../../ports/ga4/port.ts";
import type { SkillContext, StepKey } from "../skill.ts";
import { store } from "./gather-search.ts";
import { type AnalyticsInputs, type Gathered, type RankingInputs, type SourceAbsent, SPREAD_DAYS } from "./inputs.ts";

/** Metrics of the organic report, in the order of the snapshots' `metricValues`. */
export const ANALYTICS_METRICS = ["sessions", "engagedSessions", "keyEvents", "totalRevenue"] as const;
const CHANNEL = { dimension: "sessionDefaultChannelGroup", value: "Organic Search" } as const;
/** Organic search holds every engine; Search Console is Google alone, so its sessions have to be told apart. */
const SOURCE = "sessionSource";
const DAILY_LIMIT = 1_000;
const KEYWORD_LIMIT = 1_000;
const MAX_KEYWORD_PAGES = 10;

/** The outcome of one optional step: a value, or why there is none. */
type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs an optional step; a failure of the far side becomes a journalled reason, a bug still aborts. */
function attempt<T>(ctx: SkillContext, key: StepKey, label: string, work: () => Promise<T>): Promise<Attempt<T>> {
  return ctx.step<Attempt<T>>(key, label, async () => {
    try {
      return { ok: true, value: await work() };
    } catch (thrown) {
      const failure = failureRecord(thrown);
      // The run's own retry keeps to what the far side asks for; only then is the report made without the source.
      if (failure.kind === "bug" || (failure.kind === "retryable" && ctx.patient === true)) throw thrown;
      return { ok: false, reason: failure.message };
    }
  });
}

/** Organic sessions, engaged sessions, key events and revenue of the three periods, and by day of the primary one. */
export async function gatherAnalytics(
  ctx: SkillContext,
  property: string | null,
): Promise<AnalyticsInputs | SourceAbsent> {
  if (property === null)
    return { status: "not_configured", reason: "No Google Analytics property is set for this Business Unit." };
  const unknown = await attempt(ctx, "gather.ga4.metadata", "Google Analytics: fields", () =>
    missingFields(ctx, property),
  );
  if (!unknown.ok) return { status: "unavailable", reason: unknown.reason };
  const missing = unknown.value.filter((name) => name !== SOURCE);
  if (missing.length > 0)
    return { status: "unavailable", reason: `The Google Analytics property does not know ${missing.join(", ")}.` };
  const { periods } = ctx.brief;
  const totals = await attempt(ctx, "gather.ga4.totals", "Google Analytics: organic totals", async () => ({
    primary: await report(ctx, property, periods.primary, []),
    previous: await report(ctx, property, periods.previous, []),
    yearAgo: await report(ctx, property, periods.yearAgo, []),
  }));
  if (!totals.ok) return { status: "unavailable", reason: totals.reason };
  if (totals.value.primary.gathered.rowCount === 0) {
    return {
      status: "empty",
      reason: "Google Analytics has no organic sessions in the period; this is no measured zero.",
    };
  }
  const { start, end } = periods.primary;
  const spread = addDays(end, 1 - SPREAD_DAYS);
  const days = { start: spread < start ? spread : start, end };
  const daily = await attempt(ctx, "gather.ga4.daily", "Google Analytics: organic sessions by day", () =>
    report(ctx, property, days, ["date"]),
  );
  if (!daily.ok) return { status: "unavailable", reason: daily.reason };
  const bySource = unknown.value.includes(SOURCE)
    ? null
    : await attempt(ctx, "gather.ga4.source", "Google Analytics: organic sessions by source", () =>
        report(ctx, property, periods.primary, [SOURCE]),
      );
  const { primary, previous, yearAgo } = totals.value;
  return {
    status: "used",
    property,
    totals: { primary: primary.gathered, previous: previous.gathered, yearAgo: yearAgo.gathered },
    daily: daily.value.gathered,
    bySource: bySource?.ok ? bySource.value.gathered : null,
    currency: primary.currency,
    timeZone: primary.timeZone,
    flags: [...new Set([primary, previous, yearAgo, daily.value].flatMap(({ flags }) => flags))],
  };
}

async function missingFields(ctx: SkillContext, property: string): Promise<readonly string[]> {
  const known = await ctx.ports.ga4.metadata(property);
  const metrics = ANALYTICS_METRICS.filter((name) => !known.metrics.includes(name));
  const dimensions = [CHANNEL.dimension, "date", SOURCE].filter((name) => !known.dimensions.includes(name));
  return [...metrics, ...dimensions];
}

interface ReportAnswer {
  readonly gathered: Gathered;
  readonly currency: string | null;
  readonly timeZone: string | null;
  readonly flags: AnalyticsInputs["flags"];
}

async function report(
  ctx: SkillContext,
  property: string,
  period: DayRange,
  dimensions: readonly string[],
): Promise<ReportAnswer> {
  const answer = await ctx.ports.ga4.runReport(property, {
    startDate: period.start,
    endDate: period.end,
    dimensions,
    metrics: ANALYTICS_METRICS,
    filter: CHANNEL,
    limit: DAILY_LIMIT,
    offset: 0,
  });
  const snapshot = await store(ctx, "ga4", answer.raw, answer.rows.length);
  const capped = answer.rowCount > answer.rows.length;
  const gathered = { snapshots: [snapshot], rowCount: answer.rows.length, capped };
  return { gathered, currency: answer.currencyCode, timeZone: answer.timeZone, flags: flagsOf(answer) };
}

function flagsOf(answer: Ga4Report): AnalyticsInputs["flags"] {
  const flags: AnalyticsInputs["flags"][number][] = [];
  if (answer.thresholded) flags.push("thresholded");
  if (answer.sampled) flags.push("sampled");
  if (answer.otherRow) flags.push("other_row");
  return flags;
}

/** Share of voice and ranks on the first and the last day of the primary period. */
export async function gatherRankings(ctx: SkillContext, domain: string | null): Promise<RankingInputs | SourceAbsent> {
  if (domain === null)
    return { status: "not_configured", reason: "No AccuRanker domain is set for this Business Unit." };
  const { start, end } = ctx.brief.periods.primary;
  const first = await attempt(ctx, "gather.accuranker.first", "AccuRanker: ranks on the first day", () =>
    ranksOn(ctx, domain, start),
  );
  if (!first.ok) return { status: "unavailable", reason: first.reason };
  const last = await attempt(ctx, "gather.accuranker.last", "AccuRanker: ranks on the last day", () =>
    ranksOn(ctx, domain, end),
  );
  if (!last.ok) return { status: "unavailable", reason: last.reason };
  if (last.value.keywords.rowCount === 0)
    return { status: "empty", reason: "AccuRanker lists no tracked keywords for the domain." };
  return { status: "used", domain, first: first.value, last: last.value };
}

async function ranksOn(ctx: SkillContext, domain: string, day: string): Promise<RankingInputs["first"]> {
  const range = { from: day, to: day };
  const profile = await ctx.ports.accuranker.domain(domain, range);
  const domainSnapshot = await store(ctx, "accuranker", profile.raw, profile.history.length);
  const snapshots: SnapshotRef[] = [];
  let [rowCount, full] = [0, true];
  for (let page = 0; full && page < MAX_KEYWORD_PAGES; page += 1) {
    const answer = await ctx.ports.accuranker.keywords(domain, range, {
      limit: KEYWORD_LIMIT,
      offset: page * KEYWORD_LIMIT,
    });
    if (page === 0 || answer.keywords.length > 0)
      snapshots.push(await store(ctx, "accuranker", answer.raw, answer.keywords.length));
    rowCount += answer.keywords.length;
    full = answer.keywords.length === KEYWORD_LIMIT;
  }
  return {
    domain: { snapshots: [domainSnapshot], rowCount: profile.history.length, capped: false },
    keywords: { snapshots, rowCount, capped: full },
  };
}
