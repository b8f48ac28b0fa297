/** Topics of the answer, the trend and where it changed. */
import type { Desk } from "../desk.ts";
import type { Against } from "../facts/compare.ts";
import { allMeasured, comparedWords, fact, movementIn, type Noticed, type Topic } from "./topic.ts";

const compares = (desk: Desk, against: Against) =>
  desk.options.comparison === "both" ||
  desk.options.comparison === (against === "year_ago" ? "year_over_year" : "previous");

/** Value, value compared with, relative change of a compared count. */
export function compared(desk: Desk, base: string, against: Against): Noticed | null {
  if (!compares(desk, against) || !allMeasured(desk, [`${base}.primary`])) return null;
  const other = against === "year_ago" ? `${base}.year_ago` : `${base}.previous`;
  const change = against === "year_ago" ? `${base}.yoy_pct` : `${base}.delta_pct`;
  const movement = allMeasured(desk, [other]) ? movementIn(desk, base, against) : "unknown";
  const { derivation } = desk.book.get(change);
  const aDay = derivation.op === "formula" && derivation.formula === "delta_day_pct";
  return { facts: [`${base}.primary`, other, change], movement, aDay };
}

const clicksPrevious: Topic = {
  id: "clicks_previous",
  section: "answer",
  meaning: "Clicks of the period against the period before; use the movement given and no stronger word.",
  notice: (desk) => compared(desk, "gsc.clicks", "previous"),
  say: (noticed) => {
    const opening = `Organic search brought ${fact(noticed, 0)} clicks in {{period.primary}}`;
    const rest = comparedWords(noticed, "{{period.previous}}");
    return rest === ""
      ? `${opening}; there is no usable figure for {{period.previous}} to compare with.`
      : `${opening}${rest}.`;
  },
};

const clicksYear: Topic = {
  id: "clicks_year",
  section: "answer",
  meaning: "Clicks of the period against the same days a year before.",
  notice: (desk) => {
    const noticed = compared(desk, "gsc.clicks", "year_ago");
    return noticed?.movement === "unknown" ? null : noticed;
  },
  say: (noticed) => {
    if (noticed.movement === "low" || noticed.movement === "untested")
      return `The ${fact(noticed, 0)} clicks come${comparedWords(noticed, "{{period.year_ago}}")}.`;
    return `The ${fact(noticed, 0)} clicks are${comparedWords(noticed, "{{period.year_ago}}").replace(/^,/, "")}.`;
  },
};

