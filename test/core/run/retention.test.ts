import { expect, test } from "vitest";
import {
  effectDueAt,
  effectKey,
  laneOf,
  PROGRESS_SHOWN_AFTER_MS,
  standingEffects,
} from "../../../src/core/run/effects.ts";
import { ARCHIVE_AFTER_MS, isTerminal } from "../../../src/core/run/queries.ts";
import { SITUATIONS } from "../../support/run-machine.ts";

test.each(Object.entries(SITUATIONS))(
  "a run that is “%s” is promised to the archive only when it has ended",
  (_, at) => {
    if (at.state === null) return;
    const kinds = standingEffects(at.state).map(effectKey);
    expect(kinds).toEqual(isTerminal(at.state.status) ? ["project", "archive"] : ["project"]);
  },
);

test("the archive waits thirty days from the last event, whatever else is due now", () => {
  const { state, now } = SITUATIONS.accepted;
  if (state === null) throw new Error("There is a run.");
  expect(effectDueAt({ kind: "archive" }, state, [], now)).toBe(state.updatedAt + ARCHIVE_AFTER_MS);
  expect(effectDueAt({ kind: "look" }, state, [], now)).toBe(now);
  expect(laneOf({ kind: "archive" })).toBe("archive");
});

test("an execution is put on the queue when it is due, not while it backs off", () => {
  const { state, now } = SITUATIONS["waiting for the next try"];
  if (state === null) throw new Error("There is a run.");
  expect(effectDueAt({ kind: "enqueue_execution" }, state, [], now)).toBe(state.execution?.dueAt);
  expect(effectDueAt({ kind: "enqueue_execution" }, { ...state, execution: null }, [], now)).toBe(now);
});

test("that an attempt begins and gets on is shown a little later, at once for all of it; whatever else happens is shown at once", () => {
  const { state, now } = SITUATIONS["waiting for the next try"];
  if (state === null) throw new Error("There is a run.");
  const done = { type: "step.done", key: "a", label: "A", startedAt: now, expiresAt: now } as const;
  const ended = { type: "attempt.ended", outcome: "paused", detail: "" } as const;
  expect(effectDueAt({ kind: "project" }, state, [done, done], now)).toBe(now + PROGRESS_SHOWN_AFTER_MS);
  expect(effectDueAt({ kind: "project" }, state, [done, ended], now)).toBe(now);
  expect(effectDueAt({ kind: "project" }, state, [], now)).toBe(now);
  const granted = { type: "lease.granted", epoch: 1, attempt: 1, expiresAt: now } as const;
  for (const kind of ["project", "status_comment"] as const)
    expect(effectDueAt({ kind }, state, [granted], now)).toBe(now + PROGRESS_SHOWN_AFTER_MS);
  expect(effectDueAt({ kind: "status_comment" }, state, [ended], now)).toBe(now);
});
