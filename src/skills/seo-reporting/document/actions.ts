/** What to do next: each action follows from facts and says how its success will be seen. No forecasts. */
import type { ReportDocument } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import type { Figures } from "../facts/figures.ts";

type Action = ReportDocument["nextActions"][number];

const MOST_ACTIONS = 7;
const RATIO = { low: 0.7, high: 1.3 } as const;

/** The actions that apply, most valuable first. */
export function actionsOf(desk: Desk, figures: Figures): readonly Action[] {
  const rules = [losingPage, strikingDistance, belowUsual, severalPages, notRanking, measurement, brandTerms];
  return rules.flatMap((rule) => rule(desk, figures) ?? []).slice(0, MOST_ACTIONS);
}

function losingPage(desk: Desk, { pages }: Figures): Action | null {
  const [first] = pages.losers;
  if (first === undefined || desk.options.without.includes("pages")) return null;
  return {
    action: "Review the page that lost most clicks",
    why: [
      { quote: first.quote },
      { text: " changed by " },
      { fact: `${first.base}.clicks.delta_abs` },
      { text: " clicks against the period before." },
    ],
    owner: "SEO consultant",
    effort: "small",
    measure: [
      { text: "Clicks of this page in the next report, from a baseline of " },
      { fact: `${first.base}.clicks.primary` },
      { text: "." },
    ],
  };
}

function strikingDistance(desk: Desk, { opportunities }: Figures): Action | null {
  const [first] = opportunities.striking;
  if (first === undefined || desk.options.without.includes("opportunities")) return null;
  return {
    action: "Strengthen the pages that stand just off the first results",
    why: [
      { text: "Combinations of query and page in striking distance: " },
      { fact: opportunities.strikingCount },
      { text: "; " },
      { quote: first.query },
      { text: " alone had " },
      { fact: `${first.base}.impressions` },
      { text: " impressions." },
    ],
    owner: "Content team",
    effort: "medium",
    measure: [
      { text: "Position for that query in the next report, from a baseline of " },
      { fact: `${first.base}.position` },
      { text: "." },
    ],
  };
}

function belowUsual(desk: Desk, { opportunities }: Figures): Action | null {
  const [first] = opportunities.belowUsual;
  if (first === undefined || desk.options.without.includes("opportunities")) return null;
  return {
    action: "Rewrite titles and descriptions that are clicked less than usual",
    why: [
      { text: "For " },
      { quote: first.query },
      { text: " the rate is " },
      { fact: `${first.base}.ctr` },
      { text: " where this site usually sees " },
      { fact: `${first.base}.usual` },
      { text: " at such a position." },
    ],
    owner: "Content team",
    effort: "small",
    measure: [
      { text: "Click-through rate of that query in the next report, from a baseline of " },
      { fact: `${first.base}.ctr` },
      { text: "." },
    ],
  };
}

function severalPages(desk: Desk, { opportunities }: Figures): Action | null {
  const [first] = opportunities.severalPages;
  if (first === undefined || desk.options.without.includes("opportunities")) return null;
  return {
    action: "Decide which page should answer a query that several pages share",
    why: [
      { text: "Several pages share the impressions of " },
      { quote: first.query },
      { text: "; the leading one is " },
      { quote: first.page },
      { text: "." },
    ],
    owner: "SEO consultant",
    effort: "medium",
    measure: [
      { text: "Impressions of the chosen page for that query, from a baseline of " },
      { fact: `${first.base}.impressions` },
      { text: "." },
    ],
  };
}

function notRanking(desk: Desk, { rankings }: Figures): Action | null {
  if (rankings === null || (desk.book.number("rank.not_ranking.last") ?? 0) === 0) return null;
  return {
    action: "Decide which tracked keywords without a rank deserve content, and drop the others",
    why: [
      { text: "Without a rank: " },
      { fact: "rank.not_ranking.last" },
      { text: " of the tracked keywords, " },
      { fact: "rank.tracked.last" },
      { text: " in all." },
    ],
    owner: "SEO consultant",
    effort: "small",
    measure: [
      { text: "Keywords not ranking in the next report, from a baseline of " },
      { fact: "rank.not_ranking.last" },
      { text: "." },
    ],
  };
}

function measurement(desk: Desk, { analytics }: Figures): Action | null {
  // Only Google's own sessions: other search engines alone can put the ratio out of its range.
  const ratio = analytics !== null && desk.book.has("ga4.click_ratio") ? desk.book.number("ga4.click_ratio") : null;
  if (ratio === null || (ratio >= RATIO.low && ratio <= RATIO.high)) return null;
  return {
    action: "Check measurement: clicks and organic sessions are far apart",
    why: [
      { text: "Google Analytics counted " },
      { fact: "ga4.click_ratio" },
      { text: " organic sessions from Google for each Search Console click." },
    ],
    owner: "Analytics team",
    effort: "medium",
    measure: [
      { text: "Sessions per click in the next report, from a baseline of " },
      { fact: "ga4.click_ratio" },
      { text: "." },
    ],
  };
}

function brandTerms(desk: Desk): Action | null {
  if (desk.brief.brandTerms.length > 0) return null;
  return {
    action: "Set the brand terms of this Business Unit",
    why: [
      { text: "Without them brand and non-brand cannot be told apart in " },
      { fact: "gsc.listed_clicks.primary" },
      { text: " clicks of listed queries." },
    ],
    owner: "Account manager",
    effort: "small",
    measure: [{ text: "The next report splits the " }, { fact: "gsc.clicks.primary" }, { text: " clicks." }],
  };
}
