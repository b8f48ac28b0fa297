/**
 * The timers of a run: the truth about when it acts by itself. The platform's alarm is only a hint that is set to the
 * earliest of them, so a lost alarm is put right by whoever wakes the actor next.
 */
import type { Decision } from "./commands.ts";
import { decideLease, decideStart, leaseAt, startAt } from "./decide-execution.ts";
import { decideHoldLook, decideLook, holdLookAt, lookAt } from "./look.ts";
import { quietAt, quietOver } from "./quiet.ts";
import { decideReminder, reminderAt } from "./reminders.ts";
import type { Instant, RunState } from "./types.ts";

interface TimerRule {
  readonly name: string;
  /** When it is due; null when it does not run. */
  at(state: RunState): Instant | null;
  /** What it does when it is due, and nothing before. */
  due(state: RunState, now: Instant): Decision;
}

/** Each rule adds its own timer. Of several that are due, the first that has something to do goes first. */
const RULES: readonly TimerRule[] = [
  { name: "lease", at: leaseAt, due: decideLease },
  { name: "start", at: startAt, due: decideStart },
  { name: "hold", at: holdLookAt, due: decideHoldLook },
  { name: "quiet", at: quietAt, due: quietOver },
  { name: "reminder", at: reminderAt, due: decideReminder },
  { name: "look", at: lookAt, due: decideLook },
];

export interface Timer {
  readonly name: string;
  readonly at: Instant;
}

/** The timers that run, earliest first. */
export function timersOf(state: RunState): readonly Timer[] {
  const timers = RULES.flatMap(({ name, at }): readonly Timer[] => {
    const due = at(state);
    return due === null ? [] : [{ name, at: due }];
  });
  return timers.toSorted((a, b) => a.at - b.at);
}

/**
 * Time has passed. One rule acts at a time: the others see the state it leaves, in the turn that follows at once
 * because they are still due.
 */
export function decideTick(state: RunState, now: Instant): Decision {
  const decisions = RULES.map(({ due }) => due(state, now));
  const first = decisions.find(({ events, effects }) => events.length + effects.length > 0);
  return first ?? { events: [], effects: [], refusal: null };
}
