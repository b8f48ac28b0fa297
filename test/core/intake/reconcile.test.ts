import { expect, test } from "vitest";
import { type IndexedRun, isComparisonDue, tasksToLookAt } from "../../../src/core/intake/reconcile.ts";
import { RunStatusSchema } from "../../../src/core/wire.ts";
import { JESSIE, MAYA, NOW } from "../../support/run-cases.ts";

const listed = (gid: string, assigneeGid: string | null) => ({ gid, assigneeGid, modifiedAt: "" });
const run = (status: IndexedRun["status"], silentMs = 0): IndexedRun => ({
  taskGid: "1",
  status,
  updatedAt: new Date(NOW - silentMs).toISOString(),
});

/** Whether the run of task 1 is looked at: freshly written, and after a long silence. */
const LOOKED: Readonly<Record<IndexedRun["status"], readonly [fresh: boolean, silent: boolean]>> = {
  observed: [true, true],
  assessing: [true, true],
  blocked: [true, true],
  needs_clarification: [true, true],
  review_ready: [true, true],
  ready: [false, true],
  running: [false, true],
  revision_requested: [false, true],
  revision_running: [false, true],
  ignored: [false, false],
  accepted: [false, false],
  cancelled: [false, false],
  failed: [false, false],
};

test.each(RunStatusSchema.options)("a run that is %s is looked at as the table says", (status) => {
  const looked = [0, 11 * 60_000].map(
    (silent) => tasksToLookAt([], [run(status, silent)], new Set(["1"]), JESSIE.gid, NOW).length === 1,
  );
  expect(looked).toEqual(LOOKED[status]);
});

test("a task of Jessie's that nobody knows is looked at", () => {
  expect(tasksToLookAt([listed("2", JESSIE.gid)], [], new Set(), JESSIE.gid, NOW)).toEqual(["2"]);
});

test("a task of somebody else is left alone", () => {
  const tasks = [listed("2", MAYA.gid), listed("3", null)];
  expect(tasksToLookAt(tasks, [], new Set(), JESSIE.gid, NOW)).toEqual([]);
});

test("an ignored task that is Jessie's now is looked at", () => {
  expect(tasksToLookAt([listed("1", JESSIE.gid)], [run("ignored")], new Set(["1"]), JESSIE.gid, NOW)).toEqual(["1"]);
});

test("a task whose run has ended is not begun again", () => {
  expect(tasksToLookAt([listed("1", JESSIE.gid)], [], new Set(["1"]), JESSIE.gid, NOW)).toEqual([]);
});

test("each task is named once, in order", () => {
  const runs = [{ ...run("blocked"), taskGid: "9" }, run("blocked")];
  const tasks = [listed("9", JESSIE.gid), listed("1", JESSIE.gid), listed("5", JESSIE.gid)];
  expect(tasksToLookAt(tasks, runs, new Set(["9"]), JESSIE.gid, NOW)).toEqual(["1", "5", "9"]);
});

test("everything is compared at first, and again after twelve hours", () => {
  expect(isComparisonDue(null, NOW)).toBe(true);
  expect(isComparisonDue(new Date(NOW - 12 * 3_600_000 + 1).toISOString(), NOW)).toBe(false);
  expect(isComparisonDue(new Date(NOW - 12 * 3_600_000).toISOString(), NOW)).toBe(true);
});
