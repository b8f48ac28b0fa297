/** Reads our own CSV files back: every figure with the id of its fact from the column beside it. */
import type { ShownFigure } from "./scan-html.ts";

/** What a CSV file shows. */
export interface CsvScan {
  readonly figures: readonly ShownFigure[];
  /** Cells that read like a figure in a column without facts; quotations may be among them. */
  readonly loose: readonly string[];
}

const FIGURE = /^[-+\u2212]?[\d.,]*\d[\d.,]*\s*%?$/;
const SUFFIX = " fact";

/** Scans a file. A column `X` has its facts in the column `X fact` right after it. */
export function scanCsv(body: string): CsvScan {
  const [head = [], ...rows] = parseCsv(body);
  const figures: ShownFigure[] = [];
  const loose: string[] = [];
  for (const row of rows) {
    head.forEach((label, at) => {
      if (isFactColumn(head, at)) return;
      const text = row[at] ?? "";
      const factId = isFactColumn(head, at + 1) ? (row[at + 1] ?? "") : "";
      if (factId !== "") figures.push({ factId, value: text, text: label });
      else if (FIGURE.test(text)) loose.push(text);
    });
  }
  return { figures, loose };
}

function isFactColumn(head: readonly string[], at: number): boolean {
  return at > 0 && head[at] === `${head[at - 1]}${SUFFIX}`;
}

/** RFC 4180: quoted fields may hold commas, line ends and doubled quotes. */
export function parseCsv(body: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end = ""] of body.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/g)) {
    if (end === "" && row.length === 0 && quoted === undefined && plain === "") break;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}
