import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Fault } from "../../sandbox/kit/upstream.ts";
import { model } from "../../sandbox/model/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { answerOf, fakeModel, noAnswer } from "../../src/ports/model/fake.ts";
import { type LiveModelOptions, liveModel } from "../../src/ports/model/live.ts";
import { ENDS_AS, type ModelFault, modelContract, QUESTION } from "./model.contract.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const KEY = SANDBOX_CREDENTIALS.AGENCY_OS_OPENAI_API_KEY;
const GATEWAY = SANDBOX_CREDENTIALS.AGENCY_OS_AI_GATEWAY_TOKEN;
const SETTINGS = {
  apiKey: async () => KEY,
  gatewayToken: async () => GATEWAY,
  model: "gpt-5.5",
  payloadLogging: false,
};

modelContract("fake", async () => {
  const fake = fakeModel(() => answerOf({ kind: "acceptance", confidence: 1, items: [] }));
  return {
    port: fake,
    impatient: fake,
    fault: async (kind) => {
      const ends = ENDS_AS[kind];
      if (ends !== "answer") fake.next(noAnswer(ends, kind));
    },
    calm: async () => undefined,
  };
});

describe("Model port, fake alone", () => {
  it("keeps what it was asked, and says nothing that no test wrote", async () => {
    const fake = fakeModel();
    expect((await fake.ask(QUESTION)).kind).toBe("unavailable");
    expect(fake.asked).toEqual([QUESTION]);
  });
});

let sandbox: ContractSandbox;
beforeAll(async () => {
  sandbox = await openSandbox([model]);
});
afterAll(() => sandbox.stop());

function live(more: Partial<LiveModelOptions> = {}) {
  const transport = sandbox.transport();
  const port = liveModel({
    ...transport,
    baseUrl: `${variable(sandbox, "AI_GATEWAY_BASE_URL")}/`,
    ...SETTINGS,
    ...more,
  });
  return { transport, port };
}

const LIVE_FAULTS: Readonly<Record<ModelFault, Omit<Fault, "upstream">>> = {
  refuse: { kind: "custom", name: "refuse" },
  broken_json: { kind: "custom", name: "broken_json" },
  truncated: { kind: "custom", name: "truncated" },
  insufficient_quota: { kind: "custom", name: "insufficient_quota" },
  rate_limited: { kind: "status", status: 429, retryAfter: 120 },
  server_error: { kind: "status", status: 500 },
  unauthorised: { kind: "status", status: 401 },
  timeout: { kind: "timeout", delayMs: 30_000 },
  dropped: { kind: "drop_after" },
  cut_body: { kind: "truncate" },
};

modelContract("live", async () => ({
  port: live().port,
  impatient: live({ timeoutMs: 400 }).port,
  fault: (kind) => sandbox.faults({ upstream: "model", ...LIVE_FAULTS[kind] }),
  calm: () => sandbox.faults(),
}));

function scripted(more: Partial<LiveModelOptions>, ...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  const transport = stillTransport(script.fetch);
  return { script, transport, port: liveModel({ ...transport, ...SETTINGS, ...more }) };
}

const message = (...content: unknown[]) => ({ type: "message", role: "assistant", content });
const text = (value: string) => ({ type: "output_text", text: value, annotations: [] });
const completed = (...output: unknown[]) => json({ id: "r", status: "completed", model: "gpt-x", output });

