import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accuranker } from "../../sandbox/accuranker/upstream.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { type FakeDomain, fakeAccuranker } from "../../src/ports/accuranker/fake.ts";
import { liveAccuranker } from "../../src/ports/accuranker/live.ts";
import { type AccurankerWorld, accurankerContract } from "./accuranker.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const token = async () => SANDBOX_CREDENTIALS.AGENCY_OS_ACCURANKER_API_TOKEN;
const PLACES = {
  domainId: BUSINESS_UNITS[0]?.accurankerDomainId ?? "",
  month: { from: "2026-10-01", to: "2026-10-31" },
};

function tracked(): FakeDomain {
  const days = Array.from({ length: 31 }, (_, day) => `2026-10-${String(day + 1).padStart(2, "0")}`);
  return {
    id: PLACES.domainId,
    name: "strategicsettlements.example",
    history: days.map((date, at) => ({ date, shareOfVoicePercent: 10 + at / 10 })),
    keywords: Array.from({ length: 10 }, (_, n) => ({
      id: String(n + 1),
      keyword: `keyword ${n}`,
      searchVolume: n === 0 ? null : n * 100,
      ranks: days.map((date, at) => ({ date, rank: n === 3 ? null : n + (at % 3) + 1 })),
    })),
  };
}

accurankerContract("fake", async (): Promise<AccurankerWorld> => {
  const fake = fakeAccuranker({ domains: [tracked()] });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("accuranker", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([accuranker], now);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  return liveAccuranker({
    ...sandbox.transport({ timeoutMs }),
    baseUrl: variable(sandbox, "ACCURANKER_BASE_URL"),
    token,
  });
}

accurankerContract(
  "live",
  async (): Promise<AccurankerWorld> => ({
    port: live(),
    impatient: live(400),
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "accuranker", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  }),
);

const PAGE = { limit: 10, offset: 0 };

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  return { script, port: liveAccuranker({ token, ...stillTransport(script.fetch) }) };
}

describe("AccuRanker port, live alone", () => {
  it("takes a bare list and a list in results alike", async () => {
    const keyword = { id: 7, keyword: "a", ranks: [{ created_at: "2026-10-01T04:00:00Z", rank: 3 }] };
    const bare = await scripted(json([keyword])).port.keywords("1", PLACES.month, PAGE);
    const wrapped = await scripted(json({ count: 1, results: [keyword] })).port.keywords("1", PLACES.month, PAGE);
    expect(bare.keywords).toEqual([
      { id: "7", keyword: "a", searchVolume: null, ranks: [{ date: "2026-10-01", rank: 3 }] },
    ]);
    expect(wrapped.keywords).toEqual(bare.keywords);
  });

  it("a day measured twice keeps its last measurement; a rank that is absent, null or 0 is no rank", async () => {
    const ranks = [
      { created_at: "2026-10-02T20:00:00Z", rank: 4 },
      { created_at: "2026-10-02T04:00:00Z", rank: 9 },
      { created_at: "2026-10-01T04:00:00Z", rank: null },
      { created_at: "2026-10-03T04:00:00Z" },
      { created_at: "2026-10-04T04:00:00Z", rank: 0 },
    ];
    const { keywords } = await scripted(json([{ id: 7, keyword: "a", ranks }])).port.keywords("1", PLACES.month, PAGE);
    expect(keywords[0]?.ranks).toEqual([
      { date: "2026-10-01", rank: null },
      { date: "2026-10-02", rank: 4 },
      { date: "2026-10-03", rank: null },
      { date: "2026-10-04", rank: null },
    ]);
  });

  it("empty objects, as without fields, are not taken for data", async () => {
    await sandbox.faults({ upstream: "accuranker", kind: "custom", name: "empty_objects", times: 2 });
    const wrong = { name: "PermanentError", code: "accuranker_unexpected_reply" };
    expect(await failureOf(live().domain(PLACES.domainId, PLACES.month))).toMatchObject(wrong);
    expect(await failureOf(live().keywords(PLACES.domainId, PLACES.month, PAGE))).toMatchObject(wrong);
  });

  it("a domain without keywords has an empty list", async () => {
    await sandbox.faults({ upstream: "accuranker", kind: "empty", times: 1 });
    expect((await live().keywords(PLACES.domainId, PLACES.month, PAGE)).keywords).toEqual([]);
  });

  it("a limit of requests a minute is waited for a minute, or as long as it says", async () => {
    const limited = (headers?: Record<string, string>) =>
      failureOf(scripted(json({ detail: "Throttled." }, 429, headers)).port.domain("1", PLACES.month));
    expect(await limited()).toMatchObject({ code: "accuranker_rate_limited", retryAfterMs: 60_000 });
    expect(await limited({ "retry-after": "90" })).toMatchObject({ retryAfterMs: 90_000 });
  });

  it("a missing token is named, and nothing is sent", async () => {
    const script = scriptFetch(json([]));
    const port = liveAccuranker({ token: async () => "", ...stillTransport(script.fetch) });
    const failure = await failureOf(port.domain("1", PLACES.month));
    expect(failure).toMatchObject({ name: "ConfigError", code: "accuranker_missing" });
    expect(failure.message).toContain("AGENCY_OS_ACCURANKER_API_TOKEN");
    expect(script.sent).toEqual([]);
  });

  itMatchesTheSpec(
    "AccuRanker",
    () => ({
      file: "accuranker-v4.derived.openapi.json",
      kind: "openapi",
      baseUrl: variable(sandbox, "ACCURANKER_BASE_URL"),
    }),
    () => sandbox.recorded,
  );
});
