/** A deterministic language model behind OpenAI's wire format, as an AI Gateway would pass it on. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { SimContext, SimHandler, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../seed.ts";
import { type Prompt, SPOKEN_FAULTS, speak } from "./answer.ts";
import { chatBody, type Delivery, type Outcome, type Reading, readChat, readResponses, responseBody } from "./wire.ts";

/**
 * Knows the schemas `narrative`, `discussion` and `feedback`; any other gets its smallest valid value.
 * Custom faults: `hallucinate`, `markup`, `wrong_reference`, `obey` (prints PWNED when its data holds an instruction),
 * `broken_json`, `truncated`, `refuse`, `insufficient_quota` (429 that waiting does not cure).
 */
export const model: Upstream = {
  name: "model",
  prefix: "/model/v1",
  baseUrlVariables: { AI_GATEWAY_BASE_URL: "" },
  routes: (context) => [
    { method: "POST", pattern: "/responses", handler: answering(context, readResponses, responseBody) },
    { method: "POST", pattern: "/chat/completions", handler: answering(context, readChat, chatBody) },
  ],
  errorReply: (status, message, retryAfter) => {
    const reply = failure(status, message, nameOf(status));
    return retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } };
  },
};

interface FailureName {
  readonly type: string;
  readonly code: string | null;
  readonly param?: string;
}

function failure(status: number, message: string, { type, code, param }: FailureName): SimReply {
  return { status, body: { error: { message, type, param: param ?? null, code } } };
}

function nameOf(status: number): FailureName {
  if (status === 401) return { type: "invalid_request_error", code: "invalid_api_key" };
  if (status === 429) return { type: "requests", code: "rate_limit_exceeded" };
  return status < 500 ? { type: "invalid_request_error", code: null } : { type: "server_error", code: null };
}

function answering(
  context: SimContext,
  read: (body: unknown) => Reading,
  wrap: (delivery: Delivery) => unknown,
): SimHandler {
  return (request) => {
    const stranger = credentialProblem(request);
    if (stranger !== null) return stranger;
    if (context.customFault(request, "insufficient_quota") !== null) {
      const words = "You exceeded your current quota, please check your plan and billing details.";
      return failure(429, words, { type: "insufficient_quota", code: "insufficient_quota" });
    }
    const prompt = read(request.json());
    if ("problem" in prompt) {
      const words = `Invalid value for '${prompt.param}': ${prompt.problem}`;
      return failure(400, words, { type: "invalid_request_error", code: null, param: prompt.param });
    }
    const outcome = outcomeOf(context, request, prompt);
    const delivery: Delivery = {
      id: createHash("sha256").update(request.body).digest("hex").slice(0, 40),
      createdAt: Math.floor(context.now().getTime() / 1_000),
      prompt,
      outcome,
      inputTokens: tokensIn(request.body.length),
      outputTokens: tokensIn(outcome.kind === "refusal" ? outcome.words.length : outcome.text.length),
    };
    return { status: 200, body: wrap(delivery) };
  };
}

/** A key of one's own, or a gateway token alone when the gateway holds the key. */
function credentialProblem(request: SimRequest): SimReply | null {
  const key = request.headers.authorization;
  const gateway = request.headers["cf-aig-authorization"];
  if (gateway !== undefined && !same(gateway, SANDBOX_CREDENTIALS.AGENCY_OS_AI_GATEWAY_TOKEN)) {
    return failure(401, "Invalid AI Gateway token.", { type: "invalid_request_error", code: "invalid_api_key" });
  }
  if (key === undefined) {
    if (gateway !== undefined) return null;
    return failure(401, "You didn't provide an API key.", { type: "invalid_request_error", code: null });
  }
  if (same(key, SANDBOX_CREDENTIALS.AGENCY_OS_OPENAI_API_KEY)) return null;
  return failure(401, "Incorrect API key provided.", nameOf(401));
}

function same(header: string, secret: string): boolean {
  const given = Buffer.from(header);
  const expected = Buffer.from(`Bearer ${secret}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** About four characters make a token. */
const CHARACTERS_A_TOKEN = 4;

function tokensIn(characters: number): number {
  return Math.ceil(characters / CHARACTERS_A_TOKEN);
}

function outcomeOf(context: SimContext, request: SimRequest, prompt: Prompt): Outcome {
  const faulty = (name: string): boolean => context.customFault(request, name) !== null;
  if (faulty("refuse")) return { kind: "refusal", words: "I'm sorry, but I can't help with that." };
  const text = speak(prompt, SPOKEN_FAULTS.find(faulty) ?? null);
  if (faulty("truncated")) return { kind: "cut", text: text.slice(0, Math.floor(text.length * 0.6)) };
  if (faulty("broken_json")) return { kind: "text", text: `${text.slice(0, -2)},` };
  if (prompt.maxTokens !== null && tokensIn(text.length) > prompt.maxTokens) {
    return { kind: "cut", text: text.slice(0, prompt.maxTokens * CHARACTERS_A_TOKEN) };
  }
  return { kind: "text", text };
}
