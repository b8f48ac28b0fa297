/** How a figure follows from raw snapshots, in one line: the words of a derivation. */
import type { Condition, Derivation, Fact, RowSelection } from "../core/evidence/types.ts";
import { periodTime } from "./dates.ts";
import { anchor, bounded, echoed, type Html, html, joined, name, nothing } from "./escape.ts";
import { type Book, plainFigure } from "./figures.ts";

const OPERATORS: Readonly<Record<Condition["op"], string>> = {
  eq: "is",
  in: "is one of",
  contains_any: "contains one of",
  contains_none: "contains none of",
  gte: "is at least",
  lte: "is at most",
  lt: "is below",
  gt: "is above",
  in_group: "lies under",
};

const MOVED = {
  fell: "fell",
  rose: "rose",
  same: "stayed the same",
  entered: "appeared",
  left: "went away",
} as const;

/** First characters of a digest, enough to find the snapshot in the list below. */
export function shortDigest(sha256: string): string {
  return sha256.slice(0, 10);
}

function code(text: string, max: number): Html {
  return html`<code>${bounded(text, max)}</code>`;
}

function snapshotLink(book: Book, key: string): Html {
  const snapshot = book.snapshot(key);
  if (snapshot === null) throw new Error(`a fact names a snapshot that is no input: ${JSON.stringify(key)}`);
  const digest = shortDigest(snapshot.sha256);
  return html`<a href="#${anchor("snapshot", digest)}"><code>${digest}</code></a>`;
}

function snapshotLinks(book: Book, keys: readonly string[]): Html {
  const shown = keys.slice(0, 4).map((key) => snapshotLink(book, key));
  return html`${joined(shown, ", ")}${keys.length > shown.length ? " and more" : ""}`;
}

function operatorOf(one: Condition): string {
  return one.op === "in_group" && one.group < 0 ? "lies under none of" : OPERATORS[one.op];
}

function operandOf(one: Condition): string {
  if (one.op === "in_group") return one.prefixes[one.group] ?? one.prefixes.join(", ");
  return "values" in one ? one.values.join(", ") : String(one.value);
}

function condition(one: Condition): Html {
  return html`${code(one.at, 60)} ${operatorOf(one)} ${code(operandOf(one), 80)}`;
}

function selection(book: Book, rows: RowSelection): Html {
  const where = rows.where.length === 0 ? nothing : html` where ${joined(rows.where.map(condition), " and ")}`;
  return html`rows ${code(rows.rows, 60)}${where} of snapshot ${snapshotLinks(book, rows.snapshots)}${rows.capped === true ? " (cut off by the row limit of the source)" : ""}`;
}

/** The derivation in words, with links to the snapshots or the facts it starts from. */
export function derivationWords(book: Book, derivation: Derivation): Html {
  switch (derivation.op) {
    case "pick":
      return html`Read at ${code(derivation.pointer, 120)} of snapshot ${snapshotLink(book, derivation.snapshot)}`;
    case "sum":
      return html`Sum of ${code(derivation.field, 60)} over ${selection(book, derivation)}`;
    case "count":
      return html`Number of ${selection(book, derivation)}`;
    case "count_distinct":
      return html`Number of different ${code(derivation.field, 60)} in ${selection(book, derivation)}`;
    case "mean":
      return html`Mean of ${code(derivation.field, 60)} over ${selection(book, derivation)}`;
    case "weighted_mean":
      return html`Mean of ${code(derivation.field, 60)} weighted by ${code(derivation.weight, 60)} over ${selection(book, derivation)}`;
    case "lookup":
      return html`Read at ${code(derivation.field, 60)} of the one row among ${selection(book, derivation)}`;
    case "median":
      return html`Median of ${code(derivation.field, 60)} over ${selection(book, derivation)}`;
    case "weekday_mean":
      return html`Mean of the weekday means of ${code(derivation.field, 60)} over ${selection(book, derivation)}`;
    case "dispersion":
      return html`Over-dispersion of daily ${code(derivation.field, 60)} around the weekday means, newest <code>${String(derivation.last)}</code> days of ${selection(book, derivation)}`;
    case "count_moved":
      return html`Number of ${code(derivation.key, 60)} whose ${code(derivation.field, 60)} ${MOVED[derivation.direction]} between ${selection(book, derivation.from)} and ${selection(book, derivation.to)}`;
    case "set_difference_count":
      return html`Number of ${code(derivation.field, 60)} in ${selection(book, derivation.of)}, without those in ${selection(book, derivation.minus)}`;
    case "formula": {
      const inputs = derivation.inputs.map((id) => html`<a href="#${anchor("fact", id)}">${code(id, 120)}</a>`);
      return html`Formula ${code(derivation.formula, 60)} of ${joined(inputs, ", ")}`;
    }
    case "absent":
      return html`Not measured: ${echoed(derivation.reason, 200)}`;
  }
}

/** One row of the evidence list: the target of the links on figures. */
export function lineageRow(book: Book, fact: Fact): Html {
  const period = fact.period === null ? nothing : html`, ${periodTime(book.period(fact.period))}`;
  const why = fact.value.value === null ? html`<br>${echoed(fact.value.reason, 200)}` : nothing;
  return html`<tr id="${anchor("fact", fact.id)}"><th scope="row">${name(fact.label)}${period}<br><code>${fact.id}</code></th><td class="end">${plainFigure(fact)}</td><td>${derivationWords(book, fact.derivation)}${why}</td></tr>\n`;
}
