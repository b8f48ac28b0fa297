import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawFact } from "../../src/core/evidence/format.ts";
import { inertCell, renderCsvs } from "../../src/reporting/csv.ts";
import type { Inline, ReportDocument, Table } from "../../src/reporting/document.ts";
import { evidenceOf, FactBox, fact, quote } from "./fixture.ts";
import { seoReport } from "./seo-report.ts";

/** RFC 4180, read strictly: every record ends in CRLF, a quoted field may hold anything. */
function parseCsv(body: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let rest = body;
  let record: string[] = [];
  while (rest !== "") {
    const found = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (found === null) throw new Error(`not RFC 4180: ${JSON.stringify(rest.slice(0, 60))}`);
    record.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    rest = rest.slice(found[0].length);
    if (found[3] === "\r\n") {
      records.push(record);
      record = [];
    }
  }
  return records;
}

const base = seoReport().document;

function documentOf(...tables: readonly Table[]): ReportDocument {
  return { ...base, sections: [], appendix: [{ heading: "Tables", blocks: tables }] };
}

function tableOf(rows: readonly (readonly Inline[])[], more: Partial<Table> = {}): Table {
  const columns = [
    { label: "Query", align: "start" as const },
    { label: "Clicks", align: "end" as const },
  ];
  return {
    kind: "table",
    id: "t",
    title: "T",
    source: "S",
    columns,
    rows,
    empty: "none",
    footer: null,
    csv: "t.csv",
    ...more,
  };
}

describe("a file of figures", () => {
  test("holds the unrounded value of each figure and, right beside it, the id of its fact", () => {
    const { document, evidence } = seoReport();
    const facts = new Map(evidence.facts.map((one) => [one.id, one]));
    const queries = renderCsvs(document, evidence).find((file) => file.name === "queries.csv");
    const [head = [], ...rows] = parseCsv(queries?.body ?? "");
    expect(head).toEqual([
      "Query",
      "Clicks",
      "Clicks fact",
      "Clicks before",
      "Clicks before fact",
      "Change",
      "Change fact",
      "Position",
      "Position fact",
    ]);
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      for (const at of [1, 3, 5, 7]) {
        const known = facts.get(row[at + 1] ?? "");
        expect(known === undefined ? null : rawFact(known)).toBe(row[at]);
      }
    }
  });

  test("says in a word why there is no number", () => {
    const { document, evidence } = seoReport();
    expect(renderCsvs(document, evidence).find((file) => file.name === "pages.csv")?.body).toContain(
      ",withheld,gsc.page.0.ctr",
    );
  });

  test("of an empty table is its head alone", () => {
    expect(renderCsvs(documentOf(tableOf([])), evidenceOf(new FactBox()))).toEqual([
      { name: "t.csv", body: "Query,Clicks\r\n" },
    ]);
  });

  test("is not written for a table that names none", () => {
    expect(renderCsvs(documentOf(tableOf([], { csv: null })), evidenceOf(new FactBox()))).toEqual([]);
  });

  test("is shared by an extract and the full table, each row once", () => {
    const box = new FactBox();
    const rows = ["a", "b"].map((id) => [{ text: id }, fact(box.measured(`f.${id}`, "Clicks", "count", 1))]);
    const files = renderCsvs(documentOf(tableOf(rows.slice(0, 1)), tableOf(rows, { id: "u" })), evidenceOf(box));
    expect(files.map((file) => parseCsv(file.body).length)).toEqual([3]);
  });

  test("cannot be shared by tables of other columns", () => {
    const other = tableOf([], { id: "u", columns: [{ label: "Page", align: "start" }] });
    expect(() => renderCsvs(documentOf(tableOf([]), other), evidenceOf(new FactBox()))).toThrow(
      "table u: other columns write t.csv",
    );
  });

  test("with an unknown fact is not written", () => {
    const wrong = tableOf([[{ text: "a" }, fact("no.such")]]);
    expect(() => renderCsvs(documentOf(wrong), evidenceOf(new FactBox()))).toThrow('unknown fact: "no.such"');
  });

  test("with a row that is too short is not written", () => {
    expect(() => renderCsvs(documentOf(tableOf([[{ text: "a" }]])), evidenceOf(new FactBox()))).toThrow(
      "a row has 1 cells",
    );
  });
});

describe("a cell of untrusted text", () => {
  test.each(["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "|cmd", "%0A", "＝1", "－1"])(
    "is never a formula: %j",
    (text) => {
      expect(inertCell(text).startsWith("'")).toBe(true);
    },
  );

  test("keeps harmless text as it is", () => {
    expect(inertCell("structured settlement, “calculator”")).toBe("structured settlement, “calculator”");
  });

  test("survives the way through a strict reader, and never starts like a formula", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const box = new FactBox();
        const rows = [[quote(box.quote("q", text)), fact(box.measured("f", "Clicks", "count", 3))]];
        const [, row] = parseCsv(renderCsvs(documentOf(tableOf(rows)), evidenceOf(box))[0]?.body ?? "");
        expect(row).toHaveLength(3);
        expect(row?.[0]).toBe(inertCell(text));
        expect(row?.[0]).not.toMatch(/^\s*[=+\-@\t\r]/u);
      }),
    );
  });

  test("leaves a negative figure a number", () => {
    const box = new FactBox();
    const rows = [[{ text: "a" }, fact(box.change("f", "Change", "percent_change", -0.25, "delta_pct", []))]];
    expect(renderCsvs(documentOf(tableOf(rows)), evidenceOf(box))[0]?.body).toBe(
      "Query,Clicks,Clicks fact\r\na,-0.25,f\r\n",
    );
  });
});
