/** What can be said of the part of the figures a question asks for. Never the figure of the whole in its place. */
import { METRICS } from "../../core/evidence/catalogue.ts";
import { refer } from "../../core/evidence/references.ts";
import type { Evidence, Fact } from "../../core/evidence/types.ts";
import { isDay } from "../../core/facts/days.ts";
import { labelOf } from "../../core/facts/periods.ts";
import { COUNTRIES } from "./document/country-names.ts";
import type { Dimension, Part } from "./scope.ts";

const MOST_SENTENCES = 4;
const PART = /^(?:gsc|rank)\.((?:lost_)?(?:device|country|query|page)|keyword|day)\.([\d-]+)\./;

/** What is measured, whatever it is measured of: `gsc.page_clicks` and `gsc.brand_clicks` are clicks. */
const MEASURES: readonly (readonly [measure: string, metrics: RegExp])[] = [
  ["clicks", /clicks$|\.clicks_per_day$/],
  ["impressions", /impressions$/],
  ["ctr", /ctr$/],
  ["position", /position$/],
  ["sessions", /sessions$/],
  ["rank", /^rank\.(?:average|keyword)$/],
];

const NAMES: Readonly<Record<string, string>> = {
  clicks: "clicks",
  impressions: "impressions",
  ctr: "the click-through rate",
  position: "the average position",
  sessions: "organic sessions",
  rank: "the rank",
};

const BY: Readonly<Record<Dimension, string>> = {
  device: "by device",
  country: "by country",
  brand: "for brand and other queries apart",
  channel: "by channel; it is about organic search",
  audience: "by kind of visitor",
  page: "by page",
  query: "by query",
  period: "for that time",
  name: "for what you name there",
};

const DEVICE_NAMES: Readonly<Record<string, string>> = { MOBILE: "mobile", DESKTOP: "desktop", TABLET: "tablet" };

/** What a metric measures; its own id where nothing else does. */
function measureOf(metric: string): string {
  return MEASURES.find(([, metrics]) => metrics.test(metric))?.[0] ?? metric;
}

function nameOf(measure: string): string {
  return NAMES[measure] ?? METRICS.get(measure)?.label.toLowerCase() ?? "that figure";
}

/**
 * The answer about a part. `facts`: those that can be said; `metrics`: those the question names, none when it names
 * none; brand and other queries are parts, so their metrics ask for clicks.
 */
export function answerAboutPart(
  evidence: Evidence,
  facts: readonly Fact[],
  parts: readonly Part[],
  metrics: readonly string[],
): readonly string[] {
  const known = parts.filter(({ dimension }) => dimension !== "name");
  // What is not even held of what was understood needs no word about the rest.
  if (known.length > 0 && known.length < parts.length && !holds(facts, known, metrics))
    return answerAboutPart(evidence, facts, known, metrics);
  const measures = new Set(measuresAsked(metrics, parts));
  const own = facts.filter(({ id }) => parts.every(({ bases }) => bases.some((base) => id.startsWith(base))));
  const wanted = measures.size === 0 ? own : own.filter(({ metric }) => measures.has(measureOf(metric)));
  const listed = told(evidence, wanted, parts);
  const answered = new Set(wanted.map(({ metric }) => measureOf(metric)));
  const open = [...measures].filter((measure) => !answered.has(measure));
  if (listed.length > 0 && open.length === 0) return listed.slice(0, MOST_SENTENCES);
  const rest = listed.length > 0 ? listed : told(evidence, own, parts);
  return [notHeld(facts, parts, open), ...rest.slice(0, MOST_SENTENCES - 1)];
}

function holds(facts: readonly Fact[], parts: readonly Part[], metrics: readonly string[]): boolean {
  const measures = measuresAsked(metrics, parts);
  return facts.some(
    ({ id, metric }) =>
      parts.every(({ bases }) => bases.some((base) => id.startsWith(base))) &&
      (measures.length === 0 || measures.includes(measureOf(metric))),
  );
}

function measuresAsked(metrics: readonly string[], parts: readonly Part[]): readonly string[] {
  const ofBrand = (metric: string) => /^gsc\.(?:non)?brand_clicks$/.test(metric);
  const plain = metrics.filter((metric) => !ofBrand(metric)).map(measureOf);
  if (plain.length > 0) return plain;
  return metrics.some(ofBrand) && parts.some(({ dimension }) => dimension !== "brand") ? ["clicks"] : [];
}

