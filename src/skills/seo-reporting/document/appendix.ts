/** The appendix: definitions of every metric, the queries with their row counts, the checks, the days, the refusals. */
import { metricOf } from "../../../core/evidence/catalogue.ts";
import { FORMULAS } from "../../../core/evidence/formulas.ts";
import type { DataCheck } from "../../../core/evidence/types.ts";
import { daysOf } from "../../../core/facts/days.ts";
import type { Inline, ReportDocument } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import { queryRecords } from "../facts/checks.ts";
import { dayId } from "../facts/headline.ts";
import type { ModelWording } from "../narrate.ts";
import type { CsvNames } from "./detail-sections.ts";
import { end, start, table } from "./tables.ts";

type Part = ReportDocument["appendix"][number];

/** All parts of the appendix but the evidence list, which the renderer makes. */
export function appendixOf(
  desk: Desk,
  checks: readonly DataCheck[],
  wording: ModelWording,
  csv: CsvNames,
): readonly Part[] {
  return [definitions(desk), formulas(desk), queries(desk), checkList(checks), days(desk, csv), refusals(wording)];
}

function definitions({ book }: Desk): Part {
  const used = [...new Set(book.facts.map(({ metric }) => metric))].map(metricOf);
  const rows = used.map((metric): readonly Inline[] => [{ text: metric.label }, { text: metric.definition }]);
  return {
    heading: "Definitions",
    blocks: [
      table({
        id: "definitions",
        title: "Metrics of this report",
        source: "Metric catalogue",
        columns: [start("Metric"), start("Definition")],
        rows,
        empty: "No metrics.",
      }),
    ],
  };
}

function formulas({ book }: Desk): Part {
  const used = new Set(
    book.facts.flatMap(({ derivation }) => (derivation.op === "formula" ? [derivation.formula] : [])),
  );
  const rows = [...FORMULAS.values()]
    .filter(({ id }) => used.has(id))
    .map(({ id, words }): readonly Inline[] => [{ code: id }, { text: words }]);
  return {
    heading: "Formulas",
    blocks: [
      table({
        id: "formulas",
        title: "How figures follow from others",
        source: "Formula catalogue",
        columns: [start("Formula"), start("Meaning")],
        rows,
        empty: "No formulas.",
      }),
    ],
  };
}

function queries(desk: Desk): Part {
  const rows = queryRecords(desk).map((record): readonly Inline[] => [
    { text: record.source },
    { text: record.name },
    { period: record.period },
    { fact: record.fact },
    { text: record.query.capped ? "Row limit reached" : "Complete" },
    { code: record.query.snapshots.map(({ sha256 }) => sha256.slice(0, 12)).join(" ") },
  ]);
  const columns = [start("Source"), start("Query"), start("Period"), end("Rows"), start("Cap"), start("Snapshots")];
  return {
    heading: "Queries",
    blocks: [
      table({
        id: "query-list",
        title: "What was asked and how much came back",
        source: "Raw answers, stored unchanged",
        columns,
        rows,
        empty: "Nothing was asked.",
      }),
    ],
  };
}

function checkList(checks: readonly DataCheck[]): Part {
  const rows = checks.map(({ id, passed, detail, factIds: [sum = "", total = ""] }): readonly Inline[] => [
    { code: id },
    { text: passed ? "Passed" : "Failed" },
    { text: detail },
    { fact: sum },
    { fact: total },
  ]);
  const columns = [start("Check"), start("Result"), start("Detail"), end("Sum"), end("Total")];
  return {
    heading: "Checks",
    blocks: [
      table({
        id: "checks",
        title: "Do the sources agree with themselves?",
        source: "Search Console",
        columns,
        rows,
        empty: "No checks.",
      }),
    ],
  };
}

function days({ brief }: Desk, csv: CsvNames): Part {
  const rows = daysOf(brief.periods.primary).map((day): readonly Inline[] => [{ day }, { fact: dayId(day) }]);
  return {
    heading: "Days",
    blocks: [
      table({
        id: "days",
        title: "Clicks by day",
        source: "Search Console, by day, Pacific time",
        columns: [start("Day"), end("Clicks")],
        rows,
        empty: "No days.",
        csv: csv.daily,
      }),
    ],
  };
}

function refusals(wording: ModelWording): Part {
  const rows = wording.rejected.map(({ section, reason }): readonly Inline[] => [{ text: section }, { code: reason }]);
  return {
    heading: "Wording",
    blocks: [
      table({
        id: "refused-wording",
        title: "Wording that was refused",
        source: "Checks on the model's sentences",
        columns: [start("Section"), start("Reason")],
        rows,
        empty: "No sentence of a model was refused.",
      }),
    ],
  };
}
