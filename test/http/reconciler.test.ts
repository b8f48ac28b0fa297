import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import type { AsanaEvent } from "../../src/core/intake/asana-events.ts";
import { fingerprint } from "../../src/core/intake/candidates.ts";
import type { IndexedRun } from "../../src/core/intake/reconcile.ts";
import type { PlatformBuildRunMessage, TeamAgentRunMessage } from "../../src/core/messages.ts";
import { listStreams, moveStream, noteStreamProblem, streamPosition } from "../../src/d1/event-streams.ts";
import { blockedTasks } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { type FakeAsanaWatch, fakeAsanaWatch } from "../../src/ports/asana/fake-watch.ts";
import { lookAtBlocked, type ReconcilerDeps, reconcile } from "../../src/reconciler.ts";
import { INTAKE, JESSIE, MAYA, NOW } from "../support/run-cases.ts";
import { BUILDS } from "./hands.ts";

const index = openIndex(env.PLATFORM_BUILD_DB);
const HOUR = 3_600_000;
let asana: FakeAsanaWatch;
let sent: (TeamAgentRunMessage | PlatformBuildRunMessage)[];
let listed: Record<string, readonly { gid: string; assigneeGid: string | null }[]>;
let waits: readonly IndexedRun[];
let queueFailure: Error | null;
let now: number;

beforeEach(async () => {
  asana = fakeAsanaWatch({ projectGids: [INTAKE, BUILDS] });
  sent = [];
  listed = {};
  waits = [];
  queueFailure = null;
  now = NOW;
  await env.PLATFORM_BUILD_DB.prepare("DELETE FROM asana_event_streams").run();
});

const take = async (messages: readonly (TeamAgentRunMessage | PlatformBuildRunMessage)[]) => {
  if (queueFailure !== null) throw queueFailure;
  sent.push(...messages);
};
const depsWith = (change: Partial<ReconcilerDeps> = {}): ReconcilerDeps => ({
  jessieUserGid: JESSIE.gid,
  projects: { intake: INTAKE, platformBuild: BUILDS },
  events: (projectGid, sync) => asana.events(projectGid, sync),
  position: (projectGid) => streamPosition(index, projectGid),
  moveStream: (projectGid, moved) => moveStream(index, projectGid, moved),
  noteProblem: (projectGid, problem) => noteStreamProblem(index, projectGid, problem),
  openTasks: async (projectGid) => listed[projectGid] ?? [],
  unfinishedRuns: async () => waits,
  blockedTasks: async () => [],
  knownTasks: async () => new Set(waits.map((one) => one.taskGid)),
  notedBuilds: async () => new Set<string>(),
  enqueueRuns: take,
  enqueueBuilds: take,
  ...change,
});
const pass = (change: Partial<ReconcilerDeps> = {}, compare = false) =>
  reconcile(depsWith(change), new Date(now), compare);
/** What was sent since the last look: kind, task, first action. */
const seen = () => sent.splice(0).map((one) => `${one.type}:${one.taskGid}:${one.events[0]?.action}`);
const assigned = (gid: string): AsanaEvent => ({
  action: "changed",
  created_at: new Date(now).toISOString(),
  resource: { gid, resource_type: "task" },
  user: { gid: MAYA.gid },
  change: { field: "assignee" },
});
const streamOf = async (projectGid: string) => (await listStreams(index)).find((one) => one.projectGid === projectGid);

describe("the event stream of a project", () => {
  test("is followed from the first pass on: what happens later is told once, although the listing shows it too", async () => {
    listed[INTAKE] = [{ gid: "1", assigneeGid: JESSIE.gid }];
    listed[BUILDS] = [{ gid: "2", assigneeGid: null }];
    expect(await pass()).toBe(2);
    expect(seen()).toEqual(["team-agent-run:1:reconciled", "platform-build-run:2:reconciled"]);
    asana.happen(INTAKE, assigned("3"));
    asana.happen(BUILDS, assigned("4"));
    const known = { knownTasks: async () => new Set(["1"]), notedBuilds: async () => new Set(["2"]) };
    listed[INTAKE] = [...(listed[INTAKE] ?? []), { gid: "3", assigneeGid: JESSIE.gid }];
    listed[BUILDS] = [...(listed[BUILDS] ?? []), { gid: "4", assigneeGid: null }];
    now += 5 * 60_000;
    expect(await pass(known)).toBe(2);
    expect(seen()).toEqual(["team-agent-run:3:changed", "platform-build-run:4:changed"]);
    const all = { knownTasks: async () => new Set(["1", "3"]), notedBuilds: async () => new Set(["2", "4"]) };
    expect(await pass(all)).toBe(0);
  });

  test("says the same as a webhook would, so that an actor knows what it was told before", async () => {
    await pass();
    asana.happen(INTAKE, assigned("3"));
    await pass();
    const event = sent.at(-1)?.events[0];
    expect(event === undefined ? "" : fingerprint(event)).toBe(
      `task|3|changed|assignee|${new Date(NOW).toISOString()}|${MAYA.gid}`,
    );
  });

  test("is read to its end, page by page, one message per task of a page", async () => {
    await pass();
    seen();
    for (let n = 0; n < 250; n += 1) asana.happen(INTAKE, assigned(String(1_000 + n)));
    expect(await pass()).toBe(250);
    expect(new Set(seen()).size).toBe(250);
  });

  test("goes on from the same place when the queue did not take the messages", async () => {
    await pass();
    asana.happen(INTAKE, assigned("3"));
    queueFailure = new Error("The queue is down.");
    await pass();
    expect((await streamOf(INTAKE))?.problem).toContain("The queue is down.");
    queueFailure = null;
    expect(await pass()).toBe(1);
    expect(seen()).toEqual(["team-agent-run:3:changed"]);
    expect((await streamOf(INTAKE))?.problem).toBeNull();
  });
});

