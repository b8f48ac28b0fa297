/**
 * Prose with references instead of figures. `{{fact.id}}`, `{{quote:text.id}}`, `{{period.primary}}`.
 * Whoever writes prose, model or rules, writes through this: a digit, an unknown reference, markup or a claim the facts
 * do not carry is refused with the reason.
 */
import type { PeriodKey } from "./types.ts";

/** A piece of parsed prose. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "fact"; readonly id: string }
  | { readonly kind: "quote"; readonly id: string }
  | { readonly kind: "period"; readonly period: PeriodKey };

const REFERENCE = /\{\{\s*([a-zA-Z0-9_.:-]{1,130})\s*\}\}/g;
const PERIODS: ReadonlyMap<string, PeriodKey> = new Map([
  ["period.primary", "primary"],
  ["period.previous", "previous"],
  ["period.year_ago", "yearAgo"],
  ["period.yearAgo", "yearAgo"],
]);

/** Longest sentence that is accepted, in characters, references included. */
export const MAX_SENTENCE = 420;

/** The reference to a fact, quote or period as prose holds it. */
export function refer(id: string): string {
  return `{{${id}}}`;
}

/** Takes prose apart. Braces that are no reference stay text; `refusalOf` catches them. */
export function parseProse(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > from) pieces.push({ kind: "text", text: text.slice(from, match.index) });
    pieces.push(pieceOf(match[1] ?? ""));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

function pieceOf(id: string): Piece {
  const period = PERIODS.get(id);
  if (period !== undefined) return { kind: "period", period };
  return id.startsWith("quote:") ? { kind: "quote", id: id.slice("quote:".length) } : { kind: "fact", id };
}

/** What prose of one section may say. */
export interface ProseLicence {
  /** Reference ids as written: fact ids, `quote:<id>`, `period.…`. */
  readonly allowed: ReadonlySet<string>;
  /** Direction of facts that carry a movement: 1 up, -1 down, 0 within normal variation. */
  readonly directions: ReadonlyMap<string, 1 | 0 | -1>;
  /** Facts whose movement may be called clear; none when absent. */
  readonly clear?: ReadonlySet<string>;
}

const UP =
  /\b(?:up|upwards?|upturn|uptick|rose|risen|ris(?:e|es|ing)|gr[eo]w(?:n|s|th|ing)?|increas(?:e[ds]?|ing)|gain(?:ed|s|ing)?|climb(?:ed|s|ing)?|higher|surg(?:e[ds]?|ing)|soar(?:ed|s|ing)?|jump(?:ed|s|ing)?|spik(?:e[ds]?|ing)|improv(?:e[ds]?|ing|ements?)|rebound(?:ed|s|ing)?|recover(?:ed|s|y|ing)?|rall(?:y|ied)|strengthen(?:ed|s|ing)?|accelerat(?:e[ds]?|ing)|expand(?:ed|s|ing)?|(?:well |far )?ahead of|outperform(?:ed|s)?|exceed(?:ed|s)?)\b/i;
const DOWN =
  /\b(?:down|downwards?|downturn|fell|fall(?:en|s|ing)?|drop(?:ped|s|ping)?|declin(?:e[ds]?|ing)|decreas(?:e[ds]?|ing)|los(?:t|es|s|ses|ing)|lower|shr[aiu]nk(?:s|ing)?|dip(?:s|ped|ping)?|plung(?:e[ds]?|ing)|plummet(?:ed|s|ing)?|slump(?:ed|s|ing)?|tumbl(?:e[ds]?|ing)|s[aiu]nk(?:s|ing)?|slid(?:e|es|ing)?|slip(?:s|ped|ping)?|weaken(?:ed|s|ing)?|worsen(?:ed|s|ing)?|deteriorat(?:e[ds]?|ing)|crash(?:ed|es)?|collaps(?:e[ds]?|ing)|contract(?:ed|ion)|reduc(?:ed|tion)|(?:well |far )behind|fell short|underperform(?:ed|s)?)\b/i;
/** Words that need more than a movement: a clear one. */
const CLEAR =
  /\b(?:clear(?:ly)?|significant(?:ly)?|sharp(?:ly)?|strong(?:ly)?|marked(?:ly)?|substantial(?:ly)?|considerabl[ey]|dramatic(?:ally)?|massive(?:ly)?|steep(?:ly)?|surg(?:e[ds]?|ing)|soar(?:ed|s|ing)?|plung(?:e[ds]?|ing)|plummet(?:ed|s|ing)?|collaps(?:e[ds]?|ing)|well ahead|far ahead|(?:well|far) behind)\b/i;
