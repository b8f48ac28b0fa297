import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunSummary } from "../../src/core/wire.ts";
import type { RunFilterText } from "../../src/core/wire-ops.ts";
import { fromCursor } from "../../src/d1/cursor.ts";
import { countFiltered } from "../../src/d1/ops.ts";
import { listRuns, projectRun } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";

const index = openIndex(env.PLATFORM_BUILD_DB);
const COUNT = 30;

const row = (n: number, change: Partial<RunSummary> = {}): RunSummary => ({
  runId: `tar_9${String(n).padStart(3, "0")}`,
  taskGid: `9${String(n).padStart(3, "0")}`,
  version: 1,
  status: n % 3 === 0 ? "failed" : "ready",
  title: `Quarterly search ${n}`,
  skill: "seo-reporting",
  clientName: "Searchable",
  businessUnitId: "bu_search",
  requester: "Maya",
  waitingOn: null,
  wakeAt: null,
  parked: 0,
  parkedDetail: null,
  copy: false,
  cause: null,
  progress: null,
  taskUrl: null,
  // Three rows share each instant.
  createdAt: new Date(Date.UTC(2042, 0, 1, 0, 0, Math.floor(n / 3))).toISOString(),
  updatedAt: new Date(Date.UTC(2042, 0, 1)).toISOString(),
  ...change,
});

beforeEach(async () => {
  // In no order: what is found lies in the order of its age, not of its writing.
  for (let n = 0; n < COUNT; n += 1) await projectRun(index, row((n * 7) % COUNT));
});

async function ids(filter: RunFilterText, limit = 100): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const after: ReturnType<typeof fromCursor> = cursor === null ? null : fromCursor(cursor);
    const page = await listRuns(index, filter, { after, limit });
    found.push(...page.items.map((run) => run.runId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

const newestFirst = Array.from({ length: COUNT }, (_, n) => row(COUNT - 1 - n).runId);

test("a search is newest first, in pages without a gap or a repeat, also within one instant", async () => {
  expect(await ids({ q: "rterly SEAR" }, 4)).toEqual(newestFirst);
  expect(await ids({ q: "searchable", status: "failed" }, 4)).toEqual(
    newestFirst.filter((runId) => Number(runId.slice(-2)) % 3 === 0),
  );
});

test("a short text is looked for in the newest runs", async () => {
  expect(await ids({ q: "h", businessUnitId: "bu_search" }, 7)).toEqual(newestFirst);
  expect(await ids({ q: "29", businessUnitId: "bu_search" })).toEqual([row(29).runId]);
});

test("a run is found under what it is called now, and not under what it was called before", async () => {
  await projectRun(index, row(3, { version: 2, title: "Entirely renamed" }));
  expect(await ids({ q: "tirely renam" })).toEqual([row(3).runId]);
  expect(await ids({ q: "quarterly search 3" })).toEqual([]);
  await projectRun(index, row(3, { version: 1, title: "Old and late" }));
  expect(await ids({ q: "Old and late" })).toEqual([]);
});

test("a row that is wiped is found no more, and found again once it is written again", async () => {
  await env.PLATFORM_BUILD_DB.prepare("DELETE FROM team_agent_runs WHERE run_id = ?").bind(row(5).runId).run();
  expect(await ids({ q: "quarterly search 5" })).toEqual([]);
  await projectRun(index, row(5));
  expect(await ids({ q: "quarterly search 5" })).toEqual([row(5).runId]);
});

test.each(['"', '" OR "', "title:Quarterly", "sear* NEAR", "AND", "-quarterly", "%earch"])(
  "%s is text to look for, not a search language",
  async (q) => {
    await projectRun(index, row(8, { version: 2, title: `what about ${q} here` }));
    expect(await ids({ q: `about ${q} here` })).toEqual([row(8).runId]);
    expect((await countFiltered(index, { q: `about ${q} here` }, 10)).count).toBe(1);
  },
);

/** The index through a database that notes every query with the values bound to it, and finds nothing. */
function noting() {
  const noted: { readonly sql: string; readonly values: readonly unknown[] }[] = [];
  const nothing = { success: true, results: [], meta: { changes: 0, last_row_id: 0 } };
  const database: D1Database = Object.assign(Object.create(env.PLATFORM_BUILD_DB), {
    prepare: (sql: string) => ({
      bind: (...values: unknown[]) => {
        noted.push({ sql, values });
        return { all: async () => nothing };
      },
    }),
  });
  return { index: openIndex(database), noted };
}

/** Each field of the search with something in it; every combination of them can be asked for. */
const FIELDS: readonly RunFilterText[] = [
  { status: "failed" },
  { skill: "seo-reporting" },
  { businessUnitId: "bu_search" },
  { client: "searchable" },
  { requester: "maya" },
  { code: "quarantined" },
  { waiting: "person" },
  { parked: "yes" },
];
const FILTERS = Array.from({ length: 2 ** FIELDS.length }, (_, chosen): RunFilterText => {
  const fields = FIELDS.filter((_field, n) => Math.floor(chosen / 2 ** n) % 2 === 1);
  return Object.assign({}, ...fields);
});
const AFTER = { at: row(4).createdAt, id: row(4).runId };

describe.each([undefined, "quarterly", "qu"])("with the words “%s”, each of all filters", (q) => {
  const asked = FILTERS.map((filter) => (q === undefined ? filter : { ...filter, q }));

  test.each([
    ["everybody's first page", null, "all"],
    ["everybody's next page", AFTER, "all"],
    ["the first page of who may see some clients", null, ["bu_search", "bu_other"]],
  ] as const)("is answered by an index: %s", async (_, after, units) => {
    const { index: watched, noted } = noting();
    for (const filter of asked) {
      await listRuns(watched, filter, { after, limit: 50, units });
      if (after === null && Object.keys(filter).length > 0) await countFiltered(watched, filter, 5_000);
    }
    for (const plan of await env.PLATFORM_BUILD_DB.batch<{ detail: string }>(
      noted.map(({ sql, values }) => env.PLATFORM_BUILD_DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values)),
    )) {
      const details = plan.results.map((one) => one.detail).join("\n");
      // The newest first, as far as a page or the newest rows reach, is a walk along an index, and so are the few that are
      // parked, of which there is an index of their own; anything else is searched.
      expect(details).not.toMatch(/SCAN team_agent_runs(?! USING (COVERING )?INDEX team_agent_runs_(newest|parked))/);
      expect(details).toMatch(
        /SEARCH team_agent_runs USING|SCAN team_agent_runs USING INDEX team_agent_runs_(newest$|parked)/,
      );
    }
    expect(noted.length).toBeGreaterThanOrEqual(asked.length);
  });
});

test.each(FIELDS.flatMap((filter) => [null, AFTER].map((after) => [filter, after] as const)))(
  "what %j holds after %j is not sorted",
  async (filter, after) => {
    const { index: watched, noted } = noting();
    await listRuns(watched, filter, { after, limit: 50 });
    await listRuns(watched, { ...filter, q: "quarterly" }, { after, limit: 50 });
    for (const { sql, values } of noted) {
      const plan = env.PLATFORM_BUILD_DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values);
      const { results } = await plan.all();
      expect(results.map((one) => String(one.detail)).filter((line) => line.includes("TEMP B-TREE"))).toEqual([]);
    }
  },
);
