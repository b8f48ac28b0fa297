/** Known breaks in what sources measure. A period that touches one gets no growth sentence for the affected metrics. */
import type { DayRange } from "./period-words.ts";

/** Sources with known breaks. */
export type LedgerSource = "search_console" | "meta" | "psi";

/** One known measurement break. */
export interface LedgerEntry {
  readonly id: string;
  readonly source: LedgerSource;
  /** None: it forbids what no metric of ours reads yet. */
  readonly metrics: readonly string[];
  /** Inclusive days that carry values which must not be compared with others. */
  readonly from: string;
  readonly to: string;
  readonly direction: "over_reported" | "defined_otherwise" | "not_available";
  readonly backfilled: boolean;
  /** null: the day is not known. */
  readonly disclosedAt: string | null;
  /** Plain words without digits; the days are printed from `from` and `to`. */
  readonly effect: string;
  readonly handling: string;
}

/** Before any data of ours, and after. */
const EVER = "2000-01-01";
const OPEN = "9999-12-31";

/** The ledger, versioned with the code. */
export const LEDGER: readonly LedgerEntry[] = [
  {
    id: "gsc_impressions_over_reported",
    source: "search_console",
    metrics: [
      "gsc.impressions",
      "gsc.ctr",
      "gsc.position",
      "gsc.nonbrand_position",
      // Counted from ten impressions on: more impressions, more of them.
      "gsc.query_count",
      "gsc.page_count",
      "gsc.query_impressions",
      "gsc.query_ctr",
      "gsc.query_position",
      "gsc.page_impressions",
      "gsc.page_ctr",
      "gsc.page_position",
      "gsc.segment_impressions",
      "gsc.segment_ctr",
      "gsc.segment_position",
    ],
    from: "2025-05-13",
    to: "2026-04-27",
    direction: "over_reported",
    backfilled: false,
    disclosedAt: "2026-04-03",
    effect: "Search Console over-reported impressions; clicks are not affected.",
    handling:
      "No growth of impressions, click-through rate, position or of counts that start at ten impressions is stated against a period inside these days; the values are shown without a change.",
  },
  {
    id: "meta_view_windows_removed",
    source: "meta",
    metrics: [
      "meta.purchases",
      "meta.purchase_value",
      "meta.leads",
      "meta.cost_per_purchase",
      "meta.cost_per_lead",
      "meta.roas",
    ],
    from: EVER,
    to: "2026-01-11",
    direction: "defined_otherwise",
    backfilled: false,
    disclosedAt: "2025-10-16",
    effect: "Meta removed its longer view-through windows; ad sets that used them counted more results before.",
    handling: "Results up to these days are shown without a change to later ones.",
  },
  {
    id: "meta_link_click_definition",
    source: "meta",
    metrics: ["meta.link_clicks", "meta.link_ctr"],
    from: EVER,
    to: "2025-02-28",
    direction: "defined_otherwise",
    backfilled: false,
    disclosedAt: null,
    effect: "Meta changed what it counts as a link click.",
    handling: "No click-through rate is compared across that change.",
  },
  {
    id: "meta_reach_by_breakdown",
    source: "meta",
    metrics: [],
    from: "2025-06-10",
    to: OPEN,
    direction: "not_available",
    backfilled: false,
    disclosedAt: "2025-06-10",
    effect: "Meta keeps reach by breakdown for little more than a year, and counts with unified attribution only.",
    handling: "Reach by breakdown is not compared with the year before.",
  },
  {
    id: "psi_field_data",
    source: "psi",
    metrics: [],
    from: EVER,
    to: OPEN,
    direction: "not_available",
    backfilled: false,
    disclosedAt: null,
    effect: "Field data in PageSpeed Insights is announced to end.",
    handling: "Field data is read from the Chrome UX Report alone.",
  },
];

/** The entries whose days overlap one of the periods: those of a metric, or all of a source. */
export function ledgerTouching(
  periods: readonly DayRange[],
  about: { readonly metric: string } | { readonly source: LedgerSource },
): readonly LedgerEntry[] {
  return LEDGER.filter(
    (entry) =>
      ("metric" in about ? entry.metrics.includes(about.metric) : entry.source === about.source) &&
      periods.some((period) => period.start <= entry.to && period.end >= entry.from),
  );
}
