/** A language model behind the OpenAI Responses API with a JSON schema. It writes prose; it never supplies a figure. */

export interface ModelRequest {
  /** Trusted: our own instructions. */
  readonly instructions: string;
  /** Data for the model. Untrusted text in it is fenced and labelled as data by the caller. */
  readonly input: string;
  readonly schema: { readonly name: string; readonly json: Record<string, unknown> };
  readonly maxOutputTokens: number;
  /** What the call is for; goes to the gateway's metadata, never client text. */
  readonly purpose: "narrative" | "classify_feedback" | "discuss";
  readonly runId: string;
}

/** What a question cost, all its tries together. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tries of which nobody knows what they cost: no answer came, or one without a count. */
  readonly unknown: number;
}

/** A model that cannot answer is an expected outcome, so it is a value: no caller fails because of it. */
export type ModelAnswer =
  | { readonly kind: "answer"; readonly value: unknown; readonly model: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string };

export type ModelReply = ModelAnswer & { readonly usage: ModelUsage };

/** Told before a question is asked again what the try before it cost. Throws when there is not enough left for another. */
export type BeforeRepeat = (cost: ModelUsage) => Promise<void>;

export interface ModelPort {
  /**
   * Never throws for anything the far side does; retries rate limits and 5xx a bounded number of times itself.
   * Errors: those of `beforeRepeat`, and then nothing more is sent.
   */
  ask(request: ModelRequest, beforeRepeat?: BeforeRepeat): Promise<ModelReply>;
}
