/**
 * What a reviewer's comment asks for. Rules decide the clear cases; the rest goes to the model, and below its
 * confidence a person is asked. A comment is data: it can choose among these five meanings and nothing else.
 */
import type { FeedbackKind } from "./types.ts";

export interface Reading {
  readonly kind: FeedbackKind;
  readonly items: readonly string[];
}

/** Below this the model's reading is not acted on; a person is asked instead. */
export const MIN_CONFIDENCE = 0.7;
const MAX_ITEMS = 12;
const MAX_ITEM_LENGTH = 400;

const ACCEPT =
  /^(i\s+)?(accept(ed|s)?|approve(d|s)?|lgtm|looks? (good|great|perfect)|all good|ship it|sign(ed)? off|perfect|great work|good to go|happy with (this|it))\b/i;
const ACCEPT_ANYWHERE = /\b(i accept|i approve|accepted|approved|good to go|consider (it|this) accepted)\b/i;
const NEGATED = /\b(not|don'?t|cannot|can'?t|won'?t|isn'?t|never|unless|until|before|once|after you|if you)\b/i;
const RESERVATION =
  /\b(but|however|except|although|though|apart from|other than|please|could you|can you|would you)\b/i;
const NO_OP =
  /^(ok(ay)?|noted|thanks?( you)?( so much| a lot| very much)?( jessie)?|thank you( very much)?( jessie)?|cheers|got it|will (look|check|review)( at)?( it| this)?( soon| today| tomorrow| later)?|reading( it)? now|fyi|(\p{Extended_Pictographic}|\u{FE0F}|\s)+)[\s.!,]*$/iu;
const ASKS_CHANGE =
  /\b(add|remove|drop|change|fix|correct|revise|rewrite|rework|redo|shorten|lengthen|expand|extend|replace|include|exclude|move|rename|split|merge|highlight|emphasi[sz]e|focus|show|hide|use|make|mention|update|leave out|take out|cut|reorder|put|compare)\b/i;
const POLITE =
  /^\s*(please|pls|kindly|can you|could you|would you|can we|could we|i('|’)?d like( you)? to|we need( you)? to|jessie[,:]?)\b/i;
const IMPERATIVE =
  /^\s*(and |also |then )?(add|remove|drop|change|fix|correct|revise|rewrite|rework|redo|shorten|expand|extend|replace|include|exclude|move|rename|split|merge|highlight|emphasi[sz]e|focus|show|hide|mention|update|leave out|take out|cut|reorder|compare|make)\b/i;
const QUESTION = /^\s*(why|what|how|which|who|where|when|is|are|was|were|do|does|did|has|have)\b[^?]*\?/i;
const OTHER_WORK =
  /\b(another|a new|a separate|an additional|second)\s+(report|audit|analysis|task)\b|\b(google ads|meta ads|facebook ads|ppc|linkedin|technical (seo )?audit|email)\b[^.]*\b(report|audit|analysis|campaign)\b|\b(report|audit|same)\b[^.]*\bfor (another|a different|the other) (client|brand|month|quarter|period)\b/i;

/** The clear cases; null when the rules cannot tell. */
export function readByRules(comment: string): Reading | null {
  const text = comment.replace(/\s+/g, " ").trim();
  if (text === "") return { kind: "no_op", items: [] };
  if (NO_OP.test(text)) return { kind: "no_op", items: [] };
  if (OTHER_WORK.test(text)) return { kind: "scope_change", items: [bounded(text)] };
  const accepts = (ACCEPT.test(text) || ACCEPT_ANYWHERE.test(text)) && !NEGATED.test(text);
  if (accepts && !RESERVATION.test(text) && !text.includes("?")) return { kind: "acceptance", items: [] };
  const changes = changeRequests(comment);
  if (changes.length > 0) return { kind: "revision", items: changes };
  if (QUESTION.test(text)) return { kind: "discussion", items: [bounded(text)] };
  return null;
}

/** The model's reading when it is sure enough, `unclear` otherwise. */
export function readByModel(
  answer: {
    readonly kind: Exclude<FeedbackKind, "unclear">;
    readonly confidence: number;
    readonly items: readonly string[];
  },
  comment: string,
): Reading {
  if (answer.confidence < MIN_CONFIDENCE) return { kind: "unclear", items: [] };
  if (answer.kind !== "revision") return { kind: answer.kind, items: [] };
  const items = answer.items
    .map(bounded)
    .filter((item) => item !== "")
    .slice(0, MAX_ITEMS);
  return { kind: "revision", items: items.length > 0 ? items : [bounded(comment)] };
}

/** Requests of a comment, one per line, bullet or sentence that asks for a change. */
export function changeRequests(comment: string): readonly string[] {
  const parts = comment
    .split(/\n+|(?<=[.!;])\s+|\s*;\s*/u)
    .map((part) => part.replace(/^\s*([-*•–]|\d+[.)])\s*/u, "").trim())
    .filter((part) => part !== "");
  const asked = parts.filter((part) => asksForChange(part));
  return asked.map(bounded).slice(0, MAX_ITEMS);
}

function asksForChange(part: string): boolean {
  if (IMPERATIVE.test(part)) return true;
  return (
    (POLITE.test(part) || /\bplease\b/i.test(part) || /\b(should|needs? to|must)\b/i.test(part)) &&
    ASKS_CHANGE.test(part)
  );
}

function bounded(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, MAX_ITEM_LENGTH);
}
