/** Sorting of tables by one column. */

/** What a row is sorted by; null where it has none of it. */
export type SortValue = string | number | null;

export interface Ordering {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

const WORDS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return WORDS.compare(String(a), String(b));
}

/** A sorted copy. Rows without a value come last in either direction: they are what nobody looks for. */
export function sortedBy<Row>(
  rows: readonly Row[],
  by: (row: Row) => SortValue,
  direction: Ordering["direction"],
): readonly Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  return rows
    .map((row) => ({ row, value: by(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** The order after a click on a column's header: the largest first, then the smallest. */
export function turned(order: Ordering | null, column: string): Ordering {
  const again = order?.column === column && order.direction === "descending";
  return { column, direction: again ? "ascending" : "descending" };
}
