/** A model in memory: it says what the test tells it to. */
import type { ModelPort, ModelReply, ModelRequest } from "./port.ts";

export interface FakeModel extends ModelPort {
  /** Everything it was asked, oldest first. */
  readonly asked: readonly ModelRequest[];
  /** Replies used before `respond` is asked, in order. */
  next(...replies: readonly ModelReply[]): void;
}

/** An answer with a value, as a model would give it. */
export function answerOf(value: unknown): ModelReply {
  return { kind: "answer", value, model: "fake-model", usage: { inputTokens: 10, outputTokens: 5, unknown: 0 } };
}

/** No answer, of which it is known that it cost nothing. */
export function noAnswer(kind: "refused" | "invalid" | "unavailable", reason: string): ModelReply {
  return { kind, reason, usage: { inputTokens: 0, outputTokens: 0, unknown: 0 } };
}

/** A fake that answers by `respond`; without one it is unavailable, so that nothing passes by an answer nobody wrote. */
export function fakeModel(
  respond: (request: ModelRequest) => ModelReply = () => noAnswer("unavailable", "no model in this test"),
): FakeModel {
  const asked: ModelRequest[] = [];
  const queue: ModelReply[] = [];
  return {
    asked,
    next: (...replies) => void queue.push(...replies),
    async ask(request) {
      asked.push(request);
      return queue.shift() ?? respond(request);
    },
  };
}