test("a task of Jessie's that neither webhook nor stream told of is found in the next pass, and one that left her too", async () => {
  await pass();
  listed[INTAKE] = [{ gid: "8", assigneeGid: JESSIE.gid }];
  waits = [{ taskGid: "9", status: "running", updatedAt: new Date(now).toISOString() }];
  expect(await pass()).toBe(2);
  expect(seen()).toEqual(["team-agent-run:8:reconciled", "team-agent-run:9:reconciled"]);
});

test("a task is found also while the stream does not answer, and what the stream told meanwhile when it does again", async () => {
  await pass();
  listed[INTAKE] = [{ gid: "8", assigneeGid: JESSIE.gid }];
  asana.happen(INTAKE, assigned("3"));
  asana.faults.fail("events", new RetryableError("asana_unavailable", "Asana is down."));
  await pass();
  expect(seen()).toEqual(["team-agent-run:8:reconciled"]);
  expect((await streamOf(INTAKE))?.problem).toBe("asana_unavailable: Asana is down.");
  listed[INTAKE] = [];
  await pass();
  expect(seen()).toEqual(["team-agent-run:3:changed"]);
  expect((await streamOf(INTAKE))?.problem).toBeNull();
});

describe("everything is compared", () => {
  /** A run that waits for a comment which no listing shows. */
  const missed = () => {
    listed[INTAKE] = [{ gid: "9", assigneeGid: JESSIE.gid }];
    waits = [{ taskGid: "9", status: "review_ready", updatedAt: new Date(now).toISOString() }];
  };

  test("when the token is lost, also half-way; the new token is good from then on", async () => {
    await pass();
    missed();
    asana.loseTokens();
    asana.happen(INTAKE, assigned("3"));
    expect(await pass()).toBe(1);
    expect(seen()).toEqual(["team-agent-run:9:reconciled"]);
    asana.happen(INTAKE, assigned("4"));
    await pass();
    expect(seen()).toEqual(["team-agent-run:4:changed"]);
  });

  test("when it is asked for, as at boot", async () => {
    await pass();
    missed();
    expect(await pass()).toBe(0);
    expect(await pass({}, true)).toBe(1);
  });

  test("twice a day, because the stream may lose events too", async () => {
    await pass();
    missed();
    now += 12 * HOUR - 1;
    expect(await pass()).toBe(0);
    now += 1;
    expect(await pass()).toBe(1);
    expect(await pass()).toBe(0);
  });

  test("after a lost token nothing that happens during the comparison is missed", async () => {
    const during = async (projectGid: string) => {
      if (projectGid === INTAKE) asana.happen(INTAKE, assigned("5"));
      return [];
    };
    await pass({ openTasks: during });
    await pass();
    expect(seen()).toEqual(["team-agent-run:5:changed"]);
  });

  test("again in the next pass when the comparison failed", async () => {
    missed();
    await pass({ knownTasks: () => Promise.reject(new Error("D1 is down.")) });
    expect(seen()).toEqual([]);
    expect(await pass()).toBe(1);
  });
});

test("a project that fails stops no other, and says why", async () => {
  listed[BUILDS] = [{ gid: "2", assigneeGid: null }];
  asana.faults.fail("events", new RetryableError("asana_unavailable", "Asana is down."));
  expect(await pass()).toBe(1);
  expect(seen()).toEqual(["platform-build-run:2:reconciled"]);
  expect([(await streamOf(INTAKE))?.problem, (await streamOf(BUILDS))?.problem]).toEqual([
    "asana_unavailable: Asana is down.",
    null,
  ]);
});

test("a project that is not configured is left out", async () => {
  expect(await pass({ projects: { intake: "", platformBuild: "" } })).toBe(0);
  expect(asana.faults.calls).toEqual([]);
});

test("of more blocked runs than one pass looks at, each pass takes the next part", async () => {
  const at = (minutes: number) => new Date(minutes * 60_000);
  const insert = env.PLATFORM_BUILD_DB.prepare(
    `INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, summary, created_at, updated_at, parked)
     VALUES (?, ?, 1, ?, '', '{}', ?, '', 0)`,
  );
  const rows = ["blocked", "blocked", "running", "blocked"].map((status, n) =>
    insert.bind(`tar_77${n}`, `77${n}`, status, `1999-01-0${n + 1}`),
  );
  await env.PLATFORM_BUILD_DB.batch([env.PLATFORM_BUILD_DB.prepare("DELETE FROM team_agent_runs"), ...rows]);
  const passes = await Promise.all([0, 4, 5, 10].map((minutes) => blockedTasks(index, at(minutes), 2)));
  expect(passes).toEqual([["773", "771"], ["773", "771"], ["770"], ["773", "771"]]);
});

test("blocked runs are looked at in every pass: what they lack is mended outside of Asana", async () => {
  expect(await lookAtBlocked(depsWith({ blockedTasks: async () => ["6", "7"] }), new Date(now))).toBe(2);
  expect(seen()).toEqual(["team-agent-run:6:reconciled", "team-agent-run:7:reconciled"]);
  expect(await lookAtBlocked(depsWith(), new Date(now))).toBe(0);
});
