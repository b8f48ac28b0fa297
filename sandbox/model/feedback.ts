/** Sorts a reviewer's comment by words that people use. */

export interface Feedback {
  readonly kind: "acceptance" | "revision" | "discussion" | "scope_change" | "no_op";
  /** 0 to 1. */
  readonly confidence: number;
  /** What is asked for, one entry each; empty unless something is asked for. */
  readonly items: string[];
}

const ACCEPT =
  /\b(approved?|accept(ed)?|lgtm|looks? (good|great|perfect)|good to (go|send)|ship it|sign(ed)? off|perfect|happy with (it|this)|ready to send)\b|^\s*(✅|👍)\s*$/iu;
const NOT_ACCEPT =
  /\b(not|isn't|don't|can't|cannot|won't|before i)\b[^.!?]{0,30}\b(approve|accept|good|happy|ready|sign)/i;
const CHANGE =
  /\b(please|could you|can you|would you|kindly)?\s*\b(change|add|remove|drop|delete|rewrite|rephrase|reword|shorten|lengthen|expand|fix|correct|update|replace|include|exclude|move|highlight|focus|emphasi[sz]e|split|merge|rename|show|make (it|the|this)|use|explain in the report)\b/i;
const WRONG = /\b(wrong|incorrect|missing|typo|mistake|unclear|confusing|too (long|short|much|many|technical))\b/i;
const OTHER_WORK =
  /\b((new|another|second|separate|additional) (report|client|task|audit|brand|site|month)|google ads|paid (search|social)|meta ads|facebook|instagram|technical audit|different (client|period|month)|(also|as well)[^.!?]{0,40}\breport for)\b/i;
const QUESTION = /\?\s*$|^\s*(why|what|how|which|who|when|where|is|are|does|do|did|can we|could it)\b/i;
const POLITE =
  /^(?:[\s\p{P}\p{S}]*(?:thanks?(?: you)?|cheers|noted|ok(?:ay)?|got it|great|nice|on it|will (?:look|review|check)[^.!?]*))*[\s\p{P}\p{S}]*$/iu;
/** Longer comments are judged by their beginning. */
const LONGEST_COMMENT = 4_000;

/** Answer of schema `feedback`. */
export function classify(whole: string): Feedback {
  const comment = whole.slice(0, LONGEST_COMMENT);
  const accepts = ACCEPT.test(comment) && !NOT_ACCEPT.test(comment);
  const changes = CHANGE.test(comment) || WRONG.test(comment);
  const asks = QUESTION.test(comment.trim());
  if (POLITE.test(comment) && !accepts && !changes) return { kind: "no_op", confidence: 0.85, items: [] };
  if (OTHER_WORK.test(comment)) return { kind: "scope_change", confidence: 0.8, items: itemsOf(comment) };
  if (accepts && changes) return { kind: "revision", confidence: 0.62, items: itemsOf(comment) };
  if (accepts) return { kind: "acceptance", confidence: 0.93, items: [] };
  // "Could you add …?" is a request although it ends like a question.
  if (changes && !/^\s*(why|what|how|which|who|when|where|is|are|does|did)\b/i.test(comment)) {
    return { kind: "revision", confidence: asks ? 0.78 : 0.9, items: itemsOf(comment) };
  }
  if (asks) return { kind: "discussion", confidence: 0.84, items: [] };
  return { kind: "discussion", confidence: 0.35, items: [] };
}

const MOST_ITEMS = 10;
const LONGEST_ITEM = 300;

/** Bullets when there are some, otherwise the sentences that ask for something. */
function itemsOf(comment: string): string[] {
  const lines = comment.split(/\r?\n/);
  const bullets = lines.flatMap((line) => /^\s*(?:[-*•]|\d{1,2}[.)])\s+(.+)$/.exec(line)?.[1] ?? []);
  const sentences = comment
    .split(/(?<=[.!?;])\s+|\r?\n+/)
    .filter((part) => CHANGE.test(part) || WRONG.test(part) || OTHER_WORK.test(part));
  const parts = bullets.length > 0 ? bullets : sentences.length > 0 ? sentences : [comment];
  return parts
    .map((part) => part.trim().slice(0, LONGEST_ITEM))
    .filter((part) => part !== "")
    .slice(0, MOST_ITEMS);
}
