/** Paragraphs, tables and charts, and the sections that hold them. */
import { barChart } from "./charts/bars.ts";
import { lineChart } from "./charts/line.ts";
import { factsOfBlocks } from "./collect.ts";
import type { Block, Inline, Section, Table } from "./document.ts";
import { anchor, type Html, html, name, nothing } from "./escape.ts";
import { type Book, inline, prose } from "./figures.ts";
import type { NotesFor } from "./notes.ts";

function tableRow(book: Book, table: Table, row: readonly Inline[]): Html {
  if (row.length !== table.columns.length) throw new Error(`table ${table.id}: a row has ${row.length} cells`);
  const cells = row.map((cell, at) => {
    const end = table.columns[at]?.align === "end" ? html` class="end"` : nothing;
    const content = inline(book, cell, "table");
    return at === 0 ? html`<th scope="row"${end}>${content}</th>` : html`<td${end}>${content}</td>`;
  });
  return html`<tr>${cells}</tr>\n`;
}

/** A table in its own scrolling group (no landmark: a report has dozens); an empty one says why. The first column names the row. */
function tableBlock(book: Book, table: Table, notes: Html): Html {
  const id = anchor("table", table.id);
  const title = `${id}-title`;
  const heads = table.columns.map((column) =>
    column.align === "end"
      ? html`<th scope="col" class="end">${name(column.label)}</th>`
      : html`<th scope="col">${name(column.label)}</th>`,
  );
  const rows = table.rows.map((row) => tableRow(book, table, row));
  const footer = table.footer === null ? nothing : html`<p class="alt">${prose(book, table.footer)}</p>`;
  const file = table.csv === null ? nothing : html` These rows as a file: <code>${table.csv}</code>.`;
  const body =
    rows.length === 0
      ? html`<p class="title" id="${title}">${name(table.title)}</p>\n<p class="empty">${name(table.empty)}</p>`
      : html`<div class="scroll" role="group" tabindex="0" aria-labelledby="${title}"><table><caption id="${title}">${name(table.title)}</caption>
<thead><tr>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`;
  return html`<div class="table" id="${id}">
${body}
${footer}
<p class="source">Source: ${name(table.source)}.${file}${notes}</p>
</div>
`;
}

/** One block with the notes that apply to its facts. */
export function blockOf(book: Book, block: Block, notesFor: NotesFor): Html {
  if (block.kind === "paragraph") return html`<p>${prose(book, block.prose)}</p>\n`;
  const shown = factsOfBlocks([block]);
  const notes = notesFor([...shown.figures, ...shown.points]);
  if (block.kind === "line") return lineChart(book, block, notes);
  if (block.kind === "bars") return barChart(book, block, notes);
  return tableBlock(book, block, notes);
}

/** A section: heading, claim, blocks, so what, and where its evidence is. */
export function sectionOf(book: Book, section: Section, notesFor: NotesFor): Html {
  const id = anchor("section", section.id);
  const soWhat =
    section.soWhat.length === 0
      ? nothing
      : html`<div class="sowhat"><h3>So what</h3>\n${section.soWhat.map((one) => html`<p>${prose(book, one)}</p>\n`)}</div>\n`;
  const by =
    section.narratedBy === "model" ? "Worded by a model from checked facts." : "Worded by rules from checked facts.";
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name(section.heading)}</h2>
<p class="claim">${prose(book, section.claim)}</p>
${section.blocks.map((block) => blockOf(book, block, notesFor))}${soWhat}<p class="proof"><a href="#${anchor("evidence", section.id)}">Evidence for this section</a> <span>${by}</span></p>
</section>
`;
}
