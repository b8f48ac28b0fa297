/** What a refresh asks of every source: the same few verbs over very different upstreams. */
import type { AssetKind, DayRange, Quota, SourceName } from "../core/business-unit/types.ts";
import type { RawReply } from "./raw.ts";

/** One page of one named query. */
export interface ConnectorPage {
  readonly raw: RawReply;
  readonly rowCount: number;
  /** Hand it to `fetch` for the next page; null: this was the last. JSON, so that it can be journalled. */
  readonly next: string | null;
  /** The upstream has more rows than it will ever give. */
  readonly capped: boolean;
  /** What the reply says is left of the quota; null when it says nothing. */
  readonly quota: Omit<Quota, "at"> | null;
}

/** How an asset answered to a read-only look. */
export interface AssetAnswer {
  /** What the upstream calls it. */
  readonly label: string;
  readonly timeZone: string | null;
  readonly currency: string | null;
  /** Plain words for what is not as it should be, e.g. a permission that is too low; null when all is well. */
  readonly problem: string | null;
}

export interface Connector {
  readonly source: SourceName;
  readonly assetKind: AssetKind;
  /** Names of the secrets it needs. */
  readonly secrets: readonly string[];
  /** Days after which the source calls its values final. */
  readonly maturityDays: number;
  /** How far back the source knows, in days. */
  readonly reachDays: number;
  /** Paths of the body that are kept in the snapshot, `*` for any index or key; everything else is dropped. */
  readonly keep: Readonly<Record<string, readonly string[]>>;
  /** Names of the queries of a chunk, in order; keys of `keep`. */
  queries(range: DayRange): readonly string[];
  /** Errors: those of `core/errors.ts`; a query a source cannot answer for this asset is a PermanentError. */
  fetch(externalId: string, query: string, range: DayRange, page: string | null): Promise<ConnectorPage>;
  /** Looks at the asset, read-only. Errors as above. */
  look(externalId: string): Promise<AssetAnswer>;
  /** What a chunk is likely to cost of the quota, in the quota's unit. */
  cost(range: DayRange): number;
}
