import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import type { ArtifactFilter } from "../../src/d1/artifact-filter.ts";
import { listArtifacts } from "../../src/d1/artifacts.ts";
import { fromCursor } from "../../src/d1/cursor.ts";
import { openIndex } from "../../src/d1/schema.ts";

const database = env.PLATFORM_BUILD_DB;
const index = openIndex(database);
const COUNT = 12;
const NOTHING: Omit<ArtifactFilter, "after" | "limit"> = {
  businessUnitId: null,
  skill: null,
  lifecycle: null,
  taskGid: null,
  reusable: null,
  month: null,
  q: null,
  units: "all",
};

/** Two versions of each task, both of one instant; three tasks share each instant. */
const idOf = (n: number) => `art_8${String(Math.floor(n / 2)).padStart(3, "0")}_v${(n % 2) + 1}`;
const taskOf = (n: number) => `8${String(Math.floor(n / 2)).padStart(3, "0")}`;
const newestFirst = Array.from({ length: COUNT }, (_, n) => idOf(COUNT - 1 - n));

async function write(n: number, client: string): Promise<void> {
  const at = new Date(Date.UTC(2043, 0, 1, 0, 0, Math.floor(n / 6))).toISOString();
  await database
    .prepare(
      `INSERT INTO report_artifacts (artifact_id, run_id, task_gid, business_unit_id, client_name, skill, version,
         lifecycle, sha256, narrator, answer, period_start, period_end, created_at, run_version)
       VALUES (?1, 'tar_' || ?2, ?2, 'bu_found', ?3, 'seo-reporting', ?4, ?5, ?6, 'rules', '[]',
         '2042-12-01', '2042-12-31', ?7, 1)
       ON CONFLICT (artifact_id) DO UPDATE SET client_name = excluded.client_name`,
    )
    .bind(idOf(n), taskOf(n), client, (n % 2) + 1, n % 2 === 0 ? "superseded" : "accepted", "a".repeat(64), at)
    .run();
}

beforeEach(async () => {
  // In no order: what is found lies in the order of its age, not of its writing.
  for (let n = 0; n < COUNT; n += 1) await write((n * 5) % COUNT, "Findable & Sons");
});

async function ids(filter: Partial<ArtifactFilter>, limit = 50): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const after: ReturnType<typeof fromCursor> = cursor === null ? null : fromCursor(cursor);
    const page = await listArtifacts(index, { ...NOTHING, ...filter, after, limit });
    found.push(...page.items.map((one) => one.artifactId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

test("a search over reports is newest first, in pages without a gap or a repeat, also within one instant", async () => {
  expect(await ids({ q: "dable & SON" }, 5)).toEqual(newestFirst);
  expect(await ids({ q: "findable", lifecycle: "accepted" }, 2)).toEqual(
    newestFirst.filter((id) => id.endsWith("_v2")),
  );
  expect(await ids({ q: "8003_v1" })).toEqual([idOf(6)]);
  expect(await ids({ q: '" OR "' })).toEqual([]);
  expect(await ids({ q: "findable", units: ["bu_found"] }, 5)).toEqual(newestFirst);
  expect(await ids({ q: "findable", units: ["bu_other"] })).toEqual([]);
});

test("a short text is looked for in the newest reports", async () => {
  expect(await ids({ q: "&", businessUnitId: "bu_found" }, 5)).toEqual(newestFirst);
});

test("a report is found under its client's name of now, and no more once its row is gone", async () => {
  await write(4, "Renamed Limited");
  expect(await ids({ q: "renamed lim" })).toEqual([idOf(4)]);
  expect(await ids({ q: "findable" })).not.toContain(idOf(4));
  await database.prepare("DELETE FROM report_artifacts WHERE artifact_id = ?").bind(idOf(4)).run();
  expect(await ids({ q: "renamed lim" })).toEqual([]);
  await write(4, "Renamed Limited");
  expect(await ids({ q: "renamed lim" })).toEqual([idOf(4)]);
});

/** The index through a database that notes every query with the values bound to it. */
function noting() {
  const noted: { readonly sql: string; readonly values: readonly unknown[] }[] = [];
  const watched: D1Database = Object.assign(Object.create(database), {
    prepare: (sql: string) => ({
      bind: (...values: unknown[]) => {
        noted.push({ sql, values });
        return database.prepare(sql).bind(...values);
      },
    }),
  });
  return { index: openIndex(watched), noted };
}

const FILTERS: readonly Partial<ArtifactFilter>[] = [
  {},
  { businessUnitId: "bu_found" },
  { skill: "seo-reporting" },
  { lifecycle: "accepted" },
  { taskGid: "8003" },
  { q: "findable" },
  { q: "findable", lifecycle: "accepted", skill: "seo-reporting" },
  { q: "fi" },
  { units: ["bu_found"], q: "findable" },
];
const AFTER = { at: new Date(Date.UTC(2043, 0, 1, 0, 0, 1)).toISOString(), id: idOf(8) };

test.each(FILTERS.flatMap((filter) => [null, AFTER].map((after) => [filter, after] as const)))(
  "the query for reports %j after %j reads an index, sorts nothing, and scans no table",
  async (filter, after) => {
    const { index: watched, noted } = noting();
    await listArtifacts(watched, { ...NOTHING, ...filter, after, limit: 50 });
    const [query] = noted;
    const plan = await database
      .prepare(`EXPLAIN QUERY PLAN ${query?.sql}`)
      .bind(...(query?.values ?? []))
      .all();
    const details = plan.results.map((one) => String(one.detail));
    expect(details.filter((line) => /SCAN report_artifacts(?! USING (COVERING )?INDEX)/.test(line))).toEqual([]);
    expect(details.filter((line) => line.includes("TEMP B-TREE"))).toEqual([]);
    const pieces = details.filter((line) => line.includes("hit VIRTUAL TABLE INDEX"));
    expect(pieces).toHaveLength((filter.q ?? "").length >= 3 ? 1 : 0);
  },
);
