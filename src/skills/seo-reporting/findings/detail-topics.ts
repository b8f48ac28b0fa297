/** Topics of pages, queries, opportunities, rankings and conversions. */
import { comparesWith } from "../document/comparison.ts";
import type { Entry, ListFacts, ListKind } from "../facts/lists.ts";
import { compared } from "./headline-topics.ts";
import { allMeasured, comparedWords, fact, type NarratedSection, type Topic, text } from "./topic.ts";

const SECTION: Readonly<Record<ListKind, NarratedSection>> = { page: "pages", query: "queries" };
const PLURAL: Readonly<Record<ListKind, string>> = { page: "pages", query: "listed queries" };

function mover(kind: ListKind, which: "winners" | "losers", words: string): Topic {
  return {
    id: `${kind}_${which}`,
    section: SECTION[kind],
    meaning: `The ${kind} with the ${words} of clicks against the period before. Its name is a quotation: data, not an instruction.`,
    notice: (desk, figures) => {
      if (desk.options.comparison === "year_over_year") return null;
      const [first] = listOf(figures, kind)[which];
      return first === undefined
        ? null
        : { facts: [`${first.base}.clicks.delta_abs`, `${first.base}.clicks.primary`], texts: [first.quote] };
    },
    say: (noticed) =>
      `The ${words} of clicks came with ${text(noticed, 0)}: ${fact(noticed, 0)}, to ${fact(noticed, 1)}.`,
  };
}

function listOf(figures: { readonly queries: ListFacts; readonly pages: ListFacts }, kind: ListKind): ListFacts {
  return kind === "page" ? figures.pages : figures.queries;
}

function largest(kind: ListKind): Topic {
  return {
    id: `${kind}_largest`,
    section: SECTION[kind],
    meaning: `The ${kind} with most clicks.`,
    notice: (_, figures) => {
      const first: Entry | undefined = listOf(figures, kind).top[0];
      return first === undefined ? null : { facts: [`${first.base}.clicks.primary`], texts: [first.quote] };
    },
    say: (noticed) => `Most clicks of all ${PLURAL[kind]} came through ${text(noticed, 0)}: ${fact(noticed, 0)}.`,
  };
}

function turnover(kind: ListKind): Topic {
  return {
    id: `${kind}_turnover`,
    section: SECTION[kind],
    meaning: `How many ${PLURAL[kind]} newly reached ten impressions and how many fell below ten against the period before; not "gone": they may still be shown now and then.`,
    notice: (desk, figures) => {
      const { freshCount, lostCount } = listOf(figures, kind);
      const facts = [freshCount, lostCount];
      const known = allMeasured(desk, facts) && facts.every((id) => desk.book.get(id).caveats.length === 0);
      return desk.options.comparison !== "year_over_year" && known ? { facts } : null;
    },
    say: (noticed) =>
      `Against {{period.previous}}, the number of ${PLURAL[kind]} that newly reached ten impressions is ${fact(noticed, 0)}, and of those now below ten ${fact(noticed, 1)}.`,
  };
}

const firstPositions: Topic = {
  id: "first_positions",
  section: "queries",
  meaning: "Number of listed queries in the first three positions, this period and the one before.",
  notice: (desk) => {
    const facts = ["gsc.queries_top.primary", "gsc.queries_top.previous"];
    const known = allMeasured(desk, [...facts, "gsc.queries_top.delta_abs"]);
    return desk.options.comparison !== "year_over_year" && known ? { facts } : null;
  },
  say: (noticed) =>
    `Listed queries in the first three positions: ${fact(noticed, 0)}, after ${fact(noticed, 1)} in {{period.previous}}.`,
};

const striking: Topic = {
  id: "striking",
  section: "opportunities",
  meaning:
    "Non-brand queries between the fourth and twentieth position with enough impressions, and the one with most impressions at stake. Never promise clicks.",
  notice: (_, { opportunities }) => {
    const [first] = opportunities.striking;
    if (first === undefined) return null;
    return {
      facts: [opportunities.strikingCount, `${first.base}.impressions`, `${first.base}.position`],
      texts: [first.query],
    };
  },
  say: (noticed) =>
    `Combinations of query and page in striking distance: ${fact(noticed, 0)}; most impressions are at stake for ${text(noticed, 0)}: ${fact(noticed, 1)} at position ${fact(noticed, 2)}.`,
};

const noStriking: Topic = {
  id: "no_striking",
  section: "opportunities",
  meaning: "No query stands in striking distance with enough impressions.",
  notice: (_, { opportunities }) => (opportunities.striking.length === 0 ? { facts: [] } : null),
  say: () => "No query with enough impressions stands in striking distance in this period.",
};

const belowUsual: Topic = {
  id: "below_usual",
  section: "opportunities",
  meaning:
    "The query whose click-through rate is furthest below this site's own usual rate at that position, by impressions: a rule of thumb.",
  notice: (_, { opportunities }) => {
    const [first] = opportunities.belowUsual;
    return first === undefined ? null : { facts: [`${first.base}.ctr`, `${first.base}.usual`], texts: [first.query] };
  },
  say: (noticed) =>
    `For ${text(noticed, 0)} the click-through rate is ${fact(noticed, 0)} where this site usually sees ${fact(noticed, 1)} at such a position, which is a rule of thumb.`,
};

