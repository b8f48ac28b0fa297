/** AccuRanker v4: tracked keywords of one domain. `fields` is always sent, a null rank is "not ranking", never 0. */
import type { RawReply } from "../raw.ts";

export interface TrackedKeyword {
  readonly id: string;
  readonly keyword: string;
  readonly searchVolume: number | null;
  /** Rank per day of the asked range, oldest first; rank null: not ranking. */
  readonly ranks: readonly { readonly date: string; readonly rank: number | null }[];
}

export interface TrackedKeywordsPage {
  readonly keywords: readonly TrackedKeyword[];
  readonly raw: RawReply;
}

export interface AccurankerDomain {
  readonly id: string;
  readonly name: string;
  /** Provider's share of voice in percent over the asked range, newest last. */
  readonly history: readonly { readonly date: string; readonly shareOfVoicePercent: number | null }[];
  readonly raw: RawReply;
}

export interface AccurankerPort {
  domain(domainId: string, range: { from: string; to: string }): Promise<AccurankerDomain>;
  /** One page; the caller pages with `offset` until fewer than `limit` keywords come back. Range at most 100 days. */
  keywords(
    domainId: string,
    range: { from: string; to: string },
    page: { limit: number; offset: number },
  ): Promise<TrackedKeywordsPage>;
}
