/** The sections on pages, queries, opportunities, rankings and conversions. */
import type { Block, Inline } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import type { Figures } from "../facts/figures.ts";
import type { ListFacts, ListKind } from "../facts/lists.ts";
import { MOVES, RANK_RANGES } from "../facts/rankings.ts";
import { groupTable } from "./headline-sections.ts";
import { comparisonTable, end, entryTable, freshTable, lostTable, pairTable, start, table } from "./tables.ts";

/** Names of the CSV files by what they hold. */
export type CsvNames = Readonly<Record<"queries" | "pages" | "daily" | "opportunities" | "rankings", string>>;

function moverBars(kind: ListKind, list: ListFacts): Block | null {
  const entries = [...list.winners.slice(0, 3), ...list.losers.slice(0, 3)];
  const [first] = entries;
  if (first === undefined) return null;
  return {
    kind: "bars",
    id: `${kind}-movers`,
    title: `Largest changes by ${kind}`,
    unit: "Clicks against the period before",
    source: kind === "page" ? "Search Console, by page" : "Search Console, listed queries",
    alt: [
      { text: `Bars of the largest changes by ${kind}, from ` },
      { fact: `${first.base}.clicks.delta_abs` },
      { text: " clicks." },
    ],
    better: "higher",
    bars: entries.map(({ base, quote }) => ({ label: { quote }, fact: `${base}.clicks.delta_abs` })),
  };
}

function listBlocks(desk: Desk, figures: Figures, kind: ListKind, csv: string): readonly Block[] {
  const list = kind === "page" ? figures.pages : figures.queries;
  const compared = desk.options.comparison !== "year_over_year";
  const group = desk.options.pageGroup === null ? null : (desk.brief.pageGroups[desk.options.pageGroup]?.label ?? null);
  const wanted = kind === "page" ? group : desk.options.queryWord;
  const focus =
    wanted === null
      ? []
      : [
          entryTable(
            `${kind}-focus`,
            kind,
            kind === "page" ? "The page group you asked for" : "The queries you asked for",
            list.focus,
            null,
          ),
        ];
  const chart = compared ? moverBars(kind, list) : null;
  const groups = kind === "page" ? groupTable(desk, figures) : null;
  const words = kind === "page" ? "pages" : "queries";
  const subject = kind === "page" ? "Pages" : "Queries";
  return [
    ...focus,
    ...(chart === null ? [] : [chart]),
    ...(groups === null ? [] : [groups]),
    entryTable(`${kind}-top`, kind, `Largest ${words}`, list.top, csv),
    ...(compared
      ? [
          entryTable(`${kind}-winners`, kind, `Largest plus, ${words}`, list.winners, null),
          entryTable(`${kind}-losers`, kind, `Largest minus, ${words}`, list.losers, null),
          freshTable(
            `${kind}-new`,
            kind,
            `${subject} that newly reached ten impressions`,
            list.fresh,
            list.freshUnknown,
          ),
          lostTable(`${kind}-lost`, kind, `${subject} that fell below ten impressions`, list.lost, list.lostUnknown),
        ]
      : []),
  ];
}

/** Blocks of pages. */
export function pageBlocks(desk: Desk, figures: Figures, csv: CsvNames): readonly Block[] {
  return listBlocks(desk, figures, "page", csv.pages);
}

/** Blocks of queries. */
export function queryBlocks(desk: Desk, figures: Figures, csv: CsvNames): readonly Block[] {
  return listBlocks(desk, figures, "query", csv.queries);
}

