/** Facts and quotes by id, and how a figure, a quote and a sentence look. */
import { formatFact, rawFact } from "../core/evidence/format.ts";
import type { SnapshotRef } from "../core/evidence/snapshot.ts";
import type { Evidence, Fact, QuotedText } from "../core/evidence/types.ts";
import type { Period } from "../core/facts/periods.ts";
import { dayTime, periodTime } from "./dates.ts";
import type { Inline, Prose } from "./document.ts";
import { anchor, bounded, type Html, html, joined, nothing } from "./escape.ts";

/** Evidence as a renderer needs it: the listed documents do not exist before they are rendered. */
export type ReportEvidence = Omit<Evidence, "documents">;

/** Look-up of what a document refers to. Every method throws on an unknown id: a blank would hide a bug. */
export interface Book {
  fact(id: string): Fact;
  text(id: string): QuotedText;
  period(key: "primary" | "previous" | "yearAgo"): Period;
  /** Null when the snapshot is not among the inputs of the run. */
  snapshot(key: string): SnapshotRef | null;
}

function byId<T>(kind: string, items: readonly T[], idOf: (item: T) => string): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    if (map.has(idOf(item))) throw new Error(`${kind} appears twice: ${idOf(item)}`);
    map.set(idOf(item), item);
  }
  return map;
}

/** Opens the evidence for look-up. Throws when an id appears twice or a measured value is no finite number. */
export function openBook(evidence: ReportEvidence): Book {
  const facts = byId("fact", evidence.facts, (fact) => fact.id);
  const texts = byId("quoted text", evidence.texts, (text) => text.id);
  const snapshots = new Map(evidence.inputs.map((input) => [input.key, input]));
  for (const fact of evidence.facts) {
    if (fact.value.value !== null && !Number.isFinite(fact.value.value))
      throw new Error(`fact is not finite: ${fact.id}`);
  }
  return {
    fact: (id) => known("fact", id, facts.get(id)),
    text: (id) => known("quoted text", id, texts.get(id)),
    period: (key) => evidence.periods[key],
    snapshot: (key) => snapshots.get(key) ?? null,
  };
}

function known<T>(kind: string, id: string, found: T | undefined): T {
  if (found === undefined) throw new Error(`unknown ${kind}: ${JSON.stringify(id)}`);
  return found;
}

/** A figure without a link. The title says what it is, and why when there is no number. */
export function plainFigure(fact: Fact): Html {
  const title = fact.value.value === null ? `${fact.label}: ${fact.value.reason}` : fact.label;
  return html`<data data-fact="${fact.id}" value="${rawFact(fact)}" title="${bounded(title, 200)}">${formatFact(fact)}</data>`;
}

/**
 * A figure that leads to its lineage row.
 * @param where in a table it takes no tab stop: hundreds of them would bury the rest of the page for keyboard users,
 * who reach the same rows through the evidence link of the section
 */
export function figure(book: Book, id: string, where: "prose" | "table"): Html {
  const fact = book.fact(id);
  const focus = where === "table" ? html` tabindex="-1"` : nothing;
  return html`<a class="fig" href="#${anchor("fact", fact.id)}"${focus}>${plainFigure(fact)}</a>`;
}

/** An untrusted quote: bounded and isolated, in quotation marks within a sentence. */
export function quote(book: Book, id: string, where: "prose" | "table"): Html {
  const inert = html`<bdi>${bounded(book.text(id).value)}</bdi>`;
  return where === "prose" ? html`<q>${inert}</q>` : inert;
}

/** One piece of a sentence, or one cell. */
export function inline(book: Book, piece: Inline, where: "prose" | "table"): Html {
  if ("fact" in piece) return figure(book, piece.fact, where);
  if ("quote" in piece) return quote(book, piece.quote, where);
  if ("period" in piece) return periodTime(book.period(piece.period));
  if ("day" in piece) return dayTime(piece.day);
  if ("code" in piece) return html`<code>${bounded(piece.code, 400)}</code>`;
  return html`${piece.text}`;
}

/** A sentence or more. */
export function prose(book: Book, pieces: Prose): Html {
  return joined(
    pieces.map((piece) => inline(book, piece, "prose")),
    nothing,
  );
}
