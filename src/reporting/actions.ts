/** What to do next: action, why, who, how much work, and how success will be seen. */
import type { ReportDocument } from "./document.ts";
import { type Html, html, name } from "./escape.ts";
import { type Book, prose } from "./figures.ts";

const EFFORT = { small: "Small effort", medium: "Medium effort", large: "Large effort" } as const;

/** The numbered list of next actions; says so when there are none. */
export function nextActions(book: Book, document: ReportDocument): Html {
  if (document.nextActions.length === 0) return html`<p>The evidence of this period calls for no action.</p>`;
  const items = document.nextActions.map(
    (item, at) => html`<li>
<span class="step" data-scale aria-hidden="true">${String(at + 1)}</span>
<div><h3>${name(item.action)}</h3>
<p>${prose(book, item.why)}</p>
<dl><div><dt>Owner</dt><dd>${name(item.owner)}</dd></div><div><dt>Effort</dt><dd><span class="effort ${item.effort}">${EFFORT[item.effort]}</span></dd></div><div><dt>Success</dt><dd>${prose(book, item.measure)}</dd></div></dl></div>
</li>
`,
  );
  return html`<ol class="actions" role="list">
${items}</ol>`;
}
