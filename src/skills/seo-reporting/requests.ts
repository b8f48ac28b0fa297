/**
 * Understands what a reviewer asks for, by rules: the text is untrusted and only chooses from a closed list of changes.
 */
import type { Brief } from "../../core/run/brief.ts";
import { type Clause, clausesOf, LEAD } from "./clauses.ts";
import type { OptionalSection } from "./desk.ts";

/**
 * One supported change. `argument` names a section, page group, metric, segment or word where the change needs one; for
 * rows it is the number asked for, `+5` or `-5` for so many more or fewer, `all`, or empty.
 */
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

const SECTION_WORDS: readonly (readonly [OptionalSection, RegExp])[] = [
  ["pages", /\bpages?\b(?! group)/i],
  ["queries", /\b(?:quer(?:y|ies)|keywords?|search terms?)\b/i],
  ["opportunities", /\b(?:opportunit(?:y|ies)|striking|quick wins?)\b/i],
  ["rankings", /\b(?:rank(?:ing)?s?|accuranker|share of voice)\b/i],
  // Revenue and key events are rows of that section: dropping it for one of them would take the others along.
  ["conversions", /\b(?:conversions?|(?:google )?analytics|ga4)\b/i],
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

const DROP = /\b(?:drop|remove|delete|leave out|skip|omit|without|no need for|take out|get rid of|exclude|hide)\b/i;
const ADD = /\b(?:add|include|bring back|restore|put back)\b/i;
const MORE = /\b(?:more|additional|extra|longer|full|all|another)\b/i;
const FEWER = /\b(?:fewer|less)\b/i;
const LIST = /\b(?:rows?|quer(?:y|ies)|pages?|keywords?|tables?|lists?|entries|terms?)\b/i;
const EXPLAIN =
  /\b(?:explain|clarif(?:y|ies)|define|definition|what (?:is|does|are)|what's|describe|meaning of|how .{0,40} (?:calculated|computed|defined))\b/i;
/** "Explain the drop in clicks" asks for a reason; the definition of clicks is no answer to it. */
const REASON =
  /\b(?:why|drops?|dropped|f[ae]ll|fallen|falling|loss|lost|increase[ds]?|ris(?:e|ing)|rose|grow(?:th|ing)?|grew|declin\w*|changed?|peak|spike)\b/i;
/** Wishes about wording, order or what happened: naming a page group or a device in one asks for no table of it. */
const NO_FOCUS = new RegExp(
  `^${LEAD}(?:explain|mention|rename|fix|correct|rewrite|reword|rephrase|replace|change|translate|move|sort|round|use|say|note|remember)\\b`,
  "i",
);
/** A rule reads what to do, not what to leave alone: with one of these a rule would do the opposite. "Not listed" is a name. */
const NEGATED =
  /\b(?:not(?! list)|don't|dont|never|can't|cannot|won't|shouldn't|keep|stop|no longer|no more|instead of|rather than|less (?:focus|emphasis|attention|about|on))\b/i;
/** Talk about figures is never a wish to show or hide something. */
const FIGURES = /\b(?:figures?|numbers?|values?)\b/i;
const WRONG = /\b(?:wrong|incorrect|inaccurate|mistaken?|false|not (?:right|correct|true))\b/i;
const YEAR = "(?:yoy|year[- ](?:over|on)[- ]year|last year|previous year|(?:the )?year (?:before|ago))";
const BEFORE = "(?:previous|prior|last|preceding) (?:period|month|quarter)|(?:period|month) before";
const ONLY = "(?:only|just|purely|alone)";
const only = (what: string) =>
  new RegExp(`\\b${ONLY}\\b.{0,40}\\b(?:${what})\\b|\\b(?:${what})\\b.{0,20}\\b${ONLY}\\b`, "i");
const [ONLY_YEAR, ONLY_BEFORE] = [only(YEAR), only(BEFORE)];
const [THE_YEAR, THE_BEFORE] = [new RegExp(`\\b${YEAR}\\b`, "i"), new RegExp(`\\b(?:${BEFORE})\\b`, "i")];
const COMPARISON = /\b(?:compar\w*|column|against|yoy|year[- ](?:over|on)[- ]year)\b/i;

/** What the rules understood of a request, and the wishes in it they did not. */
export interface Reading {
  readonly changes: readonly Change[];
  /** As written; the whole text when nothing was understood. */
  readonly open: readonly string[];
}

/** Reads a request wish by wish. */
export function readRequest(text: string, brief: Brief): Reading {
  if (saysWrong(text)) return { changes: [], open: [text] };
  const changes: Change[] = [];
  const open: string[] = [];
  for (const clause of clausesOf(text)) {
    const found = changesOf(clause, brief);
    changes.push(...found);
    if (found.length === 0 && clause.asks) open.push(clause.written);
  }
  return changes.length === 0 ? { changes, open: [text] } : { changes, open };
}

/** Changes the rules find in a text; none when they are not sure. */
export function changesByRules(text: string, brief: Brief): readonly Change[] {
  return readRequest(text, brief).changes;
}

/** True when a text calls something wrong: that is no wish about what is shown, and hiding it is no answer. */
export function saysWrong(text: string): boolean {
  return WRONG.test(text);
}

/** True when a change does what the text does not want: a model may misread "do not drop" and "remove mobile". */
export function contradicts(text: string, { change }: Change): boolean {
  const [drop, negated] = [DROP.test(text), NEGATED.test(text)];
  if (change === "drop_section") return drop && negated;
  if (change === "add_section") return drop && !negated;
  return change.startsWith("focus_") && (drop || negated);
}

function changesOf(clause: Clause, brief: Brief): readonly Change[] {
  const { text } = clause;
  if (NEGATED.test(text)) return [];
  const explained = EXPLAIN.test(text) && !REASON.test(text) ? metricsIn(text) : [];
  if (explained.length > 0) return explained.map((metric) => ({ change: "explain_metric", argument: metric }));
  if (FIGURES.test(text)) return [];
  const comparison = comparisonChange(text);
  if (comparison !== null) return [{ change: comparison, argument: "" }];
  const found = [...wordingChanges(text), ...focusChanges(clause, brief), ...sectionChanges(text)];
  return found.length > 0 ? found : rowChanges(text);
}

function comparisonChange(text: string): ChangeKind | null {
  const dropped = DROP.test(text) && COMPARISON.test(text);
  if (/\bboth (?:comparisons|periods)\b/i.test(text)) return "both_comparisons";
  if (dropped && THE_YEAR.test(text) !== THE_BEFORE.test(text))
    return THE_YEAR.test(text) ? "only_previous_period" : "only_year_over_year";
  if (ONLY_YEAR.test(text)) return "only_year_over_year";
  return ONLY_BEFORE.test(text) ? "only_previous_period" : null;
}

function wordingChanges(text: string): readonly Change[] {
  const changes: Change[] = [];
  const add = (change: ChangeKind) => changes.push({ change, argument: "" });
  const stress =
    !DROP.test(text) &&
    /\b(?:emphasi[sz]e|focus|highlight|stress|stand out|more (?:about|on)|concentrate|attention)\b/i.test(text);
  if (stress && /\bnon-?\s?brand/i.test(text)) add("emphasise_non_brand");
  else if (stress && /\bbrand/i.test(text)) add("emphasise_brand");
  if (/\b(?:shorter|shorten|briefer|more concise|less text|condense|cut down)\b/i.test(text)) add("shorter_text");
  if (
    /\b(?:longer text|more (?:detail|text|explanation|commentary|narrative)|more detailed|elaborate|longer narrative)\b/i.test(
      text,
    )
  )
    add("longer_text");
  return changes;
}

function metricsIn(text: string): readonly string[] {
  return METRIC_WORDS.filter(([, words]) => words.test(text))
    .map(([metric]) => metric)
    .slice(0, 3);
}

function focusChanges({ text, restore }: Clause, brief: Brief): readonly Change[] {
  if (DROP.test(text) || NO_FOCUS.test(text)) return [];
  const changes: Change[] = [];
  const lower = restore(text).toLowerCase();
  const group = brief.pageGroups.find(
    ({ label, prefix }) =>
      new RegExp(`(?<![\\p{L}\\d])${escapeForRegExp(label.toLowerCase())}(?![\\p{L}\\d])`, "u").test(lower) ||
      (prefix.length > 2 && lower.includes(prefix.toLowerCase())),
  );
  if (group !== undefined) changes.push({ change: "focus_page_group", argument: group.label });
  // "More countries" asks for rows that table does not have; a new order is no answer to it.
  if (!/\b(?:more|all|additional|extra|\d+)\b.{0,20}\b(?:devices|countries)\b/i.test(text)) {
    if (/\b(?:device|mobile|desktop|tablet)s?\b/i.test(text))
      changes.push({ change: "focus_segment", argument: "device" });
    else if (/\bcountr(?:y|ies)\b/i.test(text)) changes.push({ change: "focus_segment", argument: "country" });
  }
  const word = QUERY_WORD.exec(text);
  const argument = restore(word?.[1] ?? word?.[2] ?? "").trim();
  if (argument.length > 1) changes.push({ change: "focus_queries", argument });
  return changes;
}

/** "Queries for mobile" names no words: without quotation marks only an unmistakable preposition counts. */
const QUERY_WORD =
  /\b(?:quer(?:y|ies)|keywords?|searches|terms?)\b.{0,30}?\b(?:(?:containing|contain|with|about|around|for|mentioning|including)\s+(?:the (?:words?|terms?)\s+)?["'](\S[^"']{0,59})["']|(?:(?:containing|contain|mentioning|about)\s+(?:the (?:words?|terms?)\s+)?|(?:with|for|around|including)\s+the (?:words?|terms?)\s+)([^"'.,;!?]{2,60}))/i;

/** Words that may stand around the name of a section without naming something else. */
const AROUND =
  /^(?:\s|[,&.!:"]|(?:please|also|then|just|too|again|back|the|this|that|your|our|whole|entire|both|and|or|on|about|with|to|in|from|of|report|seo|sections?|parts?|chapters?)\b)+/i;
/** "Remove the page" is about one of many, and the share of voice is one figure of its section. */
const ONE_OF_THEM = /\b(?:page|query|keyword|search term|share of voice)\b/i;
const SECTION = /\b(?:sections?|parts?|chapters?)\b/i;
/** "Drop the mobile pages" names a part of a section, and so do brand queries; only the whole can be left out. */
const PART = /\b(?:mobile|desktop|tablet|devices?|countr(?:y|ies)|brand(?:ed)?|column|rows?|more)\b/i;

/**
 * Whole sections that are to go or to come back. "Add the bounce rate of the pages" and "remove the table of lost pages"
 * name one without meaning it: what stands between the verb and the end has to be the section.
 */
function sectionChanges(text: string): readonly Change[] {
  const [drop, put] = [DROP.exec(text), ADD.exec(text)];
  const verb = drop ?? put;
  if (verb === null || (drop !== null && put !== null) || PART.test(text)) return [];
  const after = text.slice(verb.index + verb[0].length);
  const { names, rest } = namesAtStart(after);
  const said = after.slice(0, after.length - rest.length);
  if (/^['\u2019]s\b/u.test(rest) || (!SECTION.test(said) && (rest !== "" || ONE_OF_THEM.test(said)))) return [];
  return names.map((section) => ({ change: drop === null ? "add_section" : "drop_section", argument: section }));
}

/** The sections a text begins with, one after the other, and what stands behind them. */
function namesAtStart(text: string): { readonly names: readonly OptionalSection[]; readonly rest: string } {
  const names: OptionalSection[] = [];
  for (let rest = text; ; ) {
    const around = AROUND.exec(rest)?.[0] ?? "";
    rest = rest.slice(around.length);
    const name = SECTION_WORDS.map(([section, words]) => ({ section, found: words.exec(rest) })).find(
      ({ found }) => found?.index === 0,
    );
    // "The query share of voice" is one thing, "queries and rankings" are two.
    const next = names.length === 0 || /[,&]|\b(?:and|or)\b/i.test(around);
    if (name === undefined || !next) return { names, rest };
    names.push(name.section);
    rest = rest.slice(name.found?.[0].length ?? 0);
  }
}

const NUMBERS: Readonly<Record<string, number>> = {
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
};
const COUNT = `(\\d{1,3}|${Object.keys(NUMBERS).join("|")})`;
const BY_SO_MANY = new RegExp(
  `\\b${COUNT} (more|additional|extra|further|fewer|less)\\b|\\b(another|extra|additional|add) ${COUNT}\\b`,
  "i",
);
const SO_MANY = new RegExp(
  `\\b(?:top|first|best|up to|at least|at most|only|just|show|list|to)(?: the)?(?: top)? ${COUNT}\\b|\\b${COUNT} (?:[a-z]+ )?(?:rows?|quer(?:y|ies)|pages?|keywords?|entries|terms?)\\b`,
  "i",
);

function rowChanges(text: string): readonly Change[] {
  if (!LIST.test(text) || DROP.test(text)) return [];
  const fewer = FEWER.test(text);
  const change = fewer ? "fewer_rows" : "more_rows";
  const by = BY_SO_MANY.exec(text);
  if (by !== null) return [{ change, argument: `${fewer ? "-" : "+"}${countOf(by[1] ?? by[4])}` }];
  const exact = SO_MANY.exec(text);
  if (exact !== null) return [{ change, argument: countOf(exact[1] ?? exact[2]) }];
  if (fewer) return [{ change, argument: "" }];
  return MORE.test(text) ? [{ change, argument: /\b(?:all|full)\b/i.test(text) ? "all" : "" }] : [];
}

function countOf(words = ""): string {
  return String(NUMBERS[words.toLowerCase()] ?? words);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
