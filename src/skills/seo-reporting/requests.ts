/**
 * Understands what a reviewer asks for, by rules: the text is untrusted and only chooses from a closed list of changes.
 */
import type { Brief } from "../../core/run/brief.ts";
import type { OptionalSection } from "./desk.ts";

/** One supported change. `argument` names a section, page group, metric, segment or word where the change needs one. */
export interface Change {
  readonly change: ChangeKind;
  readonly argument: string;
}

/** The closed list, also for the model. */
export const CHANGES = [
  "more_rows",
  "fewer_rows",
  "drop_section",
  "add_section",
  "only_year_over_year",
  "only_previous_period",
  "both_comparisons",
  "emphasise_brand",
  "emphasise_non_brand",
  "shorter_text",
  "longer_text",
  "focus_page_group",
  "focus_segment",
  "focus_queries",
  "explain_metric",
] as const;
export type ChangeKind = (typeof CHANGES)[number];

const MAX_TEXT = 1_000;

const SECTION_WORDS: readonly (readonly [OptionalSection, RegExp])[] = [
  ["pages", /\bpages?\b(?! group)/i],
  ["queries", /\b(?:quer(?:y|ies)|keywords?|search terms?)\b/i],
  ["opportunities", /\b(?:opportunit(?:y|ies)|striking|quick wins?)\b/i],
  ["rankings", /\b(?:rank(?:ing)?s?|accuranker|share of voice)\b/i],
  ["conversions", /\b(?:conversions?|analytics|ga4|key events?|revenue)\b/i],
];

const METRIC_WORDS: readonly (readonly [string, RegExp])[] = [
  ["gsc.ctr", /\b(?:ctr|click[- ]?through)/i],
  ["gsc.position", /\b(?:average position|positions?)\b/i],
  ["gsc.unlisted_share", /\b(?:anonymi[sz]ed|not list(?:ed)?|hidden|unlisted|withheld)\b/i],
  ["gsc.nonbrand_clicks", /\bnon-?\s?brand/i],
  ["gsc.brand_clicks", /\bbrand/i],
  ["gsc.bucket_ctr", /\busual\b/i],
  ["rank.share_of_voice", /\bshare of voice\b/i],
  ["rank.average", /\baverage rank/i],
  ["ga4.key_events", /\bkey events?\b|\bconversions?\b/i],
  ["ga4.sessions", /\bsessions?\b/i],
  ["ga4.revenue", /\brevenue\b/i],
  ["gsc.impressions", /\bimpressions?\b/i],
  ["gsc.clicks", /\bclicks?\b(?![- ]?through)/i],
];

const DROP = /\b(?:drop|remove|delete|leave out|skip|omit|without|no need for|take out|get rid of)\b/i;
const ADD = /\b(?:add|include|bring back|restore|put back)\b/i;
const MORE = /\b(?:more|additional|extra|longer|full|all|top)\b/i;
const LIST = /\b(?:rows?|quer(?:y|ies)|pages?|keywords?|tables?|lists?|entries|terms?)\b/i;
const EXPLAIN =
  /\b(?:explain|clarif(?:y|ies)|define|definition|what (?:is|does|are)|what's|describe|meaning of|how .{0,40} (?:calculated|computed|defined))\b/i;
/** Changes the rules find in a text; none when they are not sure. */
export function changesByRules(text: string, brief: Brief): readonly Change[] {
  const asked = text.slice(0, MAX_TEXT).normalize("NFKC");
  const found: Change[] = [];
  const add = (change: ChangeKind, argument = "") => found.push({ change, argument });
  if (
    /\b(?:only|just|purely)\b.{0,40}\b(?:yoy|year[- ]over[- ]year|year on year|last year|year before)\b|\b(?:yoy|year[- ]over[- ]year|year on year)\b.{0,20}\bonly\b/i.test(
      asked,
    )
  )
    add("only_year_over_year");
  if (/\b(?:only|just)\b.{0,40}\b(?:previous|prior|last) (?:period|month)\b/i.test(asked)) add("only_previous_period");
  if (/\bboth (?:comparisons|periods)\b/i.test(asked)) add("both_comparisons");
  const stress = /\b(?:emphasi[sz]e|focus|highlight|stress|stand out|more (?:about|on)|concentrate|attention)\b/i.test(
    asked,
  );
  if (stress && /\bnon-?\s?brand/i.test(asked)) add("emphasise_non_brand");
  else if (stress && /\bbrand/i.test(asked)) add("emphasise_brand");
  if (/\b(?:shorter|briefer|more concise|less text|condense|cut down)\b/i.test(asked)) add("shorter_text");
  if (
    /\b(?:longer text|more (?:detail|text|explanation|commentary|narrative)|more detailed|elaborate|longer narrative)\b/i.test(
      asked,
    )
  )
    add("longer_text");
  found.push(...focusChanges(asked, brief), ...sectionChanges(asked));
  if (EXPLAIN.test(asked)) for (const metric of metricsIn(asked)) add("explain_metric", metric);
  if (found.length === 0 && MORE.test(asked) && LIST.test(asked))
    add("more_rows", /\b(\d{1,3})\b/.exec(asked)?.[1] ?? "");
  if (found.length === 0 && /\b(?:fewer|less)\b/i.test(asked) && LIST.test(asked)) add("fewer_rows");
  return found;
}

function metricsIn(text: string): readonly string[] {
  return METRIC_WORDS.filter(([, words]) => words.test(text))
    .map(([metric]) => metric)
    .slice(0, 3);
}

function focusChanges(text: string, brief: Brief): readonly Change[] {
  const changes: Change[] = [];
  const group = brief.pageGroups.find(({ label, prefix }) => {
    const word = label.toLowerCase();
    const lower = text.toLowerCase();
    return (
      new RegExp(`(?<![\\p{L}\\d])${escapeForRegExp(word)}(?![\\p{L}\\d])`, "u").test(lower) ||
      (prefix.length > 2 && lower.includes(prefix.toLowerCase()))
    );
  });
  if (group !== undefined && !DROP.test(text)) changes.push({ change: "focus_page_group", argument: group.label });
  if (/\b(?:device|mobile|desktop|tablet)s?\b/i.test(text))
    changes.push({ change: "focus_segment", argument: "device" });
  else if (/\bcountr(?:y|ies)\b/i.test(text)) changes.push({ change: "focus_segment", argument: "country" });
  const word =
    /\b(?:quer(?:y|ies)|keywords?|searches|terms?)\b.{0,30}?\b(?:containing|contain|with|about|around|for|mentioning|including)\s+(?:the (?:word|term)\s+)?["'\u201c\u2018]?([^"'\u201d\u2019.,;!?]{2,60})/i.exec(
      text,
    )?.[1];
  if (word !== undefined) changes.push({ change: "focus_queries", argument: word.trim() });
  return changes;
}

function sectionChanges(text: string): readonly Change[] {
  const [drop, put] = [DROP.test(text), ADD.test(text)];
  if (drop === put) return [];
  const change = drop ? "drop_section" : "add_section";
  if (put && /\bmore\b|\brows?\b/i.test(text)) return [];
  const named = SECTION_WORDS.filter(([, words]) => words.test(text));
  // "Add queries containing …" asks for a table, "add the queries section" for the section.
  return named.length === 1 || /\bsections?\b/i.test(text)
    ? named.map(([section]) => ({ change, argument: section }))
    : [];
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
