/**
 * The only place where text becomes markup. Everything interpolated into an `html` template is escaped, unless it is
 * markup that another `html` template made. Attribute values are always written in double quotes by the templates.
 */

/** A piece of finished markup. Made by `html`, `joined` and `stylesheet` only, so a plain string is never trusted. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: text (escaped), markup (kept), or a list of markup (kept, in order). */
export type Part = string | Html | readonly Html[];

/** No markup at all, for optional parts. */
export const nothing = new Html("");

// C0 and C1 controls but tab and newline: no HTML parser accepts NUL, and the others hide text from a reader.
const CONTROLS = /[^\P{Cc}\t\n]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe for element content and for double-quoted attribute values; control characters are dropped. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROLS, "")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === "string") return escapeText(part);
  return part.map((one) => one.markup).join("");
}

/** Template of markup: the literal text is ours, every interpolated string is escaped. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let out = literals[0] ?? "";
  parts.forEach((part, at) => {
    out += markupOf(part) + (literals[at + 1] ?? "");
  });
  return new Html(out);
}

/** Pieces of markup with a separator between them. */
export function joined(pieces: readonly Html[], separator: Part): Html {
  return new Html(pieces.map((piece) => piece.markup).join(markupOf(separator)));
}

/** Our own stylesheet as an element. CSS is not escaped, so a closing tag in it is refused. */
export function stylesheet(css: string): Html {
  if (css.includes("</")) throw new Error("a stylesheet must not hold a closing tag");
  return new Html(`<style>${css}</style>`);
}

// Marks and overrides of direction would reorder the text around a quote; isolation by <bdi> does the rest.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const BREAKS = /[\s\u2028\u2029]+/gu;

/** Untrusted text without control and direction characters, on one line. */
export function plainLine(text: string): string {
  return text
    .toWellFormed()
    .replace(DIRECTION, "")
    .replace(BREAKS, " ")
    .replace(/\p{Cc}/gu, "")
    .trim();
}

/** Longest untrusted quote a report shows, in code points, with the ellipsis. */
export const MAX_QUOTE = 120;

/** Untrusted text on one line, at most `max` code points; a cut is shown by an ellipsis. */
export function bounded(text: string, max: number = MAX_QUOTE): string {
  const points = Array.from(plainLine(text));
  return points.length <= max
    ? points.join("")
    : `${points
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`;
}

/**
 * A name of ours that may hold a digit which is no figure ("Google Analytics 4", "Top 3"): such words are marked as
 * scale, so that a search for figures without a fact passes over them. Never used for sentences about results.
 */
export function name(text: string): Html {
  const words = plainLine(text).split(/(\S*\p{Nd}\S*)/u);
  return joined(
    words.map((word, at) => (at % 2 === 1 ? html`<span data-scale>${word}</span>` : html`${word}`)),
    nothing,
  );
}

/** Text that may echo somebody else's words (a reviewer, an upstream): bounded and isolated. */
export function echoed(text: string, max: number): Html {
  return html`<bdi>${bounded(text, max)}</bdi>`;
}

// What may follow `id="x-`; anything else would need escaping in a fragment link.
const ANCHOR = /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/;

/** An id of the document or the evidence, checked before it becomes part of an `id` attribute. */
export function anchor(prefix: string, id: string): string {
  if (!ANCHOR.test(id)) throw new Error(`not usable as an anchor: ${JSON.stringify(id)}`);
  return `${prefix}-${id}`;
}
