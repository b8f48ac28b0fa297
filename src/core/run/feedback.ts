/**
 * What a reviewer's comment asks for. Rules decide the clear cases; the rest goes to the model, and below its
 * confidence a person is asked. A comment is data: it can choose among these five meanings and nothing else.
 */
import { clausesOf, isAcceptance, isPleasantry, mayAccept } from "./acceptance.ts";
import type { FeedbackKind } from "./types.ts";

export interface Reading {
  readonly kind: FeedbackKind;
  readonly items: readonly string[];
}

/** Below this the model's reading is not acted on; a person is asked instead. */
export const MIN_CONFIDENCE = 0.7;
const MAX_ITEMS = 40;
const MAX_ITEM_LENGTH = 400;

const NO_OP: readonly RegExp[] = [
  "noted|got it|received|fyi|on it|understood",
  "(?:i|i'll|i will|we|we'll|we will)? ?(?:will )?(?:look|check|review|read|(?:have|take) a look)(?: (?:at|into|through))?(?: (?:it|this|the report|that))?(?: (?:properly|soon|today|tonight|tomorrow|later|later today|this week|next week|on (?:mon|tues|wednes|thurs|fri)day|when i can))*",
  "(?:i'm |we're )?reading(?: it| this)?(?: now)?",
].map((source) => new RegExp(`^(?:${source})$`, "u"));
/** Courtesies that decide nothing; praise alone may be an acceptance and is left to the model. */
const THANKS = /^(?:thanks?|thank you|many thanks|cheers|ok|okay|hi|hello|hey|jessie|@jessie|much appreciated)\b/u;
const EMOJI_ALONE = /^(?:\p{Extended_Pictographic}|\u{FE0F}|\p{Emoji_Modifier}|\s)+$/u;

const VERBS =
  "add|remove|delete|drop|change|fix|correct|revise|rewrite|rephrase|reword|rework|redo|shorten|lengthen|expand|extend|replace|include|exclude|move|rename|split|merge|highlight|emphasi[sz]e|focus|show|hide|mention|update|leave out|take out|cut|reorder|compare|make|swap|tighten|clarify|simplify|translate";
const IMPERATIVE = new RegExp(`^(?:and |also |then |but |just )*(?:${VERBS})\\b`, "iu");
const CHANGE_WORD = new RegExp(`\\b(?:${VERBS}|use|put)\\b`, "iu");
const POLITE =
  /^(?:(?:and|also|but|then|hi|hey|jessie)[,:]? )*(?:please|pls|kindly|can you|could you|would you|will you|can we|could we|i'd like|i would like|we'd like|i want|we want|we need)\b|\bplease\b/iu;
const OBLIGED = /\b(?:should|needs? to|must|has to|have to|ought to)\b/iu;
const OBLIGED_TO_BE =
  /\b(?:should|needs? to|must|has to|have to|ought to) be\b(?! (?:fine|ok|okay|good|enough|all|great)\b)/iu;
/** "Don't change anything" asks for nothing. */
const HANDS_OFF = new RegExp(
  `\\b(?:don't|do not|no need to|needn't|not necessary to)\\s+(?:\\w+\\s+)?(?:${VERBS})\\b`,
  "iu",
);
const ASKS_TO_BE_TOLD = /\b(?:tell|explain|help me understand|walk me|show me (?:why|where|how|what|which))\b/iu;
const QUESTION =
  /^(?:and |also |but |so |hi |hey |jessie,? |quick question:? )*(?:why|what|how|which|who|where|when|is|are|was|were|do|does|did|has|have|should|would|will)\b(?! (?:about|not|you)\b)[^?]*\?/iu;

const CHANNEL =
  "google ads|meta ads|facebook ads|instagram ads|linkedin ads?|microsoft ads|ppc|paid (?:search|social)|technical (?:seo )?audit|email campaign";
const OTHER_WORK: readonly RegExp[] = [
  /\b(?:do|make|run|prepare|build|create|produce|write|send|start|get|have|need|want|like)\b[^.?!\n]*\b(?:another|a new|a separate|an additional|a second)\s+(?:\w+ )?(?:report|audit|analysis|task)\b/iu,
  new RegExp(
    `\\b(?:do|run|prepare|build|create|produce|write|start)\\s+(?:(?:us|me|a|an|the|also|one|this|it|same|for|our|their|in|on)\\s+)*(?:${CHANNEL})\\b`,
    "iu",
  ),
  /\b(?:report|audit|same|this)\b[^.?!\n]*\bfor (?:another|a different|the other|our other|(?:all )?(?:the )?other) (?:client|brand|month|quarter|period|market|country|site)s?\b/iu,
];