function notHeld(facts: readonly Fact[], parts: readonly Part[], measures: readonly string[]): string {
  const what = measures.length === 0 ? "figures" : measures.map(nameOf).join(" or ");
  const [part, ...others] = parts;
  if (part === undefined || others.length > 0) {
    const by = parts.map(({ dimension }) => BY[dimension].replace(/;.*$/, "")).join(" and ");
    return `This report does not hold ${what} ${by} together.`;
  }
  const { dimension } = part;
  if (dimension === "period")
    return `This report does not hold ${what} for that time: it covers {{period.primary}}, and compares it with {{period.previous}} and {{period.year_ago}}.`;
  const named = facts.some(
    ({ id, metric }) =>
      id.startsWith(`gsc.${dimension}.`) && (measures.length === 0 || measures.includes(measureOf(metric))),
  );
  if (named && part.bases.length === 0)
    return `Of ${what} ${BY[dimension]} this report holds the largest alone, and what you ask about is not among them.`;
  return `This report does not hold ${what} ${BY[dimension]}.`;
}

/** A sentence for each thing there are figures of; where each is asked for, what the report says of them comes first. */
function told(evidence: Evidence, facts: readonly Fact[], parts: readonly Part[]): readonly string[] {
  const ids = new Set(facts.map(({ id }) => id));
  const lists = parts.length === 1 && parts.every(({ each, dimension }) => each && /^(?:page|query)$/.test(dimension));
  const said = lists
    ? evidence.narrative.filter(({ factIds }) => factIds.length > 0 && factIds.every((id) => ids.has(id)))
    : [];
  if (said.length > 0) return said.map(({ text }) => text);
  const groups = Map.groupBy(facts, ({ id, metric }) => `${PART.exec(id)?.[0] ?? metric} ${measureOf(metric)}`);
  return [...groups.values()].flatMap((group) => sentenceOf(evidence, group));
}

const WHEN: readonly (readonly [RegExp, string])[] = [
  [/\.primary$/, "in {{period.primary}}: "],
  [/\.previous$/, "in {{period.previous}}: "],
  [/\.year_ago$/, "in {{period.year_ago}}: "],
  [/^gsc\.day\..*\.clicks$/, ""],
  [/\.first$/, "on the first day of {{period.primary}}: "],
  [/\.last$/, "on the last day of {{period.primary}}: "],
];

/** "Clicks on mobile in October 2026: 1,200; in September 2026: 1,100." */
function sentenceOf(evidence: Evidence, group: readonly Fact[]): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const values = group.flatMap(({ id }) => {
    const when = WHEN.find(([end]) => end.test(id))?.[1];
    return when === undefined ? [] : [`${when}${refer(id)}`];
  });
  if (values.length === 0) return [];
  const place = placeOf(evidence, first.id);
  const label = place === null ? (METRICS.get(first.metric)?.label ?? "") : capital(nameOf(measureOf(first.metric)));
  const head = [label, ...(place === null ? [] : [place])].join(" ");
  return [`${head}${first.id.startsWith("gsc.day.") ? ": " : " "}${values.join("; ")}.`];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names of strangers are quotations; those of devices and countries are ours. */
function placeOf({ texts }: Evidence, id: string): string | null {
  const [, kind = "", n = ""] = PART.exec(id) ?? [];
  if (kind === "") return null;
  if (kind === "day") return isDay(n) ? `on ${labelOf({ start: n, end: n })}` : null;
  const text = texts.find((one) => one.id === `${kind}.${n}`);
  if (text === undefined) return null;
  if (kind === "device") return `on ${DEVICE_NAMES[text.value] ?? refer(`quote:${text.id}`)}`;
  if (kind === "country") return `from ${countryName(text.value) ?? refer(`quote:${text.id}`)}`;
  return `${kind.endsWith("page") ? "of" : "for"} ${refer(`quote:${text.id}`)}`;
}

function countryName(code: string): string | undefined {
  return COUNTRIES[code]?.replace(/^(?=United |Netherlands|Philippines|Bahamas)/u, "the ");
}
