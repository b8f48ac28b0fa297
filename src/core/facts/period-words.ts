/**
 * Finds the periods a text names. Reads English report language, and the months and quarters of Danish and German; knows
 * nothing about sources or maturity.
 * The text is untrusted: it is bounded, and every pattern is linear over it.
 */
import { addDays, dayOf, isDay, lastDayOfMonth, MONTHS, monthEnd, monthStart, partsOf, weekdayOf } from "./days.ts";

/** An inclusive range of days that a text names. */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

/** What a text says about periods: distinct ranges in order of appearance, and days that do not exist. */
export interface PeriodWords {
  readonly ranges: readonly DayRange[];
  /** Plain words for a period that was meant but cannot be, e.g. "31 February 2026 is no day". */
  readonly impossible: string | null;
}

/** `latest` is the last day with mature data: "last 28 days" end there. */
interface Clock {
  readonly today: string;
  readonly latest: string;
}

type Reader = (groups: Readonly<Record<string, string | undefined>>, clock: Clock) => DayRange | null;

interface Pattern {
  readonly expression: RegExp;
  /** null: a day that is no period of a report; it is consumed so that its month is not read as one. */
  readonly read: Reader | null;
}

const MAX_TEXT = 4_000;
const NAME =
  "jan(?:uary?)?|j\u00e4nner|feb(?:ruary?)?|mar(?:ch|ts)?|m\u00e4rz|maerz|apr(?:il)?|ma[yij]|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?";
const TO = "\\s*(?:-|to|until|till|through|and|bis|til|und|og)\\s*";
/** Months as only Danish and German spell them: before one of these "5." is a day, elsewhere it may number a list. */
const OTHER_NAME = "januar|j\u00e4nner|februar|marts|m\u00e4rz|maerz|ma[ij]|juni|juli|okt(?:ober)?|dez(?:ember)?";
const NTH = "(?:st|nd|rd|th)?";
const EDGE = "(?:st|nd|rd|th|\\.)?";
const COMPARISON =
  /(?:compar(?:ed|ing|e|ison)(?:\s+it)?\s+(?:to|with|against)|compared|vs\.?|versus|against|than(?:\s+in)?|vergl(?:eich\w*|ichen)(?:\s+(?:mit|zu[mr]?))?(?:\s+dem)?|gegen\u00fcber(?:\s+dem)?|sammenlign\w*(?:\s+med)?)(?:\s+the)?\s*$/i;
const DEADLINE =
  /(?:\b(?:by|due|before|deadline|deliver(?:ed)?|next|bis|senest|inden|f\u00e4llig)(?:\s+(?:on|in|the|is|end of|mid|early|late|zum|den|am|ende|\d{1,2}\.))*:?)\s*$/i;
const MONTH_INTRODUCTION = /(?:\b(?:for|in|of|during|month|report|period|covering|from|f\u00fcr)[:\s]+|^\s*)$/i;

function pattern(source: string, read: Reader | null): Pattern {
  return { expression: new RegExp(`(?<![\\w-])${source}(?![\\w-])`, "gi"), read };
}

/** First letters of Danish and German months that differ from the English ones. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  j\u00e4n: "jan",
  m\u00e4r: "mar",
  mae: "mar",
  mai: "may",
  maj: "may",
  okt: "oct",
  dez: "dec",
};

function monthNumber(name: string): number {
  const start = name.slice(0, 3).toLowerCase();
  return MONTHS.findIndex((month) => month.toLowerCase().startsWith(OTHER_SPELLINGS[start] ?? start)) + 1;
}

function ofMonth(year: number, month: number): DayRange | null {
  const start = dayOf(year, month, 1);
  return start === null ? null : { start, end: monthEnd(start) };
}

/** `from`–`to` where a missing year is the most recent one in which the range is over. */
function withYear(year: string | undefined, clock: Clock, build: (year: number) => DayRange | null): DayRange | null {
  if (year !== undefined) return build(year.length === 2 ? 2000 + Number(year) : Number(year));
  const current = partsOf(clock.today).year;
  const own = build(current);
  return own !== null && own.end < clock.today ? own : build(current - 1);
}

