/** Planning with quotas: a month that an upstream would cut off half way is not begun. */

import type { SourceOutcome } from "../core/business-unit/lease.ts";
import type { Instant, Quota } from "../core/business-unit/types.ts";
import type { FailureRecord } from "../core/errors.ts";

/** An upstream that does not say when its quota is full again is asked anew after this long. */
const RESETS_AFTER_MS = 60 * 60_000;

type Postponed = Extract<SourceOutcome, { status: "postponed" }>;

/** Why the next chunk has to wait, and until when; null: there is enough, as far as anybody knows. */
export function quotaShort(quota: Quota | null, cost: number, now: Instant): Postponed | null {
  if (quota === null || quota.remaining >= cost) return null;
  const until = quota.resetsAt ?? quota.at + RESETS_AFTER_MS;
  if (until <= now) return null;
  const detail = `The next month may take ${cost} of the quota, ${quota.remaining} are left.`;
  return { status: "postponed", cause: { code: "quota_low", detail }, until };
}

/** A refusal for its quota is no failure when the upstream says how long it lasts. */
export function quotaRefused({ code, message, retryAfterMs }: FailureRecord, now: Instant): Postponed | null {
  if (!code.endsWith("_rate_limited") || retryAfterMs === null) return null;
  return { status: "postponed", cause: { code, detail: message }, until: now + retryAfterMs };
}
