/** What an HTTP failure means for us, said with the upstream's name and in words a person can act on. */
import { ConfigError, PermanentError, RetryableError } from "../core/errors.ts";

/** How one upstream names itself, explains itself and deviates from the common meaning of a status. */
export interface Upstream {
  /** Prefix of every error code, e.g. `search_console`. */
  readonly code: string;
  /** Name for people, e.g. `Search Console`. */
  readonly label: string;
  /** The secret a person has to look at after a 401 or 403. */
  readonly credential: string;
  /** The upstream's own words from its error body; null when the body is not of its shape. */
  explain(body: unknown): string | null;
  /** How often a read is asked at most before its failure is told; three times when left out. */
  readonly tries?: number;
  /** A meaning of its own for a refusal; null leaves it to the common rules. */
  refine?(refusal: Refusal): Error | null;
}

/** An answer that is not a success, already made safe to print. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The error body when it was JSON, else null. */
  readonly body: unknown;
  /** One sentence: who answered what to which call, without query, credential or more than 200 foreign characters. */
  readonly message: string;
  readonly retryAfterMs: number | null;
}

export type Failure = RetryableError | PermanentError | ConfigError;

const FOREIGN_TEXT = 200;
/** Shapes of credentials that upstreams have been seen to quote back, and the query part of any address. */
const SECRET_SHAPES = [
  /\b(?:bearer|token|basic)\s+[\w.~+/=-]{6,}/gi,
  /\bsk-[\w*-]{3,}/g,
  /\bya29\.[\w.-]+/g,
  /\b(?:access_token|refresh_token|client_secret|api_?key|key|token)=[^\s&"']+/gi,
  /(?<=https?:\/\/[^\s?]+)\?[^\s]*/gi,
];

/** Foreign text for a message: one line, without control characters or anything secret, at most 200 characters. */
export function cleanForeignText(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, "[removed]");
  for (const shape of SECRET_SHAPES) clean = clean.replace(shape, "[removed]");
  clean = clean.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const characters = [...clean];
  return characters.length <= FOREIGN_TEXT ? clean : `${characters.slice(0, FOREIGN_TEXT - 1).join("")}…`;
}

/** The common meaning of a status: what happens next, under the upstream's name. */
export function failureOf(upstream: Upstream, refusal: Refusal): Failure | Error {
  const own = upstream.refine?.(refusal) ?? null;
  if (own !== null) return own;
  const { status, message, retryAfterMs } = refusal;
  const code = (reason: string) => `${upstream.code}_${reason}`;
  if (status === 429) return new RetryableError(code("rate_limited"), message, retryAfterMs);
  if (status === 408 || status >= 500) return new RetryableError(code("unavailable"), message, retryAfterMs);
  if (status === 401) {
    return new ConfigError(code("unauthorised"), `${message} The credential ${upstream.credential} was not accepted.`);
  }
  if (status === 403) {
    return new ConfigError(code("forbidden"), `${message} The owner of ${upstream.credential} has no access to it.`);
  }
  if (status === 402) return new ConfigError(code("payment_required"), `${message} The plan does not include this.`);
  if (status === 451) return new PermanentError(code("legally_blocked"), message);
  if (status === 404 || status === 410) return new PermanentError(code("not_found"), message);
  if (status === 413) return new PermanentError(code("too_large"), message);
  if (status >= 300 && status < 400) {
    return new ConfigError(code("redirected"), `${message} The base URL of ${upstream.label} points somewhere else.`);
  }
  return new PermanentError(code("bad_request"), message);
}

/** Nobody is believed who asks for more: a slip in a header would put a run off for ever, or beyond what a date can hold. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/** `Retry-After` in milliseconds, a day at most: delta seconds or an HTTP date; null when absent, unreadable or in the past. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (text === "") return null;
  const atMost = (ms: number) => Math.min(ms, LONGEST_RETRY_AFTER_MS);
  if (/^\d+(\.\d+)?$/.test(text)) return atMost(Math.ceil(Number(text) * 1000));
  const at = Date.parse(text);
  return Number.isNaN(at) || at < now.getTime() ? null : atMost(at - now.getTime());
}
