/** Making a version anew from a phase on: what earlier phases found is used again. */
import { type Decision, type RunCommand, refused } from "./commands.ts";
import type { Generations, Making } from "./conversation.ts";
import type { RunEvent } from "./events.ts";
import { isTerminal, latestArtifact, nextAttempt, openRevision, openRound } from "./queries.ts";
import type { Instant, RunState } from "./types.ts";

/** Phases of the work, in order; a step's key tells its phase. */
export const PHASES = ["fetch", "compute", "narrate"] as const;
export type Phase = (typeof PHASES)[number];

/** What a restart makes anew, in the words of the timeline and the review comment. */
export const RESTART_WORDS: Readonly<Record<Phase, string>> = {
  fetch: "everything was fetched anew",
  compute: "computed and worded anew from the same data",
  narrate: "worded anew from the same evidence",
};

/**
 * The phase of a step. `gather.` fetches, `narrate` words, and what is neither computes. Beginning and handing over
 * belong to every version made anew, so they go with the last phase.
 */
export function phaseOf(key: string): Phase {
  if (key.startsWith("gather.")) return "fetch";
  return key.startsWith("narrate") || key.startsWith("publish.") || key === "start" ? "narrate" : "compute";
}

/** Suffix of the journal's scope for a step: a phase that is made anew does not meet its old results. */
export function generationOf(generations: Generations, key: string): string {
  const n = generations[phaseOf(key)];
  return n === 0 ? "" : `.g${n}`;
}

/** The generations after a restart: the phase and all that follow are made anew. */
export function restartedFrom(generations: Generations, from: Phase): Generations {
  const first = PHASES.indexOf(from);
  const next = (phase: Phase) => generations[phase] + (PHASES.indexOf(phase) >= first ? 1 : 0);
  return { fetch: next("fetch"), compute: next("compute"), narrate: next("narrate") };
}

/** The version that is promised and not there yet; null when nothing is owed. */
export function workOwed(state: RunState): Pick<Making, "kind" | "roundId"> | null {
  const round = openRevision(state);
  if (round !== null) return { kind: "revision", roundId: round.roundId };
  if (state.talk.owed !== null) return state.talk.owed;
  return state.brief !== null && state.artifacts.length === 0 ? { kind: "initial", roundId: null } : null;
}

/** Puts what is owed on the execution queue. */
export function promised(state: RunState, owed: Pick<Making, "kind" | "roundId">, dueAt: Instant): RunEvent {
  const { kind, roundId } = owed;
  return { type: "execution.promised", attempt: nextAttempt(state), kind, roundId, dueAt, reason: null };
}

/** Staff ask for the version to be made anew. */
export function decideRestart(state: RunState, command: Extract<RunCommand, { type: "restart" }>): Decision {
  const stopped = state.status === "failed" || state.status === "blocked";
  if (state.status !== "review_ready" && !stopped)
    return refused(
      "wrong_state",
      `Only a run in review, or one that failed or is blocked, can be restarted; this one is ${state.status}.`,
    );
  if (state.brief === null)
    return refused("wrong_state", "There is nothing to restart: it is not understood yet what the task asks for.");
  if (state.status === "review_ready" && openRound(state) !== null)
    return refused("wrong_state", "A comment on this version is being read; restart it when that is done.");
  const { kind, roundId } = workOwed(state) ?? state.talk.madeBy ?? { kind: "initial", roundId: null };
  const { from, by, reason } = command;
  const anew = latestArtifact(state) === null ? null : RESTART_WORDS[from];
  const restarted: RunEvent = { type: "run.restarted", from, by, reason, owed: { kind, roundId, anew } };
  // As with a retry: what became of the task of a run that ended is looked at first.
  if (isTerminal(state.status)) return { events: [restarted], effects: [{ kind: "look" }], refusal: null };
  const effects: Decision["effects"] = state.status === "blocked" ? [{ kind: "look" }] : [];
  return { events: [restarted, promised(state, { kind, roundId }, 0)], effects, refusal: null };
}