const brandBalance: Topic = {
  id: "brand_balance",
  section: "answer",
  meaning:
    "How the change of clicks splits between brand and non-brand queries; the rest are queries Google does not list.",
  notice: (desk) => {
    const facts = ["gsc.nonbrand_clicks.delta_abs", "gsc.brand_clicks.delta_abs", "gsc.unlisted_clicks.delta_abs"];
    return compares(desk, "previous") && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `Non-brand queries changed by ${fact(noticed, 0)} clicks, brand queries by ${fact(noticed, 1)} and queries Google does not list by ${fact(noticed, 2)}.`,
};

const keyEvents: Topic = {
  id: "key_events_answer",
  section: "answer",
  meaning: "Key events in organic sessions against the period before, from Google Analytics.",
  notice: (desk, figures) =>
    figures.analytics === null || desk.options.without.includes("conversions")
      ? null
      : compared(desk, "ga4.key_events", "previous"),
  say: (noticed) => {
    const opening = `Google Analytics counted ${fact(noticed, 0)} key events in organic sessions`;
    return `${opening}${comparedWords(noticed, "{{period.previous}}")}.`;
  },
};

const reach: Topic = {
  id: "reach",
  section: "answer",
  meaning:
    "How many non-brand queries by page stand just off the first results: the open opportunity, never a promise of clicks.",
  notice: (desk, { opportunities }) => {
    const count = desk.book.number(opportunities.strikingCount) ?? 0;
    const shown = !desk.options.without.includes("opportunities");
    return shown && count > 0 ? { facts: [opportunities.strikingCount] } : null;
  },
  say: (noticed) =>
    `The open opportunity: combinations of query and page within reach of the first results, ${fact(noticed, 0)} in all.`,
};

const pace: Topic = {
  id: "pace",
  section: "trend",
  meaning: "Clicks a day in both periods, because months differ in length.",
  notice: (desk) => {
    const facts = ["gsc.clicks_per_day.primary", "gsc.clicks_per_day.previous"];
    return compares(desk, "previous") && allMeasured(desk, facts)
      ? { facts, movement: movementIn(desk, "gsc.clicks", "previous") }
      : null;
  },
  say: (noticed) =>
    `Search brought ${fact(noticed, 0)} clicks a day, after ${fact(noticed, 1)} a day in {{period.previous}}, which allows for the different length of the periods.`,
};

const weekdays: Topic = {
  id: "weekdays",
  section: "trend",
  meaning: "The change when every weekday counts the same.",
  notice: (desk) => {
    const facts = ["gsc.clicks_weekday.delta_pct"];
    return compares(desk, "previous") && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) => `With every weekday counted equally the change a day is ${fact(noticed, 0)}.`,
};

const split: Topic = {
  id: "split",
  section: "trend",
  meaning: "How the change of clicks splits into impressions and click-through rate; an arithmetic split, not a cause.",
  notice: (desk) => {
    const facts = ["gsc.split_volume", "gsc.split_rate"];
    return compares(desk, "previous") && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `Counted out, impressions account for ${fact(noticed, 0)} clicks of the change and the click-through rate for ${fact(noticed, 1)}.`,
};

const bridge: Topic = {
  id: "bridge",
  section: "where",
  meaning: "The parts of the change of clicks: non-brand, brand, and queries Google does not list.",
  notice: (desk) => {
    const facts = ["gsc.nonbrand_clicks.delta_abs", "gsc.brand_clicks.delta_abs", "gsc.unlisted_clicks.delta_abs"];
    return compares(desk, "previous") && allMeasured(desk, facts) ? { facts } : null;
  },
  say: (noticed) =>
    `The change consists of ${fact(noticed, 0)} clicks from non-brand queries, ${fact(noticed, 1)} from brand queries and ${fact(noticed, 2)} from queries Google does not list.`,
};

const brandUnknown: Topic = {
  id: "brand_unknown",
  section: "where",
  meaning: "No brand terms are set, so brand and non-brand cannot be told apart.",
  notice: (desk) => (desk.brief.brandTerms.length === 0 ? { facts: [] } : null),
  say: () => "Brand and non-brand queries cannot be told apart, as no brand terms are set for this Business Unit.",
};

const unlisted: Topic = {
  id: "unlisted",
  section: "where",
  meaning: "Share of clicks whose queries Google withholds for privacy: it limits every statement about queries.",
  notice: (desk) =>
    allMeasured(desk, ["gsc.unlisted_share.primary"]) ? { facts: ["gsc.unlisted_share.primary"] } : null,
  say: (noticed) =>
    `Google does not list the queries behind ${fact(noticed, 0)} of the clicks, so every statement about queries covers the listed part alone.`,
};

const nonBrandPosition: Topic = {
  id: "nonbrand_position",
  section: "where",
  meaning:
    "Average position of non-brand queries in both periods; a smaller number is better. Not a significance test.",
  notice: (desk) => {
    const facts = ["gsc.nonbrand_position.previous", "gsc.nonbrand_position.primary"];
    const change = "gsc.nonbrand_position.delta_abs";
    return compares(desk, "previous") && allMeasured(desk, [...facts, change]) ? { facts } : null;
  },
  say: (noticed) =>
    `The average position of listed non-brand queries was ${fact(noticed, 1)}, after ${fact(noticed, 0)} in {{period.previous}}; a smaller number is better.`,
};

/** Topics of the first three sections, most important first. */
export const HEADLINE_TOPICS: readonly Topic[] = [
  clicksPrevious,
  clicksYear,
  brandBalance,
  keyEvents,
  reach,
  pace,
  weekdays,
  split,
  bridge,
  brandUnknown,
  nonBrandPosition,
  unlisted,
];
