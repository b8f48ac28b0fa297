import fc from "fast-check";
import { expect, test } from "vitest";
import { isLogged } from "../../../src/core/business-unit/events.ts";
import { evolve } from "../../../src/core/business-unit/evolve.ts";
import { isActive, isScheduled } from "../../../src/core/business-unit/queries.ts";
import type { UnitState } from "../../../src/core/business-unit/types.ts";
import { wakeAt } from "../../../src/core/business-unit/wake.ts";
import { type PlayedUnit, SITUATIONS, turn, type UnitTurn } from "../../support/unit-machine.ts";
import { COMMANDS } from "./commands-of-table.ts";

const happening = fc.record({
  command: fc.constantFrom(...Object.values(COMMANDS)),
  wait: fc.constantFrom(0, 10, 1_000, 30_000, 600_000, 3_600_000, 86_400_000),
});

/** The state as the log alone tells it: without what heartbeats, steps, progress and put-offs moved. */
function withoutQuiet(state: UnitState): unknown {
  const { quotas: _quotas, agenda: _agenda, refresh, ...rest } = state;
  if (refresh === null) return rest;
  const { lease: _lease, stepAtWork: _step, dueAt: _due, startBy: _by, resends: _resends, sources, ...kept } = refresh;
  const ends = Object.entries(sources).map(([source, one]) => [source, one.cause, one.nextTryAt, one.tries]);
  // Why it waits is told by a hold, too; why it ended by the log alone.
  const cause = isActive(refresh) ? null : refresh.cause;
  return { ...rest, refresh: { ...kept, cause }, ends };
}

function checkLog(before: UnitState | null, { state, events }: UnitTurn, now: number): void {
  const told = events.filter(isLogged).reduce<UnitState | null>((at, event) => evolve(at, event, now), before);
  expect(told === null ? null : withoutQuiet(told)).toEqual(state === null ? null : withoutQuiet(state));
}

function checkState(state: UnitState): void {
  const { refresh } = state;
  if (isScheduled(state)) expect(wakeAt(state)).not.toBeNull();
  if (state.archivedAt !== null) expect([wakeAt(state), isActive(refresh)]).toEqual([null, false]);
  if (refresh === null) return;
  expect(refresh.lease !== null).toBe(refresh.status === "running");
  // Whoever is at work is watched, and what waits for a worker is sent again.
  expect(refresh.startBy !== null).toBe(refresh.status === "queued");
  expect(refresh.finishedAt === null).toBe(isActive(refresh));
  const undone = Object.values(refresh.sources).filter(({ status }) => status === "waiting" || status === "running");
  if (!isActive(refresh)) expect(undone).toEqual([]);
  const open = state.quality.filter(({ closedAt }) => closedAt === null).map((one) => `${one.source} ${one.check}`);
  expect(new Set(open).size).toBe(open.length);
}

test("whatever happens to a Business Unit, in whatever order, it keeps its promises", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(SITUATIONS)), fc.array(happening, { maxLength: 50 }), (from, list) => {
      let at: PlayedUnit = from;
      const epochs = new Set<number>();
      for (const { command, wait } of list) {
        const now = at.now + wait;
        const told = command(at.state);
        const result = turn({ state: at.state, now }, told);
        if (result.refusal !== null) expect(result.state).toBe(at.state);
        expect(result.seqs).toEqual(result.seqs.map((_, n) => (at.state?.version ?? 0) + 1 + n));
        checkLog(at.state, result, now);
        if (result.state !== null) checkState(result.state);
        const lease = at.state?.refresh?.lease ?? null;
        if (
          "epoch" in told &&
          at.state !== null &&
          (lease === null || told.epoch !== lease.epoch || lease.expiresAt <= now)
        )
          expect(result.refusal?.code).toBe("fenced");
        for (const event of result.events) {
          if (event.type !== "lease.granted") continue;
          expect(epochs).not.toContain(event.epoch);
          epochs.add(event.epoch);
        }
        at = { state: result.state, now };
      }
    }),
    { numRuns: 700 },
  );
});