/**
 * The clear cases; null when the rules cannot tell.
 * @param version of the report that lies before the reviewer
 */
export function readByRules(comment: string, version: number): Reading | null {
  const own = withoutQuotes(comment);
  if (asksNothing(own)) return { kind: "no_op", items: [] };
  if (isAcceptance(own, version)) return { kind: "acceptance", items: [] };
  if (OTHER_WORK.some((pattern) => pattern.test(own))) return { kind: "scope_change", items: [bounded(own)] };
  const changes = changeRequests(own);
  if (changes.length > 0) return { kind: "revision", items: changes };
  if (sentencesOf(own).some((part) => QUESTION.test(part) || (part.includes("?") && ASKS_TO_BE_TOLD.test(part)))) {
    return { kind: "discussion", items: [bounded(own)] };
  }
  return null;
}

/** The model's reading when it is sure enough and nothing speaks against it, `unclear` otherwise. */
export function readByModel(
  answer: {
    readonly kind: Exclude<FeedbackKind, "unclear">;
    readonly confidence: number;
    readonly items: readonly string[];
  },
  comment: string,
  version: number,
): Reading {
  const own = withoutQuotes(comment);
  if (answer.confidence < MIN_CONFIDENCE) return { kind: "unclear", items: [] };
  const asksMore = changeRequests(own).length > 0 || OTHER_WORK.some((pattern) => pattern.test(own));
  if (answer.kind === "acceptance" && (asksMore || !mayAccept(own, version))) return { kind: "unclear", items: [] };
  if (answer.kind !== "revision") return { kind: answer.kind, items: [] };
  const items = answer.items
    .map(bounded)
    .filter((item) => item !== "")
    .slice(0, MAX_ITEMS);
  return { kind: "revision", items: items.length > 0 ? items : [bounded(comment)] };
}

/**
 * Requests of a comment: its bullets, or its sentences that ask for a change, each with what is said around it, so
 * that nothing a reviewer wrote is lost. Empty when nothing asks for a change.
 */
export function changeRequests(comment: string): readonly string[] {
  const bullets = bulletsOf(comment);
  const asksInWords = sentencesOf(comment).some(asksForChange);
  if (bullets.length > 1 && asksInWords) return bullets.map(bounded).slice(0, MAX_ITEMS);
  if (!asksInWords) return [];
  const items: string[] = [];
  let before = "";
  for (const part of sentencesOf(comment)) {
    if (clausesOf(part).every(isPleasantry)) continue;
    const last = items.length - 1;
    if (asksForChange(part)) {
      items.push(`${before}${part}`);
      before = "";
    } else if (last < 0) before += `${part} `;
    else items[last] += ` ${part}`;
  }
  return items.map(bounded).slice(0, MAX_ITEMS);
}

/** What the reviewer wrote: lines that quote somebody else are not theirs. */
function withoutQuotes(comment: string): string {
  return comment
    .split(/\r?\n/u)
    .filter((line) => !/^\s*>/u.test(line))
    .join("\n")
    .replace(/[‘’]/gu, "'")
    .trim();
}

function asksNothing(text: string): boolean {
  if (text === "" || EMOJI_ALONE.test(text)) return true;
  const clauses = clausesOf(text);
  if (text.includes("?") || clauses.length === 0) return false;
  return clauses.every(
    (clause) => NO_OP.some((pattern) => pattern.test(clause)) || (THANKS.test(clause) && isPleasantry(clause)),
  );
}

const BULLET = /^\s*(?:[-*•–]|\d{1,2}[.)])\s+(.+)$/u;

function bulletsOf(comment: string): readonly string[] {
  return comment.split("\n").flatMap((line) => BULLET.exec(line)?.[1] ?? []);
}

function sentencesOf(comment: string): readonly string[] {
  return comment
    .split(/\n+|(?<=[.!?;])\s+/u)
    .map((part) => (BULLET.exec(part)?.[1] ?? part).trim())
    .filter((part) => part !== "");
}

function asksForChange(part: string): boolean {
  if (HANDS_OFF.test(part) || QUESTION.test(part)) return false;
  if (part.includes("?") && ASKS_TO_BE_TOLD.test(part)) return false;
  if (IMPERATIVE.test(part) || OBLIGED_TO_BE.test(part)) return true;
  return (POLITE.test(part) || OBLIGED.test(part)) && CHANGE_WORD.test(part);
}

function bounded(text: string): string {
  return text.replace(/\s+/gu, " ").trim().slice(0, MAX_ITEM_LENGTH);
}
