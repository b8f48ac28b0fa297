/** Prose with references as plain text, figures put in: for comments and answers outside the report. */
import { formatFact } from "./format.ts";
import { parseProse } from "./references.ts";
import type { Evidence } from "./types.ts";

const MAX_QUOTED = 80;

/** What plain text needs of the evidence. */
export type PlainSource = Pick<Evidence, "facts" | "texts" | "periods">;

/** A sentence as people read it. Errors: RangeError for an unknown reference: a bug, prose is checked before. */
export function plainText(sentence: string, source: PlainSource): string {
  return parseProse(sentence)
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      if (piece.kind === "period") return source.periods[piece.period].label;
      if (piece.kind === "quote") return quoted(source.texts.find(({ id }) => id === piece.id)?.value);
      const fact = source.facts.find(({ id }) => id === piece.id);
      if (fact === undefined) throw new RangeError(`unknown reference ${piece.id}`);
      return formatFact(fact);
    })
    .join("");
}

function quoted(text: string | undefined): string {
  if (text === undefined) throw new RangeError("unknown quotation");
  const characters = [...text];
  return `\u201c${characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED - 1).join("")}\u2026` : text}\u201d`;
}
