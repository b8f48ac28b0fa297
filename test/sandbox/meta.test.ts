/** Meta's behaviour over HTTP: tokens, fields, cursors, refusals, and figures that go with GA4's paid social. */
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { FIELDS } from "../../sandbox/meta/insights.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { findClient } from "../../sandbox/world/world.ts";
import { openSpec } from "./google-spec.ts";
import { type Answer, ask, NOW, setFaults, startSources } from "./google-support.ts";

const [FIRM = "", SHOP = ""] = BUSINESS_UNITS.map(({ metaAdAccountId }) => metaAdAccountId);
const TOKEN = SANDBOX_CREDENTIALS.AGENCY_OS_META_ACCESS_TOKEN;
const OCTOBER = { time_range: '{"since":"2026-10-01","until":"2026-10-31"}', time_increment: "1", limit: "500" };

const RowSchema = v.looseObject({ date_start: v.string(), date_stop: v.string() });
const PageSchema = v.strictObject({
  data: v.array(RowSchema),
  paging: v.exactOptional(
    v.strictObject({
      cursors: v.strictObject({ before: v.string(), after: v.string() }),
      next: v.exactOptional(v.string()),
    }),
  ),
});
const ErrorSchema = v.strictObject({
  error: v.looseObject({ message: v.string(), type: v.string(), code: v.number(), fbtrace_id: v.string() }),
});

const clock = { now: NOW };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSources(clock);
});
afterAll(() => sandbox.stop());
beforeEach(() => setFaults(sandbox, []));

function get(path: string, query: Record<string, string>, token: string | null = TOKEN): Promise<Answer> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return ask(`${sandbox.url}/meta/v25.0/${path}?${new URLSearchParams(query).toString()}`, { headers });
}

async function insights(account: string, query: Record<string, string>) {
  const answer = await get(`${account}/insights`, { ...OCTOBER, ...query });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return v.parse(PageSchema, answer.body);
}

describe("figures", () => {
  test("every metric is text, only what was asked for comes, and the days of each row with it", async () => {
    const { data } = await insights(SHOP, { fields: "spend,impressions,actions" });
    expect(data).toHaveLength(31);
    expect(data[0]).toEqual({
      spend: expect.stringMatching(/^\d+\.\d\d$/),
      impressions: expect.stringMatching(/^\d+$/),
      actions: expect.arrayContaining([{ action_type: "link_click", value: expect.stringMatching(/^\d+$/) }]),
      date_start: "2026-10-01",
      date_stop: "2026-10-01",
    });
  });

  test.each([FIRM, SHOP])("link clicks of %s are a little more than GA4's paid social sessions", async (account) => {
    const world = findClient((unit) => unit.metaAdAccountId === account);
    const { data } = await insights(account, { fields: "inline_link_clicks" });
    const clicks = data.reduce((sum, row) => sum + Number(row.inline_link_clicks), 0);
    let sessions = 0;
    for (let day = 20_727; day < 20_727 + 31; day += 1) {
      const own = world?.visits(day, false).filter(({ channel }) => channel === "Paid Social") ?? [];
      sessions += own.reduce((sum, { visits }) => sum + visits.sessions, 0);
    }
    expect(clicks / sessions).toBeGreaterThan(1.01);
    expect(clicks / sessions).toBeLessThan(1.12);
  });

  test("the shop has purchases with values, the law firm leads without", async () => {
    const fields = "actions,action_values";
    const [shop, firm] = [await insights(SHOP, { fields }), await insights(FIRM, { fields })];
    expect(JSON.stringify(shop)).toContain('"omni_purchase"');
    expect(JSON.stringify(firm)).toContain('"lead"');
    expect(firm.data.every((row) => !("action_values" in row))).toBe(true);
  });

  test("a campaign that does not deliver has no row, days to come have none", async () => {
    const names = async (from: string, to: string) => {
      const time_range = JSON.stringify({ since: from, until: to });
      const { data } = await insights(FIRM, { level: "campaign", fields: "campaign_name", time_range });
      return new Set(data.map((row) => row.campaign_name));
    };
    expect((await names("2026-10-01", "2026-10-05")).has("Webinar")).toBe(true);
    expect((await names("2026-08-01", "2026-08-05")).has("Webinar")).toBe(false);
    expect(await names("2026-12-01", "2026-12-05")).toEqual(new Set());
  });

  test("cursors hand out every row once; the link to the next page holds the token, the last page has no link", async () => {
    const query = { level: "campaign", fields: "campaign_id", limit: "40" };
    const whole = await insights(SHOP, { ...query, limit: "500" });
    const first = await insights(SHOP, query);
    expect(first.paging?.next).toContain(`access_token=${TOKEN}`);
    const rows = [...first.data];
    for (let page = first; page.paging?.next !== undefined; ) {
      const link = new URL(page.paging.next);
      page = v.parse(PageSchema, (await ask(`${sandbox.url}/meta${link.pathname}${link.search}`)).body);
      rows.push(...page.data);
    }
    expect(rows).toEqual(whole.data);
    expect(whole.paging?.next).toBeUndefined();
  });

  test("usage goes up with every call, and is told in headers", async () => {
    const answer = await get(SHOP, { fields: "name" });
    const usage = v.record(v.string(), v.array(v.looseObject({ call_count: v.number() })));
    const told = v.parse(v.pipe(v.string(), v.parseJson(), usage), answer.headers.get("x-business-use-case-usage"));
    expect(Object.values(told).flat()[0]?.call_count).toBeGreaterThan(0);
  });
});

