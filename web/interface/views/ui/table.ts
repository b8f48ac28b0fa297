/** Tables of data: headers that sort, numbers that line up, and their own sideways scrolling where the page is narrow. */
import type { ComponentChildren, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { html } from "../../html.ts";
import { type Ordering, type SortValue, sortedBy, turned } from "../../state/sorting.ts";
import { Icon } from "../icons.ts";
import { useScrollable } from "./scrollable.ts";

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** `end` for numbers. */
  readonly align?: "start" | "end";
  readonly cell: (row: Row) => ComponentChildren;
  /** By what the column sorts; without it the header is no button. */
  readonly sort?: (row: Row) => SortValue;
}

export interface DataTableProps<Row> {
  readonly caption: string;
  /** True when a heading right above says the same: the caption stays for screen readers. */
  readonly captionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** How it is sorted at first; otherwise as the rows came. */
  readonly initial?: Ordering;
  /** Shows this many, the first of all in the order they are sorted in. */
  readonly most?: number;
  /** What stands there when there is no row. */
  readonly empty?: ComponentChildren;
}

function HeadCell({
  column,
  order,
  turn,
}: {
  column: Pick<Column<never>, "id" | "label" | "align"> & { readonly sorts: boolean };
  order: Ordering | null;
  turn: () => void;
}): VNode {
  const mine = order?.column === column.id ? order.direction : null;
  const align = column.align === "end" ? "align-end" : undefined;
  if (!column.sorts) return html`<th scope="col" class=${align}>${column.label}</th>`;
  return html`<th scope="col" class=${align} aria-sort=${mine ?? undefined}>
    <button type="button" class=${`sort sort-${mine ?? "none"}`} onClick=${turn}>${column.label}<${Icon} name="chevron" /></button>
  </th>`;
}

/** The table. The first column names its row. */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { caption, columns, rows, keyOf, captionHidden = false } = props;
  const id = useId();
  const [order, setOrder] = useState<Ordering | null>(props.initial ?? null);
  const box = useScrollable<HTMLDivElement>();
  const by = columns.find((column) => column.id === order?.column)?.sort;
  const sorted = order === null || by === undefined ? rows : sortedBy(rows, by, order.direction);
  const shown = props.most === undefined ? sorted : sorted.slice(0, props.most);
  return html`<div ref=${box} class="data-table" role="group" aria-labelledby=${id}>
    <table class="table">
      <caption id=${id} class=${captionHidden ? "sr-only" : undefined}>${caption}</caption>
      <thead><tr>${columns.map((column) => html`<${HeadCell} key=${column.id} column=${{ id: column.id, label: column.label, align: column.align, sorts: column.sort !== undefined }} order=${order} turn=${() => setOrder(turned(order, column.id))} />`)}</tr></thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr key=${keyOf(row)}>${columns.map((column, index) => {
              const align = column.align === "end" ? "align-end" : undefined;
              return index === 0
                ? html`<th key=${column.id} scope="row" class=${align}>${column.cell(row)}</th>`
                : html`<td key=${column.id} class=${align}>${column.cell(row)}</td>`;
            })}</tr>`,
        )}
        ${rows.length === 0 && html`<tr><td colspan=${columns.length} class="none">${props.empty ?? "Nothing here."}</td></tr>`}
      </tbody>
    </table>
  </div>`;
}
