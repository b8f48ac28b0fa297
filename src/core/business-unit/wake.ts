/**
 * The timers of a Business Unit: the truth about when it acts by itself. The platform's alarm is only a hint that is set
 * to the earliest of them.
 */
import { decideLease, decideStart, leaseAt, startAt } from "./attempt.ts";
import { type Decision, NOTHING } from "./commands.ts";
import { decideSchedule, scheduleAt } from "./schedule.ts";
import { decideRetry, retryAt } from "./source-retries.ts";
import type { Instant, UnitState } from "./types.ts";

interface TimerRule {
  readonly name: string;
  /** When it is due; null when it does not run. */
  at(state: UnitState): Instant | null;
  /** What it does at `now` when it is due until `upTo`, and nothing before. */
  due(state: UnitState, now: Instant, upTo: Instant): Decision;
}

/** Of several that are due, the first that has something to do goes first. */
const RULES: readonly TimerRule[] = [
  { name: "lease", at: leaseAt, due: decideLease },
  { name: "start", at: startAt, due: decideStart },
  { name: "retry", at: retryAt, due: decideRetry },
  { name: "schedule", at: scheduleAt, due: decideSchedule },
];

/** The timers that run, earliest first. */
export function timersOf(state: UnitState): readonly { readonly name: string; readonly at: Instant }[] {
  const timers = RULES.flatMap(({ name, at }) => {
    const due = at(state);
    return due === null ? [] : [{ name, at: due }];
  });
  return timers.toSorted((a, b) => a.at - b.at);
}

/** When the unit must be looked at again. A unit that is refreshed by schedule always has a time. */
export function wakeAt(state: UnitState): Instant | null {
  return timersOf(state)[0]?.at ?? null;
}

/** One rule acts at a time: the others see the state it leaves, in the turn that follows because they are still due. */
export function decideTick(state: UnitState, now: Instant, upTo: Instant): Decision {
  return RULES.map(({ due }) => due(state, now, upTo)).find(({ events }) => events.length > 0) ?? NOTHING;
}
