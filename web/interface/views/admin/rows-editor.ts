/** A list that is edited line by line: each line a few cells, added, removed, and moved where the order counts. */
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { html } from "../../html.ts";
import type { Errors } from "../../state/admin-draft.ts";
import type { Cells } from "../../state/admin-settings.ts";
import { type Choice, SelectField, TextField } from "../ui/field.ts";

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly options?: readonly Choice[];
  readonly inputmode?: "decimal";
}

export interface RowsEditorProps {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Cells[];
  /** By cell: `2.value`; `rows` is about the whole list. */
  readonly errors: Errors;
  readonly ordered: boolean;
  /** What a new line begins with. */
  readonly fresh: Cells;
  readonly change: (rows: readonly Cells[]) => void;
}

interface CellProps {
  readonly id: string;
  readonly column: Column;
  readonly row: Cells;
  readonly error: string | undefined;
  readonly set: (value: string) => void;
}

function Cell({ id, column, row, error, set }: CellProps): VNode {
  const value = row[column.id] ?? "";
  if (column.options === undefined)
    return html`<${TextField} id=${id} label=${column.label} inputmode=${column.inputmode} maxlength=${200} value=${value} error=${error} change=${set} />`;
  const isListed = column.options.some((option) => option.value === value);
  const options = isListed ? column.options : [...column.options, { value, label: value }];
  return html`<${SelectField} id=${id} label=${column.label} value=${value} error=${error} options=${options} change=${set} />`;
}

export function RowsEditor({ id, columns, rows, errors, ordered, fresh, change }: RowsEditorProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const without = (n: number): readonly Cells[] => rows.filter((_, index) => index !== n);
  const add = (): void => {
    change([...rows, fresh]);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`#${id}-${rows.length}-${columns[0]?.id ?? ""}`)?.focus(),
    );
  };
  const remove = (n: number): void => {
    change(without(n));
    list.current?.querySelector<HTMLElement>(".rows-add")?.focus();
  };
  const up = (n: number): void => {
    const row = rows[n];
    if (row !== undefined) change([...rows.slice(0, n - 1), row, ...without(n).slice(n - 1)]);
  };
  return html`<div ref=${list} class="rows-editor">
    ${rows.map(
      (row, n) => html`<fieldset key=${n} class="rows-line"><legend class="sr-only">Line ${n + 1}</legend>
        ${columns.map(
          (
            column,
          ) => html`<${Cell} key=${column.id} id=${`${id}-${n}-${column.id}`} column=${column} row=${row} error=${errors[`${n}.${column.id}`]}
          set=${(value: string) => change(rows.map((one, index) => (index === n ? { ...one, [column.id]: value } : one)))} />`,
        )}
        <div class="rows-buttons">
          ${ordered && n > 0 && html`<button type="button" class="button button-small button-quiet" onClick=${() => up(n)}>Up<span class="sr-only">, line ${n + 1}</span></button>`}
          <button type="button" class="button button-small button-quiet" onClick=${() => remove(n)}>Remove<span class="sr-only"> line ${n + 1}</span></button>
        </div>
      </fieldset>`,
    )}
    <p class="field-problem" role="alert">${errors.rows ?? ""}</p>
    <p><button type="button" class="button button-small rows-add" onClick=${add}>Add a line</button></p>
  </div>`;
}
