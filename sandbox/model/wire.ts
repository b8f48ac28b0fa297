/** The two shapes in which OpenAI's API takes a prompt and gives an answer. Facts: OpenAI OpenAPI document 2.3.0. */
import * as v from "valibot";
import type { Prompt } from "./answer.ts";

/** What the model did, before it is put into either shape. */
export type Outcome =
  | { readonly kind: "text"; readonly text: string }
  /** Cut off at the token limit. */
  | { readonly kind: "cut"; readonly text: string }
  | { readonly kind: "refusal"; readonly words: string };

export interface Delivery {
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly prompt: Prompt;
  readonly outcome: Outcome;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const Schema = v.record(v.string(), v.unknown());
const Part = v.looseObject({ type: v.string(), text: v.optional(v.string(), "") });
const Content = v.union([v.string(), v.array(Part)]);
const Limit = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1)));
const NoStream = v.nullish(v.literal(false, "streaming is not part of this sandbox"));

const ResponsesSchema = v.looseObject({
  model: v.pipe(v.string(), v.minLength(1)),
  input: v.union([v.string(), v.array(v.looseObject({ content: v.optional(Content, "") }))]),
  max_output_tokens: Limit,
  stream: NoStream,
  text: v.nullish(
    v.looseObject({
      format: v.optional(
        v.variant("type", [
          v.looseObject({ type: v.literal("text") }),
          v.looseObject({ type: v.literal("json_schema"), name: v.string(), schema: Schema }),
        ]),
      ),
    }),
  ),
});

const ChatSchema = v.looseObject({
  model: v.pipe(v.string(), v.minLength(1)),
  messages: v.pipe(v.array(v.looseObject({ role: v.string(), content: v.nullish(Content) })), v.minLength(1)),
  max_completion_tokens: Limit,
  max_tokens: Limit,
  stream: NoStream,
  response_format: v.nullish(
    v.variant("type", [
      v.looseObject({ type: v.literal("text") }),
      v.looseObject({
        type: v.literal("json_schema"),
        json_schema: v.looseObject({ name: v.string(), schema: Schema }),
      }),
    ]),
  ),
});

/** A prompt, or the parameter that is wrong and why. */
export type Reading = Prompt | { readonly param: string; readonly problem: string };

const FORMAT_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Reads the body of `POST /responses`. */
export function readResponses(body: unknown): Reading {
  const parsed = v.safeParse(ResponsesSchema, body);
  if (!parsed.success) return wrong(parsed.issues[0]);
  const { model, input, text, max_output_tokens: limit } = parsed.output;
  const format = text?.format?.type === "json_schema" ? { name: text.format.name, schema: text.format.schema } : null;
  const words = typeof input === "string" ? input : input.map(({ content }) => plain(content)).join("\n");
  return checked({ model, input: words, format, maxTokens: limit ?? null }, "text.format.name");
}

/** Reads the body of `POST /chat/completions`. Instructions are not data, so they are left out of the input. */
export function readChat(body: unknown): Reading {
  const parsed = v.safeParse(ChatSchema, body);
  if (!parsed.success) return wrong(parsed.issues[0]);
  const {
    model,
    messages,
    response_format: wanted,
    max_completion_tokens: limit,
    max_tokens: oldLimit,
  } = parsed.output;
  const data = messages.filter(({ role }) => role !== "system" && role !== "developer");
  const format =
    wanted?.type === "json_schema" ? { name: wanted.json_schema.name, schema: wanted.json_schema.schema } : null;
  const input = data.map(({ content }) => plain(content ?? "")).join("\n");
  return checked({ model, input, format, maxTokens: limit ?? oldLimit ?? null }, "response_format.json_schema.name");
}

function checked(prompt: Prompt, param: string): Reading {
  if (prompt.format !== null && !FORMAT_NAME.test(prompt.format.name)) {
    return { param, problem: `'${prompt.format.name}' does not match pattern '^[a-zA-Z0-9_-]+$'.` };
  }
  return prompt;
}

function plain(content: v.InferOutput<typeof Content>): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
}

function wrong(issue: v.BaseIssue<unknown>): { param: string; problem: string } {
  return { param: v.getDotPath(issue) ?? "body", problem: issue.message };
}

/** The body of a Response. */
export function responseBody(delivery: Delivery): Record<string, unknown> {
  const { id, createdAt, prompt, outcome, inputTokens, outputTokens } = delivery;
  const cut = outcome.kind === "cut";
  const part =
    outcome.kind === "refusal"
      ? { type: "refusal", refusal: outcome.words }
      : { type: "output_text", text: outcome.text, annotations: [], logprobs: [] };
  const status = cut ? "incomplete" : "completed";
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: createdAt,
    status,
    error: null,
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    instructions: null,
    max_output_tokens: prompt.maxTokens,
    model: prompt.model,
    output: [{ id: `msg_${id}`, type: "message", role: "assistant", status, content: [part] }],
    parallel_tool_calls: true,
    temperature: 1,
    top_p: 1,
    tool_choice: "auto",
    tools: [],
    metadata: {},
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

/** The body of a chat completion. */
export function chatBody(delivery: Delivery): Record<string, unknown> {
  const { id, createdAt, prompt, outcome, inputTokens, outputTokens } = delivery;
  const refused = outcome.kind === "refusal";
  const message = {
    role: "assistant",
    content: refused ? null : outcome.text,
    refusal: refused ? outcome.words : null,
    annotations: [],
  };
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: createdAt,
    model: prompt.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: outcome.kind === "cut" ? "length" : "stop" }],
    usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
  };
}
