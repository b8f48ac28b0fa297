/** The sections on the trend and on where clicks changed. */
import { metricOf } from "../../../core/evidence/catalogue.ts";
import { FLOORS } from "../../../core/evidence/movement.ts";
import { addDays, daysBetween, daysOf } from "../../../core/facts/days.ts";
import type { BarChart, Block, Inline, LineChart, Prose } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import { BRIDGE, BUCKETS, othersBase, segmentsOf } from "../facts/brand.ts";
import type { Figures } from "../facts/figures.ts";
import { dayId } from "../facts/headline.ts";
import { YEAR_SHIFT } from "../gather-search.ts";
import { wordsOf } from "./prose.ts";
import { segmentName } from "./segment-names.ts";
import { comparisonTable, end, start, table } from "./tables.ts";

const PERIODS = ["primary", "previous", "year_ago"] as const;

function titleOfDays(yearShown: boolean, compared: boolean): string {
  if (!compared) return "Clicks by day";
  return yearShown ? "Clicks by day, with the same weekdays a year before" : "Clicks by day, with the period before";
}

/** Daily clicks with the aligned year before, or the period before where no year before is kept. */
function dailyChart(desk: Desk): LineChart {
  const { brief, inputs, options } = desk;
  const { primary, previous } = brief.periods;
  const days = daysOf(primary);
  const yearShown = (inputs.search.daily.yearAgo?.rowCount ?? 0) > 0 && options.comparison !== "previous";
  const shift = yearShown ? YEAR_SHIFT : daysBetween(previous.start, primary.start);
  // A period before that is shorter ends before the chart does; the days after it are this period's own.
  // Where the year before is not kept, the period before stands in, unless only the year was asked for.
  const compared = (yearShown || options.comparison !== "year_over_year" ? days : [])
    .map((day) => addDays(day, -shift))
    .filter((day) => (yearShown || day <= previous.end) && desk.book.has(dayId(day)))
    .map((day) => ({ day, fact: dayId(day) }));
  return {
    kind: "line",
    id: "daily-clicks",
    title: titleOfDays(yearShown, compared.length > 0),
    unit: "Clicks",
    source: "Search Console, by day, Pacific time",
    alt: [
      { text: "Line chart of daily clicks in " },
      { period: "primary" },
      { text: ": " },
      { fact: "gsc.clicks.primary" },
      { text: " clicks in total, " },
      { fact: "gsc.clicks_per_day.primary" },
      { text: " a day." },
    ],
    series: [
      { label: "This period", role: "primary", points: days.map((day) => ({ day, fact: dayId(day) })) },
      ...(compared.length === 0
        ? []
        : [
            {
              label: yearShown ? "Year before, weekdays aligned" : "Period before",
              role: "comparison" as const,
              points: compared,
            },
          ]),
    ],
    markers: [],
  };
}

/** Totals of the three periods with their changes. */
function totalsBlock(desk: Desk): Block {
  const row = (label: string, base: string, kind: "pct" | "pp" | "abs"): readonly Inline[] => [
    { text: label },
    ...PERIODS.map((period) => ({ fact: `${base}.${period}` })),
    { fact: `${base}.delta_${kind}` },
    { fact: `${base}.yoy_${kind}` },
  ];
  const totals = comparisonTable(
    "totals",
    "Totals of the periods compared",
    "Search Console, totals",
    [
      row("Clicks", "gsc.clicks", "pct"),
      row("Impressions", "gsc.impressions", "pct"),
      row("Click-through rate, points", "gsc.ctr", "pp"),
      row("Click-through rate, relative", "gsc.ctr", "pct"),
      row("Average position, all queries", "gsc.position", "abs"),
      row("Clicks a day", "gsc.clicks_per_day", "pct"),
      row("Clicks a day, weekdays balanced", "gsc.clicks_weekday", "pct"),
    ],
    ["Metric", "This period", "Period before", "Year before", "Change", "Change on year"],
  );
  return { ...totals, footer: rangeOfRate(desk) };
}

/** The interval of a rate on few impressions, without which its one figure says too much. */
function rangeOfRate({ book }: Desk): Prose | null {
  const impressions = book.number("gsc.impressions.primary");
  if (impressions === null || impressions >= FLOORS.impressions || book.number("gsc.ctr.low") === null) return null;
  return [
    { text: "On so few impressions the click-through rate lies between " },
    { fact: "gsc.ctr.low" },
    { text: " and " },
    { fact: "gsc.ctr.high" },
    { text: " with ninety-five percent confidence." },
  ];
}

/** Blocks of the trend. */
export function trendBlocks(desk: Desk): readonly Block[] {
  return [dailyChart(desk), totalsBlock(desk)];
}

const BRIDGE_WORDS = ["Brand queries", "Non-brand queries", "Queries Google does not list"] as const;

