/**
 * Which part of the figures a question asks for: a device, a country, a page, a query, brand, a channel, a period, or
 * something named that no rule knows. A figure of the whole site is no answer to any of these.
 */
import type { Evidence, QuotedText } from "../../core/evidence/types.ts";
import { COUNTRIES } from "./document/country-names.ts";
import { AUXILIARIES, DETERMINERS, FIGURES, isOrdinary, PREPOSITIONS } from "./question-words.ts";
import { periodAsked } from "./scope-period.ts";

export type Dimension = "device" | "country" | "brand" | "channel" | "audience" | "page" | "query" | "period" | "name";

/** One part that is asked for. */
export interface Part {
  readonly dimension: Dimension;
  /** Beginnings of the ids of the facts about it; none: the report holds nothing of it by itself. */
  readonly bases: readonly string[];
  /** True where no single one is meant: "by device", "which pages". */
  readonly each: boolean;
}

export interface Scope {
  readonly parts: readonly Part[];
  /** A word nobody here knows, which may ask for a part without naming it so that rules can tell. */
  readonly unread: boolean;
}

const DEVICES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:mobil(?:e|es|en?|er)?|(?:smart|cell|mobile )?phones?|smartphones?|handys?|m[oó]vil|telefon\w*)\b/giu,
    "MOBILE",
  ],
  [/\b(?:desktops?|computers?|laptops?|pcs?)\b/giu, "DESKTOP"],
  [/\btablets?\b/giu, "TABLET"],
];
const OTHER_DEVICES =
  /\b(?:iphones?|ipads?|android|ios|windows|macs?|chrome|safari|firefox|edge browser|browsers?)\b/giu;
const EVERY_DEVICE = /\b(?:devices?|enhed(?:er)?|ger(?:ä|ae)te?n?)\b/giu;

/** Names of countries that people use and the list does not. */
const OTHER_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:UK|U\.K\.|GB|(?:Great )?Britain|United Kingdom)(?!\w)/gu, "gbr"],
  [/\b(?:USA|US|U\.S\.(?:A\.)?|America|the States)(?!\w)/gu, "usa"],
  [/\b(?:danmark|denmark)\b/giu, "dnk"],
  [/\b(?:deutschland|tyskland)\b/giu, "deu"],
  [/\b(?:sverige|schweden)\b/giu, "swe"],
  [/\b(?:norge|norwegen)\b/giu, "nor"],
  [/\b(?:holland|the netherlands|netherlands)\b/giu, "nld"],
];
const ABROAD =
  /\b(?:abroad|international(?:ly)?|foreign|domestic(?:ally)?|overseas|worldwide|regions?|cit(?:y|ies)|markets?|europe|nordics?|scandinavia)\b/giu;
const EVERY_COUNTRY = /\b(?:countr(?:y|ies)|lande?|länder)\b/giu;

const CHANNELS =
  /\b(?:channels?|paid|ppc|sea|ads?|adwords|google ads|cpc|campaigns?|social|facebook|instagram|linkedin|tiktok|pinterest|meta|e-?mails?|newsletters?|referrals?|affiliates?|display|youtube|videos?|images?|google news|discover|google shopping|shopping|bing|yahoo|duckduckgo|chatgpt|ai overviews?|google maps|direct(?! comparison))\b/giu;
const AUDIENCE =
  /\b(?:(?:new|returning|recurring|logged-in) (?:users?|visitors?|customers?|people)|(?:men|women|male|female)|(?:age|gender|language)s?)\b/giu;
