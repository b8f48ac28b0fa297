/** What actors are lent on a platform that never answers: it holds no alarm for ever. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { projectionOf } from "../../src/core/business-unit/projection.ts";
import { holdTarget } from "../../src/core/run/holds.ts";
import { summaryOf } from "../../src/core/run/view.ts";
import { ANSWER_WITHIN_MS, inTime, NO_ANSWER } from "../../src/lib/in-time.ts";
import { runDeps } from "../../src/wiring.ts";
import { unitDeps } from "../../src/wiring-unit.ts";
import { BRIEF, TASK, taskRead } from "../support/run-cases.ts";
import { DELIVER, finish, NEW, played } from "../support/run-machine.ts";
import { create, NOW as SOME_DAY, stateOf, turn as unitTurn } from "../support/unit-machine.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const statement = { bind: () => statement, all: never, run: never, first: never };

/** Bindings that take every call and answer none. */
const bindings = {
  PLATFORM_BUILD_DB: { prepare: () => statement, batch: never },
  TEAM_AGENT_EXECUTION_QUEUE: { send: never },
  CLIENT_DATA_PLANE_BUCKET: { get: never, put: never },
  RUN_BOARD: { getByName: () => ({ put: never, enlistUnit: never }) },
};
// A copy: what is assigned to an heir of the runtime's `env` arrives in the runtime's own, for all files after this one.
const silent = Object.assign({ ...env }, bindings);

const { state } = played(NEW, DELIVER, taskRead(), { type: "acquire", attempt: 1 }, finish(1, 1));
if (state === null) throw new Error("There is a run.");
const summary = summaryOf(state);
const projection = projectionOf(
  stateOf(unitTurn({ state: null, now: SOME_DAY }, create)),
  { edits: [], refreshes: [] },
  SOME_DAY,
);
const run = runDeps(silent, { client: () => "bu_plunkett", taskGid: TASK });
const unit = unitDeps(silent);

const START = {
  type: "team-agent-execution",
  schemaVersion: 1,
  idempotencyKey: "execution:tar_777:1",
  correlationId: "tar_777",
  runId: "tar_777",
  attempt: 1,
  kind: "initial",
  enqueuedAt: "2026-11-23T09:00:00.000Z",
} as const;
const REFRESH = {
  type: "business-unit-refresh",
  schemaVersion: 1,
  idempotencyKey: "refresh:ing_bu_plunkett_1:1",
  correlationId: "ing_bu_plunkett_1",
  businessUnitId: "bu_plunkett",
  ingestionRunId: "ing_bu_plunkett_1",
  attempt: 1,
  enqueuedAt: "2026-11-23T09:00:00.000Z",
} as const;

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  "the units a task may mean": () => run.units(),
  "the holds on a run": () => run.holdOn(holdTarget(BRIEF)),
  "a run's row of the index": () => run.project(summary),
  "a run on the board": () => run.showOnBoard(summary),
  "the register of reports": () => run.register(state),
  "a start on the queue": () => run.enqueueExecution(START),
  "a run put into the archive": () => run.archive.put("archive/runs/x.json", "{}"),
  "a run read from the archive": () => run.archive.get("archive/runs/x.json"),
  "the first record of a unit": () => unit.seeded("bu_plunkett"),
  "a unit's rows of the index": () => unit.project(projection),
  "a unit on the board": () => unit.enlist("bu_plunkett"),
  "the fence of a unit's facts": () => unit.fence("bu_plunkett", 3),
  "the holds on a refresh": () => unit.holdOn(holdTarget(BRIEF)),
  "a refresh on the queue": () => unit.enqueueRefresh(REFRESH),
};

describe("a call of an actor that is never answered", () => {
  test.each(Object.entries(CALLS))("%s: is given up after a minute, to be tried again", async (_, call) => {
    const failed = vi.fn();
    void call().catch(failed);
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS - 1);
    expect(failed).not.toHaveBeenCalled();
    // Those that shared the first read of the holds wait for one of their own.
    await vi.advanceTimersByTimeAsync(2);
    expect(failed.mock.calls).toMatchObject([[{ name: "RetryableError", code: NO_ANSWER }]]);
  });

  test("says who did not answer, and for how long it was waited", async () => {
    const answer = expect(inTime("The index (D1)", never(), 1_500)).rejects.toThrow(
      "The index (D1) gave no answer within 2 seconds.",
    );
    await vi.advanceTimersByTimeAsync(1_500);
    await answer;
  });
});

test("an answer in time, and a refusal, come as they are, and no timer is left", async () => {
  await expect(inTime("x", Promise.resolve(7))).resolves.toBe(7);
  await expect(inTime("x", Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(vi.getTimerCount()).toBe(0);
});