function range(start: string | null, end: string | null): DayRange | null {
  return start === null || end === null ? null : { start, end };
}

function days(month: string, first: string, last: string, year: string | undefined, clock: Clock): DayRange | null {
  const number = monthNumber(month);
  return withYear(year, clock, (y) => range(dayOf(y, number, Number(first)), dayOf(y, number, Number(last))));
}

interface Edge {
  readonly month: string;
  readonly day: string;
  readonly year: string | undefined;
}

/** Two named days; a first day without a year belongs to the year that makes the range run forwards. */
function between(first: Edge, last: Edge, clock: Clock): DayRange | null {
  return withYear(last.year, clock, (year) => {
    const wraps = monthNumber(first.month) > monthNumber(last.month);
    const firstYear = first.year === undefined ? (wraps ? year - 1 : year) : Number(first.year);
    return range(
      dayOf(firstYear, monthNumber(first.month), Number(first.day)),
      dayOf(year, monthNumber(last.month), Number(last.day)),
    );
  });
}

function months(first: string, firstYear: string | undefined, last: string, year: string | undefined, clock: Clock) {
  return withYear(year, clock, (y) => {
    const wraps = monthNumber(first) > monthNumber(last);
    const startYear = firstYear === undefined ? (wraps ? y - 1 : y) : Number(firstYear);
    const number = monthNumber(last);
    return range(dayOf(startYear, monthNumber(first), 1), dayOf(y, number, lastDayOfMonth(y, number)));
  });
}

function quarter(number: number, year: string | undefined, clock: Clock): DayRange | null {
  return withYear(year, clock, (y) => range(dayOf(y, number * 3 - 2, 1), monthEnd(`${y}-01-01`, number * 3 - 1)));
}

const ORDINALS: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: 4 };

/** "last 28 days" and its kind: the newest ones with mature data. */
function trailing(count: number, unit: string, clock: Clock): DayRange | null {
  if (count < 1) return null;
  if (unit === "month") return { start: monthStart(clock.today, -count), end: monthEnd(clock.today, -1) };
  const length = unit === "week" ? count * 7 : count;
  return { start: addDays(clock.latest, 1 - length), end: clock.latest };
}

function calendar(which: string, unit: string, clock: Clock): DayRange {
  const back = /^(?:this|current)$/i.test(which) ? 0 : -1;
  const { today } = clock;
  const { year, month } = partsOf(today);
  if (unit === "week") {
    const monday = addDays(today, back * 7 - weekdayOf(today));
    return { start: monday, end: addDays(monday, 6) };
  }
  if (unit === "month") return { start: monthStart(today, back), end: monthEnd(today, back) };
  if (unit === "year") return { start: `${year + back}-01-01`, end: `${year + back}-12-31` };
  const first = -((month - 1) % 3) + back * 3;
  return { start: monthStart(today, first), end: monthEnd(today, first + 2) };
}

/** From the first day of the running month, quarter or year to the last mature day; one day at least. */
function toDate(unit: string, clock: Clock): DayRange {
  const { start } = calendar("this", unit, clock);
  return { start, end: clock.latest < start ? clock.today : clock.latest };
}

const UNIT_OF: Readonly<Record<string, string>> = { m: "month", q: "quarter", y: "year" };
const unitOf = (text: string) => text.toLowerCase().replace(/s$/, "");
const ISO = "\\d{4}-\\d{2}-\\d{2}";
const YEAR = "(?:,?\\s+(?:of\\s+)?(?<year>20\\d{2}))";
const WORDY = `(?:,?\\s+(?:of\\s+)?(?<year>20\\d{2})|\\s*['\u2019](?<short>\\d{2}))`;

