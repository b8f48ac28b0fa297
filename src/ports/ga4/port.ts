/** Google Analytics 4 Data API v1beta. Every value arrives as a string; this port parses by the header's type. */
import type { RawReply } from "../raw.ts";

export interface Ga4ReportRequest {
  /** Inclusive, property time zone, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  /** Exact-match filter on one dimension, e.g. `sessionDefaultChannelGroup` = `Organic Search`. */
  readonly filter: { readonly dimension: string; readonly value: string } | null;
  /** At most 250,000. */
  readonly limit: number;
  readonly offset: number;
  /** Asks for what is left of the property's quota. Left out by a run: the answer would differ at every asking. */
  readonly withQuota?: boolean;
}

/** One of a property's quotas: what this request took, and what is left. */
export interface Ga4Allowance {
  readonly consumed: number;
  readonly remaining: number;
}

/** The quotas of a property, which every other tool on it spends too. Null: not told. */
export interface Ga4Quota {
  readonly tokensPerDay: Ga4Allowance | null;
  readonly tokensPerHour: Ga4Allowance | null;
  /** Of our own Google Cloud project: usually the one that is empty first. */
  readonly tokensPerProjectPerHour: Ga4Allowance | null;
  readonly concurrentRequests: Ga4Allowance | null;
  readonly serverErrorsPerProjectPerHour: Ga4Allowance | null;
  readonly potentiallyThresholdedRequestsPerHour: Ga4Allowance | null;
}

export interface Ga4Report {
  readonly dimensionHeaders: readonly string[];
  readonly metricHeaders: readonly string[];
  readonly rows: readonly { readonly dimensions: readonly string[]; readonly metrics: readonly number[] }[];
  /** Rows that exist, not rows returned. 0 when absent. */
  readonly rowCount: number;
  readonly currencyCode: string | null;
  readonly timeZone: string | null;
  /** Quality flags that must reach the reader. */
  readonly thresholded: boolean;
  readonly sampled: boolean;
  readonly otherRow: boolean;
  /** Null when it was not asked for. */
  readonly quota: Ga4Quota | null;
  readonly raw: RawReply;
}

export interface Ga4Port {
  runReport(propertyId: string, request: Ga4ReportRequest): Promise<Ga4Report>;
  /** Names of the metrics and dimensions the property knows. */
  metadata(
    propertyId: string,
  ): Promise<{ readonly metrics: readonly string[]; readonly dimensions: readonly string[] }>;
}
