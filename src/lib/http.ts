/**
 * One way to talk HTTP to an upstream: a time limit, a size limit, a named failure, and short repeats of reads.
 * Longer waits are thrown with the time asked for, because a run has retries of its own that survive a crash.
 */
import type * as v from "valibot";
import { ConfigError, PermanentError, RetryableError } from "../core/errors.ts";
import { cleanForeignText, failureOf, retryAfterMs, type Upstream } from "./http-failure.ts";
import { parseJson, readAs } from "./json.ts";

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** What a port needs of the world to talk HTTP. */
export interface Transport {
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => Date;
  /** 0 to below 1, for jitter; `Math.random` when left out. */
  readonly random?: () => number;
  /** Limit of one request from first byte sent to last byte read; 20 s when left out. */
  readonly timeoutMs?: number;
}

/** One request. `path` is what people and evidence see; the query is kept apart so that it never gets there by chance. */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly baseUrl: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A whole address given by the upstream, sent to the letter instead of base URL, path and query: it may be signed. */
  readonly address?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  /** True when repeating changes nothing on the far side. Writes are never repeated here. */
  readonly repeatable: boolean;
  /** Largest body accepted; 24 MiB when left out. */
  readonly maxBytes?: number;
  /** Statuses handed to `read` like a success, e.g. 404 where "gone" is an answer. */
  readonly accept?: readonly number[];
  /** Only for addresses that carry no credential of ours. */
  readonly followRedirects?: boolean;
  /** Values that must not appear in a message, beside those of the authorization headers. */
  readonly secrets?: readonly string[];
}

/** An answer read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** A JSON answer: the text byte for byte, the value it means, and the headers, where some upstreams keep their quotas. */
export interface JsonReply<T> {
  readonly text: string;
  readonly value: T;
  readonly headers: Headers;
}

/**
 * How long an answer is waited for where nothing else is said. Longer for writes: giving up on one that is only slow means
 * doing it twice, because nobody can tell it from a lost one.
 */
export const PATIENCE_MS = { read: 20_000, write: 60_000 } as const;
const DEFAULT_MAX_BYTES = 24 * 1024 * 1024;
const ERROR_BODY_BYTES = 64 * 1024;
const TRIES = 3;
/** Waits up to this long are spent here; longer ones belong to the run's own retry. */
const LONGEST_WAIT_MS = 5_000;
const FIRST_BACKOFF_MS = 250;

/**
 * Sends a call and gives its answer to `read`.
 * Errors: RetryableError `<code>_timeout`, `_unreachable`, `_unavailable`, `_rate_limited`, `_bad_reply`;
 * ConfigError `_unauthorised`, `_forbidden`, `_payment_required`, `_redirected`, `_base_url`; PermanentError for the
 * rest. After a failed write the far side may still have done it: the message says so.
 */
export async function exchange<T>(
  transport: Transport,
  upstream: Upstream,
  call: Call,
  read: (reply: Reply) => T | Promise<T>,
): Promise<T> {
  const random = transport.random ?? Math.random;
  for (let tried = 1; ; tried++) {
    try {
      return await read(await send(transport, upstream, call));
    } catch (error) {
      const wait =
        call.repeatable && tried < (upstream.tries ?? TRIES)
          ? waitBeforeRepeat(error, upstream, tried, random())
          : null;
      if (wait === null) throw error;
      await transport.sleep(wait);
    }
  }
}

/** Like `exchange` for an answer that must be JSON of a schema; a shape we do not know is PermanentError `_unexpected_reply`. */
export function exchangeJson<const TSchema extends v.GenericSchema>(
  transport: Transport,
  upstream: Upstream,
  call: Call,
  schema: TSchema,
): Promise<JsonReply<v.InferOutput<TSchema>>> {
  return exchange(transport, upstream, call, (reply) => readJson(upstream, call, reply, schema));
}

/** Reads a reply as JSON of a schema. Errors as `exchangeJson`. */
export function readJson<const TSchema extends v.GenericSchema>(
  upstream: Upstream,
  call: Pick<Call, "method" | "path">,
  reply: Reply,
  schema: TSchema,
): JsonReply<v.InferOutput<TSchema>> {
  const text = decodeUtf8(reply.bytes);
  const json = text === null ? { ok: false as const, problem: "not valid UTF-8" } : parseJson(text);
  if (text === null || !json.ok) {
    // A body cut off on the way looks like this; the same question may well be answered whole next time.
    const problem = json.ok ? "" : json.problem;
    throw new RetryableError(`${upstream.code}_bad_reply`, `${named(upstream, call)} was answered with ${problem}.`);
  }
  const shaped = readAs(schema, json.value);
  if (!shaped.ok) {
    const message = `${named(upstream, call)} was answered in an unexpected shape: ${shaped.problem}.`;
    throw new PermanentError(`${upstream.code}_unexpected_reply`, message);
  }
  return { text, value: shaped.value, headers: reply.headers };
}