/** Most specific first: what a pattern matched is not looked at again. */
const PATTERNS: readonly Pattern[] = [
  pattern(`(?<a>${ISO})(?:${TO}|\\s*(?:\\/|\\.\\.+)\\s*)(?<b>${ISO})`, ({ a = "", b = "" }) =>
    range(isDay(a) ? a : null, isDay(b) ? b : null),
  ),
  pattern(ISO, null),
  pattern(
    `(?<d1>\\d{1,2})${EDGE}\\s+(?:of\\s+)?(?<m1>${NAME})(?:,?\\s+(?<y1>20\\d{2}))?${TO}(?<d2>\\d{1,2})${EDGE}\\s+(?:of\\s+)?(?<m2>${NAME})${YEAR}?`,
    ({ d1 = "", m1 = "", y1, d2 = "", m2 = "", year }, clock) =>
      between({ month: m1, day: d1, year: y1 }, { month: m2, day: d2, year }, clock),
  ),
  pattern(
    `(?<m1>${NAME})\\s+(?<d1>\\d{1,2})${NTH}(?:,?\\s+(?<y1>20\\d{2}))?${TO}(?<m2>${NAME})\\s+(?<d2>\\d{1,2})${NTH}${YEAR}?`,
    ({ d1 = "", m1 = "", y1, d2 = "", m2 = "", year }, clock) =>
      between({ month: m1, day: d1, year: y1 }, { month: m2, day: d2, year }, clock),
  ),
  pattern(
    `(?<a>\\d{1,2})${EDGE}${TO}(?<b>\\d{1,2})${EDGE}\\s+(?:of\\s+)?(?<month>${NAME})${YEAR}?`,
    ({ a = "", b = "", month = "", year }, clock) => days(month, a, b, year, clock),
  ),
  pattern(
    `(?<month>${NAME})\\s+(?<a>\\d{1,2})${NTH}${TO}(?<b>\\d{1,2})${NTH}${YEAR}?`,
    ({ a = "", b = "", month = "", year }, clock) => days(month, a, b, year, clock),
  ),
  pattern(`\\d{1,2}${NTH}\\s+(?:of\\s+)?(?:${NAME})(?:,?\\s+20\\d{2})?`, null),
  pattern(`\\d{1,2}\\.\\s+(?:${OTHER_NAME})(?:\\s+20\\d{2})?`, null),
  pattern(`(?:${NAME})\\s+\\d{1,2}${NTH}(?:,?\\s+20\\d{2})?`, null),
  pattern(
    `(?<m1>${NAME})(?:\\s+(?<y1>20\\d{2}))?\\s*(?:-|to|until|through)\\s*(?<m2>${NAME})${YEAR}?`,
    ({ m1 = "", y1, m2 = "", year }, clock) => months(m1, y1, m2, year, clock),
  ),
  pattern("(?<y1>20\\d{2})[\\s/-]*q(?<n>[1-4])", ({ y1, n }, clock) => quarter(Number(n), y1, clock)),
  pattern("q(?<n>[1-4])(?:[\\s/,-]*(?:of\\s+)?(?<year>20\\d{2}))?", ({ n, year }, clock) =>
    quarter(Number(n), year, clock),
  ),
  pattern(`(?<n>[1-4])\\.?\\s*(?:quartal|kvartal)${YEAR}?`, ({ n, year }, clock) => quarter(Number(n), year, clock)),
  pattern(`(?<nth>first|second|third|fourth) quarter${YEAR}?`, ({ nth = "", year }, clock) =>
    quarter(ORDINALS[nth.toLowerCase()] ?? 0, year, clock),
  ),
  pattern(`(?<month>${NAME})${WORDY}`, ({ month = "", year, short }, clock) =>
    withYear(year ?? short, clock, (y) => ofMonth(y, monthNumber(month))),
  ),
  pattern("(?<y1>20\\d{2})[-/](?<m1>\\d{1,2})", ({ y1, m1 }) => ofMonth(Number(y1), Number(m1))),
  pattern("(?<m1>\\d{1,2})/(?<y1>20\\d{2})", ({ y1, m1 }) => ofMonth(Number(y1), Number(m1))),
  pattern(
    "(?:last|past|previous|trailing)\\s+(?<n>\\d{1,3})\\s+(?<unit>days?|weeks?|months?)",
    ({ n, unit = "" }, clock) => trailing(Number(n), unitOf(unit), clock),
  ),
  pattern("(?<unit>month|quarter|year)[\\s-]to[\\s-]date", ({ unit = "" }, clock) => toDate(unitOf(unit), clock)),
  pattern("(?<unit>[mqy])td", ({ unit = "" }, clock) => toDate(UNIT_OF[unit.toLowerCase()] ?? "month", clock)),
  pattern(
    "(?<which>last|previous|past|prior|this|current)\\s+(?:calendar\\s+|full\\s+)?(?<unit>week|month|quarter|year)(?:'s|\u2019s)?",
    ({ which = "", unit = "" }, clock) => calendar(which, unitOf(unit), clock),
  ),
  pattern("(?:calendar |full )?year (?<y1>20\\d{2})", ({ y1 }) => range(`${y1}-01-01`, `${y1}-12-31`)),
];

