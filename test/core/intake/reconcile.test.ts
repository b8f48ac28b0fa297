import { describe, expect, test } from "vitest";
import {
  type IndexedRun,
  isComparisonDue,
  type ListedTask,
  tasksToLookAt,
} from "../../../src/core/intake/reconcile.ts";
import { JESSIE, MAYA, NOW } from "../../support/run-cases.ts";

const listed = (gid: string, assigneeGid: string | null) => ({ gid, assigneeGid, modifiedAt: "" });
const run = (status: IndexedRun["status"], silentMs = 0): IndexedRun => ({
  taskGid: "1",
  status,
  updatedAt: new Date(NOW - silentMs).toISOString(),
});

/** Tasks that are looked at; as in most passes unless `everything` is to be compared. */
const looked = (
  tasks: readonly ListedTask[],
  runs: readonly IndexedRun[],
  known: readonly string[],
  everything = false,
) => tasksToLookAt(tasks, runs, new Set(known), JESSIE.gid, NOW, everything);

const OPEN = [
  "observed",
  "assessing",
  "blocked",
  "needs_clarification",
  "review_ready",
  "ready",
  "running",
  "revision_requested",
  "revision_running",
] as const;

/** Whether the run of task 1, which is Jessie's, is looked at when everything is compared: freshly written, and after a long silence. */
const LOOKED: Readonly<Record<(typeof OPEN)[number], readonly [fresh: boolean, silent: boolean]>> = {
  observed: [true, true],
  assessing: [true, true],
  blocked: [true, true],
  needs_clarification: [true, true],
  review_ready: [true, true],
  ready: [false, true],
  running: [false, true],
  revision_requested: [false, true],
  revision_running: [false, true],
};

describe("a run whose task is Jessie's", () => {
  test.each(OPEN)(
    "that is %s is looked at as the table says when everything is compared, and else left alone",
    (status) => {
      const tasks = [listed("1", JESSIE.gid)];
      const seen = (everything: boolean) =>
        [0, 11 * 60_000].map((silent) => looked(tasks, [run(status, silent)], ["1"], everything).length === 1);
      expect(seen(true)).toEqual(LOOKED[status]);
      expect(seen(false)).toEqual([false, false]);
    },
  );
});

test.each(OPEN)("a run that is %s although its task is not Jessie's any more is looked at in every pass", (status) => {
  expect(looked([listed("1", MAYA.gid)], [run(status)], ["1"])).toEqual(["1"]);
  expect(looked([], [run(status)], ["1"])).toEqual(["1"]);
});

test("a task of Jessie's that nobody knows is looked at in every pass", () => {
  expect(looked([listed("2", JESSIE.gid)], [], [])).toEqual(["2"]);
});

test("a task of somebody else is left alone", () => {
  expect(looked([listed("2", MAYA.gid), listed("3", null)], [], [], true)).toEqual([]);
});

test("a task whose run has ended is not begun again", () => {
  expect(looked([listed("1", JESSIE.gid)], [], ["1"], true)).toEqual([]);
});

test("each task is named once, in order", () => {
  const runs = [{ ...run("blocked"), taskGid: "9" }, run("blocked")];
  const tasks = [listed("9", JESSIE.gid), listed("1", JESSIE.gid), listed("5", JESSIE.gid)];
  expect(looked(tasks, runs, ["9"], true)).toEqual(["1", "5", "9"]);
});

test("everything is compared at first, and again after twelve hours", () => {
  expect(isComparisonDue(null, NOW)).toBe(true);
  expect(isComparisonDue(new Date(NOW - 12 * 3_600_000 + 1).toISOString(), NOW)).toBe(false);
  expect(isComparisonDue(new Date(NOW - 12 * 3_600_000).toISOString(), NOW)).toBe(true);
});
