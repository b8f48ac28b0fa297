/** What people's comments do to a run: rounds are opened once, read once, answered once. */
import type { EventOf } from "./events.ts";
import type { FeedbackRound, Instant, RunState } from "./types.ts";

/** The state after an event of a feedback round. */
export function applyFeedback(
  state: RunState,
  event: EventOf<"feedback.opened" | "feedback.classified" | "feedback.answered" | "feedback.held" | "rounds.extended">,
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
  if (event.type === "rounds.extended") return extended(state, event.roundId);
  const rounds = state.rounds.map((round) => (round.roundId === event.roundId ? read(round, event, now) : round));
  if (event.type === "feedback.answered" && event.answers !== undefined)
    return { ...state, rounds, status: "review_ready", execution: null };
  const revising = event.type === "feedback.classified" && event.kind === "revision";
  return { ...state, rounds, status: revising ? "revision_requested" : state.status };
}

function read(
  round: FeedbackRound,
  event: EventOf<"feedback.classified" | "feedback.answered" | "feedback.held">,
  now: Instant,
): FeedbackRound {
  switch (event.type) {
    case "feedback.classified":
      return { ...round, kind: event.kind, decidedBy: event.decidedBy, items: event.items };
    case "feedback.held":
      return { ...round, kind: "revision", decidedBy: event.decidedBy, items: event.items, closedAt: now };
    case "feedback.answered":
      return { ...round, reply: event.reply, answers: event.answers ?? round.answers, closedAt: now };
  }
}

/** What was held back is made in one revision: the last held round is open again and has the items of all of them. */
function extended(state: RunState, roundId: string): RunState {
  const held = new Set(state.talk.held);
  const items = state.rounds.filter((round) => held.has(round.roundId)).flatMap((round) => round.items);
  const rounds = state.rounds.map((round): FeedbackRound => {
    if (round.roundId === roundId) return { ...round, items, closedAt: null };
    return held.has(round.roundId) ? { ...round, items: [] } : round;
  });
  return { ...state, rounds, status: "revision_requested" };
}

/** Comments taken into account, old and new; none is ever forgotten or kept twice. */
export function merged(seen: readonly string[], more: readonly string[]): readonly string[] {
  const known = new Set(seen);
  const fresh = more.filter((gid) => !known.has(gid));
  return fresh.length === 0 ? seen : [...seen, ...fresh];
}
