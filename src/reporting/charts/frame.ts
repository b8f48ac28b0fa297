/** What every chart has around it: title, unit, source, text alternative, reading notes and, folded, its data table. */
import type { Prose } from "../document.ts";
import { anchor, type Html, html, name } from "../escape.ts";
import { type Book, prose } from "../figures.ts";

/** The parts of a chart. `body` is the drawing; `after` comes between the drawing and the source line. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly source: string;
  readonly alt: Prose;
  readonly body: Html;
  readonly after: Html;
  readonly notes: Html;
}

/** Ids of the title and of the text alternative, for `aria-labelledby` and `aria-describedby`. */
export function frameIds(id: string): { readonly title: string; readonly alt: string } {
  return { title: anchor("title", id), alt: anchor("alt", id) };
}

/** A chart in its frame. */
export function framed(book: Book, frame: Frame): Html {
  const ids = frameIds(frame.id);
  return html`<figure class="chart" id="${anchor("chart", frame.id)}" aria-labelledby="${ids.title}">
<figcaption><span class="title" id="${ids.title}">${name(frame.title)}</span> <span class="unit">${name(frame.unit)}</span></figcaption>
${frame.body}
<p class="alt" id="${ids.alt}">${prose(book, frame.alt)}</p>
${frame.after}
<p class="source">Source: ${name(frame.source)}.${frame.notes}</p>
</figure>
`;
}