const OF_ANALYTICS = /\b(?:sessions?|key events?|conversions?|leads?|revenue|sales|turnover)\b/iu;
const NON_BRAND = /\bnon-?\s?brand(?:ed)?\b/giu;
const BRAND = /\bbrand(?:ed)?\b/giu;
const ADDRESS = /https?:\/\/[^\s<>"”]+|(?<![\w/])\/[\p{L}\d_-][\p{L}\d_/.-]*/giu;
const QUOTED = /[“"«„]([^”"»“]{2,200})[”"»“]/gu;
const HOME_PAGE = /\b(?:home ?page|front ?page|start page|forside)\b/giu;
const EVERY_PAGE = /\b(?:landing )?pages?\b/giu;
const EVERY_QUERY = /\b(?:quer(?:y|ies)|keywords?|search terms?)\b/giu;

/** Said of everything, or to somebody: none of it narrows a figure. */
const NO_PART: readonly RegExp[] = [
  /https?:\/\/\S*asana\.com\S*/giu,
  /\b(?:all|every|any|across(?: all)?|over all) (?:the |our )?(?:devices|countries|pages|queries|keywords|channels|markets)\b/giu,
  /(?:^|\n)[^\n?.!]{0,20}\b(?:thanks|thank you|regards|best|cheers)\b,?[ \n]*[\p{L} ]{0,40}$/giu,
  /^(?:hi|hello|hey|dear)\b[^,.!?\n]{0,30}[,.!\n]/giu,
];

/** Text that is taken apart: whatever was understood is taken out. */
class Remains {
  text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** True when it was there; takes it out. What is left in its place is a word that says nothing. */
  take(words: RegExp): boolean {
    const before = this.text;
    this.text = before.replace(words, " it ");
    return this.text !== before;
  }

  /** All there are, first groups where there is one. */
  all(words: RegExp): readonly string[] {
    const found = [...this.text.matchAll(words)].map((match) => match[1] ?? match[0]);
    this.take(words);
    return found;
  }
}

/** What a question narrows figures to. The question is untrusted: it only chooses among facts. */
export function scopeOf(question: string, evidence: Evidence): Scope {
  const rest = new Remains(question.normalize("NFKC"));
  for (const words of NO_PART) rest.take(words);
  const named = namedTexts(rest, evidence.texts);
  rest.take(new RegExp(`(?<![\\p{L}\\d])${escaped(evidence.client.name)}(?:['’]s)?(?![\\p{L}\\d])`, "giu"));
  const period = periodAsked(rest.text, evidence);
  const parts = [
    ...named,
    ...queriesSaid(rest, evidence.texts),
    ...segments(rest, evidence.texts),
    ...brand(rest),
    ...without("channel", rest.take(CHANNELS)),
    ...googleAlone(rest.text),
    ...without("audience", rest.take(AUDIENCE)),
    ...(period === null ? [] : [{ dimension: "period" as const, bases: period, each: false }]),
  ];
  const lists = parts.some(({ dimension }) => dimension === "brand" || dimension === "query") ? [] : everyOf(rest);
  return {
    parts: merged([...parts, ...lists, ...without("name", namesSomething(rest.text))]),
    unread: unread(rest.text),
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function without(dimension: Dimension, asked: boolean): readonly Part[] {
  return asked ? [{ dimension, bases: [], each: false }] : [];
}

/** Parts of one dimension are one part: mobile and desktop are both told. */
function merged(parts: readonly Part[]): readonly Part[] {
  const byDimension = Map.groupBy(parts, ({ dimension }) => dimension);
  return [...byDimension].map(([dimension, same]) => ({
    dimension,
    // One that the report does not hold leaves nothing to tell: the others alone would be half an answer.
    bases: same.some(({ bases }) => bases.length === 0) ? [] : same.flatMap(({ bases }) => bases),
    each: same.every(({ each }) => each),
  }));
}

function segments(rest: Remains, texts: readonly QuotedText[]): readonly Part[] {
  const baseOf = (dimension: "device" | "country", code: string) =>
    texts.filter(({ id, value }) => id.startsWith(`${dimension}.`) && value === code).map(({ id }) => `gsc.${id}.`);
  const part = (dimension: "device" | "country", code: string): Part => {
    return { dimension, bases: baseOf(dimension, code), each: false };
  };
  const named = OTHER_NAMES.filter(([words]) => rest.take(words)).map(([, code]) => code);
  const listed = Object.entries(COUNTRIES).filter(([, name]) =>
    rest.take(new RegExp(`(?<![\\p{L}])${escaped(name)}(?![\\p{L}])`, "giu")),
  );
  const countries = [...named, ...listed.map(([code]) => code)].map((code) => part("country", code));
  const devices = DEVICES.filter(([words]) => rest.take(words)).map(([, code]) => part("device", code));
  const every = (dimension: "device" | "country", words: RegExp, one: readonly Part[]): readonly Part[] =>
    rest.take(words) && one.length === 0 ? [{ dimension, bases: [`gsc.${dimension}.`], each: true }] : one;
  return [
    ...every("device", EVERY_DEVICE, [...devices, ...without("device", rest.take(OTHER_DEVICES))]),
    ...every("country", EVERY_COUNTRY, [...countries, ...without("country", rest.take(ABROAD))]),
  ];
}

function brand(rest: Remains): readonly Part[] {
  const other = rest.take(NON_BRAND);
  const own = rest.take(BRAND);
  const bases = [
    ...(own ? ["gsc.brand_clicks."] : []),
    ...(other ? ["gsc.nonbrand_clicks.", "gsc.nonbrand_position."] : []),
  ];
  return bases.length === 0 ? [] : [{ dimension: "brand", bases, each: false }];
}

/** Sessions come from every search engine; clicks are of Google anyway. */
function googleAlone(text: string): readonly Part[] {
  if (!/\bgoogle\b(?! analytics)/iu.test(text) || !OF_ANALYTICS.test(text)) return [];
  return [{ dimension: "channel", bases: ["ga4.google_sessions."], each: false }];
}

/** Pages by their address, and whatever is quoted. */
function namedTexts(rest: Remains, texts: readonly QuotedText[]): readonly Part[] {
  const pages = [...rest.all(ADDRESS).map(pathOf), ...(rest.take(HOME_PAGE) ? ["/"] : [])];
  const ofPage = pages.map((path): Part => {
    const found = texts.filter(({ id, value }) => /^(?:lost_)?page\./.test(id) && pathOf(value) === path);
    return { dimension: "page", bases: found.map(({ id }) => `gsc.${id}.`), each: false };
  });
  const ofQuote = rest.all(QUOTED).map((words): Part => {
    const same = texts.filter(({ value }) => value.toLowerCase() === words.trim().toLowerCase());
    const queries = same.flatMap(({ id }) => basesOfQuery(id));
    return { dimension: queries.length > 0 ? "query" : "name", bases: queries, each: false };
  });
  return [...ofPage, ...ofQuote];
}

/** A query of the report that stands in the question as it is. */
function queriesSaid(rest: Remains, texts: readonly QuotedText[]): readonly Part[] {
  const queries = texts.filter(({ id, value }) => basesOfQuery(id).length > 0 && !saysNothing(value));
  const longest = [...new Set(queries.map(({ value }) => value))].toSorted((a, b) => b.length - a.length);
  const said = longest.filter((value) =>
    rest.take(new RegExp(`(?<![\\p{L}\\d])${escaped(value.trim())}(?![\\p{L}\\d])`, "giu")),
  );
  if (said.length === 0) return [];
  const own = queries.filter(({ value }) => said.includes(value));
  return [{ dimension: "query", bases: own.flatMap(({ id }) => basesOfQuery(id)), each: false }];
}

function saysNothing(value: string): boolean {
  return (value.match(/\p{L}[\p{L}'’-]*/gu) ?? []).every(isOrdinary);
}

function basesOfQuery(id: string): readonly string[] {
  if (/^(?:lost_)?query\./.test(id)) return [`gsc.${id}.`];
  return id.startsWith("keyword.") ? [`rank.${id}.`] : [];
}

function pathOf(address: string): string {
  const path = address.replace(/^https?:\/\/[^/]*/iu, "").replace(/[?#].*$/u, "");
  return path.replace(/[/.,;:]+$/u, "").toLowerCase() || "/";
}

function everyOf(rest: Remains): readonly Part[] {
  const each = true;
  return [
    ...(rest.take(EVERY_PAGE) ? [{ dimension: "page" as const, bases: ["gsc.page."], each }] : []),
    ...(rest.take(EVERY_QUERY) ? [{ dimension: "query" as const, bases: ["gsc.query."], each }] : []),
  ];
}

/** Sentences a figure or an answer is asked in; what stands around them is talk. */
function askingOf(text: string): readonly (readonly string[])[] {
  return (text.match(/[^.!?\n]+[.!?\n]?/gu) ?? [])
    .map((sentence) => ({ sentence, words: sentence.match(/\p{L}[\p{L}'’-]*/gu) ?? [] }))
    .filter(({ sentence, words }) => sentence.includes("?") || words.some((word) => FIGURES.has(word.toLowerCase())))
    .map(({ words }) => words);
}

function unread(text: string): boolean {
  return askingOf(text).some((words) => words.some((word) => !isOrdinary(word)));
}

/** True where a word nobody knows stands where a part of the figures is named. */
function namesSomething(text: string): boolean {
  return askingOf(text).some((words) =>
    words.some((word, at) => {
      if (isOrdinary(word)) return false;
      if (at > 0 && /^\p{Lu}/u.test(word)) return true;
      if (FIGURES.has((words[at + 1] ?? "").toLowerCase())) return true;
      const before = words.slice(0, at).findLast((one) => !DETERMINERS.has(one.toLowerCase()) && isOrdinary(one));
      return before !== undefined && (PREPOSITIONS.has(before.toLowerCase()) || AUXILIARIES.has(before.toLowerCase()));
    }),
  );
}