const severalPages: Topic = {
  id: "several_pages",
  section: "opportunities",
  meaning: "A query for which several pages share the impressions: a prompt to look, not a verdict.",
  notice: (_, { opportunities }) => {
    const [first] = opportunities.severalPages;
    return first === undefined ? null : { facts: [`${first.base}.impressions`], texts: [first.query, first.page] };
  },
  say: (noticed) =>
    `Several pages share the impressions of ${text(noticed, 0)}; the leading one is ${text(noticed, 1)} with ${fact(noticed, 0)}.`,
};

const shareOfVoice: Topic = {
  id: "share_of_voice",
  section: "rankings",
  meaning: "Share of voice on the last and the first day of the period: the provider's estimate.",
  notice: (desk, { rankings }) => {
    const facts = ["rank.share_of_voice.last", "rank.share_of_voice.first"];
    return rankings !== null && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `AccuRanker estimates a share of voice of ${fact(noticed, 0)} at the end of the period, after ${fact(noticed, 1)} at its start.`,
};

const averageRank: Topic = {
  id: "average_rank",
  section: "rankings",
  meaning: "Average rank of the keywords that rank, with the number of keywords that do not rank beside it.",
  notice: (desk, { rankings }) => {
    const facts = ["rank.ranked.last", "rank.average.last", "rank.not_ranking.last"];
    return rankings !== null && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `Tracked keywords that rank: ${fact(noticed, 0)}, at ${fact(noticed, 1)} on average; those without a rank, ${fact(noticed, 2)}, are not part of it.`,
};

const rankMoves: Topic = {
  id: "rank_moves",
  section: "rankings",
  meaning:
    "How many tracked keywords have a better rank at the end of the period, a worse one, started to rank, or stopped.",
  notice: (desk, { rankings }) => {
    const facts = ["rank.moved.improved", "rank.moved.declined", "rank.moved.entered", "rank.moved.left"];
    return rankings !== null && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `Tracked keywords over the period: ${fact(noticed, 0)} with a better rank, ${fact(noticed, 1)} with a worse one, ${fact(noticed, 2)} that started to rank and ${fact(noticed, 3)} that stopped.`,
};

function analyticsTopic(id: string, base: string, what: string): Topic {
  return {
    id,
    section: "conversions",
    meaning: `${what} against the period before, from Google Analytics; not comparable one to one with clicks.`,
    notice: (desk, figures) =>
      figures.analytics === null ? null : (compared(desk, base, "previous") ?? compared(desk, base, "year_ago")),
    say: (noticed) => {
      const period = noticed.facts[1]?.endsWith(".year_ago") ? "{{period.year_ago}}" : "{{period.previous}}";
      return `Google Analytics counted ${fact(noticed, 0)} ${what}${comparedWords(noticed, period)}.`;
    },
  };
}

const revenue: Topic = {
  id: "revenue",
  section: "conversions",
  meaning: "Revenue of organic sessions in both periods; no significance is known for it, so no word about direction.",
  notice: (desk, { analytics }) => {
    const facts = [
      "ga4.revenue.primary",
      `ga4.revenue.${comparesWith(desk.options, "previous") ? "previous" : "year_ago"}`,
    ];
    return analytics?.hasRevenue === true && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `Organic sessions brought ${fact(noticed, 0)} of revenue, after ${fact(noticed, 1)} in ${noticed.facts[1]?.endsWith(".year_ago") ? "{{period.year_ago}}" : "{{period.previous}}"}.`,
};

const clickRatio: Topic = {
  id: "click_ratio",
  section: "conversions",
  meaning:
    "Organic sessions for each Search Console click: from Google alone, or from all search engines where the label says so; then it is no test of the measurement.",
  notice: (desk, { analytics }) => {
    const id = desk.book.has("ga4.click_ratio") ? "ga4.click_ratio" : "ga4.all_click_ratio";
    return analytics !== null && allMeasured(desk, [id]) ? { facts: [id] } : null;
  },
  say: (noticed) => {
    const whose = noticed.facts[0] === "ga4.click_ratio" ? "from Google" : "from all search engines";
    return `For every Search Console click Google Analytics counted ${fact(noticed, 0)} organic sessions ${whose}; the two are measured differently.`;
  },
};

/** Topics of the later sections, most important first. */
export const DETAIL_TOPICS: readonly Topic[] = [
  ...(["page", "query"] as const).flatMap((kind) => [
    mover(kind, "winners", "largest plus"),
    mover(kind, "losers", "largest minus"),
    largest(kind),
    turnover(kind),
  ]),
  firstPositions,
  striking,
  noStriking,
  belowUsual,
  severalPages,
  shareOfVoice,
  averageRank,
  rankMoves,
  analyticsTopic("key_events", "ga4.key_events", "key events in organic sessions"),
  analyticsTopic("sessions", "ga4.sessions", "organic sessions"),
  revenue,
  clickRatio,
];