/** A timed-out read is not repeated: it has used up its share of the lease already. */
function waitBeforeRepeat(error: unknown, upstream: Upstream, tried: number, random: number): number | null {
  if (!(error instanceof RetryableError) || error.code === `${upstream.code}_timeout`) return null;
  if (error.retryAfterMs !== null) return error.retryAfterMs <= LONGEST_WAIT_MS ? error.retryAfterMs : null;
  // A limit without a time to wait for is not something to try our luck on.
  if (error.code === `${upstream.code}_rate_limited`) return null;
  return Math.round(FIRST_BACKOFF_MS * 2 ** (tried - 1) * (0.5 + random));
}

async function send(transport: Transport, upstream: Upstream, call: Call): Promise<Reply> {
  const url = addressOf(upstream, call);
  const { fetch } = transport; // called bare: workerd refuses a `fetch` that is called as a method of another object
  const timeoutMs = transport.timeoutMs ?? PATIENCE_MS[call.repeatable ? "read" : "write"];
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: { ...call.headers },
      redirect: call.followRedirects === true ? "follow" : "manual",
      signal: AbortSignal.timeout(timeoutMs),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    if (response.ok || call.accept?.includes(response.status) === true) {
      const bytes = await readBounded(response, call.maxBytes ?? DEFAULT_MAX_BYTES);
      if (bytes === null) throw tooLarge(upstream, call);
      return { status: response.status, headers: response.headers, bytes };
    }
    const { status, headers } = response;
    const bytes = (await readBounded(response, ERROR_BODY_BYTES)) ?? new Uint8Array(0);
    throw refused(transport, upstream, call, { status, headers, bytes });
  } catch (error) {
    if (error instanceof RetryableError || error instanceof PermanentError || error instanceof ConfigError) throw error;
    throw broken(upstream, call, error, timeoutMs);
  }
}

function addressOf(upstream: Upstream, call: Call): string {
  const text = call.address ?? `${call.baseUrl.replace(/\/+$/, "")}${call.path}`;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new ConfigError(`${upstream.code}_base_url`, `The base URL of ${upstream.label} is not an http(s) address.`);
  }
  if (call.query === undefined || call.address !== undefined) return text;
  return `${text}?${new URLSearchParams({ ...call.query }).toString()}`;
}

/**
 * A `fetch` whose answers are read whole before they are handed on, so that time and size limits of a client library
 * hold for the body too. Errors: a plain Error when the body is larger.
 */
export function boundedFetch(fetch: Fetch, maxBytes: number): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const bytes = await readBounded(response, maxBytes);
    if (bytes === null) throw new Error(`The answer is larger than ${maxBytes} bytes`);
    const headers = new Headers(response.headers);
    // They describe the body as it travelled, not as it is now.
    headers.delete("content-encoding");
    headers.delete("content-length");
    const { status, statusText } = response;
    const bodyless = status === 204 || status === 304;
    return new Response(bodyless ? null : new Uint8Array(bytes), { status, statusText, headers });
  };
}

/** The whole body, or null when it is larger than the limit; what lies beyond is not read. */
async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Fatal, and a byte order mark is kept: the text must lead back to the same bytes. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What a refusal means under the upstream's name; also for one that an upstream sent with a status of success. */
export function refused(transport: Pick<Transport, "now">, upstream: Upstream, call: Call, reply: Reply): Error {
  const { status, headers } = reply;
  const text = decodeUtf8(reply.bytes);
  const json = text === null ? null : parseJson(text);
  const body = json?.ok === true ? json.value : null;
  const explained = upstream.explain(body);
  const secrets = [...(call.secrets ?? []), ...credentialsIn(call.headers)];
  const words = explained === null ? "" : `: ${cleanForeignText(explained, secrets)}`;
  return failureOf(upstream, {
    status,
    headers,
    body,
    message: `${named(upstream, call)} was answered ${status}${words}${words.endsWith(".") ? "" : "."}`,
    retryAfterMs: retryAfterMs(headers.get("retry-after"), transport.now()),
  });
}

/** The secret part of every authorization header: `Bearer x` gives `x`. */
function credentialsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase().endsWith("authorization"))
    .map(([, value]) => value.slice(value.indexOf(" ") + 1));
}

function broken(upstream: Upstream, call: Call, error: unknown, timeoutMs: number): RetryableError {
  const name = error instanceof Error ? error.name : "";
  const outcome = call.repeatable ? "" : " It may have been carried out all the same.";
  if (name === "TimeoutError" || name === "AbortError") {
    const message = `${named(upstream, call)} took longer than ${timeoutMs} ms.${outcome}`;
    return new RetryableError(`${upstream.code}_timeout`, message);
  }
  const message = `${named(upstream, call)} failed on the network.${outcome}`;
  return new RetryableError(`${upstream.code}_unreachable`, message);
}

function tooLarge(upstream: Upstream, call: Call): PermanentError {
  const limit = Math.round((call.maxBytes ?? DEFAULT_MAX_BYTES) / 1024 / 1024);
  const message = `${named(upstream, call)} was answered with more than ${limit} MiB.`;
  return new PermanentError(`${upstream.code}_reply_too_large`, message);
}

function named(upstream: Upstream, call: Pick<Call, "method" | "path">): string {
  return `${upstream.label} ${call.method} ${call.path}`;
}