const BARE_MONTH = new RegExp(`(?<![\\w-])(?<month>${NAME})(?:'s|\u2019s)?(?![\\w-])`, "gi");
/** Month names that are everyday words too: only read as a month after "for", "in" … or alone. */
const EVERYDAY = /^(?:may|mar|marts|march|dec|jan|sep|oct|nov)$/i;
const YEAR_ALONE = /^\s*(?<y1>20\d{2})\s*$/;

interface Found extends DayRange {
  readonly at: number;
}

/** All periods named in a text. `latest` is the newest day with mature data. */
export function readPeriodWords(text: string, today: string, latest: string): PeriodWords {
  const clock = { today, latest };
  let rest = text
    .slice(0, MAX_TEXT)
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\s+/g, " ");
  const found: Found[] = [];
  let impossible: string | null = null;
  const visit = (
    expression: RegExp,
    read: Reader | null,
    wanted: (match: RegExpExecArray, before: string) => boolean,
  ) => {
    const seen = rest;
    for (const match of seen.matchAll(expression)) {
      const before = seen.slice(Math.max(0, match.index - 40), match.index);
      if (!wanted(match, before)) continue;
      rest = rest.slice(0, match.index) + "\u0000".repeat(match[0].length) + rest.slice(match.index + match[0].length);
      if (read === null || COMPARISON.test(before) || DEADLINE.test(before)) continue;
      const result = read(match.groups ?? {}, clock);
      if (result === null || result.end < result.start)
        impossible ??= `"${match[0].slice(0, 60)}" is no period in the calendar`;
      else found.push({ ...result, at: match.index });
    }
  };
  for (const { expression, read } of PATTERNS) visit(expression, read, () => true);
  visit(
    BARE_MONTH,
    ({ month = "" }, own) => withYear(undefined, own, (y) => ofMonth(y, monthNumber(month))),
    (match, before) => !EVERYDAY.test(match[0]) || MONTH_INTRODUCTION.test(before),
  );
  const year = YEAR_ALONE.exec(rest)?.groups?.y1;
  if (year !== undefined) found.push({ start: `${year}-01-01`, end: `${year}-12-31`, at: 0 });
  return { ranges: distinct(found), impossible };
}

function distinct(found: readonly Found[]): readonly DayRange[] {
  const byKey = new Map<string, DayRange>();
  for (const { start, end } of found.toSorted((a, b) => a.at - b.at)) byKey.set(`${start}/${end}`, { start, end });
  return [...byKey.values()];
}