describe("Model port, live alone", () => {
  beforeEach(() => sandbox.faults());

  it("asks for a strict schema, keeps nothing with the provider, and no payload in the gateway's log", async () => {
    const { port, script } = scripted({}, completed(message(text("{}"))));
    await port.ask(QUESTION);
    const [sent] = script.sent;
    expect([sent?.method, sent?.url]).toEqual(["POST", "https://api.openai.com/v1/responses"]);
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      model: "gpt-5.5",
      instructions: QUESTION.instructions,
      input: QUESTION.input,
      max_output_tokens: 500,
      store: false,
      text: { format: { type: "json_schema", name: "feedback", schema: QUESTION.schema.json, strict: true } },
    });
    expect(sent?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
    expect(sent?.headers.get("cf-aig-authorization")).toBe(`Bearer ${GATEWAY}`);
    expect(sent?.headers.get("cf-aig-collect-log-payload")).toBe("false");
    expect(sent?.headers.get("cf-aig-skip-cache")).toBe("true");
    expect(JSON.parse(sent?.headers.get("cf-aig-metadata") ?? "")).toEqual({
      purpose: "classify_feedback",
      runId: "tar_1",
    });
  });

  it("sends no gateway token where there is none, and no key where the gateway holds it", async () => {
    const direct = scripted({ gatewayToken: async () => null }, completed(message(text("{}"))));
    await direct.port.ask(QUESTION);
    expect(direct.script.sent[0]?.headers.has("cf-aig-authorization")).toBe(false);
    const stored = scripted({ apiKey: async () => null }, completed(message(text("{}"))));
    expect((await stored.port.ask(QUESTION)).kind).toBe("answer");
    expect(stored.script.sent[0]?.headers.has("authorization")).toBe(false);
    expect((await live({ apiKey: async () => null }).port.ask(QUESTION)).kind).toBe("answer");
  });

  it("payloads are logged only when somebody asked for it", async () => {
    const { port, script } = scripted({ payloadLogging: true }, completed(message(text("{}"))));
    await port.ask(QUESTION);
    expect(script.sent[0]?.headers.get("cf-aig-collect-log-payload")).toBe("true");
  });

  it("a missing key is a reason, and nothing is sent", async () => {
    const { port, script } = scripted({ apiKey: async () => null, gatewayToken: async () => null }, completed());
    const reply = await port.ask(QUESTION);
    expect(reply).toEqual(noAnswer("unavailable", "The secret AGENCY_OS_OPENAI_API_KEY is not set."));
    expect(script.sent).toEqual([]);
  });

  it("an accessor that fails is a reason too", async () => {
    const { port } = scripted({ apiKey: () => Promise.reject(new Error("store down")) }, completed());
    expect((await port.ask(QUESTION)).kind).toBe("unavailable");
  });

  it("tries three times in all when the far side is ill for a moment", async () => {
    await sandbox.faults({ upstream: "model", kind: "status", status: 503, times: 2 });
    const { port, transport } = live();
    expect((await port.ask(QUESTION)).kind).toBe("answer");
    expect(transport.slept).toEqual([500, 1000]);
  });

  it("waits out a short rate limit, and leaves a long one to the caller", async () => {
    await sandbox.faults({ upstream: "model", kind: "status", status: 429, retryAfter: 7, times: 1 });
    const short = live();
    expect((await short.port.ask(QUESTION)).kind).toBe("answer");
    expect(short.transport.slept).toEqual([7000]);
    await sandbox.faults({ upstream: "model", kind: "status", status: 429, retryAfter: 60 });
    const long = live();
    expect((await long.port.ask(QUESTION)).kind).toBe("unavailable");
    expect(long.transport.slept).toEqual([]);
  });

  it.each([
    ["an empty purse", json({ error: { code: "insufficient_quota", type: "insufficient_quota", message: "m" } }, 429)],
    ["a refused key", json({ error: { message: "Incorrect API key provided: sk-abc***" } }, 401)],
    ["a bad request", json({ error: { message: "schema too deep" } }, 400)],
  ])("%s is asked once", async (_, answer) => {
    const { port, script } = scripted({}, answer);
    const reply = await port.ask(QUESTION);
    expect(reply.kind).toBe("unavailable");
    expect(script.sent).toHaveLength(1);
    expect(JSON.stringify(reply)).not.toContain("sk-");
  });

  it.each([
    ["a refusal beside text", [message(text("{}"), { type: "refusal", refusal: "I cannot" })], "refused"],
    ["no message at all", [{ type: "reasoning", summary: [] }], "invalid"],
    ["text that is no JSON", [message(text("Sure! Here you go"))], "invalid"],
    [
      "items of kinds we do not know",
      [{ type: "novelty", content: null }, message({ type: "odd" }, text("{}"))],
      "answer",
    ],
  ])("%s", async (_, output, kind) => {
    const { port } = scripted({}, completed(...output));
    expect((await port.ask(QUESTION)).kind).toBe(kind);
  });

  it.each([
    [{ status: "incomplete", incomplete_details: { reason: "content_filter" }, output: [] }, "refused"],
    [
      { status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output: [message(text('{"a"'))] },
      "invalid",
    ],
    [{ status: "incomplete", incomplete_details: null, output: [] }, "invalid"],
    [{ status: "failed", error: { code: "invalid_prompt", message: "no" }, output: [] }, "unavailable"],
    [{ status: "queued", output: [] }, "unavailable"],
    [{ status: "status-of-tomorrow", output: [] }, "unavailable"],
    [{ output: "nonsense" }, "invalid"],
  ])("%j is %s", async (body, kind) => {
    const { port, script } = scripted({}, json(body));
    expect((await port.ask(QUESTION)).kind).toBe(kind);
    expect(script.sent).toHaveLength(1);
  });

  it("an answer that failed on their side is asked for again", async () => {
    const failed = json({ status: "failed", error: { code: "server_error", message: "oops" }, output: [] });
    const { port, script } = scripted({}, failed, completed(message(text('{"a":1}'))));
    expect(await port.ask(QUESTION)).toMatchObject({ kind: "answer", value: { a: 1 }, model: "gpt-x" });
    expect(script.sent).toHaveLength(2);
  });

  it.each([
    ["a count of tokens", completed(message(text("{}"))), 1, { inputTokens: 0, outputTokens: 0, unknown: 1 }],
    [
      "a rate limit",
      json({ error: { message: "slow down" } }, 429),
      1,
      { inputTokens: 0, outputTokens: 0, unknown: 0 },
    ],
    ["a refused key", json({ error: { message: "no" } }, 401), 1, { inputTokens: 0, outputTokens: 0, unknown: 0 }],
    ["a body that breaks off", () => new Response("{"), 3, { inputTokens: 0, outputTokens: 0, unknown: 3 }],
  ])("what a try cost is told for %s that is missing or instead of an answer", async (_, answer, tries, usage) => {
    const { port, script } = scripted({}, ...Array.from({ length: tries }, () => answer));
    expect((await port.ask(QUESTION)).usage).toEqual(usage);
    expect(script.sent.length).toBeGreaterThanOrEqual(1);
  });

  it("tries that were charged add up", async () => {
    const usage = (n: number) => ({ input_tokens: n, output_tokens: 1 });
    const error = { code: "server_error", message: "oops" };
    const failed = json({ status: "failed", error, output: [], usage: usage(10) });
    const good = json({ status: "completed", model: "m", output: [message(text("{}"))], usage: usage(20) });
    const { port } = scripted({}, failed, good);
    expect((await port.ask(QUESTION)).usage).toEqual({ inputTokens: 30, outputTokens: 2, unknown: 0 });
  });

  it("tells what a try cost before it asks again, and does not when it may not", async () => {
    const failed = json({ status: "failed", error: { code: "server_error", message: "oops" }, output: [] });
    const busy = json({ error: { message: "busy" } }, 503);
    const good = completed(message(text("{}")));
    const costs: unknown[] = [];
    const patient = scripted({}, failed, busy, good);
    expect((await patient.port.ask(QUESTION, async (cost) => void costs.push(cost.unknown))).kind).toBe("answer");
    expect(costs).toEqual([1, 0]);
    const poor = scripted({}, failed, good);
    const used = new Error("The budget is used up.");
    await expect(poor.port.ask(QUESTION, () => Promise.reject(used))).rejects.toBe(used);
    expect(poor.script.sent).toHaveLength(1);
  });

  it("an answer of many megabytes is not swallowed", async () => {
    const { port } = scripted({}, () => new Response("x".repeat(5 * 1024 * 1024)));
    expect((await port.ask(QUESTION)).kind).toBe("unavailable");
  });

  it("writes nothing to the console, whatever goes wrong", async () => {
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
    const { port } = scripted({}, json({ error: { message: "x" } }, 500));
    await port.ask(QUESTION);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of spies) spy.mockRestore();
  });

  itMatchesTheSpec(
    "Model",
    () => ({ file: "openai.openapi.json", kind: "openapi", baseUrl: variable(sandbox, "AI_GATEWAY_BASE_URL") }),
    () => sandbox.recorded,
  );
});
