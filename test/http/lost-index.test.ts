/** D1 is lost: everything that is a copy in it is written anew by the actors, row for row. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { PermanentError, RetryableError } from "../../src/core/errors.ts";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import { addHold } from "../../src/d1/holds.ts";
import { openIndex } from "../../src/d1/schema.ts";
import {
  alarmOf,
  emptyRosters,
  evict,
  freshTask,
  poke,
  type RunStub,
  runOf,
  say,
  settle,
  takeExecution,
  work,
} from "../actors/hands.ts";
import { freshUnit, settleUnit, type UnitStub, unitOf } from "../actors/unit-hands.ts";
import { INDEX_TABLES, OF_THE_WRITING } from "../support/index-tables.ts";
import { HARBOUR } from "../support/run-cases.ts";
import { ERRORS, enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { COUNTS, FAILED, FIELDS } from "../support/unit-machine.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

const db = env.PLATFORM_BUILD_DB;
const STAFF = { "X-Agency-OS-Staff": "ops@agency.example" };
const by = "maya@agency.example";
let world: RunWorld;
let desk: Desk;

beforeEach(async () => {
  world = enterWorld();
  world.units = [...world.units, HARBOUR];
  world.errorProjectGid = ERRORS;
  desk = newDesk();
  await emptyRosters();
  const at = "2026-01-01T00:00:00.000Z";
  await db.batch([
    db.prepare("INSERT OR IGNORE INTO clients (client_id, name, created_at) VALUES ('cl_lost', 'Lost', ?)").bind(at),
    db
      .prepare("INSERT OR IGNORE INTO staff_users (user_id, name, email, created_at) VALUES ('user_maya', 'M', ?, ?)")
      .bind(by, at),
  ]);
});

async function taskGiven(change: object = {}): Promise<string> {
  const task = freshTask();
  giveTask(world, task, change);
  await poke(world, task);
  return task;
}

/** A run whose report is in review. */
async function reviewed(): Promise<string> {
  const task = await taskGiven();
  await work(world);
  return task;
}

async function accepted(): Promise<string> {
  const task = await reviewed();
  await say(world, task, "I accept.");
  return task;
}

async function archived(): Promise<string> {
  const task = await accepted();
  world.now += ARCHIVE_AFTER_MS;
  await settle(world, runOf(task));
  expect(await alarmOf(runOf(task))).toBeNull();
  return task;
}

/** Another system's run, looked at here. */
async function imported(): Promise<string> {
  const task = await reviewed();
  const bundle = (await runOf(task).exported()) ?? "";
  await runInDurableObject(runOf(task), (_, ctx) => ctx.storage.deleteAll());
  await evict(runOf(task)).catch(() => undefined);
  const rows = "DELETE FROM report_artifacts WHERE task_gid = ?1";
  const parts = ["report_artifact_files", "report_channel_provenance"].map((table) =>
    db
      .prepare(
        `DELETE FROM ${table} WHERE artifact_id IN (SELECT artifact_id FROM report_artifacts WHERE task_gid = ?1)`,
      )
      .bind(task),
  );
  const run = db.prepare("DELETE FROM team_agent_runs WHERE task_gid = ?1").bind(task);
  await db.batch([...parts, db.prepare(rows).bind(task), run]);
  expect(await runOf(task).importCopy(bundle)).toBeNull();
  return task;
}

