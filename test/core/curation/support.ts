/** Snapshots and contexts as a refresh hands them to a fold. */
import type { SourceName } from "../../../src/core/business-unit/types.ts";
import type {
  CuratedChunk,
  CuratedSnapshot,
  Curation,
  CurationContext,
  Dimension,
  FactDraft,
} from "../../../src/core/curation/types.ts";

export const OCTOBER = { start: "2026-10-01", end: "2026-10-31" };

/** October 2026, looked at when all of it is final. */
export function contextOf(changes: Partial<CurationContext> = {}): CurationContext {
  return {
    businessUnitId: "bu_plunkett",
    externalId: "sc-domain:plunkett.example",
    range: OCTOBER,
    today: "2026-12-20",
    currency: "USD",
    timeZone: "America/New_York",
    brandTerms: ["plunkett"],
    pageGroups: [],
    ...changes,
  };
}

/** A snapshot of one page of a query. */
export function snapshotOf(
  source: SourceName,
  query: string,
  body: unknown,
  { page = 0, capped = false }: { readonly page?: number; readonly capped?: boolean } = {},
): CuratedSnapshot {
  return {
    key: `snapshots/bu_plunkett/${source}/${query}-${page}.json.gz`,
    capped,
    document: {
      businessUnitId: "bu_plunkett",
      source,
      externalId: "an-asset",
      query,
      page,
      range: OCTOBER,
      request: { method: "POST", path: `/${query}`, body: null },
      body,
    },
  };
}

/** Folds the snapshots in the order given. */
export function curated<A>(
  curation: Curation<A>,
  snapshots: readonly CuratedSnapshot[],
  context: CurationContext = contextOf(),
): CuratedChunk {
  return curation.finish(snapshots.reduce((carried, one) => curation.take(carried, one), curation.start(context)));
}

/** The one fact of a chunk that fits; fails when there is none or more than one. */
export function factIn(
  { facts }: Pick<CuratedChunk, "facts">,
  metric: string,
  {
    grain = "month",
    start,
    dimension = "whole",
    member = "",
  }: {
    readonly grain?: "day" | "month";
    readonly start?: string;
    readonly dimension?: Dimension;
    readonly member?: string;
  } = {},
): FactDraft {
  const found = facts.filter(
    (fact) =>
      fact.metric === metric &&
      fact.grain === grain &&
      fact.dimension === dimension &&
      fact.member === member &&
      (start === undefined || fact.period.start === start),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} facts for ${metric} ${grain} ${start ?? ""} ${dimension} ${member}`);
  }
  return only;
}

/** State and value, the two that are asserted most. */
export function said({ state, value }: Pick<FactDraft, "state" | "value">): readonly [string, number | null] {
  return [state, value];
}

/** Every order of a short list. */
export function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) => ordersOf(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));
}
