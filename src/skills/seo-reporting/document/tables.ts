/** The tables of the report: rows of references, no figures. */
import type { Column, Inline, Table } from "../../../reporting/document.ts";
import type { Entry, ListKind } from "../facts/lists.ts";
import type { PairEntry } from "../facts/opportunities.ts";

export const start = (label: string): Column => ({ label, align: "start" });
export const end = (label: string): Column => ({ label, align: "end" });

/** A table with what most tables share. */
export function table(parts: Omit<Table, "kind" | "footer" | "csv"> & Partial<Pick<Table, "footer" | "csv">>): Table {
  return { kind: "table", footer: null, csv: null, ...parts };
}

const WORD: Readonly<Record<ListKind, string>> = { page: "Page", query: "Query" };

/** Source line of a list; clicks by page and by property differ. */
export function listSource(kind: ListKind): string {
  return kind === "page" ? "Search Console, by page" : "Search Console, listed queries";
}

/** What zero clicks mean in a list: a whole list without the entry. */
const ABSENT: Readonly<Record<ListKind, string>> = {
  page: "A page that Google's list of a period does not hold counts as no clicks in it.",
  query:
    "A query that Google's list of a period does not hold counts as no listed clicks in it; rare ones are withheld.",
};

/** Entries of the period with their change. */
export function entryTable(
  id: string,
  kind: ListKind,
  title: string,
  entries: readonly Entry[],
  csv: string | null,
): Table {
  const position = kind === "query" ? [end("Position")] : [];
  return table({
    id,
    title,
    source: listSource(kind),
    columns: [start(WORD[kind]), end("Clicks"), end("Before"), end("Change"), end("Impressions"), ...position],
    rows: entries.map(({ base, quote }) => [
      { quote },
      { fact: `${base}.clicks.primary` },
      { fact: `${base}.clicks.previous` },
      { fact: `${base}.clicks.delta_abs` },
      { fact: `${base}.impressions.primary` },
      ...(kind === "query" ? [{ fact: `${base}.position.primary` }] : []),
    ]),
    empty:
      kind === "query" ? "Google lists no such query for this period." : "Google lists no such page for this period.",
    footer: [{ text: ABSENT[kind] }],
    csv,
  });
}

/** Entries that reached ten impressions in this period and had fewer before. `unknown`: why that cannot be told. */
export function freshTable(
  id: string,
  kind: ListKind,
  title: string,
  entries: readonly Entry[],
  unknown: string | null,
): Table {
  return table({
    id,
    title,
    source: listSource(kind),
    columns: [start(WORD[kind]), end("Clicks"), end("Impressions")],
    rows: entries.map(({ base, quote }) => [
      { quote },
      { fact: `${base}.clicks.primary` },
      { fact: `${base}.impressions.primary` },
    ]),
    empty: unknown ?? "Nothing newly reached ten impressions.",
  });
}

/** Entries that had ten impressions before and have fewer in this period. `unknown`: why that cannot be told. */
export function lostTable(
  id: string,
  kind: ListKind,
  title: string,
  entries: readonly Entry[],
  unknown: string | null,
): Table {
  return table({
    id,
    title,
    source: listSource(kind),
    columns: [start(WORD[kind]), end("Clicks before"), end("Impressions before"), end("Impressions now")],
    rows: entries.map(({ base, quote }) => [
      { quote },
      { fact: `${base}.clicks.previous` },
      { fact: `${base}.impressions.previous` },
      { fact: `${base}.impressions.primary` },
    ]),
    empty: unknown ?? "Nothing fell below ten impressions.",
  });
}

/** Queries by page with the figures that end in the given words. */
export function pairTable(
  parts: { readonly id: string; readonly title: string; readonly empty: string; readonly csv: string | null },
  entries: readonly PairEntry[],
  figures: readonly (readonly [label: string, suffix: string])[],
): Table {
  return table({
    ...parts,
    source: "Search Console, query by page",
    columns: [start("Query"), start("Page"), ...figures.map(([label]) => end(label))],
    rows: entries.map(({ base, query, page }): readonly Inline[] => [
      { quote: query },
      { quote: page },
      ...figures.map(([, suffix]) => ({ fact: `${base}.${suffix}` })),
    ]),
  });
}

/** A metric's figures of the periods side by side. */
export function comparisonTable(
  id: string,
  title: string,
  source: string,
  rows: readonly (readonly Inline[])[],
  columns: readonly string[],
): Table {
  return table({
    id,
    title,
    source,
    columns: columns.map((label, index) => (index === 0 ? start(label) : end(label))),
    rows,
    empty: "There is nothing to compare.",
  });
}