/** A run in each state people meet, the older ones first: time passes for those of the archive. */
const STATES: Readonly<Record<string, () => Promise<string>>> = {
  archived,
  "back from the archive": async () => {
    const task = await archived();
    await say(world, task, "Why did the clicks drop?");
    return task;
  },
  imported,
  "revised and accepted": async () => {
    const task = await reviewed();
    await say(world, task, "Please add a chart.");
    await work(world);
    await say(world, task, "I accept.");
    return task;
  },
  "accepted, and dismissed later": async () => {
    const task = await accepted();
    const version = (await runOf(task).view())?.artifacts[0]?.registryVersion ?? 0;
    await runOf(task).appraise(`art_${task}_v1`, "dismiss", "Ada", "wrong month", version);
    return task;
  },
  "in review, with a question answered": async () => {
    const task = await reviewed();
    await say(world, task, "what drove the drop?");
    return task;
  },
  "to be revised": async () => {
    const task = await reviewed();
    await say(world, task, "Please add a chart.");
    world.executions.length = 0;
    return task;
  },
  asking: () => taskGiven({ name: "SEO report for Plunkett" }),
  blocked: async () => {
    world.missingSecrets = { search_console_site: ["GOOGLE"] };
    const task = await taskGiven();
    world.missingSecrets = {};
    return task;
  },
  queued: async () => {
    const task = await taskGiven();
    world.executions.length = 0;
    return task;
  },
  "at work": async () => {
    const task = await taskGiven();
    const grant = await runOf(task).acquire(takeExecution(world).attempt);
    if (!grant.ok) throw new Error("The lease is free.");
    await runOf(task).beginStep(grant.value.epoch, "gather.search", "Gather");
    await runOf(task).commitStep(grant.value.epoch, "gather.search", "Gather", world.now, '{"inline":1}');
    return task;
  },
  paused: async () => {
    const task = await taskGiven();
    world.executions.length = 0;
    await runOf(task).pause("Tom", "wait");
    return task;
  },
  held: async () => {
    const hold = { holdId: "h", value: "bu_harbour", reason: "incident", by: "Tom", createdAt: "2040-01-01" };
    await addHold(openIndex(db), { ...hold, scope: "client" });
    return taskGiven({ name: "SEO report for Harbour, October 2040" });
  },
  cancelled: async () => {
    const task = await taskGiven();
    world.executions.length = 0;
    await runOf(task).cancel("Tom", "not needed");
    return task;
  },
  "not Jessie's": () => taskGiven({ assigneeGid: "12" }),
  "failed, with an error task": async () => {
    const task = await taskGiven();
    const { perform } = world;
    world.perform = async () => {
      throw new PermanentError("ga4_broken", "It broke.");
    };
    await work(world);
    world.perform = perform;
    return task;
  },
  "with a promise that cannot be kept": async () => {
    world.asana.faults.fail("postComment", new PermanentError("asana_refused", "No."), { times: 1 });
    const task = await taskGiven();
    world.executions.length = 0;
    return task;
  },
};

const set = (unit: UnitStub, changes: Readonly<Record<string, unknown>>) =>
  unit.edit({
    changes: Object.entries(changes).map(([field, value]) => ({ field, value: JSON.parse(JSON.stringify(value)) })),
    baseVersion: null,
    by,
    reason: "so",
  });

async function unitMade(): Promise<string> {
  const businessUnitId = freshUnit();
  const unit = { businessUnitId, clientId: "cl_lost", slug: businessUnitId.slice(3), fields: FIELDS, by, reason: "" };
  expect((await unitOf(businessUnitId).create(unit)).ok).toBe(true);
  return businessUnitId;
}

/** A refresh to its end: one source read, one that failed. */
async function refreshed(businessUnitId: string, n: number): Promise<void> {
  const unit = unitOf(businessUnitId);
  await unit.requestRefresh({ by, reason: "", range: null });
  await settleUnit(world, businessUnitId);
  const grant = await unit.acquire(`ing_${businessUnitId}_${n}`, 1);
  if (!grant.ok) throw new Error("The lease is free.");
  const { epoch } = grant.value;
  await unit.checked(epoch, "search_console", [{ check: "c", ok: false, detail: "Differs." }]);
  await unit.finishSource(epoch, "search_console", COUNTS, { status: "done", coveredTo: "2040-11-10" });
  await unit.finishSource(epoch, "ga4", COUNTS, FAILED);
  await unit.finish(epoch);
  world.now += 60_000;
}

/** One unit that has everything and is being refreshed, one that is archived, one that was only made. */
async function units(): Promise<readonly string[]> {
  const [full, over, made] = [await unitMade(), await unitMade(), await unitMade()];
  const unit = unitOf(full);
  await set(unit, {
    "sources.search_console_site": { externalId: "sc-domain:lost.example", label: "Site" },
    "sources.ga4_property": { externalId: "777000001", label: null },
    "sources.website": { externalId: "https://lost.example/", label: null },
    context: { boxFolderId: "12", boxFolderName: "Lost" },
    "users.user_maya": "approver",
    "settings.brand_terms.2026-01-01": ["lost"],
    "settings.budgets.2026-01-01": [{ source: "meta", amount: 9, currency: "gbp" }],
    "grants.jessie/reporting": { by, at: "2040-01-01T00:00:00.000Z" },
  });
  const { editId } = await set(unit, { name: "Typo", "sources.website": null }).then((answer) =>
    answer.ok ? answer.value : { editId: null },
  );
  await unit.restore(editId ?? "", null, by, "typo");
  await unit.noteTest("ga4_property", { ok: true, code: "looked", detail: "There.", externalId: "777000001" });
  await unit.createSurface(by);
  await refreshed(full, 1);
  await refreshed(full, 2);
  await unit.requestRefresh({ by, reason: "", range: null });
  await settleUnit(world, full);
  await unit.acquire(`ing_${full}_3`, 1);
  await set(unitOf(over), { archived: true });
  return [full, over, made];
}

