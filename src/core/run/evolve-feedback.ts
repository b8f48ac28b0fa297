/** What people's comments do to a run: rounds are opened once, read once, answered once. */
import type { EventOf } from "./events.ts";
import type { FeedbackRound, Instant, RunState } from "./types.ts";

/** The state after an event of a feedback round. */
export function applyFeedback(
  state: RunState,
  event: EventOf<"feedback.opened" | "feedback.classified" | "feedback.answered">,
  now: Instant,
): RunState {
  if (event.type === "feedback.opened") {
    const round: FeedbackRound = {
      roundId: event.roundId,
      n: event.n,
      storyGids: event.storyGids,
      authorName: event.authorName,
      authorGid: event.authorGid,
      comment: event.comment,
      commentedAt: event.commentedAt,
      openedAt: now,
      closedAt: null,
      artifactId: state.artifacts.at(-1)?.artifactId ?? "",
      kind: null,
      decidedBy: null,
      items: [],
      answers: [],
      reply: null,
    };
    return { ...state, seenStories: merged(state.seenStories, event.storyGids), rounds: [...state.rounds, round] };
  }
  const rounds = state.rounds.map((round): FeedbackRound => {
    if (round.roundId !== event.roundId) return round;
    return event.type === "feedback.classified"
      ? { ...round, kind: event.kind, decidedBy: event.decidedBy, items: event.items }
      : { ...round, reply: event.reply, closedAt: now };
  });
  const revising = event.type === "feedback.classified" && event.kind === "revision";
  return { ...state, rounds, status: revising ? "revision_requested" : state.status };
}

/** Comments taken into account, old and new; none is ever forgotten or kept twice. */
export function merged(seen: readonly string[], more: readonly string[]): readonly string[] {
  const known = new Set(seen);
  const fresh = more.filter((gid) => !known.has(gid));
  return fresh.length === 0 ? seen : [...seen, ...fresh];
}
