/** Takes the comparison a reviewer does not want out of a report: columns, charts, actions, and the lines of the opening. */
import type { Block, Inline, Prose, ReportDocument, Table } from "../../../reporting/document.ts";
import type { Desk, ReportOptions } from "../desk.ts";
import type { Against } from "../facts/compare.ts";

const PREVIOUS = /\.(?:previous|delta_[a-z_]+|contribution)$/;
const YEAR = /\.(?:year_ago|yoy_[a-z_]+)$/;

/** True when the report is to compare with that period. */
export function comparesWith({ comparison }: ReportOptions, against: Against): boolean {
  return comparison === "both" || comparison === (against === "previous" ? "previous" : "year_over_year");
}

/** True for a fact that belongs to a comparison which is not wanted: the other period's value, and changes against it. */
export function isUnwanted(options: ReportOptions, id: string): boolean {
  if (!comparesWith(options, "previous") && PREVIOUS.test(id)) return true;
  return !comparesWith(options, "year_ago") && YEAR.test(id);
}

/** The periods a report compares with. */
export function periodsCompared({ brief, options }: Desk): readonly { readonly start: string; readonly end: string }[] {
  const { previous, yearAgo } = brief.periods;
  return [
    ...(comparesWith(options, "previous") ? [previous] : []),
    ...(comparesWith(options, "year_ago") ? [yearAgo] : []),
  ];
}

/** The document with the wanted comparisons alone. */
export function onlyWanted(options: ReportOptions, document: ReportDocument): ReportDocument {
  if (options.comparison === "both") return document;
  const unwanted = (piece: Inline) => "fact" in piece && isUnwanted(options, piece.fact);
  const free = (prose: Prose) => !prose.some(unwanted);
  return {
    ...document,
    against: options.comparison === "previous" ? ["previous"] : ["yearAgo"],
    sections: document.sections.map((section) => ({
      ...section,
      blocks: section.blocks.flatMap((block) => wantedBlock(block, unwanted) ?? []),
    })),
    nextActions: document.nextActions.filter(({ why, measure }) => free(why) && free(measure)),
  };
}

type Unwanted = (piece: Inline) => boolean;

function wantedBlock(block: Block, unwanted: Unwanted): Block | null {
  switch (block.kind) {
    case "table":
      return wantedTable(block, unwanted);
    case "bars":
      return block.bars.some(({ fact }) => unwanted({ fact })) || block.alt.some(unwanted) ? null : block;
    case "paragraph":
      return block.prose.some(unwanted) ? null : block;
    case "line":
      return block;
  }
}

/** Without the columns that hold such a figure; null when none but the first would be left. */
function wantedTable(table: Table, unwanted: Unwanted): Table | null {
  const keeps = table.columns.map((_, at) => !table.rows.some((row) => row[at] !== undefined && unwanted(row[at])));
  if (keeps.filter(Boolean).length < Math.min(2, table.columns.length)) return null;
  return {
    ...table,
    columns: table.columns.filter((_, at) => keeps[at]),
    rows: table.rows.map((row) => row.filter((_, at) => keeps[at])),
    footer: table.footer?.some(unwanted) ? null : table.footer,
  };
}
