/** What the catalogue knows of one metric, as a row. */
import type { Dimension } from "../curation/types.ts";
import type { Unit } from "./types.ts";

/**
 * What of a metric may be added up: `everywhere` over disjoint periods and over the parts of a whole, `periods` over
 * disjoint periods alone (the parts overlap or are not all there), `members` over the parts of one period alone, `never`
 * not at all: its total is a query of its own.
 */
export type Additivity = "everywhere" | "periods" | "members" | "never";

/** As which facts a metric is stored in the Client Data Plane: by grain, what its values are a part of. */
export interface Stored {
  readonly day?: readonly Dimension[];
  readonly month?: readonly Dimension[];
}

export interface MetricDetails {
  /** Over other metrics; none: the value is read. */
  readonly formula?: string;
  /** Days after which the source calls the value final, where they are not those of the source. */
  readonly maturityDays?: number;
  readonly stored?: Stored;
}

/** One metric of the catalogue as a row. */
export type MetricRow = readonly [
  id: string,
  label: string,
  unit: Unit,
  better: "higher" | "lower" | "neither",
  adds: Additivity,
  definition: string,
  details?: MetricDetails,
];
