/**
 * A model through the OpenAI client, directly or behind Cloudflare's AI Gateway.
 * Facts: OpenAI OpenAPI document 2.3.0; AI Gateway pages on request handling, logging, caching and metadata.
 */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { ConfigError } from "../../core/errors.ts";
import { boundedFetch, type Transport } from "../../lib/http.ts";
import { cleanForeignText, retryAfterMs } from "../../lib/http-failure.ts";
import { requireSecret, type Secret } from "../secret.ts";
import type { ModelAnswer, ModelPort, ModelRequest, ModelUsage } from "./port.ts";
import { FREE, type Reading, readResponse, UNKNOWN } from "./reply.ts";

/** The whole OpenAI-compatible base; `/responses` is appended. For a gateway: `…/v1/{account}/{gateway}/openai`. */
export const MODEL_BASE_URL = "https://api.openai.com/v1";

export interface LiveModelOptions extends Transport {
  readonly baseUrl?: string;
  /** Null when the gateway holds the provider's key; then a gateway token is needed. */
  readonly apiKey: Secret;
  /** Token of an authenticated gateway; null when there is none. */
  readonly gatewayToken: Secret;
  /** e.g. `gpt-5.5`. */
  readonly model: string;
  /** Whether the gateway may store prompts and answers. Client data is inside, so normally not. */
  readonly payloadLogging: boolean;
}

/** A long answer of a slow model takes most of a minute. */
const DEFAULT_TIMEOUT_MS = 90_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const TRIES = 3;
const LONGEST_WAIT_MS = 20_000;
const FIRST_BACKOFF_MS = 500;

/** The model port. Whatever the far side does, and a missing key too, ends as a value. */
export function liveModel(options: LiveModelOptions): ModelPort {
  return {
    async ask(request, beforeRepeat) {
      const client = await clientOf(options);
      if (!(client instanceof OpenAI)) return { ...client, usage: FREE };
      const random = options.random ?? Math.random;
      let usage = FREE;
      for (let tried = 1; ; tried++) {
        const outcome = await once(client, options, request);
        usage = together(usage, outcome.usage);
        const wait = outcome.retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** (tried - 1) * (0.5 + random());
        if (!outcome.again || tried === TRIES || wait > LONGEST_WAIT_MS) return { ...outcome.answer, usage };
        await options.sleep(Math.round(wait));
        await beforeRepeat?.(outcome.usage);
      }
    },
  };
}

function together(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    unknown: one.unknown + other.unknown,
  };
}

/** `maxRetries: 0`: the client's retries, ours and the gateway's would multiply. Nothing of the environment is taken up. */
async function clientOf(options: LiveModelOptions): Promise<OpenAI | ModelAnswer> {
  try {
    const gatewayToken = (await options.gatewayToken()) || null;
    const storedKey = gatewayToken !== null && !(await options.apiKey());
    const apiKey = storedKey
      ? "stored-in-gateway"
      : await requireSecret(options.apiKey, "model", "AGENCY_OS_OPENAI_API_KEY");
    const fetch = boundedFetch(options.fetch, MAX_ANSWER_BYTES);
    return new OpenAI({
      apiKey,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: (options.baseUrl ?? MODEL_BASE_URL).replace(/\/+$/, ""),
      fetch: (input, init) => fetch(String(input), init),
      maxRetries: 0,
      timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      logLevel: "off",
      defaultHeaders: {
        "cf-aig-collect-log-payload": String(options.payloadLogging),
        // Answers are about one client; a cached one could reach another.
        "cf-aig-skip-cache": "true",
        ...(gatewayToken === null ? {} : { "cf-aig-authorization": `Bearer ${gatewayToken}` }),
        ...(storedKey ? { authorization: null } : {}),
      },
    });
  } catch (error) {
    const reason = error instanceof ConfigError ? error.message : "the model client could not be set up";
    return { kind: "unavailable", reason };
  }
}

type Outcome = Reading & { readonly retryAfterMs: number | null };

async function once(client: OpenAI, options: LiveModelOptions, request: ModelRequest): Promise<Outcome> {
  try {
    const response = await client.responses.create(
      {
        model: options.model,
        instructions: request.instructions,
        input: request.input,
        max_output_tokens: request.maxOutputTokens,
        // Nothing about a client stays with the provider.
        store: false,
        text: {
          format: { type: "json_schema", name: request.schema.name, schema: request.schema.json, strict: true },
        },
      },
      // At most five entries, and never client text: a gateway keeps them in its log.
      { headers: { "cf-aig-metadata": JSON.stringify({ purpose: request.purpose, runId: request.runId }) } },
    );
    return { ...readResponse(response), retryAfterMs: null };
  } catch (error) {
    return afterError(error, options);
  }
}

function afterError(error: unknown, options: LiveModelOptions): Outcome {
  const unavailable = (reason: string, usage: ModelUsage, again: boolean, wait: number | null = null): Outcome => ({
    answer: { kind: "unavailable", reason },
    usage,
    again,
    retryAfterMs: wait,
  });
  if (error instanceof APIConnectionTimeoutError)
    return unavailable("the model took too long to answer", UNKNOWN, false);
  if (error instanceof APIConnectionError) return unavailable("the model could not be reached", UNKNOWN, true);
  if (error instanceof APIError && error.status !== undefined) {
    const wait = retryAfterMs(error.headers?.get("retry-after") ?? null, options.now());
    return unavailable(reasonOf(error, error.status), FREE, worthAnotherTry(error, error.status), wait);
  }
  // A body that breaks off or is no JSON comes out of the client as a plain error.
  return unavailable("the model's answer could not be read", UNKNOWN, true);
}

/** An empty purse answers 429 like a rate limit does, but waiting does not fill it. */
function worthAnotherTry(error: { readonly code?: unknown; readonly type?: unknown }, status: number): boolean {
  if (status === 429) return error.code !== "insufficient_quota" && error.type !== "insufficient_quota";
  return status === 408 || status === 409 || status >= 500;
}

/** A provider's message about a key quotes part of it, so a 401 and a 403 are told in our own words. */
function reasonOf(error: { readonly message: string; readonly code?: unknown }, status: number): string {
  if (status === 401 || status === 403)
    return `the model refused our credentials (${status}): check AGENCY_OS_OPENAI_API_KEY`;
  if (error.code === "insufficient_quota") return "the model account has no quota left (insufficient_quota)";
  return `the model answered ${cleanForeignText(error.message)}`;
}
