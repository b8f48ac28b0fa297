/** AccuRanker's behaviour over HTTP: fields, periods, paging, slashes, ranks that are not there. */
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { openSpec } from "./google-spec.ts";
import { ask, NOW, setFaults, startSources } from "./google-support.ts";

const OCTOBER = "period_from=2026-10-01&period_to=2026-10-31";
const KeywordsSchema = v.array(
  v.strictObject({
    id: v.number(),
    keyword: v.string(),
    search_volume: v.strictObject({ search_volume: v.nullable(v.number()) }),
    ranks: v.array(v.strictObject({ rank: v.nullable(v.number()), created_at: v.string() })),
  }),
);
const FIELDS = "fields=id,keyword,search_volume.search_volume,ranks.rank,ranks.created_at";

const clock = { now: NOW };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSources(clock);
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  clock.now = NOW;
  await setFaults(sandbox, []);
});

const get = (path: string, token = `Token ${SANDBOX_CREDENTIALS.AGENCY_OS_ACCURANKER_API_TOKEN}`) =>
  ask(`${sandbox.url}/accuranker/api/v4${path}`, { headers: { authorization: token } });

async function keywords(query: string) {
  return v.parse(KeywordsSchema, (await get(`/domains/41001/keywords/?${FIELDS}&${query}`)).body);
}

describe("keywords", () => {
  test("a list is a bare array with one rank a day, and null where the domain does not rank", async () => {
    const list = await keywords(OCTOBER);
    expect(list).toHaveLength(40);
    for (const { ranks } of list) expect(ranks).toHaveLength(31);
    const ranks = list.flatMap((keyword) => keyword.ranks.map(({ rank }) => rank));
    expect(ranks).toContain(null);
    expect(ranks).not.toContain(0);
    expect(list[0]?.ranks[0]?.created_at).toMatch(/^2026-10-01T\d\d:\d\d:\d\dZ$/);
  });

  test("limit and offset hand out every keyword once", async () => {
    const all = await keywords(OCTOBER);
    const collected: unknown[] = [];
    for (let offset = 0; ; offset += 7) {
      const page = await keywords(`${OCTOBER}&limit=7&offset=${offset}`);
      collected.push(...page);
      if (page.length < 7) break;
    }
    expect(collected).toEqual(all);
  });

  test("without fields the objects come back empty, with unknown ones they lack them", async () => {
    expect((await get("/domains/41001/keywords/?limit=2")).body).toEqual([{}, {}]);
    expect((await get("/domains/41001/?fields=id,nothing,history.nothing")).body).toEqual({
      id: 41_001,
      history: [{}],
    });
  });

  test("without a period only the latest complete day comes; today counts from six in the morning UTC", async () => {
    const days = async () =>
      new Set((await keywords("limit=5")).flatMap(({ ranks }) => ranks.map((rank) => rank.created_at.slice(0, 10))));
    expect(await days()).toEqual(new Set(["2026-11-22"]));
    clock.now = new Date("2026-11-22T05:00:00Z");
    expect(await days()).toEqual(new Set(["2026-11-21"]));
  });

  test("one keyword answers under its own address", async () => {
    const [first] = await keywords("limit=1");
    expect((await get(`/domains/41001/keywords/${first?.id}/?fields=keyword`)).body).toEqual({
      keyword: first?.keyword,
    });
    expect((await get("/domains/41001/keywords/1/?fields=keyword")).status).toBe(404);
  });
});

