/** What every model port does: whatever happens, the answer is a value. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelPort, ModelReply, ModelRequest } from "../../src/ports/model/port.ts";

export type ModelFault =
  | "refuse"
  | "broken_json"
  | "truncated"
  | "insufficient_quota"
  | "rate_limited"
  | "server_error"
  | "unauthorised"
  | "timeout"
  | "dropped"
  | "cut_body";

export interface ModelWorld {
  readonly port: ModelPort;
  readonly impatient: ModelPort;
  fault(kind: ModelFault): Promise<void>;
  calm(): Promise<void>;
}

/** What each fault must end as. */
export const ENDS_AS: Readonly<Record<ModelFault, ModelReply["kind"]>> = {
  refuse: "refused",
  broken_json: "invalid",
  truncated: "invalid",
  insufficient_quota: "unavailable",
  rate_limited: "unavailable",
  server_error: "unavailable",
  unauthorised: "unavailable",
  timeout: "unavailable",
  dropped: "unavailable",
  cut_body: "unavailable",
};
const FAULTS: readonly ModelFault[] = [
  "refuse",
  "broken_json",
  "truncated",
  "insufficient_quota",
  "rate_limited",
  "server_error",
  "unauthorised",
  "timeout",
  "dropped",
  "cut_body",
];

/** A question every model can answer: what kind of feedback is this. */
export const QUESTION: ModelRequest = {
  instructions: "Classify the comment.",
  input: JSON.stringify({ comment: "Looks great, approved, thank you!" }),
  schema: {
    name: "feedback",
    json: {
      type: "object",
      additionalProperties: false,
      required: ["kind", "confidence", "items"],
      properties: {
        kind: { type: "string", enum: ["acceptance", "revision", "discussion", "scope_change", "no_op"] },
        confidence: { type: "number" },
        items: { type: "array", items: { type: "string" } },
      },
    },
  },
  maxOutputTokens: 500,
  purpose: "classify_feedback",
  runId: "tar_1",
};

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function modelContract(name: string, open: () => Promise<ModelWorld>): void {
  describe(`Model port, ${name}`, () => {
    let world: ModelWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    it("answers with a value of the schema, its name and what it cost", async () => {
      const reply = await world.port.ask(QUESTION);
      expect(reply).toMatchObject({ kind: "answer", value: { kind: "acceptance" } });
      if (reply.kind !== "answer") return;
      expect(reply.model).not.toBe("");
      expect(reply.usage.inputTokens).toBeGreaterThan(0);
      expect(reply.usage.outputTokens).toBeGreaterThan(0);
      expect(reply.usage.unknown).toBe(0);
    });

    it.each(FAULTS)("%s ends as a value with a reason, and the next question is answered", async (kind) => {
      await world.fault(kind);
      const reply = await (kind === "timeout" ? world.impatient : world.port).ask(QUESTION);
      expect(reply.kind).toBe(ENDS_AS[kind]);
      expect("reason" in reply ? reply.reason : "").not.toBe("");
      expect(Object.values(reply.usage).every((count) => count >= 0)).toBe(true);
      await world.calm();
      expect((await world.port.ask(QUESTION)).kind).toBe("answer");
    });
  });
}
