/**
 * A word of staff that takes the whole task back: "never mind, cancel this". A wish about the report ("cancel the GA4
 * section") stops nothing, so a comment counts only when it says nothing else, and words that may be about the last
 * thing somebody wished ("forget it") only where nothing was wished.
 */
import { clausesOf, isPleasantry } from "./acceptance.ts";
import { stopRun } from "./boundary.ts";
import type { RunEvent } from "./events.ts";
import { openRound } from "./queries.ts";
import type { Said } from "./said.ts";
import type { RunState, RunStatus } from "./types.ts";

const LONGEST = 200;
/** Asana's clock may be this much behind ours. */
const CLOCK_SKEW_MS = 1_000;

const ASK =
  "(?:(?:no|ok|okay|so|then|actually|well|but|please|kindly|just|jessie|@jessie|(?:you can|could you|can you|would you|let's|let us|i want to|i'd like to|we want to|we'd like to|i would like you to|we would like you to))[ ]+)*";
const END = "(?: (?:please|then|now|thanks|thank you|jessie|here|entirely|completely|altogether|after all))*";
const STOP = "(?:cancel|stop|abort|call off|scrap|discard|withdraw)(?: (?:working|work) on)?";
const WHOLE =
  "(?:(?:the|this|that|my|our) (?:(?:whole|entire|seo) )*(?:task|report|request|run|job|order|assignment|thing|work)|everything)";
const OVER = "(?:any more|anymore|any longer|after all|now)";

/** Names the task or the report as a whole. */
const HARD: readonly RegExp[] = [
  `${STOP} ${WHOLE}`,
  `(?:the|this|that) (?:task|report|request) (?:is|'s) (?:(?:not|no longer) (?:needed|required|relevant|wanted)(?: ${OVER})?|cancelled|obsolete)`,
  `(?:we|i) (?:(?:don't|do not) (?:need|want) (?:the|this|that) (?:task|report|request) ${OVER}|no longer (?:need|want) (?:the|this|that) (?:task|report|request))`,
].map((source) => new RegExp(`^${ASK}(?:${source})${END}$`, "u"));

/** May be about the last thing somebody wished as well. */
const SOFT: readonly RegExp[] = [
  `${STOP}(?: (?:it|this|that))?`,
  "forget (?:about )?(?:it|this|that)",
  `(?:(?:it|this|that) ?(?:is|'s) |it's )?(?:not|no longer) (?:needed|required|relevant|wanted)(?: ${OVER})?`,
  `(?:we|i) (?:(?:don't|do not) (?:need|want) (?:it|this|that) ${OVER}|no longer (?:need|want) (?:it|this|that))`,
].map((source) => new RegExp(`^${ASK}(?:${source})${END}$`, "u"));

/** Says nothing of its own beside one of these. */
const BESIDE =
  /^(?:(?:oh|ah|sorry|apologies|never mind|nevermind|no|my mistake|(?:we|i)(?:'ve| have)? changed (?:our|my) minds?|(?:we|i)(?:'ve| have) (?:reconsidered|decided against it)|please)(?: |$))+$/u;
const NEVER_MIND = /^(?:oh |ah |sorry |ok |okay |no |actually )*(?:never mind|nevermind)(?: (?:then|thanks|jessie))*$/u;

/** How clearly a comment takes the task back; null when it says anything else. */
export function withdrawalIn(text: string): "hard" | "soft" | "never mind" | null {
  if (text.length > LONGEST) return null;
  // Only what is asked of somebody politely may end in a question mark: "cancel this?" is a question.
  if (text.includes("?") && !/\b(?:can|could|would) you\b[^?]*\?\s*(?:thanks?(?: you)?)?[.!\s]*$/iu.test(text))
    return null;
  const clauses = clausesOf(text.replaceAll("?", ".")).map((clause) => clause.replace(/^(?:then|so) /u, ""));
  let found: "hard" | "soft" | null = null;
  for (const clause of clauses) {
    if (HARD.some((pattern) => pattern.test(clause))) found = "hard";
    else if (SOFT.some((pattern) => pattern.test(clause))) found ??= "soft";
    else if (!BESIDE.test(clause) && !NEVER_MIND.test(clause) && !isPleasantry(clause)) return null;
  }
  if (found !== null) return found;
  return clauses.some((clause) => NEVER_MIND.test(clause)) ? "never mind" : null;
}

/** Where a run has begun something that can be taken back. What stood on the task before it was read asks for nothing. */
const BEGUN: ReadonlySet<RunStatus> = new Set<RunStatus>([
  "needs_clarification",
  "blocked",
  "ready",
  "running",
  "review_ready",
  "revision_requested",
  "revision_running",
]);

/** The end of the run, when the last thing staff said takes the task back; null when it does not. */
export function withdrawn(state: RunState, people: readonly Said[]): readonly RunEvent[] | null {
  if (!BEGUN.has(state.status)) return null;
  // What was said while the run had ended was said of that end: whoever started it again knew.
  const from = state.stops > 0 ? state.statusSince - CLOCK_SKEW_MS : Number.NEGATIVE_INFINITY;
  const at = people.findLastIndex((one) => Date.parse(one.createdAt) >= from && withdrawalIn(one.text) !== null);
  const last = people[at];
  if (last === undefined || !people.slice(at + 1).every(isCourtesy)) return null;
  if (!isMeant(state, withdrawalIn(last.text), people.slice(0, at))) return null;
  const by = last.authorName.slice(0, 120);
  const cause = { code: "cancelled_on_task", detail: `${by} asked me to stop.` };
  return [{ type: "comments.seen", storyGids: people.slice(at).map((one) => one.gid) }, ...stopRun(state, cause, by)];
}

function isCourtesy({ text }: Said): boolean {
  return withdrawalIn(text) !== null || clausesOf(text).every(isPleasantry);
}

/** Words that may be about a wish are about the task where no wish is open. */
function isMeant(state: RunState, how: ReturnType<typeof withdrawalIn>, before: readonly Said[]): boolean {
  if (how === "hard") return true;
  const revising = state.status === "revision_requested" || state.status === "revision_running";
  const { change, held, quiet } = state.talk;
  const wished = revising || change !== null || held.length > 0 || quiet !== null || openRound(state) !== null;
  if (wished || before.length > 0) return false;
  return how === "soft" || state.status === "needs_clarification";
}
