/** What a dashboard is prepared from: stored facts and records alone. */
import type { SourceName } from "../business-unit/types.ts";
import type { DayRange } from "../facts/period-words.ts";
import type { DashboardView } from "../wire-dashboard.ts";
import type { FactView } from "../wire-data.ts";

/** What the board needs of a metric; the catalogue has it. */
export interface BoardMetric {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: "higher" | "lower" | "neither";
  /** `never`: no total may be made of its parts. */
  readonly adds: "everywhere" | "periods" | "members" | "never";
}

/** A setting that holds for a month. */
export interface BoardSettings {
  readonly targets: readonly { readonly metric: string; readonly value: number }[];
  readonly budgets: readonly {
    readonly source: "google_ads" | "meta";
    readonly amount: number;
    readonly currency: string;
  }[];
}

/** How a source stands. */
export interface BoardSource {
  readonly source: SourceName;
  readonly externalId: string | null;
  readonly coveredTo: string | null;
  readonly refreshedAt: string | null;
  /** Why the last try of it failed, or was held back. */
  readonly trouble: { readonly status: "failed" | "held_back"; readonly detail: string } | null;
}

/** The months a dashboard compares. */
export interface BoardPeriods {
  readonly period: DayRange;
  readonly previous: DayRange;
  readonly yearOverYear: DayRange;
}

export interface BoardInput {
  readonly unit: {
    readonly businessUnitId: string;
    readonly slug: string;
    readonly name: string;
    readonly clientName: string;
    readonly currency: string;
  };
  readonly periods: BoardPeriods;
  /** The day it is now in the Business Unit's zone. */
  readonly today: string;
  readonly preparedAt: string;
  /** First day of the first month with a figure; null: there is none. */
  readonly firstMonth: string | null;
  /** Facts of the months of `periods`. */
  readonly months: readonly FactView[];
  /** Daily wholes of the period, of the month before it, and of last year: the same month, and 364 days before. */
  readonly days: readonly FactView[];
  readonly settings: BoardSettings;
  readonly sources: readonly BoardSource[];
  readonly tasks: DashboardView["tasks"];
  /** Known measurement breaks by id: plain words and the days they hold for. */
  readonly breaks: ReadonlyMap<string, { readonly text: string; readonly from: string; readonly to: string }>;
  metric(id: string): BoardMetric | null;
}
