/** A dashboard in words: months, sources, how fresh they are, how targets and budgets stand. */
import { nameOf } from "../../../src/core/names.ts";
import type { DashboardView, TargetView } from "../../../src/core/wire-dashboard.ts";
import { amountText } from "./figures.ts";
import type { Words } from "./words.ts";

type Better = DashboardView["targets"][number]["better"];
type Rating = TargetView["rating"];

const SHORT_MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });
const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });

function written(format: Intl.DateTimeFormat, day: string): string {
  const at = Date.parse(day);
  return Number.isNaN(at) ? day : format.format(at);
}

/** `Oct 2026`. */
export const shortMonth = (day: string): string => written(SHORT_MONTH, day);
/** What a month is held against: `Oct 2026`, or `1–19 Oct 2026` while it grows. */
export const comparedMonth = (start: string, days: number | null): string =>
  days === null ? shortMonth(start) : `1–${days} ${shortMonth(start)}`;
/** `Sat, 10 Oct`. */
export const weekday = (day: string): string => written(WEEKDAY, day);
/** `10 Oct`. */
export const shortDay = (day: string): string => written(SHORT_DAY, day);

/** A month so many months on: `2026-11`, 2 → `2027-01`. */
export function monthsOn(month: string, count: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const at = year * 12 + number - 1 + count;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
}

/** Every month from the first to the last, the newest first; at most ten years, whatever the feed says. */
export function monthsBetween(first: string, last: string): readonly string[] {
  const months: string[] = [];
  for (let at = last; at >= first && months.length < 120; at = monthsOn(at, -1)) months.push(at);
  return months;
}

type Freshness = DashboardView["freshness"][number];

const FRESHNESS: Readonly<Record<Freshness["status"], Words>> = {
  fresh: { label: "up to date", tone: "good" },
  stale: { label: "behind", tone: "wait" },
  failed: { label: "failed", tone: "bad" },
  held_back: { label: "held back", tone: "bad" },
  never: { label: "never read", tone: "idle" },
  not_configured: { label: "not set up", tone: "idle" },
};

/** How a source stands, as its badge says it: `to 28 Oct`, `failed`. */
export function freshnessWords(one: Freshness): Words {
  const { label, tone } = FRESHNESS[one.status];
  const dated = one.coveredTo !== null && (one.status === "fresh" || one.status === "stale");
  return { label: dated ? `to ${shortDay(one.coveredTo ?? "")}` : label, tone };
}

/** Sources of which somebody should know more than the badge says. */
export const isTroubled = (one: Freshness): boolean => ["stale", "failed", "held_back"].includes(one.status);

const TARGET: Readonly<Record<Better, Readonly<Record<Rating, Words>>>> = {
  higher: {
    on_track: { label: "On track", tone: "good" },
    ahead: { label: "Ahead", tone: "good" },
    behind: { label: "Behind", tone: "bad" },
    unknown: { label: "Not known", tone: "idle" },
  },
  lower: {
    on_track: { label: "Near the limit", tone: "wait" },
    ahead: { label: "Within the limit", tone: "good" },
    behind: { label: "Over the limit", tone: "bad" },
    unknown: { label: "Not known", tone: "idle" },
  },
  neither: {
    on_track: { label: "On plan", tone: "good" },
    ahead: { label: "Over plan", tone: "wait" },
    behind: { label: "Under plan", tone: "wait" },
    unknown: { label: "Not known", tone: "idle" },
  },
};

/** How a target stands; where less is better, `ahead` is below it. */
export function targetWords(rating: Rating, better: Better): Words {
  return TARGET[better][rating];
}

/** How spend stands against its budget: money is neither better spent nor better kept. */
export function pacingWords(rating: Rating): Words {
  return TARGET.neither[rating];
}

/** What is not reached does not read as reached: 99.7 % is 99%. */
const share = (part: number): string => `${Math.min(part < 1 ? 99 : Number.MAX_VALUE, Math.round(part * 100))}%`;

/** `82% of 15,000, 90% expected by now`; where less is better, how much of the limit is used up. */
export function targetText(one: DashboardView["targets"][number]): string {
  const { target, unit, currency, better } = one;
  const goal = amountText(target.value, unit, currency);
  if (better === "lower") return `at most ${goal}`;
  if (target.reached === null) return `of ${goal}`;
  const late = target.expected !== null && target.expected < 1 ? `, ${share(target.expected)} expected by now` : "";
  return `${share(target.reached)} of ${goal}${late}`;
}

/** What one member of a table is. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  channel: "Channel",
  query: "Query",
  page: "Page",
  landing_page: "Landing page",
  keyword: "Keyword",
  rank_range: "Rank",
  campaign: "Campaign",
  project: "Project",
};

/** The head of a table's first column. */
export const dimensionName = (dimension: string): string => DIMENSIONS[dimension] ?? nameOf(dimension);
