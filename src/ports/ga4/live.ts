/** GA4 Data API over HTTP. Facts: discovery document v1beta; quota messages as other clients have recorded them. */
import type { Refusal } from "../../lib/http-failure.ts";
import { type GoogleApiOptions, googleRead, googleUpstream } from "../google-api.ts";
import type { Ga4Port } from "./port.ts";
import { checkRequest, MetadataSchema, propertyPath, ReportSchema, reportBody, toReport } from "./reply.ts";

export const GA4_BASE_URL = "https://analyticsdata.googleapis.com/v1beta";

export type LiveGa4Options = Omit<GoogleApiOptions, "baseUrl"> & { readonly baseUrl?: string };

/** A quarter of a million wide rows; still well below the memory of one isolate. */
const MAX_REPORT_BYTES = 32 * 1024 * 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Ten errors of its own an hour, and GA4 answers nothing more for the property, neither us nor anybody else's tool. */
const GA4 = { ...googleUpstream("ga4", "GA4", quotaWait), tries: 2 };

/** GA4 sends no Retry-After: which of its quotas is empty can only be read from the message. */
function quotaWait({ message }: Refusal): number {
  if (/concurrent/i.test(message)) return 30 * SECOND;
  if (/thresholded/i.test(message)) return 30 * MINUTE;
  return /hour/i.test(message) ? 60 * MINUTE : 5 * MINUTE;
}

/**
 * The GA4 port over HTTP. Errors: ConfigError `ga4_forbidden`, `ga4_unauthorised`; RetryableError `ga4_rate_limited`
 * (a quota of the property is empty) and the common ones; PermanentError `ga4_bad_request` (an unknown or
 * incompatible metric or dimension, named by GA4).
 */
export function liveGa4(options: LiveGa4Options): Ga4Port {
  const api: GoogleApiOptions = { ...options, baseUrl: options.baseUrl ?? GA4_BASE_URL };
  return {
    async runReport(propertyId, request) {
      checkRequest(request);
      const path = `${propertyPath(propertyId)}:runReport`;
      const call = { method: "POST" as const, path, body: reportBody(request) };
      const { text, value } = await googleRead(api, GA4, { ...call, maxBytes: MAX_REPORT_BYTES }, ReportSchema);
      return toReport(value, { body: text, request: call, fetchedAt: options.now().toISOString() });
    },
    async metadata(propertyId) {
      const call = { method: "GET" as const, path: `${propertyPath(propertyId)}/metadata` };
      const { value } = await googleRead(api, GA4, call, MetadataSchema);
      return { metrics: value.metrics.map(nameOf), dimensions: value.dimensions.map(nameOf) };
    },
  };
}

function nameOf(entry: { readonly apiName: string }): string {
  return entry.apiName;
}
