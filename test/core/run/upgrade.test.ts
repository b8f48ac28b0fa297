import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/run/decide.ts";
import { STATE_SCHEMA, upgradeState } from "../../../src/core/run/upgrade.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import { wakeAt } from "../../../src/core/run/wake.ts";
import { RunDetailSchema } from "../../../src/core/wire.ts";
import { NOW, SETTINGS } from "../../support/run-cases.ts";
import { SITUATIONS } from "../../support/run-machine.ts";

/** States as the first version stored them; never written again. */
const FIRST: Record<string, object> = JSON.parse(
  readFileSync(new URL("fixtures/states-1.json", import.meta.url), "utf8"),
);

describe.each(Object.entries(FIRST))("a run that the first version left “%s”", (_name, stored) => {
  test("is shown, woken and told things by this version", () => {
    const state = upgradeState(stored, 1);
    expect(v.is(RunDetailSchema, detailOf(state))).toBe(true);
    expect(wakeAt(state) === null || Number.isFinite(wakeAt(state))).toBe(true);
    expect(decide(state, { type: "tick" }, NOW + 60_000, SETTINGS).refusal).toBeNull();
    expect(state).toMatchObject({ ...stored, registryVersion: state.version });
  });
});

test("a state of this version's own shape stays as it is", () => {
  for (const { state } of Object.values(SITUATIONS)) {
    if (state !== null) expect(upgradeState(JSON.parse(JSON.stringify(state)), STATE_SCHEMA)).toEqual(state);
  }
});

test("a state without a field that came later gets what a run is born with", () => {
  const { parked: _later, ...stored } = SITUATIONS.ready.state ?? { parked: [] };
  expect(upgradeState(stored, STATE_SCHEMA).parked).toEqual([]);
});

test.each([
  ["no object", null, /at its root/],
  ["a status nobody knows", { ...FIRST.ready, status: "lost" }, /at status/],
  ["a lease without an epoch", { ...FIRST.running, lease: { attempt: 1, expiresAt: 1 } }, /at lease\.epoch/],
  ["rounds that are no list", { ...FIRST.ready, rounds: {} }, /at rounds/],
])("a stored state with %s aborts the turn instead of misleading it", (_what, stored, message) => {
  expect(() => upgradeState(stored, 1)).toThrow(message);
});

test("a state of a newer version is left alone", () => {
  expect(() => upgradeState(FIRST.ready, STATE_SCHEMA + 1)).toThrow(/this version knows/);
});
