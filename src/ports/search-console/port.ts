/** Google Search Console, Search Analytics and site list. */
import type { RawReply } from "../raw.ts";

export type SearchConsoleDimension = "date" | "query" | "page" | "device" | "country";

export interface SearchAnalyticsRequest {
  /** Inclusive, Pacific time, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
  readonly dimensions: readonly SearchConsoleDimension[];
  /** 1 to 25,000. */
  readonly rowLimit: number;
  readonly startRow: number;
}

export interface SearchAnalyticsRow {
  readonly keys: readonly string[];
  readonly clicks: number;
  readonly impressions: number;
  readonly ctr: number;
  readonly position: number;
}

/** One page of an answer. `rows` is empty when Google sent none. */
export interface SearchAnalyticsPage {
  readonly rows: readonly SearchAnalyticsRow[];
  readonly aggregationType: string | null;
  /** First day whose data may still grow, when Google says so. */
  readonly firstIncompleteDate: string | null;
  readonly raw: RawReply;
}

export interface SearchConsolePort {
  /** One page, final data, type web; the caller pages with `startRow` and records caps. */
  query(siteUrl: string, request: SearchAnalyticsRequest): Promise<SearchAnalyticsPage>;
  /** Permission level of a site as the credential sees it (`siteOwner`, …); null when it is not listed. */
  permission(siteUrl: string): Promise<string | null>;
}
