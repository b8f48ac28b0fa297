/** How an answer of the Responses API is read: every way it can fail to be an answer has a name. */
import * as v from "valibot";
import { cleanForeignText } from "../../lib/http-failure.ts";
import { parseJson, readAs } from "../../lib/json.ts";
import type { ModelAnswer, ModelUsage } from "./port.ts";

/** A part of a message: `output_text` carries `text`, `refusal` carries `refusal`; other kinds are passed over. */
const PartSchema = v.object({
  type: v.string(),
  text: v.optional(v.nullable(v.string()), null),
  refusal: v.optional(v.nullable(v.string()), null),
});

const TokensSchema = v.pipe(v.number(), v.minValue(0));

const ResponseSchema = v.object({
  status: v.optional(v.nullable(v.string()), null),
  model: v.optional(v.string(), ""),
  output: v.optional(
    v.array(v.object({ type: v.string(), content: v.optional(v.nullable(v.array(PartSchema)), null) })),
    [],
  ),
  error: v.optional(
    v.nullable(v.object({ code: v.optional(v.nullable(v.string()), null), message: v.optional(v.string(), "") })),
    null,
  ),
  incomplete_details: v.optional(v.nullable(v.object({ reason: v.optional(v.nullable(v.string()), null) })), null),
  usage: v.optional(
    v.fallback(v.nullable(v.object({ input_tokens: TokensSchema, output_tokens: TokensSchema })), null),
    null,
  ),
});

type Response = v.InferOutput<typeof ResponseSchema>;

/** What one try came to, and whether asking the same again may help. */
export interface Reading {
  readonly answer: ModelAnswer;
  readonly usage: ModelUsage;
  readonly again: boolean;
}

/** A try the model never worked on. */
export const FREE: ModelUsage = { inputTokens: 0, outputTokens: 0, unknown: 0 };
/** A try the model may have worked on without our hearing of it. */
export const UNKNOWN: ModelUsage = { inputTokens: 0, outputTokens: 0, unknown: 1 };

/** Reads the JSON of `POST /responses`. A refusal arrives with status 200, so it is looked for before anything is parsed. */
export function readResponse(body: unknown): Reading {
  const read = readAs(ResponseSchema, body);
  if (!read.ok) {
    const reason = `the model's answer has an unknown shape: ${read.problem}`;
    return { answer: { kind: "invalid", reason }, usage: UNKNOWN, again: false };
  }
  const { usage } = read.value;
  const counted = usage === null ? UNKNOWN : { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens };
  return { usage: { unknown: 0, ...counted }, ...judged(read.value) };
}

const settled = (answer: ModelAnswer): Pick<Reading, "answer" | "again"> => ({ answer, again: false });

function judged(response: Response): Pick<Reading, "answer" | "again"> {
  const refusal = partsOf(response).find((part) => part.type === "refusal");
  if (refusal !== undefined) {
    return settled({ kind: "refused", reason: cleanForeignText(refusal.refusal ?? "") || "the model refused" });
  }
  if (response.status === "incomplete") return settled(incomplete(response));
  if (response.status === "failed") return failed(response);
  if (response.status !== null && response.status !== "completed") {
    const reason = `the model's answer is ${cleanForeignText(response.status)}, not completed`;
    return settled({ kind: "unavailable", reason });
  }
  return settled(answered(response));
}

function partsOf(response: Response) {
  return response.output.filter((item) => item.type === "message").flatMap((item) => item.content ?? []);
}

function incomplete(response: Response): ModelAnswer {
  const why = response.incomplete_details?.reason ?? "";
  if (why === "content_filter") return { kind: "refused", reason: "a content filter stopped the answer" };
  if (why === "max_output_tokens") return { kind: "invalid", reason: "the answer was cut off at the token limit" };
  return { kind: "invalid", reason: "the answer is incomplete" };
}

function failed(response: Response): Pick<Reading, "answer" | "again"> {
  const code = response.error?.code ?? "";
  const again = code === "server_error" || code === "rate_limit_exceeded";
  const words = cleanForeignText(`${code} ${response.error?.message ?? ""}`);
  return { answer: { kind: "unavailable", reason: `the model failed: ${words || "no reason given"}` }, again };
}

function answered(response: Response): ModelAnswer {
  const texts = partsOf(response).filter((part) => part.type === "output_text");
  if (texts.length === 0) return { kind: "invalid", reason: "the answer holds no text" };
  const json = parseJson(texts.map((part) => part.text ?? "").join(""));
  if (!json.ok) return { kind: "invalid", reason: `the answer is ${json.problem}` };
  return { kind: "answer", value: json.value, model: response.model };
}
