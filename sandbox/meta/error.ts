/** Errors in Meta's shape, and the headers that tell how much of the limits is used. */
import { randomBytes } from "node:crypto";
import type { SimReply } from "../kit/upstream.ts";

export interface MetaError {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number;
  readonly message: string;
  readonly type?: string;
  readonly transient?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export function metaError({ status, code, subcode, message, type, transient, headers = {} }: MetaError): SimReply {
  return {
    status,
    headers: { ...headers, "www-authenticate": `OAuth "Facebook Platform" "invalid_request" "${code}"` },
    body: {
      error: {
        message,
        type: type ?? "OAuthException",
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(transient === true ? { is_transient: true } : {}),
        fbtrace_id: randomBytes(8).toString("base64url"),
      },
    },
  };
}

/** A parameter or field that is not as it should be. */
export function badParameter(message: string): SimReply {
  return metaError({ status: 400, code: 100, message: `(#100) ${message}` });
}

/** The usage headers: percentages, and minutes until calls are taken again. */
export function usageHeaders(percent: number, regainMinutes = 0): Readonly<Record<string, string>> {
  const tier = { ads_api_access_tier: "standard_access" };
  const own = { type: "ads_insights", call_count: percent, total_cputime: 1, total_time: 1 };
  return {
    "x-business-use-case-usage": JSON.stringify({
      "778800000000001": [{ ...own, estimated_time_to_regain_access: regainMinutes, ...tier }],
    }),
    "x-fb-ads-insights-throttle": JSON.stringify({ app_id_util_pct: percent, acc_id_util_pct: percent, ...tier }),
  };
}

/** Too many calls, as Meta says it: HTTP 400, and the wait in a header. */
export function throttled(minutes: number): SimReply {
  const message = "(#80000) There have been too many calls from this ad-account. Wait a bit and try again.";
  const headers = usageHeaders(100, minutes);
  return metaError({ status: 400, code: 80_000, subcode: 2_446_079, message, transient: true, headers });
}