function bridgeChart(desk: Desk): BarChart | null {
  const bars = BRIDGE.map((base, index) => ({
    label: { text: BRIDGE_WORDS[index] ?? base },
    fact: `${base}.delta_abs`,
    better: metricOf(base).better,
  }));
  if (bars.some(({ fact }) => desk.book.number(fact) === null)) return null;
  return {
    kind: "bars",
    id: "bridge",
    title: "What the change of clicks consists of",
    unit: "Clicks against the period before",
    source: "Search Console, totals and listed queries",
    alt: [
      { text: "Bars of the change of clicks: brand " },
      { fact: "gsc.brand_clicks.delta_abs" },
      { text: ", non-brand " },
      { fact: "gsc.nonbrand_clicks.delta_abs" },
      { text: ", not listed " },
      { fact: "gsc.unlisted_clicks.delta_abs" },
      { text: "." },
    ],
    better: "higher",
    bars,
  };
}

function bridgeTable(desk: Desk): Block {
  const parts = BRIDGE.map((base, index): readonly Inline[] => [
    { text: BRIDGE_WORDS[index] ?? base },
    { fact: `${base}.primary` },
    { fact: `${base}.previous` },
    { fact: `${base}.delta_abs` },
    { fact: `${base}.contribution` },
  ]);
  const total: readonly Inline[] = [
    { text: "All clicks" },
    { fact: "gsc.clicks.primary" },
    { fact: "gsc.clicks.previous" },
    { fact: "gsc.clicks.delta_abs" },
    { text: "\u2014" },
  ];
  const columns = ["Part", "Clicks", "Before", "Change", "Share of the change"];
  const bridge = comparisonTable(
    "bridge-table",
    "Brand, non-brand and not listed",
    "Search Console, totals and listed queries",
    [...parts, total],
    columns,
  );
  return { ...bridge, footer: beyondWhole(desk, BRIDGE) };
}

/** Said where a share of the change is more than all of it, which reads like a mistake. */
function beyondWhole({ book }: Desk, bases: readonly string[]): Prose | null {
  const shares = bases.map((base) => book.number(`${base}.contribution`) ?? 0);
  if (shares.every((share) => share >= 0 && share <= 1)) return null;
  return [
    {
      text: "Parts moved against each other, so a share of the change can be more than the whole of it, or below zero.",
    },
  ];
}

function segmentTable(desk: Desk, dimension: "device" | "country"): Block {
  const word = dimension === "device" ? "Device" : "Country";
  const figures = (base: string): readonly Inline[] =>
    ["primary", "share", "previous", "delta_abs"].map((kind) => ({ fact: `${base}.${kind}` }));
  const rows = segmentsOf(desk, dimension).map(({ base, quote, code }): readonly Inline[] => [
    segmentName(dimension, code, quote),
    ...figures(base),
  ]);
  const others = othersBase(dimension);
  if (desk.book.has(`${others}.primary`))
    rows.push([{ text: dimension === "device" ? "Other devices" : "Other countries" }, ...figures(others)]);
  if (rows.length > 0)
    rows.push([
      { text: "All clicks" },
      { fact: "gsc.clicks.primary" },
      { text: "\u2014" },
      { fact: "gsc.clicks.previous" },
      { fact: "gsc.clicks.delta_abs" },
    ]);
  return table({
    id: `by-${dimension}`,
    title: `Clicks by ${dimension}`,
    source: `Search Console, by ${dimension}`,
    columns: [start(word), end("Clicks"), end("Share"), end("Before"), end("Change")],
    rows,
    empty: `Google lists no ${dimension} for this period.`,
  });
}

function bucketTable(): Block {
  const rows = BUCKETS.map(({ id, words }): readonly Inline[] => [
    { text: words },
    ...["primary", "previous", "delta_abs"].map((kind) => ({ fact: `gsc.queries_${id}.${kind}` })),
  ]);
  return comparisonTable(
    "positions",
    "Listed queries by position",
    "Search Console, listed queries with ten impressions or more",
    rows,
    ["Position", "Queries", "Before", "Change"],
  );
}

/** Page groups with their share of the change; they and "Other" add up to all pages. */
export function groupTable(desk: Desk, figures: Figures): Block | null {
  if (figures.groups.length === 0) return null;
  const total: readonly Inline[] = [
    { text: "All pages" },
    { fact: "gsc.all_pages.primary" },
    { fact: "gsc.all_pages.previous" },
    { fact: "gsc.all_pages.delta_abs" },
    { text: "\u2014" },
  ];
  const rows = figures.groups.map(({ label, base }): readonly Inline[] => [
    wordsOf(label),
    ...["primary", "previous", "delta_abs", "contribution"].map((kind) => ({ fact: `${base}.${kind}` })),
  ]);
  const columns = ["Page group", "Clicks", "Before", "Change", "Share of the change"];
  const groups = comparisonTable("page-groups", "Page groups", "Search Console, by page", [...rows, total], columns);
  const bases = figures.groups.map(({ base }) => base);
  return { ...groups, footer: beyondWhole(desk, bases) };
}

/** Blocks of "where it changed"; a reviewer's segment comes first. */
export function whereBlocks(desk: Desk): readonly Block[] {
  const chart = bridgeChart(desk);
  const segments = [segmentTable(desk, "device"), segmentTable(desk, "country")];
  const ordered = desk.options.segment === "country" ? segments.toReversed() : segments;
  const bridge = [...(chart === null ? [] : [chart]), bridgeTable(desk)];
  return desk.options.segment === null
    ? [...bridge, bucketTable(), ...ordered]
    : [...ordered, ...bridge, bucketTable()];
}