/** Blocks of opportunities. */
export function opportunityBlocks({ opportunities }: Figures, csv: CsvNames): readonly Block[] {
  const shared = pairTable(
    {
      id: "several-pages",
      title: "Several pages for one query",
      empty: "No query shares its impressions between pages in a way worth a look.",
      csv: null,
    },
    opportunities.severalPages,
    [
      ["Impressions", "impressions"],
      ["Clicks", "clicks"],
      ["Position", "position"],
    ],
  );
  return [
    pairTable(
      {
        id: "striking",
        title: "Striking distance: positions four to twenty",
        empty: "No query with enough impressions stands there.",
        csv: csv.opportunities,
      },
      opportunities.striking,
      [
        ["Impressions", "impressions"],
        ["Position", "position"],
        ["Clicks", "clicks"],
      ],
    ),
    pairTable(
      {
        id: "below-usual",
        title: "Click-through rate a tenth or more below this site's own usual, a rule of thumb",
        empty: "No query with a thousand impressions or more falls a tenth below the usual rate.",
        csv: null,
      },
      opportunities.belowUsual,
      [
        ["Impressions", "impressions"],
        ["Position", "position"],
        ["Rate", "ctr"],
        ["Usual", "usual"],
        ["Distance", "gap"],
      ],
    ),
    shared,
  ];
}

/** Blocks of rankings. */
export function rankingBlocks({ rankings }: Figures, csv: CsvNames): readonly Block[] {
  if (rankings === null) return [];
  const pair = (label: string, base: string, change: Inline): readonly Inline[] => [
    { text: label },
    { fact: `${base}.first` },
    { fact: `${base}.last` },
    change,
  ];
  const none: Inline = { text: "\u2014" };
  return [
    comparisonTable(
      "rank-overview",
      "First and last day of the period",
      "AccuRanker",
      [
        pair("Share of voice", "rank.share_of_voice", { fact: "rank.share_of_voice.change" }),
        pair("Average rank of ranked keywords", "rank.average", { fact: "rank.average.change" }),
        pair("Tracked keywords", "rank.tracked", none),
        pair("Not ranking", "rank.not_ranking", none),
        ...RANK_RANGES.map(({ id, words }) => pair(words, `rank.range.${id}`, none)),
      ],
      ["Measure", "First day", "Last day", "Change"],
    ),
    comparisonTable(
      "rank-moves",
      "How tracked keywords moved",
      "AccuRanker",
      MOVES.map(({ id, words }) => [{ text: words }, { fact: `rank.moved.${id}` }]),
      ["Movement", "Keywords"],
    ),
    table({
      id: "rank-movers",
      title: "Largest movers",
      source: "AccuRanker; a smaller rank is better",
      columns: [start("Keyword"), end("First day"), end("Last day"), end("Change"), end("Search volume, estimate")],
      rows: rankings.movers.map(({ base, quote }) => [
        { quote },
        ...["first", "last", "change", "volume"].map((kind) => ({ fact: `${base}.${kind}` })),
      ]),
      empty: "No tracked keyword moved between the first and the last day.",
      csv: csv.rankings,
    }),
  ];
}

/** Blocks of conversions. */
export function conversionBlocks({ analytics }: Figures): readonly Block[] {
  if (analytics === null) return [];
  const row = (label: string, base: string, kind: "pct" | "pp"): readonly Inline[] => [
    { text: label },
    ...["primary", "previous", "year_ago", `delta_${kind}`, `yoy_${kind}`].map((end) => ({ fact: `${base}.${end}` })),
  ];
  return [
    comparisonTable(
      "organic",
      "Organic sessions and what they led to",
      "Google Analytics, default channel group Organic Search",
      [
        row("Organic sessions", "ga4.sessions", "pct"),
        row("Engaged sessions", "ga4.engaged_sessions", "pct"),
        row("Engagement rate, points", "ga4.engagement_rate", "pp"),
        row("Key events", "ga4.key_events", "pct"),
        row("Key events per session, points", "ga4.key_event_rate", "pp"),
        ...(analytics.hasRevenue ? [row("Revenue", "ga4.revenue", "pct")] : []),
      ],
      ["Metric", "This period", "Period before", "Year before", "Change", "Change on year"],
    ),
  ];
}
