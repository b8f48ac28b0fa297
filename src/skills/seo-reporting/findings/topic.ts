/** What a report may say: a topic finds its facts, licenses its words and has a sentence for the rule-based narrator. */
import { directionOf, type Movement, movementOf } from "../../../core/evidence/movement.ts";
import { refer } from "../../../core/evidence/references.ts";
import type { Desk } from "../desk.ts";
import { type Against, changeId } from "../facts/compare.ts";
import type { Figures } from "../facts/figures.ts";

/** Sections that carry narrative, in order of the report. */
export const NARRATED = [
  "answer",
  "trend",
  "where",
  "pages",
  "queries",
  "opportunities",
  "rankings",
  "conversions",
] as const;
export type NarratedSection = (typeof NARRATED)[number];

/** What a topic noticed. */
export interface Noticed {
  readonly facts: readonly string[];
  readonly texts?: readonly string[];
  readonly movement?: Movement;
  /** The periods differ in length: the movement and the percentage are of counts a day. */
  readonly aDay?: boolean;
}

export interface Topic {
  readonly id: string;
  readonly section: NarratedSection;
  /** Plain words for the model: what this finding is about and how far it may go. */
  readonly meaning: string;
  /** Null: does not apply to this report. */
  notice(desk: Desk, figures: Figures): Noticed | null;
  /** One sentence with references. */
  say(noticed: Noticed): string;
}

/** The reference to the n-th fact or text of what was noticed. */
export function fact(noticed: Noticed, index: number): string {
  const id = noticed.facts[index];
  if (id === undefined) throw new RangeError(`the topic has no fact ${index}`);
  return refer(id);
}

/** The reference to the n-th quoted text. */
export function text(noticed: Noticed, index: number): string {
  const id = noticed.texts?.[index];
  if (id === undefined) throw new RangeError(`the topic has no text ${index}`);
  return refer(`quote:${id}`);
}

/** The movement of a compared count. */
export function movementIn(desk: Desk, base: string, against: Against): Movement {
  return movementOf(desk.book.value(changeId(base, against, "z")), desk.book.value(changeId(base, against, "pct")));
}

/** True when every fact was measured: only then may a sentence say it was so. */
export function allMeasured(desk: Desk, ids: readonly string[]): boolean {
  return ids.every((id) => ["number", "zero"].includes(desk.book.value(id).state));
}

/**
 * What follows "there were N": the value compared with and how far the words may go. Empty where there is none.
 * @param period the reference or the words of the period compared with
 */
export function comparedWords(noticed: Noticed, period: string): string {
  const { movement = "unknown", aDay = false } = noticed;
  if (movement === "unknown") return "";
  if (movement === "low") return ` after ${fact(noticed, 1)} in ${period}, which is too few for a percentage`;
  if (movement === "untested") return ` after ${fact(noticed, 1)} in ${period}; too few days to test the difference`;
  const tail = directionOf(movement) === 0 ? "" : ` (${fact(noticed, 2)})`;
  return `, ${aDay ? "per day " : ""}${movedWords(movement)} the ${fact(noticed, 1)} of ${period}${tail}`;
}

/** "clearly up on", "within normal variation of" … for a licensed movement. */
function movedWords(movement: Movement): string {
  switch (movement) {
    case "up_clear":
      return "clearly up on";
    case "up":
      return "up on";
    case "down":
      return "down on";
    case "down_clear":
      return "clearly down on";
    default:
      return "within normal variation of";
  }
}
