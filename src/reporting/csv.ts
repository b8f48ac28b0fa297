/**
 * The tables of a report as CSV files (RFC 4180: CRLF, quotes doubled), for spreadsheets and for the verifier.
 *
 * A column that shows figures holds their unrounded values, or the word of the state where nothing was measured, and is
 * directly followed by a column `<label> fact` with the id of each figure.
 */
import { rawFact } from "../core/evidence/format.ts";
import type { Column, Inline, ReportDocument, Table } from "./document.ts";
import { plainLine } from "./escape.ts";
import { type Book, openBook, type ReportEvidence } from "./figures.ts";

/** One CSV file of the package. */
export interface CsvFile {
  readonly name: string;
  readonly body: string;
}

// A spreadsheet takes a cell that begins like this for a formula and would run what a stranger typed into a search box.
// The wide forms count as well in some locales; white space in front does not protect.
const FORMULA = /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/u;

/** Text as a cell that no spreadsheet computes. */
export function inertCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${plainLine(text)}` : plainLine(text);
  return guarded;
}

/** A field, quoted when it has to be. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(book: Book, cell: Inline): string {
  if ("fact" in cell) return rawFact(book.fact(cell.fact));
  if ("quote" in cell) return inertCell(book.text(cell.quote).value);
  if ("period" in cell) return `${book.period(cell.period).start}/${book.period(cell.period).end}`;
  if ("day" in cell) return inertCell(cell.day);
  return inertCell("code" in cell ? cell.code : cell.text);
}

function tablesOf(document: ReportDocument): readonly Table[] {
  const blocks = [
    ...document.sections.flatMap((section) => section.blocks),
    ...document.appendix.flatMap((part) => part.blocks),
  ];
  return blocks.flatMap((block) => (block.kind === "table" ? [block] : []));
}

function headOf(column: Column, hasFacts: boolean): readonly string[] {
  const label = inertCell(column.label);
  return hasFacts ? [label, `${label} fact`] : [label];
}

/** The rows of several tables that share a file, each once, in document order. */
function sharedRows(tables: readonly Table[]): readonly (readonly Inline[])[] {
  const rows = new Map<string, readonly Inline[]>();
  for (const row of tables.flatMap((table) => table.rows)) rows.set(JSON.stringify(row), row);
  return [...rows.values()];
}

function csvBody(book: Book, columns: readonly Column[], rows: readonly (readonly Inline[])[]): string {
  const holdsFacts = columns.map((_, at) => rows.some((row) => "fact" in (row[at] ?? {})));
  const head = columns.flatMap((column, at) => headOf(column, holdsFacts[at] === true));
  const lines = rows.map((row) =>
    row.flatMap((cell, at) => {
      const text = cellText(book, cell);
      return holdsFacts[at] === true ? [text, "fact" in cell ? cell.fact : ""] : [text];
    }),
  );
  return [head, ...lines].map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function checkShape(table: Table, columns: readonly Column[]): void {
  const wrong = table.rows.find((row) => row.length !== table.columns.length);
  if (wrong !== undefined) throw new Error(`table ${table.id}: a row has ${wrong.length} cells`);
  const labels = (list: readonly Column[]) => JSON.stringify(list.map((column) => column.label));
  if (labels(table.columns) !== labels(columns)) throw new Error(`table ${table.id}: other columns write ${table.csv}`);
}

/**
 * The CSV files of all tables that name one, in document order. An empty table gives a file with its head alone; tables
 * that name the same file (an extract and the full list, winners and losers) share it, each row once.
 * @throws Error on an unknown fact or quote, a row with the wrong number of cells, or other columns for the same file
 */
export function renderCsvs(document: ReportDocument, evidence: ReportEvidence): readonly CsvFile[] {
  const book = openBook(evidence);
  const byFile = new Map<string, readonly Table[]>();
  for (const table of tablesOf(document)) {
    if (table.csv !== null) byFile.set(table.csv, [...(byFile.get(table.csv) ?? []), table]);
  }
  return [...byFile].map(([name, tables]) => {
    const columns = tables[0]?.columns ?? [];
    for (const table of tables) checkShape(table, columns);
    return { name, body: csvBody(book, columns, sharedRows(tables)) };
  });
}
