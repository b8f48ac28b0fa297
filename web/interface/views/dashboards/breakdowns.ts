/** Parts of the whole: channels, pages, queries, campaigns, rankings. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { nameOf } from "../../../../src/core/names.ts";
import type { DashboardView, TableView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { dimensionName, shortMonth } from "../../state/dashboard-words.ts";
import { Notice } from "../notices.ts";
import { Foreign, Panel } from "../parts.ts";
import { Movement } from "../ui/movement.ts";
import { type Column, DataTable } from "../ui/table.ts";
import { FigureButton } from "./figure-button.ts";

type Row = TableView["rows"][number];

/** Rows before somebody asks for the rest. */
const SHORT = 8;

/** Their movement is in points: a longer word. */
const RATES: ReadonlySet<string> = new Set(["ratio", "percent"]);

/** How big the row is beside the biggest: a picture of the figure that stands with it. */
function SizeBar({ value, most }: { value: number | null; most: number }): VNode | null {
  if (value === null || most <= 0) return null;
  return html`<svg class="size-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width=${Math.max(1, (100 * value) / most)} height="4" rx="1" /></svg>`;
}

function columnsOf(table: TableView): readonly Column<Row>[] {
  const most = Math.max(0, ...table.rows.map((row) => row.cells[0]?.value ?? 0));
  const ranks = ["position", "place"].includes(table.columns[0]?.unit ?? "");
  const figures = table.columns.map((column, n): Column<Row> => {
    const cell = (row: Row): VNode => {
      const figure = row.cells[n];
      const movement = row.movements[n] ?? null;
      if (figure === undefined) return html``;
      const { unit, currency, better } = column;
      // A reason in words would widen every column; the dash carries it in its title.
      const stated = movement !== null && movement.note === null;
      return html`<${FigureButton} figure=${figure} unit=${unit} currency=${currency} of=${`${row.member}, ${column.label}`} />
        <span class=${RATES.has(unit) ? "cell-move cell-points" : "cell-move"}>${stated ? html`<${Movement} movement=${movement} unit=${unit} better=${better} currency=${currency} />` : movement !== null && html`<span class="muted" title=${movement.note ?? undefined}><span aria-hidden="true">–</span><span class="sr-only">${movement.note}</span></span>`}</span>
        ${n === 0 && !ranks && html`<${SizeBar} value=${figure.value} most=${most} />`}`;
    };
    return { id: column.metric, label: column.label, align: "end", cell, sort: (row) => row.cells[n]?.value ?? null };
  });
  const member: Column<Row> = {
    id: "member",
    label: dimensionName(table.dimension),
    cell: (row) => html`<${Foreign} text=${row.member} />`,
    sort: (row) => row.member,
  };
  return [member, ...figures];
}

function Breakdown({ table, before }: { table: TableView; before: string }): VNode {
  const [all, setAll] = useState(false);
  return html`<${Panel} id=${`table-${table.id}`} title=${table.label} aside=${html`<span class="panel-aside muted">${nameOf(table.source)}</span>`}>
    ${table.note !== null && html`<p class="dash-note">${table.note}</p>`}
    <${DataTable} caption=${`${table.label}, with the change since ${before}`} captionHidden columns=${columnsOf(table)} rows=${table.rows} most=${all ? table.rows.length : SHORT} keyOf=${(row: Row) => row.member} />
    ${table.rows.length > SHORT && html`<p class="dash-more"><button type="button" class="button button-small button-quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>${all ? "Show fewer" : `Show all ${table.rows.length}`}</button></p>`}
  <//>`;
}

/** Every table, with a way to each. */
export function Breakdowns({ feed }: { feed: DashboardView }): VNode {
  const before = shortMonth(feed.comparisons.previous.start);
  if (feed.tables.length === 0)
    return html`<${Notice} icon="file" title="Nothing to break down"><p>No channel, page, query or campaign has a figure in this month.</p><//>`;
  return html`<div class="breakdowns">
    <nav class="dash-jump" aria-label="Tables"><ul>${feed.tables.map((table) => html`<li key=${table.id}><a href=${`#table-${table.id}`}>${table.label}</a></li>`)}</ul></nav>
    ${feed.tables.map((table) => html`<${Breakdown} key=${table.id} table=${table} before=${before} />`)}
  </div>`;
}