describe("domains", () => {
  test("history tells share of voice, average rank and distribution, and they agree with the ranks", async () => {
    const fields = "history.date,history.share_of_voice_percentage,history.average_rank,history.ranking_distribution";
    const { body } = await get(`/domains/41001/?fields=${fields}&${OCTOBER}`);
    const schema = v.object({
      history: v.array(
        v.object({
          date: v.string(),
          share_of_voice_percentage: v.number(),
          average_rank: v.number(),
          ranking_distribution: v.record(v.string(), v.number()),
        }),
      ),
    });
    const { history } = v.parse(schema, body);
    expect(history.map(({ date }) => date)).toHaveLength(31);
    const list = await keywords(OCTOBER);
    for (const [index, day] of history.entries()) {
      const ranks = list.map(({ ranks }) => ranks[index]?.rank ?? null);
      const ranked = ranks.filter((rank) => rank !== null);
      expect(day.average_rank).toBeCloseTo(ranked.reduce((a, b) => a + b, 0) / ranked.length, 2);
      expect(day.ranking_distribution.keywords_unranked).toBe(ranks.length - ranked.length);
      expect(day.share_of_voice_percentage).toBeGreaterThan(1);
      expect(day.share_of_voice_percentage).toBeLessThan(60);
    }
  });

  test("only tracked domains are listed, under the agency's account", async () => {
    expect((await get("/domains/?fields=id,display_name")).body).toEqual([
      { id: 41_001, display_name: "Strategic Settlements" },
    ]);
    expect(JSON.stringify((await get("/accounts/?fields=groups.domains.id")).body)).toBe(
      '[{"groups":[{"domains":[{"id":41001}]}]}]',
    );
  });
});

describe("refusals", () => {
  test.each([
    ["an unknown domain", "/domains/7/?fields=id"],
    ["a missing last slash", "/domains/41001/keywords?fields=id"],
  ])("%s is not found, in Django's words", async (_, path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { detail: "Not found." } });
  });

  test.each([
    ["101 days", "period_from=2026-01-01&period_to=2026-04-11"],
    ["half a period", "period_from=2026-01-01"],
    ["days in the wrong order", "period_from=2026-02-01&period_to=2026-01-01"],
    ["a date that is none", "period_from=2026-02-30&period_to=2026-03-01"],
    ["a limit that is none", "limit=many"],
  ])("%s is a 400 with a detail", async (_, query) => {
    const answer = await get(`/domains/41001/keywords/?fields=id&${query}`);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.any(String) } });
  });

  test("exactly 100 days are answered", async () => {
    const list = await keywords("period_from=2026-01-01&period_to=2026-04-10&limit=1");
    expect(list[0]?.ranks).toHaveLength(100);
  });

  test("a missing, wrong or Bearer token is a 401", async () => {
    for (const token of ["", "Token wrong", `Bearer ${SANDBOX_CREDENTIALS.AGENCY_OS_ACCURANKER_API_TOKEN}`]) {
      expect(await get("/domains/?fields=id", token)).toMatchObject({
        status: 401,
        body: { detail: expect.any(String) },
      });
    }
  });
});

describe("faults", () => {
  test("empty means no keywords and no history", async () => {
    await setFaults(sandbox, [{ upstream: "accuranker", kind: "empty" }]);
    expect(await keywords(OCTOBER)).toEqual([]);
    expect((await get(`/domains/41001/?fields=id,history.date&${OCTOBER}`)).body).toEqual({ id: 41_001, history: [] });
  });

  test("empty_objects answers as if fields had not been sent", async () => {
    await setFaults(sandbox, [{ upstream: "accuranker", kind: "custom", name: "empty_objects" }]);
    expect((await get(`/domains/41001/keywords/?${FIELDS}&limit=2`)).body).toEqual([{}, {}]);
  });
});

test("fields have the names and types of the derived document", async () => {
  const spec = openSpec("accuranker-v4.derived.openapi.json");
  if (spec === null) return;
  const top = [
    "id",
    "keyword",
    "created_at",
    "starred",
    "tags",
    "search_engine",
    "search_type",
    "search_location",
    "search_locale",
    "search_volume",
    "ranks",
  ];
  const { body } = await get(`/domains/41001/keywords/?fields=${top.join(",")}&${OCTOBER}`);
  for (const keyword of v.parse(v.array(v.unknown()), body))
    expect(spec.differences("Keyword", keyword, { nulls: true })).toEqual([]);
  const domain = await get(
    `/domains/41001/?fields=id,domain,display_name,created_at,last_scraped,group,competitors,history&${OCTOBER}`,
  );
  // The document is older than the history's fields.
  expect(spec.differences("Domain", domain.body, { nulls: true, unknownFields: true })).toEqual([]);
});
