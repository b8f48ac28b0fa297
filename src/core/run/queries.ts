/** What a run's state tells: the questions that many ask of it. Pure readings; nothing here decides. */
import type { Brief, RequestedItem } from "./brief.ts";
import type { FeedbackRound, ReportSubject, RunArtifact, RunState, RunStatus } from "./types.ts";

/** The round being worked on: 0 for the first report, n for revision round n. */
export function currentRound(state: RunState): number {
  const roundId = state.execution?.roundId ?? null;
  if (roundId === null) return 0;
  return state.rounds.find((round) => round.roundId === roundId)?.n ?? 0;
}

/** What a report made with a brief is about. */
export function subjectOf({ businessUnitId, clientName, skill, periods }: Brief): ReportSubject {
  const { start, end } = periods.primary;
  return { businessUnitId, clientName, skill, periodStart: start, periodEnd: end };
}

/** The newest artifact; null before the first report. */
export function latestArtifact(state: RunState): RunArtifact | null {
  return state.artifacts.at(-1) ?? null;
}

/** The version that lies before reviewers; 0 before the first. */
export function newestVersion(state: RunState): number {
  return latestArtifact(state)?.version ?? 0;
}

/** The feedback round that is claimed and not answered yet. */
export function openRound(state: RunState): FeedbackRound | null {
  return state.rounds.find((round) => round.closedAt === null) ?? null;
}

/** The revision that is asked for and not delivered yet; null when there is none. */
export function openRevision(state: RunState): FeedbackRound | null {
  return state.rounds.find((round) => round.kind === "revision" && round.closedAt === null) ?? null;
}

/**
 * Items of finished revisions that were done, oldest first, each with what the skill kept of it. A round that is made
 * anew is not among its own predecessors.
 */
export function doneItems(state: RunState): readonly RequestedItem[] {
  const atWork = currentRound(state);
  const finished = state.rounds.filter(
    (round) => round.kind === "revision" && round.closedAt !== null && round.n !== atWork,
  );
  return finished.flatMap((round) => {
    const answers = new Map(round.answers.map((answer) => [answer.itemId, answer]));
    return round.items.flatMap(({ id, text }): readonly RequestedItem[] => {
      const answer = answers.get(id);
      if (answer?.outcome !== "done") return [];
      return [answer.applied === undefined ? { id, text } : { id, text, applied: answer.applied }];
    });
  });
}

/** Number of the attempt after the last one that was begun. */
export function nextAttempt(state: RunState): number {
  return (state.attempts.at(-1)?.n ?? 0) + 1;
}

const LEFT: ReadonlySet<string> = new Set(["not_assigned", "not_in_intake", "task_completed", "task_deleted"]);

/** True for a run that was stopped only because its task left Jessie: it goes on when the task comes back. */
export function hasLeft(state: RunState): boolean {
  return state.status === "cancelled" && state.cause !== null && LEFT.has(state.cause.code);
}

/** True while the task still matters to the run: until it ended, and after an end that the task may undo or talk about. */
export function isWatched(state: RunState): boolean {
  return !isTerminal(state.status) || hasLeft(state) || state.status === "accepted";
}

/** A run that ended is kept in its actor this long after its last event, then in the archive. */
export const ARCHIVE_AFTER_MS = 30 * 24 * 60 * 60_000;

const TERMINAL: ReadonlySet<RunStatus> = new Set<RunStatus>(["accepted", "cancelled", "failed"]);

/** True when the run has ended. `ignored` and `blocked` have not: they wake up when the task changes. */
export function isTerminal(status: RunStatus): boolean {
  return TERMINAL.has(status);
}
