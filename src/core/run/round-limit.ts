/** Rounds of changes are limited: beyond the limit a named person decides whether there is another. */
import type { RunEvent } from "./events.ts";
import { nextAttempt } from "./queries.ts";
import type { Said } from "./said.ts";
import { isGo } from "./short-words.ts";
import { isLead, responsibleFor, strangersTold } from "./staff.ts";
import type { FeedbackRound, RunSettings, RunState } from "./types.ts";

/** True when one more revision would be one too many. */
export function limitReached(state: RunState, { feedbackRoundLimit }: RunSettings): boolean {
  const { held, allowance } = state.talk;
  const made = state.rounds.filter(
    (round) => round.kind === "revision" && !held.includes(round.roundId) && counts(round),
  );
  return made.length >= feedbackRoundLimit + allowance;
}

/** A round of which every item was declined revised nothing. */
function counts({ answers }: FeedbackRound): boolean {
  return answers.length === 0 || answers.some(({ outcome }) => outcome === "done");
}

/** What becomes of a revision beyond the limit: it is kept, and a named person is asked, once. */
export function heldBack(
  state: RunState,
  held: Omit<Extract<RunEvent, { type: "feedback.held" }>, "type">,
): readonly RunEvent[] {
  const asked = state.talk.held.length > 0;
  return [{ type: "feedback.held", ...held }, ...(asked ? [] : [escalated(state, "round_limit", null)])];
}

/** The event that names the person who has to decide. */
export function escalated(
  state: RunState,
  reason: Extract<RunEvent, { type: "run.escalated" }>["reason"],
  inVain: string | null,
): RunEvent {
  return { type: "run.escalated", reason, ...responsibleFor(state, inVain) };
}

/**
 * Who has to say whether there is another round, once changes are held: whoever was asked last, else whoever answers
 * for the Business Unit now. The question stays theirs when an escalation to somebody else is over.
 */
export function roundsDecider(state: RunState): { readonly gid: string | null; readonly name: string } {
  return state.talk.escalation ?? responsibleFor(state, null);
}

/** True for a word of somebody who may allow further rounds. */
export function mayExtend(state: RunState, gid: string, inPanel: "staff" | "lead" | undefined): boolean {
  if (inPanel === "lead" || gid === roundsDecider(state).gid || gid === responsibleFor(state, null).gid) return true;
  return state.talk.team.staff.some((member) => member.gid === gid && isLead(member));
}

/**
 * Whoever says go on and may not allow another round is told who may, once. Beside other comments a "go" may only say
 * that they can be read.
 */
export function extensionRefused(state: RunState, people: readonly Said[]): readonly RunEvent[] | null {
  if (state.talk.held.length === 0 || state.talk.quiet !== null || people.length === 0) return null;
  return people.every((one) => isGo(one.text)) ? strangersTold(state, people, { about: "rounds" }) : null;
}

/**
 * The permission for further rounds, when one of the comments gives it: the person who was asked, or any lead, says go
 * on. What was held back is then made in one revision.
 */
export function extension(state: RunState, people: readonly Said[], settings: RunSettings): readonly RunEvent[] | null {
  const roundId = state.talk.held.at(-1);
  if (roundId === undefined) return null;
  const allowed = people.find((one) => isGo(one.text) && mayExtend(state, one.authorGid, one.panel));
  if (allowed === undefined) return null;
  const attempt = nextAttempt(state);
  return [
    { type: "comments.seen", storyGids: [allowed.gid] },
    { type: "rounds.extended", by: allowed.authorName.slice(0, 120), roundId, rounds: settings.feedbackRoundLimit },
    { type: "execution.promised", attempt, kind: "revision", roundId, dueAt: 0, reason: null },
  ];
}
