/** Takes a reviewer's request apart into the single things it asks for. The text is untrusted. */

const MAX_TEXT = 1_000;

const VERBS =
  "add|remove|delete|drop|change|fix|correct|revise|rewrite|shorten|lengthen|expand|extend|replace|include|exclude|move|highlight|emphasi[sz]e|stress|concentrate|focus|show|list|hide|mention|leave|take|cut|compare|make|give|use|put|bring|restore|skip|omit|keep|explain|clarify|define|describe|split|get|don't|do not|never|stop";
/** Courtesy before a request. */
export const LEAD = "(?:(?:please|also|then|just|kindly|maybe|next|and|can you|could you|would you)[,\\s]+)*";
/** "and", a comma and the like end one wish only where the next begins with a verb: "drop pages, queries and rankings" is one. */
const BORDERS = new RegExp(
  `[.!?;\\n]+(?:\\s+|$)|,?\\s+but\\s+|(?:,\\s*|\\s+)(?:(?:and|then|plus)\\s+)?(?=${LEAD}(?:${VERBS})\\b)(?<=[,;]\\s*|\\b(?:and|then|plus)\\s+)`,
  "iu",
);
const ASKS = new RegExp(`^${LEAD}(?:${VERBS})\\b|\\b(?:please|should|need|want|would like|must)\\b`, "iu");
const QUOTED = /["\u201c]([^"\u201c\u201d]{1,60})["\u201d]/gu;
const FIRST_SLOT = 0xe000;
const MOST_SLOTS = 20;

/** One wish. Words in quotation marks are out of sight of the rules: they name something and ask for nothing. */
export interface Clause {
  /** Quoted words stand as `"\uE000"`, …; `restore` puts them back. */
  readonly text: string;
  /** As the reviewer wrote it. */
  readonly written: string;
  /** True when it reads like a request; a remark around one does not. */
  readonly asks: boolean;
  restore(text: string): string;
}

/** The wishes of a text, in order; at most 1,000 characters are read. */
export function clausesOf(text: string): readonly Clause[] {
  const quotes: string[] = [];
  const plain = text
    .slice(0, MAX_TEXT)
    .normalize("NFKC")
    .replace(/[\u2018\u2019]/gu, "'")
    .replace(/[\ue000-\uf8ff]/gu, " ")
    .replace(QUOTED, (whole, words: string) => {
      if (quotes.length >= MOST_SLOTS) return whole;
      quotes.push(words);
      return `"${String.fromCharCode(FIRST_SLOT + quotes.length - 1)}"`;
    });
  const restore = (part: string) =>
    part.replace(/[\ue000-\uf8ff]/gu, (slot) => quotes[slot.charCodeAt(0) - FIRST_SLOT] ?? "");
  return plain
    .split(BORDERS)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .map((part) => ({ text: part, written: restore(part), asks: ASKS.test(part), restore }));
}
