/** Conversions from organic search: Google Analytics, three periods, with the boundary to Search Console stated. */
import { FLOORS } from "../../../core/evidence/movement.ts";
import type { Derivation } from "../../../core/evidence/types.ts";
import { type Desk, onlySnapshot } from "../desk.ts";
import type { AnalyticsInputs } from "../inputs.ts";
import { keysOf, rowsOf, SPREAD_DAYS } from "../inputs.ts";
import { declareChange, declareCountChanges, declareValues, valueId } from "./compare.ts";

/** Fact base and place of each metric in `metricValues`. */
const VALUES = [
  { base: "ga4.sessions", at: 0, floor: FLOORS.sessions },
  { base: "ga4.engaged_sessions", at: 1, floor: FLOORS.sessions },
  { base: "ga4.key_events", at: 2, floor: FLOORS.conversions },
] as const;

/** What the section shows. */
export interface AnalyticsFacts {
  /** False when no period has revenue: a site without a shop. */
  readonly hasRevenue: boolean;
}

const FLAG_WORDS = {
  thresholded: "Google Analytics withheld rows with few users in at least one of its answers.",
  sampled: "Google Analytics sampled the data of at least one of its answers.",
  other_row: "Google Analytics put rare values of at least one answer into a row called other.",
} as const;

/** Declares organic sessions, engagement, key events and revenue. */
export async function declareAnalytics(desk: Desk, inputs: AnalyticsInputs): Promise<AnalyticsFacts> {
  const { book, brief, cache } = desk;
  await cache.need(
    keysOf(inputs.totals.primary, inputs.totals.previous, inputs.totals.yearAgo, inputs.daily, inputs.bySource),
  );
  const caveats = [
    book.caveat(
      "ga4.boundary",
      "Google Analytics counts sessions of visitors who accept measurement, in the property's time zone; Search Console counts clicks, in Pacific time. The two never match.",
    ),
    ...inputs.flags.map((flag) => book.caveat(`ga4.${flag}`, FLAG_WORDS[flag])),
  ];
  const cell =
    (at: number) =>
    (period: keyof AnalyticsInputs["totals"]): Derivation => ({
      op: "pick",
      snapshot: onlySnapshot(inputs.totals[period]),
      pointer: `/rows/0/metricValues/${at}/value`,
    });
  for (const { base, at, floor } of VALUES) {
    declareValues(book, { base, metric: base, derivation: cell(at), caveats });
    const spread = {
      op: "dispersion",
      ...rowsOf(inputs.daily),
      field: `/metricValues/${at}/value`,
      day: "/dimensionValues/0/value",
      last: SPREAD_DAYS,
    } as const;
    const dispersion = book.declare({ id: `${base}.dispersion`, metric: "ga4.dispersion", derivation: spread });
    declareCountChanges(book, brief.periods, base, { floor, dispersion });
  }
  declareRate(desk, "ga4.engagement_rate", "ga4.engaged_sessions");
  declareRate(desk, "ga4.key_event_rate", "ga4.key_events");
  declareClickRatio(desk, inputs, caveats);
  return { hasRevenue: declareRevenue(desk, inputs, cell(3), caveats) };
}

/** Sessions for each click: of Google alone where sources are told apart, otherwise of all search engines, which is no test. */
function declareClickRatio({ book }: Desk, { bySource }: AnalyticsInputs, caveats: readonly string[]): void {
  if (bySource === null) {
    book.formula("ga4.all_click_ratio", "ratio", ["ga4.sessions.primary", "gsc.clicks.primary"], {
      metric: "ga4.all_click_ratio",
      period: "primary",
    });
    return;
  }
  const google = rowsOf(bySource, [{ at: "/dimensionValues/0/value", op: "eq", value: "google" }]);
  const sessions = book.declare({
    id: "ga4.google_sessions.primary",
    metric: "ga4.google_sessions",
    derivation: { op: "lookup", field: "/metricValues/0/value", ...google },
    period: "primary",
    caveats,
  });
  book.formula("ga4.click_ratio", "ratio", [sessions, "gsc.clicks.primary"], {
    metric: "ga4.click_ratio",
    period: "primary",
  });
}

function declareRate({ book, brief }: Desk, base: string, hits: string): void {
  declareValues(book, {
    base,
    metric: base,
    derivation: (period) => ({
      op: "formula",
      formula: "ratio",
      inputs: [valueId(hits, period), valueId("ga4.sessions", period)],
    }),
  });
  for (const against of ["previous", "year_ago"] as const) declareChange(book, brief.periods, base, against, "pp");
}

function declareRevenue(
  { book, brief }: Desk,
  inputs: AnalyticsInputs,
  derivation: (period: keyof AnalyticsInputs["totals"]) => Derivation,
  caveats: readonly string[],
): boolean {
  const currency = inputs.currency;
  const known = (period: keyof AnalyticsInputs["totals"]): Derivation =>
    currency === null
      ? { op: "absent", state: "unavailable", reason: "the property names no currency" }
      : derivation(period);
  declareValues(book, { base: "ga4.revenue", metric: "ga4.revenue", derivation: known, currency, caveats });
  for (const against of ["previous", "year_ago"] as const) {
    declareChange(book, brief.periods, "ga4.revenue", against, "abs", { currency });
    declareChange(book, brief.periods, "ga4.revenue", against, "pct", { floor: 1 });
  }
  return (["primary", "previous", "yearAgo"] as const).some(
    (period) => (book.number(valueId("ga4.revenue", period)) ?? 0) > 0,
  );
}
