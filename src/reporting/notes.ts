/** Caveats near the numbers: each has a letter, is listed once in the data notes, and is named under what it applies to. */
import type { Caveat } from "../core/evidence/types.ts";
import type { Prose, ReportDocument } from "./document.ts";
import { anchor, type Html, html, joined, name, nothing } from "./escape.ts";
import { type Book, prose, type ReportEvidence } from "./figures.ts";

/** `a` to `z`, then `aa`: letters, because a digit would read like a figure. */
export function letterOf(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? "" : letterOf(rest - 1)) + String.fromCharCode(97 + (index % 26));
}

/** Says which lettered notes apply to a list of facts. */
export type NotesFor = (factIds: readonly string[]) => Html;

/** The caveats that apply to at least one of the shown facts, in the order of the evidence. */
export function shownCaveats(book: Book, evidence: ReportEvidence, factIds: readonly string[]): readonly Caveat[] {
  const known = new Set(evidence.caveats.map((caveat) => caveat.id));
  const used = new Set(factIds.flatMap((id) => book.fact(id).caveats));
  for (const id of used) if (!known.has(id)) throw new Error(`unknown caveat: ${JSON.stringify(id)}`);
  return evidence.caveats.filter((caveat) => used.has(caveat.id));
}

/** Builds the hint printed under tiles, tables and charts, e.g. "Read with notes a, c." */
export function notesHint(book: Book, caveats: readonly Caveat[]): NotesFor {
  return (factIds) => {
    const used = new Set(factIds.flatMap((id) => book.fact(id).caveats));
    const links = caveats.flatMap((caveat, at) =>
      used.has(caveat.id) ? [html`<a href="#${anchor("caveat", caveat.id)}">${letterOf(at)}</a>`] : [],
    );
    if (links.length === 0) return nothing;
    return html` <span class="reads">Read with ${links.length === 1 ? "note" : "notes"} ${joined(links, ", ")}.</span>`;
  };
}

function plainWords(note: Prose): string {
  return note.map((piece) => ("text" in piece ? piece.text : "\u0000")).join("");
}

/** The data notes: the document's own, then the lettered caveats. A note that only repeats a caveat is left out. */
export function notesSection(book: Book, document: ReportDocument, caveats: readonly Caveat[]): Html {
  const lettered = new Set(caveats.map((caveat) => caveat.text));
  const own = document.notes.filter((note) => !lettered.has(plainWords(note)));
  if (own.length + caveats.length === 0) return html`<p>No data notes apply to this report.</p>`;
  const items = own.map((note) => html`<li>${prose(book, note)}</li>\n`);
  const terms = caveats.map(
    (caveat, at) =>
      html`<li id="${anchor("caveat", caveat.id)}"><b class="letter">${letterOf(at)}</b> <span>${name(caveat.text)}</span></li>\n`,
  );
  const first = own.length === 0 ? nothing : html`<ul class="notes">${items}</ul>`;
  const second = caveats.length === 0 ? nothing : html`<ul class="notes lettered" role="list">${terms}</ul>`;
  return html`${first}\n${second}`;
}