/** Tables of the index, but for what SQLite, the platform and a text index keep for themselves. */
async function tables(): Promise<readonly string[]> {
  const { results } = await db
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 1) <> '_'")
    .all<{ name: string; sql: string | null }>();
  const texts = results.filter(({ sql }) => sql?.startsWith("CREATE VIRTUAL") === true).map(({ name }) => `${name}_`);
  const kept = ({ name }: { name: string }) =>
    !name.startsWith("sqlite_") && name !== "d1_migrations" && !texts.some((text) => name.startsWith(text));
  return results.filter(kept).map(({ name }) => name);
}

const OF_UNITS = "WHERE scope = 'business_unit'";
const isText = (table: string) => table.endsWith("_text");
const scopeOf = (table: string) => (table === "admin_edit_history" ? OF_UNITS : "");

/** What a text index finds for the beginning of every word there is, by the row it belongs to. */
async function found(table: string): Promise<readonly string[]> {
  const source = table.slice(0, -"_text".length);
  const words = ["seo", "plu", "har", "may", "art", "oct"].map((word) =>
    db
      .prepare(`SELECT ?1 AS word, s.task_gid AS task FROM ${table} AS t JOIN ${source} AS s ON s.age_key = t.rowid
        WHERE ${table} MATCH ?1 ORDER BY task`)
      .bind(word),
  );
  const answers = await db.batch(words);
  return answers.flatMap(({ results }) => results.map((row) => JSON.stringify(row)));
}

async function rowsOf(table: string): Promise<readonly string[]> {
  if (isText(table)) return found(table);
  const { results } = await db.prepare(`SELECT * FROM ${table} ${scopeOf(table)}`).all();
  const left = new Set(OF_THE_WRITING[table] ?? []);
  return results
    .map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).filter(([column]) => !left.has(column)))))
    .toSorted();
}

type Dump = Readonly<Record<string, readonly string[]>>;

async function dump(kind: "copy" | "truth" | "note"): Promise<Dump> {
  const names = Object.entries(INDEX_TABLES).filter(([, one]) => one === kind);
  return Object.fromEntries(await Promise.all(names.map(async ([name]) => [name, await rowsOf(name)] as const)));
}

async function wipe(): Promise<void> {
  const copies = Object.entries(INDEX_TABLES).flatMap(([name, kind]) =>
    kind === "copy" && !isText(name) ? [db.prepare(`DELETE FROM ${name} ${scopeOf(name)}`)] : [],
  );
  await db.batch([db.prepare("PRAGMA defer_foreign_keys = on"), ...copies]);
  for (const [table, rows] of Object.entries(await dump("copy"))) expect(rows, table).toEqual([]);
}

const PageSchema = v.object({
  projected: v.number(),
  failed: v.array(v.unknown()),
  nextCursor: v.nullable(v.string()),
});

/** All pages from `cursor` on, and how many actors wrote their rows. */
async function rebuilt(cursor: string | null = null): Promise<number> {
  let projected = 0;
  for (let next: string | null | undefined = cursor; next !== undefined; ) {
    const body = JSON.stringify({ cursor: next });
    const answer = await ask(desk, "POST", "/internal/reproject", { body, headers: STAFF });
    const page = await bodyOf(answer, PageSchema);
    expect(page.failed).toEqual([]);
    projected += page.projected;
    next = page.nextCursor ?? undefined;
  }
  return projected;
}

/** The bucket has what was archived. */
function showArchive(): void {
  for (const key of world.archive.keys()) desk.blobs.set(key, "x");
}

test("every table is named as a copy, as the truth or as a note", async () => {
  expect((await tables()).toSorted()).toEqual(Object.keys(INDEX_TABLES).toSorted());
});