const CAUSE =
  /\b(?:because|caus(?:e[ds]?|ing)|drove|drives?|driven|due to|owing to|thanks to|led to|leads to|result(?:ed|s|ing)? (?:in|from|of)|as a result|lift(?:ed|s|ing)|boost(?:ed|s|ing)?|explain(?:s|ed)|attribut(?:ed|able)|stem(?:s|med)? from|fuel(?:l)?ed|trigger(?:ed|s)?|spurred|pushed|pulled|helped|hurt|hit by|contribut(?:ed|es) to|reflect(?:s|ed|ing)|in response to|(?:core|algorithm|google) updates?)\b/i;
const NUMBER_WORD =
  /\b(?:eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|doubl(?:e[ds]?|ing)|trebl(?:e[ds]?|ing)|tripl(?:e[ds]?|ing)|quadrupl(?:e[ds]?|ing)|\w+fold|twice|thrice|halv(?:e[ds]?|ing)|half|(?:a|one|two) thirds?|thirds|(?:a|one|three) quarters?(?= of|\b(?! (?:before|ago)))|(?:a|one|two|three|four) (?:fifth|sixth|eighth|tenth)s?|(?:one|two|three|four|five|six|seven|eight|nine) (?:in|out of|of) (?:every )?(?:two|three|four|five|six|seven|eight|nine|ten)|majority|percent(?:age)?|per cent)\b/i;
/** A report knows its three periods and nothing before: no fact can carry a record. */
const RECORD = /\b(?:record|record-breaking|all[- ]time|ever)\b/i;
const ADDRESS = /(?:https?:|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|example|co)\b)/i;

/**
 * Why a sentence is refused; null when it is accepted.
 * Digits of any script count, number words above ten and percent signs too: they would be figures without a fact.
 */
export function refusalOf(sentence: string, licence: ProseLicence): string | null {
  if (sentence.trim() === "") return "it is empty";
  if (sentence.length > MAX_SENTENCE) return "it is too long";
  const pieces = parseProse(sentence);
  const unknown = pieces.find((piece) => piece.kind !== "text" && !licence.allowed.has(referenceOf(piece)));
  if (unknown !== undefined) return `the reference ${referenceOf(unknown)} is not allowed in this section`;
  const words = pieces.map((piece) => (piece.kind === "text" ? piece.text : " ")).join("");
  return refusalOfWords(words) ?? refusalOfDirection(words, pieces, licence);
}

/** The id of a reference as prose writes it. */
export function referenceOf(piece: Piece): string {
  if (piece.kind === "fact") return piece.id;
  if (piece.kind === "quote") return `quote:${piece.id}`;
  if (piece.kind === "text") return "";
  return piece.period === "yearAgo" ? "period.year_ago" : `period.${piece.period}`;
}

/** Why our own words are no prose for a report: figures, markup, addresses, causes. */
function refusalOfWords(words: string): string | null {
  if (/\p{N}/u.test(words)) return "it holds a digit of its own";
  if (/[%\u066a\u2030]/.test(words) || NUMBER_WORD.test(words)) return "it spells a figure without a reference";
  if (RECORD.test(words)) return "it claims a record that no fact shows";
  if (/[{}]/.test(words)) return "it holds template syntax that is no reference";
  if (/[<>`\\|]|\*\*|__|\[[^\]]*\]\(|^\s*#/.test(words)) return "it holds markup";
  if (ADDRESS.test(words)) return "it holds an address";
  if (/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069]/u.test(words)) return "it holds control characters";
  if (CAUSE.test(words)) return "it claims a cause that no fact shows";
  return null;
}

/**
 * A sentence that says "up" or "down" needs the reference of a change that went that way, and one that says both needs
 * both; normal variation is neither. A strong word needs a change that may be called clear.
 */
function refusalOfDirection(words: string, pieces: readonly Piece[], licence: ProseLicence): string | null {
  const [up, down] = [UP.test(words), DOWN.test(words)];
  if (!up && !down) return null;
  const changes = pieces.flatMap((piece) =>
    piece.kind === "fact" && licence.directions.has(piece.id) ? piece.id : [],
  );
  if (changes.length === 0) return "it claims a movement without a reference to a change";
  const directions = new Set(changes.map((id) => licence.directions.get(id)));
  if (up && !directions.has(1)) return "it says up where the facts do not";
  if (down && !directions.has(-1)) return "it says down where the facts do not";
  if (CLEAR.test(words) && !changes.some((id) => licence.clear?.has(id))) return "it calls a change clear that is not";
  return null;
}
