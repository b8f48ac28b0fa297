import { expect, test } from "vitest";
import type { NextWork, RunCommand } from "../../../src/core/run/commands.ts";
import { NOW } from "../../support/run-cases.ts";
import { commit, SITUATIONS, turn } from "../../support/run-machine.ts";

const STEP: NextWork = { kind: "step", key: "c", label: "Step c" };
const EFFECT: NextWork = { kind: "effect", key: "c", label: "Step c" };

function advance(epoch: number, keys: readonly string[], next: NextWork | null): RunCommand {
  const done = keys.map((key) => ({ kind: "step" as const, key, label: `Step ${key}`, startedAt: NOW, result: "1" }));
  return { type: "advance", epoch, done, next };
}

const { running } = SITUATIONS;

test.each<[string, NextWork | null, RunCommand | null]>([
  ["a step that begins", STEP, { type: "begin_step", epoch: 1, key: "c", label: "Step c" }],
  ["an intent", EFFECT, { type: "intend_effect", epoch: 1, key: "c", label: "Step c" }],
  ["nothing", null, null],
])("two finished steps and %s in one turn leave the same log and state as one after the other", (_w, next, alone) => {
  const together = turn(running, advance(1, ["a", "b"], next));
  const first = turn(running, commit(1, "a"));
  const second = turn(first, commit(1, "b"));
  const last = alone === null ? second : turn(second, alone);
  const apart = [first, second, ...(alone === null ? [] : [last])];
  expect(together.events).toEqual(apart.flatMap((one) => one.events));
  expect(together.state).toEqual(last.state);
});

test("an old epoch records none of them", () => {
  const told = turn(running, advance(0, ["a", "b"], EFFECT));
  expect([told.refusal, told.state]).toEqual(["fenced", running.state]);
});

test("nothing finished and nothing begun changes nothing", () => {
  expect(turn(running, advance(1, [], null))).toMatchObject({ events: [], refusal: null, state: running.state });
});