describe("an index that was lost", () => {
  async function agency(): Promise<{ runs: Readonly<Record<string, RunStub>>; units: readonly string[] }> {
    const runs: Record<string, RunStub> = {};
    for (const [state, reach] of Object.entries(STATES)) runs[state] = runOf(await reach());
    const made = await units();
    for (const stub of Object.values(runs)) await settle(world, stub);
    for (const unit of made) await settleUnit(world, unit);
    showArchive();
    return { runs, units: made };
  }

  test("is written anew row for row, whatever state its actors are in; what is the truth stays as it is", {
    timeout: 60_000,
  }, async () => {
    const { runs, units: made } = await agency();
    const statuses = await Promise.all(Object.values(runs).map(async (stub) => (await stub.view())?.status));
    expect([...new Set(statuses)].toSorted()).toEqual(
      // biome-ignore format: a list
      ["accepted", "blocked", "cancelled", "failed", "ignored", "needs_clarification", "ready", "review_ready", "revision_requested", "running"],
    );
    const [before, truth] = [await dump("copy"), await dump("truth")];
    for (const [table, rows] of Object.entries(before)) expect(rows.length, table).toBeGreaterThan(0);
    await wipe();
    expect(await rebuilt()).toBeGreaterThanOrEqual(Object.keys(runs).length + made.length);
    expect(await dump("copy")).toEqual(before);
    expect(await dump("truth")).toEqual(truth);
    await rebuilt();
    expect(await dump("copy")).toEqual(before);
  });

  test("is as the actors have it also where somebody wrote a row of a Business Unit before them, as the demo's agency does", async () => {
    const [unit = "none"] = await units();
    await settleUnit(world, unit);
    const of = (dumped: Dump, table: string) => dumped[table]?.filter((row) => row.includes(unit));
    const before = await dump("copy");
    await wipe();
    await db.batch([
      db
        .prepare(`INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, created_at)
          VALUES (?, 'cl_lost', 'Seeded', 'UTC', 'EUR', '2041')`)
        .bind(unit),
      db.prepare("INSERT INTO source_assets VALUES (?, 'ga4_property', '1', '2041', NULL, NULL)").bind(unit),
      db.prepare("INSERT INTO context_bindings VALUES (?, '12', 'Lost', '2041')").bind(unit),
    ]);
    await rebuilt("units:");
    const after = await dump("copy");
    for (const table of ["business_units", "source_assets", "context_bindings"])
      expect(of(after, table), table).toEqual(of(before, table));
  });

  test("is written anew beside work: who goes on meanwhile is shown as it is then", async () => {
    const task = await reviewed();
    await wipe();
    await Promise.all([rebuilt(), say(world, task, "I accept.")]);
    await settle(world, runOf(task));
    const row = db.prepare("SELECT status FROM team_agent_runs WHERE task_gid = ?").bind(task).first("status");
    expect(await row).toBe("accepted");
  });

  test("names a Business Unit whose client is not there, and writes it when there is one", async () => {
    const unit = await unitMade();
    await wipe();
    await db.prepare("DELETE FROM clients WHERE client_id = 'cl_lost'").run();
    const body = JSON.stringify({ cursor: "unit_roster:" });
    const answer = await ask(desk, "POST", "/internal/reproject", { body, headers: STAFF });
    const failed = v.array(v.object({ name: v.string(), error: v.string() }));
    const page = await bodyOf(answer, v.object({ failed }));
    expect(page.failed).toContainEqual({ name: unit, error: expect.stringContaining("FOREIGN KEY") });
    await db.prepare("INSERT INTO clients (client_id, name, created_at) VALUES ('cl_lost', 'Lost', '2026')").run();
    await rebuilt("unit_roster:");
    const name = db.prepare("SELECT name FROM business_units WHERE business_unit_id = ?").bind(unit).first("name");
    expect(await name).toBe("Plunkett");
  });
});

describe("the roster of the board", () => {
  const onRoster = async () => {
    const board = env.RUN_BOARD.getByName("board");
    return board.roster("", 1_000);
  };

  test("loses a task when its run is in the archive, and has it again when something stirs", async () => {
    const task = await accepted();
    expect(await onRoster()).toContain(task);
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, runOf(task));
    expect(await onRoster()).not.toContain(task);
    await say(world, task, "Why did the clicks drop?");
    expect(await onRoster()).toContain(task);
  });

  test("is not made longer by a reprojection of what is archived, and forgets what an older version left on it", async () => {
    const task = await archived();
    await runInDurableObject(env.RUN_BOARD.getByName("board"), (_, ctx) =>
      ctx.storage.sql.exec("INSERT INTO roster VALUES (?)", task),
    );
    showArchive();
    await rebuilt();
    expect(await onRoster()).not.toContain(task);
    expect(
      (await db.prepare("SELECT 1 FROM team_agent_runs WHERE task_gid = ?").bind(task).all()).results,
    ).toHaveLength(1);
  });

  test("keeps a task that stirred again when a word about the archive comes late", async () => {
    const task = await accepted();
    const before = await runOf(task).view();
    if (before === null) throw new Error("There is a run.");
    await say(world, task, "Why did the clicks drop?");
    await env.RUN_BOARD.getByName("board").put(before, true);
    expect(await onRoster()).toContain(task);
  });

  test("loses nothing when the board cannot be told: the run stays where it is until it can", async () => {
    const task = await accepted();
    world.faults.fail("board", new RetryableError("board_down", "The board is down."), { times: 1 });
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, runOf(task));
    expect(await onRoster()).toContain(task);
    expect(await alarmOf(runOf(task))).not.toBeNull();
    world.now += 600_000;
    await settle(world, runOf(task));
    expect([await onRoster(), await alarmOf(runOf(task))]).toEqual([expect.not.arrayContaining([task]), null]);
  });
});
