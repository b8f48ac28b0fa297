/**
 * Curation: stored snapshots in, facts out. Pure and deterministic: the same snapshots give the same bytes, whenever and
 * however often. A fold over one snapshot at a time, so that memory holds one page and the facts, never all pages. Queries come in
 * the order of `requests.ts`, the pages of one query in any.
 */
import type { DayRange, SourceName } from "../business-unit/types.ts";
import type { FactState, Unit } from "../evidence/types.ts";

/** The request of one page of one query, without any credential; what the stored envelope says about itself. */
export interface SnapshotHead {
  readonly businessUnitId: string;
  readonly source: SourceName;
  readonly externalId: string;
  /** Name of the query within the source, e.g. `totals`, `daily`, `queries`. */
  readonly query: string;
  /** From 0. */
  readonly page: number;
  readonly range: DayRange;
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
}

/** A stored snapshot: `SnapshotHead` and the minimised body under `body`. Pointers of facts start at this document. */
export interface SnapshotDocument extends SnapshotHead {
  readonly body: unknown;
}

/** A snapshot as a fold gets it. */
export interface CuratedSnapshot {
  readonly key: string;
  readonly document: SnapshotDocument;
  /** The upstream's row limit cut the rows off. */
  readonly capped: boolean;
}

/** Where a value comes from: the cells of one snapshot it was read or summed from, at most a hundred named. */
export interface Origin {
  readonly snapshotKey: string;
  /** JSON pointers into the snapshot document. */
  readonly pointers: readonly string[];
  /** How many more cells of it there are. */
  readonly more: number;
}

/** What the value is a part of; `whole` is the total of its own query, never a sum of parts. */
export type Dimension =
  | "whole"
  | "channel"
  | "query"
  | "page"
  | "page_group"
  | "landing_page"
  | "device"
  | "country"
  | "campaign"
  | "keyword"
  | "rank_range"
  | "stage"
  | "project"
  | "brand";

/** A typed value for one metric, period and member. */
export interface FactDraft {
  readonly metric: string;
  readonly grain: "day" | "month";
  readonly period: DayRange;
  readonly dimension: Dimension;
  /** "" for the whole. Untrusted text, at most 300 characters. */
  readonly member: string;
  readonly state: FactState;
  /** null unless the state has a value. */
  readonly value: number | null;
  readonly reason: string | null;
  readonly unit: Unit;
  readonly currency: string | null;
  /** The zone the source counts its days in. */
  readonly timeZone: string;
  /** `filling`: the source still adds to it. */
  readonly maturity: "final" | "filling";
  readonly origins: readonly Origin[];
  /** Ids of known measurement breaks and of caveats. */
  readonly caveats: readonly string[];
}

/** A test of the data itself. One that fails and stops keeps the source's chunk from being published. */
export interface SumCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly stops: boolean;
  readonly detail: string;
}

/** A task of the client's project that its owner flagged as visible to the client. */
export interface VisibleTask {
  readonly taskGid: string;
  readonly name: string;
  readonly section: string | null;
  readonly dueOn: string | null;
  readonly completedAt: string | null;
  readonly permalink: string | null;
}

/** What one chunk of one source comes to. */
export interface CuratedChunk {
  readonly facts: readonly FactDraft[];
  readonly checks: readonly SumCheck[];
  /** Only of source `asana`: all of them; those that are not among them are removed. */
  readonly tasks: readonly VisibleTask[] | null;
  readonly rows: number;
}

/** What a curation knows beside the snapshots. Part of what must be equal for equal bytes. */
export interface CurationContext {
  readonly businessUnitId: string;
  readonly externalId: string;
  readonly range: DayRange;
  /** The day of the refresh in the source's zone; with the maturity of the metric it says what is final. */
  readonly today: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly brandTerms: readonly string[];
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
}

/** How one source becomes facts. `A` is what the fold carries, plain JSON. */
export interface Curation<A> {
  readonly source: SourceName;
  /** Changes whenever the same snapshots would give other facts. */
  readonly transform: string;
  start(context: CurationContext): A;
  take(carried: A, snapshot: CuratedSnapshot): A;
  finish(carried: A): CuratedChunk;
}