describe("refusals", () => {
  test.each([
    ["an unknown field", { fields: "impressionz" }, "impressionz is not valid for fields param."],
    ["an unknown parameter", { since: "2026-10-01" }, "since"],
    ["an unknown level", { level: "brand" }, "level"],
    ["a range that is no JSON", { time_range: "October" }, "time_range"],
    ["days in the wrong order", { time_range: '{"since":"2026-10-31","until":"2026-10-01"}' }, "since must be"],
    ["a day that does not exist", { time_range: '{"since":"2026-10-01","until":"2026-10-32"}' }, "time_range"],
    ["a limit that is none", { limit: "many" }, "limit"],
    ["a cursor that is none", { after: "nonsense" }, "cursors"],
  ])("%s is code 100 and says so", async (_, query, words) => {
    const answer = await get(`${SHOP}/insights`, { ...OCTOBER, ...query });
    const { error } = v.parse(ErrorSchema, answer.body);
    expect([answer.status, error.code]).toEqual([400, 100]);
    expect(error.message).toContain(words);
  });

  test.each([
    ["no token", null, 104],
    ["a wrong token", "EAAB", 190],
  ])("%s", async (_, token, code) => {
    const answer = await get(SHOP, { fields: "name" }, token);
    expect(v.parse(ErrorSchema, answer.body).error.code).toBe(code);
  });

  test("an account one does not see and one that is none look the same; an unknown field of an account is refused", async () => {
    for (const id of ["act_1", "880000000000002"]) {
      expect((await get(id, { fields: "name" })).body).toMatchObject({ error: { code: 100, error_subcode: 33 } });
    }
    expect((await get(SHOP, { fields: "nome" })).body).toMatchObject({ error: { code: 100 } });
  });
});

test("answers fit Meta's specs", async () => {
  const spec = openSpec("meta-marketing.specs.json");
  if (spec === null) return;
  const { data } = await insights(SHOP, { level: "campaign", fields: Object.keys(FIELDS).join(",") });
  for (const row of data) expect(spec.differences("AdsInsights", row)).toEqual([]);
  const account = await get(SHOP, { fields: "account_id,name,currency,timezone_name,account_status" });
  expect(spec.differences("AdAccount", account.body)).toEqual([]);
});
