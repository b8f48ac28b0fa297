/** What Meta's refusals mean: its code decides, because the HTTP status of a refusal cannot be relied on. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { failureOf, type Refusal, type Upstream } from "../../lib/http-failure.ts";
import { usageOf } from "./usage.ts";

export const ErrorSchema = v.object({
  error: v.object({
    message: v.optional(v.string(), ""),
    code: v.optional(v.number(), 0),
    error_subcode: v.optional(v.number(), 0),
    is_transient: v.optional(v.boolean(), false),
    fbtrace_id: v.optional(v.string(), ""),
  }),
});
type MetaError = v.InferOutput<typeof ErrorSchema>["error"];

const NOT_VISIBLE = 33;
const TOO_MUCH_DATA = 1_487_534;
const RATE_CODES = new Set([4, 17, 32, 613]);
const TOKEN_CODES = new Set([102, 104, 190]);
const PASSING_CODES = new Set([1, 2]);

/** The status that has the meaning of a code in the common rules; null for a code that says nothing of its own. */
function statusOf({ code, error_subcode, is_transient }: MetaError): number | null {
  if (RATE_CODES.has(code) || (code >= 80_000 && code <= 80_014)) return 429;
  if (TOKEN_CODES.has(code)) return 401;
  if (code === 3 || code === 10 || (code >= 200 && code <= 299)) return 403;
  if (code === 100 && error_subcode === NOT_VISIBLE) return 403;
  if (is_transient || PASSING_CODES.has(code)) return 503;
  return code === 100 ? 400 : null;
}

const PLAIN: Upstream = {
  code: "meta",
  label: "Meta",
  credential: "AGENCY_OS_META_ACCESS_TOKEN",
  /** With the trace, for a question to Meta's support. */
  explain(body) {
    const parsed = v.safeParse(ErrorSchema, body);
    if (!parsed.success) return null;
    const { code, error_subcode, message, fbtrace_id } = parsed.output.error;
    const trace = fbtrace_id === "" ? "" : ` (trace ${fbtrace_id})`;
    return `${error_subcode === 0 ? code : `${code}/${error_subcode}`} ${message}${trace}`;
  },
};

function refine(refusal: Refusal): Error | null {
  const parsed = v.safeParse(ErrorSchema, refusal.body);
  if (!parsed.success) return null;
  const { error } = parsed.output;
  if (error.code === 100 && error.error_subcode === TOO_MUCH_DATA) {
    return new PermanentError("meta_too_much_data", `${refusal.message} The range must be asked for in smaller parts.`);
  }
  const status = statusOf(error);
  if (status === null) return null;
  const { regainAccessMs } = usageOf(refusal.headers);
  const retryAfterMs = status === 429 ? (refusal.retryAfterMs ?? regainAccessMs) : refusal.retryAfterMs;
  return failureOf(PLAIN, { ...refusal, status, retryAfterMs });
}

export const META: Upstream = { ...PLAIN, refine };
