/**
 * Evidence: every figure a report shows is a fact, every fact says how it follows from raw snapshots.
 *
 * A fact's value is never typed in by hand: it is the result of evaluating its derivation. The verifier evaluates the
 * same derivations from the stored snapshots and compares.
 */

import type { SourceName } from "../business-unit/types.ts";
import type { ResolvedPeriods } from "../facts/periods.ts";
import type { SnapshotRef } from "./snapshot.ts";

/** `number` and `zero` are measured; everything else must never be worded as "X was N". */
export type FactState =
  | "number"
  | "zero"
  | "missing"
  | "unavailable"
  | "withheld"
  | "partial"
  | "capped"
  | "not_defined";

export type FactValue =
  | { readonly state: "number" | "zero" | "partial" | "capped"; readonly value: number }
  | {
      readonly state: "missing" | "unavailable" | "withheld" | "not_defined";
      readonly value: null;
      readonly reason: string;
    };

/** `ratio` is 0 to 1 and shown as percent; `percent` is 0 to 100, as a provider sends it; `percent_change` is a fraction (0.12 = +12 %); `percentage_points` are points. */
export type Unit =
  | "count"
  | "decimal"
  | "ratio"
  | "percent"
  | "position"
  | "percent_change"
  | "percentage_points"
  | "currency"
  | "z_score";

/** Sources with metrics. */
export type MetricSource = Exclude<SourceName, "asana">;

/** A condition on one field of a row, addressed by a JSON pointer relative to the row. Numbers may arrive as strings. */
export type Condition =
  | { readonly at: string; readonly op: "eq"; readonly value: string | number | null }
  | { readonly at: string; readonly op: "in"; readonly values: readonly string[] }
  | { readonly at: string; readonly op: "contains_any"; readonly values: readonly string[] }
  | { readonly at: string; readonly op: "contains_none"; readonly values: readonly string[] }
  | { readonly at: string; readonly op: "gte" | "lte" | "lt" | "gt"; readonly value: number }
  /** The path of the URL matches prefix `group` of `prefixes` first (`$` ends an exact path); -1: it matches none. */
  | { readonly at: string; readonly op: "in_group"; readonly prefixes: readonly string[]; readonly group: number };

/** Which rows of which snapshots. `rows` is the JSON pointer of the row array; an absent array counts as no rows. */
export interface RowSelection {
  readonly snapshots: readonly string[];
  readonly rows: string;
  readonly where: readonly Condition[];
  /** The upstream's row limit cut the rows off: sums and counts are lower bounds and come out as `capped`. */
  readonly capped?: true;
}

/** Ids of the formulas of the metric catalogue (`core/evidence/formulas.ts`), applied to facts in order. */
export type FormulaId =
  | "delta_abs"
  | "delta_pct"
  | "delta_day_pct"
  | "delta_rate_pct"
  | "delta_pp"
  | "ratio"
  | "share"
  | "one_minus_share"
  | "difference"
  | "sum"
  | "per_day"
  | "contribution"
  | "midpoint_volume"
  | "midpoint_rate"
  | "z_counts"
  | "z_rates"
  | "wilson_low"
  | "wilson_high";

/** How a value follows from snapshots or from other facts. Snapshot names are `SnapshotRef.key`s. */
export type Derivation =
  | { readonly op: "pick"; readonly snapshot: string; readonly pointer: string }
  | ({ readonly op: "sum"; readonly field: string } & RowSelection)
  | ({ readonly op: "count" } & RowSelection)
  | ({ readonly op: "count_distinct"; readonly field: string } & RowSelection)
  | ({ readonly op: "mean"; readonly field: string } & RowSelection)
  | ({ readonly op: "weighted_mean"; readonly field: string; readonly weight: string } & RowSelection)
  /** The field of the one row that is selected; no row: `missing`. */
  | ({ readonly op: "lookup"; readonly field: string } & RowSelection)
  | ({ readonly op: "median"; readonly field: string } & RowSelection)
  /** Mean of the seven weekday means, so that periods with different weekdays compare. `day` points at `YYYY-MM-DD` or `YYYYMMDD`. */
  | ({ readonly op: "weekday_mean"; readonly field: string; readonly day: string } & RowSelection)
  /** Over-dispersion of daily counts around their weekday means over the newest `last` days, at least 1. */
  | ({ readonly op: "dispersion"; readonly field: string; readonly day: string; readonly last: number } & RowSelection)
  /** How many keys of `to` moved against `from`; a null or absent value counts as "not there". */
  | {
      readonly op: "count_moved";
      readonly key: string;
      readonly field: string;
      readonly from: RowSelection;
      readonly to: RowSelection;
      readonly direction: "fell" | "rose" | "same" | "entered" | "left";
    }
  | {
      readonly op: "set_difference_count";
      readonly field: string;
      readonly of: RowSelection;
      readonly minus: RowSelection;
    }
  | {
      readonly op: "formula";
      readonly formula: FormulaId;
      readonly inputs: readonly string[];
      readonly constants?: readonly number[];
    }
  | {
      readonly op: "absent";
      readonly state: "missing" | "unavailable" | "withheld" | "not_defined";
      readonly reason: string;
    };

