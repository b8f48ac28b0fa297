/** From sentences with references to the pieces a document is made of. */
import { type Piece, parseProse } from "../../../core/evidence/references.ts";
import type { Inline, Prose } from "../../../reporting/document.ts";

function inlineOf(piece: Piece): Inline {
  if (piece.kind === "fact") return { fact: piece.id };
  if (piece.kind === "quote") return { quote: piece.id };
  return piece.kind === "period" ? { period: piece.period } : { text: piece.text };
}

/** A sentence as prose of the document. */
export function proseOf(sentence: string): Prose {
  return parseProse(sentence).map(inlineOf);
}

/** Words of the registry, which may hold digits: then they are shown as a code, which is no figure. */
export function wordsOf(text: string): Inline {
  return /\p{N}/u.test(text) ? { code: text } : { text };
}
