/** What every part of composing works on, and the choices a reviewer can make about a report. */
import type { EvidenceBook } from "../../core/evidence/book.ts";
import type { SnapshotCache } from "../../core/evidence/snapshots.ts";
import type { Brief } from "../../core/run/brief.ts";
import type { Inputs } from "./inputs.ts";

/** Sections a reviewer may leave out. */
export const OPTIONAL_SECTIONS = ["pages", "queries", "opportunities", "rankings", "conversions"] as const;
export type OptionalSection = (typeof OPTIONAL_SECTIONS)[number];

/** Choices about a report; a revision changes them, never the figures. */
export interface ReportOptions {
  /** Rows of the longer tables. */
  readonly rows: number;
  readonly without: readonly OptionalSection[];
  readonly comparison: "both" | "year_over_year" | "previous";
  readonly emphasis: "brand" | "non_brand" | null;
  readonly length: "shorter" | "normal" | "longer";
  /** Index into the brief's page groups whose pages get their own table. */
  readonly pageGroup: number | null;
  readonly segment: "device" | "country" | null;
  /** Metric ids whose definition moves next to the figures. */
  readonly explain: readonly string[];
  /** A text queries have to contain to get their own table; untrusted, bounded. */
  readonly queryWord: string | null;
}

export const DEFAULT_OPTIONS: ReportOptions = {
  rows: 10,
  without: [],
  comparison: "both",
  emphasis: null,
  length: "normal",
  pageGroup: null,
  segment: null,
  explain: [],
  queryWord: null,
};

/** The options with one comparison where the period before is the year before, as it is for twelve months. */
export function comparedOnce(options: ReportOptions, { periods }: Brief): ReportOptions {
  const { previous, yearAgo } = periods;
  const twice = previous.start === yearAgo.start && previous.end === yearAgo.end;
  return twice && options.comparison === "both" ? { ...options, comparison: "previous" } : options;
}

export interface Desk {
  readonly book: EvidenceBook;
  readonly cache: SnapshotCache;
  readonly brief: Brief;
  readonly inputs: Inputs;
  readonly options: ReportOptions;
}

/** The first snapshot of a query; every query stores one. */
export function onlySnapshot(query: { readonly snapshots: readonly { readonly key: string }[] }): string {
  const [first] = query.snapshots;
  if (first === undefined) throw new RangeError("a gathered query stored no snapshot");
  return first.key;
}
