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
}

const UP =
  /\b(?:up|rose|risen|rises|rising|grew|grown|growing|growth|increase[ds]?|increasing|gain(?:ed|s)?|climb(?:ed|s)?|higher)\b/i;
const DOWN =
  /\b(?:down|fell|fallen|falls|falling|drop(?:ped|s)?|declin(?:e[ds]?|ing)|decrease[ds]?|decreasing|lost|lower|shrank|dipp?ed)\b/i;
const CAUSE = /\b(?:because|caused?|causing|drove|driven|due to|thanks to|led to|resulted (?:in|from)|as a result)\b/i;
const NUMBER_WORD =
  /\b(?:eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?|doubled?|tripled?|halved?|half|percent|per cent)\b/i;
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
  if (/[{}]/.test(words)) return "it holds template syntax that is no reference";
  if (/[<>`\\|]|\*\*|__|\[[^\]]*\]\(|^\s*#/.test(words)) return "it holds markup";
  if (ADDRESS.test(words)) return "it holds an address";
  if (/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069]/u.test(words)) return "it holds control characters";
  if (CAUSE.test(words)) return "it claims a cause that no fact shows";
  return null;
}

/** A sentence that says "up" or "down" needs the reference of a change that went that way; normal variation is neither. */
function refusalOfDirection(words: string, pieces: readonly Piece[], licence: ProseLicence): string | null {
  const [up, down] = [UP.test(words), DOWN.test(words)];
  if (up === down) return null;
  const known = pieces.flatMap((piece) => (piece.kind === "fact" ? [licence.directions.get(piece.id)] : []));
  const directions = known.filter((direction) => direction !== undefined);
  if (directions.length === 0) return "it claims a movement without a reference to a change";
  const said = up ? 1 : -1;
  return directions.includes(said) ? null : `it says ${up ? "up" : "down"} where the facts do not`;
}
