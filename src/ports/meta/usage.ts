/** Meta's rate limits as its headers tell them: percentages of several limits, and the time until calls are taken again. */
import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";
import type { MetaQuota } from "./port.ts";

const Figure = v.optional(v.number());

/** One limit of whichever header: the names differ, the meaning does not. */
const LimitSchema = v.object({
  call_count: Figure,
  total_cputime: Figure,
  total_time: Figure,
  app_id_util_pct: Figure,
  acc_id_util_pct: Figure,
  /** Minutes. */
  estimated_time_to_regain_access: Figure,
  /** Seconds. */
  reset_time_duration: Figure,
  ads_api_access_tier: v.optional(v.string(), ""),
});
type Limit = v.InferOutput<typeof LimitSchema>;

const SINGLE = ["x-app-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle"];
const PER_BUSINESS = "x-business-use-case-usage";
const PerBusinessSchema = v.record(v.string(), v.array(LimitSchema));

const MINUTE_MS = 60_000;

/** What the headers say; a header that cannot be read is left out. */
export function usageOf(headers: Headers): MetaQuota {
  const limits = [
    ...SINGLE.flatMap((name) => read(headers, name, LimitSchema) ?? []),
    ...Object.values(read(headers, PER_BUSINESS, PerBusinessSchema) ?? {}).flat(),
  ];
  const used = limits.flatMap(usedOf);
  const longest = Math.max(0, ...limits.map(waitOf));
  return {
    usedPercent: used.length === 0 ? null : Math.max(...used),
    regainAccessMs: longest === 0 ? null : longest,
    tier: limits.map((limit) => limit.ads_api_access_tier).find((name) => name !== "") ?? null,
  };
}

function read<const S extends v.GenericSchema>(headers: Headers, name: string, schema: S): v.InferOutput<S> | null {
  const json = parseJson(headers.get(name) ?? "");
  const parsed = json.ok ? v.safeParse(schema, json.value) : null;
  return parsed?.success === true ? parsed.output : null;
}

/** The percentages of one limit, those that were told. */
function usedOf(limit: Limit): number[] {
  const { call_count, total_cputime, total_time, app_id_util_pct, acc_id_util_pct } = limit;
  const told = [call_count, total_cputime, total_time, app_id_util_pct, acc_id_util_pct];
  return told.filter((percent) => percent !== undefined);
}

/** The reset of an ad account's limit is told while it is not reached, too. */
function waitOf(limit: Limit): number {
  const { acc_id_util_pct = 0, reset_time_duration = 0, estimated_time_to_regain_access = 0 } = limit;
  return Math.max(
    estimated_time_to_regain_access * MINUTE_MS,
    acc_id_util_pct >= 100 ? reset_time_duration * 1_000 : 0,
  );
}
