/** Several rows in one statement: what a statement costs beside its rows is paid once. */

/** A value an actor's SQLite takes. */
export type Cell = string | number | null;

/** A statement of an actor's SQLite. */
interface SqlInsert {
  exec(query: string, ...bindings: Cell[]): unknown;
}

/** An actor may bind a hundred values to a statement. Few sizes, so that few statements are kept ready. */
const SIZES = [8, 2, 1] as const;

/** Inserts rows of one shape, oldest first. */
export class RowInsert {
  readonly #sql: SqlInsert;
  readonly #statements: readonly { readonly size: number; readonly text: string }[];

  /** @param into table and columns, `run_parts (part, n, value)`; `more` is what stands after the values */
  constructor(sql: SqlInsert, into: string, columns: number, more = "") {
    this.#sql = sql;
    const row = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
    this.#statements = SIZES.map((size) => {
      const rows = Array.from({ length: size }, () => row).join(", ");
      return { size, text: `INSERT INTO ${into} VALUES ${rows} ${more}` };
    });
  }

  /** True when so many rows go in one statement, which is all or nothing by itself. */
  isOneStatement(rows: number): boolean {
    return SIZES.some((size) => size === rows);
  }

  add(rows: readonly (readonly Cell[])[]): void {
    let from = 0;
    for (const { size, text } of this.#statements)
      for (; rows.length - from >= size; from += size) this.#sql.exec(text, ...rows.slice(from, from + size).flat());
  }
}
