/** Several things an attempt finished and what it begins next, told at once: recorded together, in their order. */
import { type Decision, events, type RunCommand } from "./commands.ts";
import { decideExecution } from "./decide-execution.ts";
import type { Instant, RunSettings, RunState } from "./types.ts";

type Advance = Extract<RunCommand, { type: "advance" }>;

/**
 * The same as the single commands one after the other, in one turn. What was finished is recorded in any case; whether
 * the attempt goes on is decided once, after it.
 */
export function decideAdvance(state: RunState, command: Advance, now: Instant, settings: RunSettings): Decision {
  const { epoch, done, next } = command;
  const single: Parameters<typeof decideExecution>[1][] = done.map((work) => ({ type: "commit_step", epoch, ...work }));
  if (next !== null) {
    const type = next.kind === "step" ? "begin_step" : "intend_effect";
    single.push({ type, epoch, key: next.key, label: next.label });
  }
  const decisions = single.map((one) => decideExecution(state, one, now, settings));
  const refusal = decisions.find((one) => one.refusal !== null);
  if (refusal !== undefined) return refusal;
  const finished = decisions.flatMap((one) => one.events.filter((event) => event.type === "step.done"));
  const committed = decisions.slice(0, done.length).slice(-1);
  const ended = committed.flatMap((one) => one.events.filter((event) => event.type !== "step.done"));
  const begun = decisions.slice(done.length).flatMap((one) => one.events);
  // The commit is a boundary: what would begin after it does not when the attempt ends there.
  return events(...finished, ...(ended.length > 0 ? ended : begun));
}