export type PeriodKey = keyof ResolvedPeriods;

export interface Fact {
  /** Readable and stable, `[a-z0-9_.:-]+`, e.g. `gsc.clicks.primary`, `gsc.clicks.delta_pct`, `gsc.query.3.clicks`. */
  readonly id: string;
  /** Id in the metric catalogue, e.g. `gsc.clicks`. */
  readonly metric: string;
  /** Trusted words from the catalogue, for tooltips and lineage. */
  readonly label: string;
  readonly unit: Unit;
  /** ISO code when the unit is `currency`. */
  readonly currency: string | null;
  readonly value: FactValue;
  readonly period: PeriodKey | null;
  readonly source: MetricSource | "derived";
  readonly derivation: Derivation;
  /** Ids of the caveats that apply to it. */
  readonly caveats: readonly string[];
}

/** Untrusted text taken from a snapshot (a query, a page, a keyword), bounded, shown as inert text. */
export interface QuotedText {
  readonly id: string;
  readonly value: string;
  readonly snapshot: string;
  readonly pointer: string;
  /** `path`: only the part of a URL after its host is shown. */
  readonly part?: "path";
}

/** A caveat in plain words, printed near the number and in the data notes. */
export interface Caveat {
  readonly id: string;
  readonly text: string;
}

/** A data check of the report's contract, e.g. `gsc_sum`: the daily rows add up to the totals. */
export interface DataCheck {
  readonly id: string;
  readonly passed: boolean;
  readonly detail: string;
  readonly factIds: readonly string[];
}

/** What a rule noticed. The narrator words findings; it does not find. */
export interface Finding {
  readonly id: string;
  /** e.g. `clicks_up_clear`; the rule-based narrator has a sentence for each. */
  readonly rule: string;
  readonly section: string;
  readonly factIds: readonly string[];
  readonly textIds: readonly string[];
}

/** One narrative sentence with its references, as accepted. */
export interface NarrativeSpan {
  readonly section: string;
  readonly by: "model" | "rules";
  /** With references such as `{{gsc.clicks.primary}}` or `{{period.primary}}`; holds no digit of its own. */
  readonly text: string;
  readonly factIds: readonly string[];
}

/** `evidence.json`. */
export interface Evidence {
  readonly schemaVersion: 1;
  readonly run: {
    readonly runId: string;
    readonly taskGid: string;
    readonly artifactId: string;
    readonly artifactVersion: number;
    readonly generatedAt: string;
  };
  readonly skill: { readonly id: string; readonly version: string; readonly promptSha256: string };
  /** null: written without a model. */
  readonly model: {
    readonly name: string;
    readonly calls: number;
    readonly rejected: readonly { readonly section: string; readonly reason: string }[];
  } | null;
  readonly client: { readonly businessUnitId: string; readonly name: string; readonly currency: string };
  readonly periods: ResolvedPeriods;
  readonly inputs: readonly SnapshotRef[];
  readonly texts: readonly QuotedText[];
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly narrative: readonly NarrativeSpan[];
  readonly caveats: readonly Caveat[];
  readonly checks: readonly DataCheck[];
  /** Entries of the ledger of known measurement breaks that touch the periods. */
  readonly ledger: readonly { readonly id: string; readonly effect: string; readonly handling: string }[];
  readonly rows: readonly {
    readonly source: string;
    readonly query: string;
    readonly rowCount: number;
    readonly capped: boolean;
  }[];
  /** The documents that show these facts, by file name. */
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
}
