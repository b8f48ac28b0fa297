/** Snapshots of Google Analytics, one at a time: rows by the names in the header, and what Google says about their quality. */
import * as v from "valibot";
import { withName } from "./place.ts";
import { bodyOf } from "./read.ts";
import { type Ranked, strongest, TOP } from "./top.ts";
import type { CuratedSnapshot, CurationContext } from "./types.ts";

/** Metrics that are read, by Google's name. */
export const COLUMNS = ["sessions", "engagedSessions", "keyEvents", "totalRevenue", "totalUsers", "newUsers"] as const;
export type Column = (typeof COLUMNS)[number];

/** Every value travels as text. */
const NumberText = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/), v.transform(Number));
const Count = v.optional(v.union([NumberText, v.number()]), 0);
const Flag = v.optional(v.nullable(v.boolean()), false);
const MetadataSchema = v.object({
  currencyCode: v.optional(v.nullable(v.string()), null),
  timeZone: v.optional(v.nullable(v.string()), null),
  dataLossFromOtherRow: Flag,
  subjectToThresholding: Flag,
  samplingMetadatas: v.optional(v.array(v.object({ samplesReadCount: Count, samplingSpaceSize: Count })), []),
});
const BodySchema = v.object({
  metricHeaders: v.optional(v.array(v.object({ name: v.string() })), []),
  rows: v.optional(
    v.array(
      v.object({
        dimensionValues: v.optional(v.array(v.object({ value: v.optional(v.string(), "") })), []),
        metricValues: v.array(v.object({ value: NumberText })),
      }),
    ),
    [],
  ),
  metadata: v.optional(v.nullable(MetadataSchema), null),
});

/** One figure of a row, and where in the row it stands. */
export interface Figure {
  readonly column: Column;
  readonly place: number;
  readonly value: number;
}

/** A row, ranked by its sessions. */
export interface SiteRow extends Ranked {
  /** Those that were asked for. */
  readonly figures: readonly Figure[];
}

/** What Google says of an answer. */
export interface Quality {
  readonly thresholded: boolean;
  readonly otherRow: boolean;
  /** Share of the events that was read; 1: no sample. */
  readonly sampleShare: number;
}

export interface SiteAnswer extends Quality {
  readonly snapshotKey: string;
  readonly rows: readonly SiteRow[];
  readonly capped: boolean;
}

export type SiteQuery = "totals" | "daily" | "channels" | "landing_pages";

export interface SiteCarried {
  readonly context: CurationContext;
  readonly rows: number;
  readonly timeZones: readonly string[];
  readonly currencies: readonly string[];
  /** null: not asked. */
  readonly totals: SiteAnswer | null;
  readonly daily: SiteAnswer | null;
  readonly channels: SiteAnswer | null;
  readonly landing_pages: SiteAnswer | null;
}

/** Nothing read yet. */
export function start(context: CurationContext): SiteCarried {
  const answers = { totals: null, daily: null, channels: null, landing_pages: null };
  return { context, rows: 0, timeZones: [], currencies: [], ...answers };
}

function isSiteQuery(query: string): query is SiteQuery {
  return query === "totals" || query === "daily" || query === "channels" || query === "landing_pages";
}

/** With one more snapshot. A query this fold does not know is left alone: it is older or newer than this code. */
export function take(carried: SiteCarried, snapshot: CuratedSnapshot): SiteCarried {
  const { query } = snapshot.document;
  if (!isSiteQuery(query)) return carried;
  const { rows, metricHeaders, metadata } = bodyOf(BodySchema, snapshot);
  const columns = metricHeaders.map(({ name }) => COLUMNS.find((column) => column === name));
  const fresh = rows.map(({ dimensionValues, metricValues }, at): SiteRow => {
    const figures = metricValues.flatMap(({ value }, place): readonly Figure[] => {
      const column = columns[place];
      return column === undefined ? [] : [{ column, place, value }];
    });
    const sessions = figures.filter(({ column }) => column === "sessions").map(({ value }) => value);
    return { key: dimensionValues[0]?.value ?? "", snapshotKey: snapshot.key, at, values: sessions, figures };
  });
  return {
    ...carried,
    rows: carried.rows + rows.length,
    timeZones: withName(carried.timeZones, metadata?.timeZone),
    currencies: withName(carried.currencies, metadata?.currencyCode),
    [query]: joined(carried[query], fresh, snapshot, qualityOf(metadata)),
  };
}

function joined(
  before: SiteAnswer | null,
  fresh: readonly SiteRow[],
  { key, capped, document }: CuratedSnapshot,
  quality: Quality,
): SiteAnswer {
  // A month has more landing pages than are ever looked at, but never more days or channels.
  const limit = document.query === "landing_pages" ? TOP : Number.POSITIVE_INFINITY;
  return {
    snapshotKey: before === null || key < before.snapshotKey ? key : before.snapshotKey,
    rows: strongest(before?.rows ?? [], fresh, limit),
    capped: capped || before?.capped === true,
    thresholded: quality.thresholded || before?.thresholded === true,
    otherRow: quality.otherRow || before?.otherRow === true,
    sampleShare: Math.min(quality.sampleShare, before?.sampleShare ?? 1),
  };
}

function qualityOf(metadata: v.InferOutput<typeof MetadataSchema> | null): Quality {
  const shares = (metadata?.samplingMetadatas ?? [])
    .filter(({ samplingSpaceSize }) => samplingSpaceSize > 0)
    .map(({ samplesReadCount, samplingSpaceSize }) => samplesReadCount / samplingSpaceSize);
  return {
    thresholded: metadata?.subjectToThresholding === true,
    otherRow: metadata?.dataLossFromOtherRow === true,
    sampleShare: Math.min(1, ...shares),
  };
}
