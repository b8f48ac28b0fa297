/**
 * A report before it has a format. A skill composes it from evidence; `html.ts` and `csv.ts` render it.
 * It holds references, never figures: the renderer looks values up in the evidence.
 */

/** A piece of text. `text` is our own words and holds no digit; `quote` is untrusted text by id; `fact` a figure by id. */
export type Inline =
  | { readonly text: string }
  | { readonly fact: string }
  | { readonly quote: string }
  | { readonly period: "primary" | "previous" | "yearAgo" }
  | { readonly day: string }
  | { readonly code: string };

export type Prose = readonly Inline[];

/** Whether a bigger value is good news: decides colour and arrow, e.g. average position is `lower`. */
export type Better = "higher" | "lower" | "neither";

/** A comparison of a tile, by fact ids. */
export interface TileComparison {
  readonly value: string;
  readonly change: string;
  /** True when the change is within normal variation: it is then called flat and gets no colour of good or bad. */
  readonly flat?: boolean;
  /** Why no word may be said about the change, e.g. "not tested", "too few": the figure then stands without an arrow. */
  readonly untold?: string;
}

export interface Tile {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly better: Better;
  /** Null when the comparison is not available. */
  readonly previous: TileComparison | null;
  readonly yearAgo: TileComparison | null;
  /** Fact ids of the daily values, for the sparkline. */
  readonly spark: readonly string[];
  /** Short words such as "still filling"; null when mature. */
  readonly badge: string | null;
  readonly source: string;
}

export interface Column {
  readonly label: string;
  readonly align: "start" | "end";
}

export interface Table {
  readonly kind: "table";
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Inline[])[];
  /** Shown when there are no rows: why it is empty. */
  readonly empty: string;
  readonly footer: Prose | null;
  /** File name of the CSV behind it; null: none. */
  readonly csv: string | null;
}

export interface LineChart {
  readonly kind: "line";
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly source: string;
  /** Text alternative. */
  readonly alt: Prose;
  readonly series: readonly {
    readonly label: string;
    readonly role: "primary" | "comparison";
    readonly points: readonly { readonly day: string; readonly fact: string }[];
  }[];
  readonly markers: readonly { readonly day: string; readonly label: string }[];
}

export interface BarChart {
  readonly kind: "bars";
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly source: string;
  readonly alt: Prose;
  readonly better: Better;
  /** `better` of a bar replaces that of the chart, e.g. for a part whose growth is neither good nor bad. */
  readonly bars: readonly { readonly label: Inline; readonly fact: string; readonly better?: Better }[];
}

export interface Paragraph {
  readonly kind: "paragraph";
  readonly prose: Prose;
}

export type Block = Table | LineChart | BarChart | Paragraph;

export interface Section {
  readonly id: string;
  readonly heading: string;
  /** The claim line: what the section says, in one sentence. */
  readonly claim: Prose;
  readonly narratedBy: "model" | "rules";
  readonly blocks: readonly Block[];
  /** So what: at most three sentences. */
  readonly soWhat: readonly Prose[];
}

export interface ReportDocument {
  readonly title: string;
  readonly clientName: string;
  readonly skillTitle: string;
  readonly runId: string;
  readonly artifactId: string;
  readonly version: number;
  /** What changed since the version before, from the feedback round; empty for version 1. */
  readonly revisionNotes: readonly {
    readonly request: string;
    readonly outcome: "done" | "declined";
    readonly reason: string;
  }[];
  /** The periods compared with, both when absent: a reviewer may want one alone. */
  readonly against?: readonly ("previous" | "yearAgo")[];
  readonly generatedAt: string;
  readonly sources: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly fetchedAt: string | null;
  }[];
  readonly answer: readonly Prose[];
  readonly scorecard: readonly Tile[];
  readonly sections: readonly Section[];
  readonly nextActions: readonly {
    readonly action: string;
    readonly why: Prose;
    readonly owner: string;
    readonly effort: "small" | "medium" | "large";
    readonly measure: Prose;
  }[];
  readonly notes: readonly Prose[];
  readonly appendix: readonly { readonly heading: string; readonly blocks: readonly Block[] }[];
}
