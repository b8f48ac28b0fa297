/** Whether a question asks for another stretch of time than the three periods of a report. */
import type { Evidence } from "../../core/evidence/types.ts";
import { dayOf, MONTHS, partsOf } from "../../core/facts/days.ts";
import { readPeriodWords } from "../../core/facts/period-words.ts";
import {
  isWholeMonths,
  latestMatureDay,
  lengthOf,
  pacificDay,
  type ResolvedPeriods,
} from "../../core/facts/periods.ts";
import { dayId } from "./facts/headline.ts";

/** The month stands first in no other sentence that begins so. */
const POLITE = /^\s*may (?:i|we)\b/iu;
const COMPARED =
  /\b(?:compar(?:ed|ing|e) (?:it )?(?:to|with|against)|compared|vs\.?|versus|against|than(?: in)?|before|by|next)\s/giu;
/** What the report calls its own periods. */
const OWN =
  /\b(?:on |than |vs\.? |versus |to |with |over )?(?:(?:the|that|this) )?(?:(?:same )?(?:month|period|quarter|time) )?(?:(?:of )?(?:last|previous|prior|past) year|(?:the )?year (?:before|ago|earlier)|a year (?:ago|before|earlier)|year[- ](?:on|over)[- ]year|yoy|(?:previous|prior|last|this|current|report(?:ing|ed)?) period|(?:the )?period before)\b/giu;
const A_DAY = /\b(?:per|an?|each|every) day\b|\bdaily\b|\bday by day\b/iu;
const OTHER_STRETCH =
  /\b(?:hours?|hourly|tonight|yesterday|tomorrow|today|weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|half[- ]year|decade|rolling)\b/iu;
const MONTH_NAMES = MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join("|");
/** From or up to a day is more than that day. */
const UP_TO_A_DAY = new RegExp(
  `\\b(?:until|till|through|to|since|from|after|before|by|between) (?:the )?(?:20\\d\\d-\\d\\d-\\d\\d|\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?(?:${MONTH_NAMES})\\b|(?:${MONTH_NAMES}) \\d{1,2}\\b(?!\\d))`,
  "iu",
);
/** A piece of a period. */
const PIECE = new RegExp(
  `\\b(?:early|mid|late|(?:beginning|start|middle|end|half) of)[- ](?:the )?(?:month|period|quarter|year|${MONTH_NAMES})\\b`,
  "iu",
);
const DAYS: readonly RegExp[] = [
  /\b(?<y>20\d\d)-(?<m>\d\d)-(?<d>\d\d)\b/giu,
  new RegExp(`\\b(?<d>\\d{1,2})(?:st|nd|rd|th|\\.)? (?:of )?(?<month>${MONTH_NAMES})\\b(?:,? (?<y>20\\d\\d))?`, "giu"),
  new RegExp(`\\b(?<month>${MONTH_NAMES}) (?<d>\\d{1,2})(?:st|nd|rd|th)?\\b(?:,? (?<y>20\\d\\d))?`, "giu"),
];

/**
 * Beginnings of the ids of facts of the time asked for; none: the report does not hold it by itself. null: nothing is
 * asked but the report's own periods.
 */
export function periodAsked(question: string, evidence: Evidence): readonly string[] | null {
  const { periods } = evidence;
  const text = ownWords(question.replace(POLITE, ""), periods).replace(OWN, " ").replace(COMPARED, " in ");
  const today = pacificDay(evidence.run.generatedAt);
  const { ranges, impossible } = readPeriodWords(text, today, latestMatureDay(today));
  if (PIECE.test(text) || impossible !== null || ranges.some((range) => !isOwn(range, periods))) return [];
  if (UP_TO_A_DAY.test(question)) return [];
  const days = ranges.length > 0 ? [] : daysNamed(text, periods);
  if (days.length > 0) {
    const known = days.every((day) => evidence.facts.some(({ id }) => id === dayId(day)));
    return known ? days.map((day) => dayId(day).replace(/clicks$/u, "")) : [];
  }
  if (OTHER_STRETCH.test(text) || unitElse(text, periods) || yearElse(text, ranges.length, periods)) return [];
  return A_DAY.test(text) ? ["gsc.clicks_per_day."] : null;
}

/** "This month" and "the month before" in a report on a month are its own periods. */
function ownWords(question: string, { primary }: ResolvedPeriods): string {
  const unit = unitOf(primary);
  if (unit === null) return question;
  return question.replace(
    new RegExp(
      `\\b(?:the )?(?:(?:this|previous|prior|same) ${unit}|${unit} (?:before|earlier)|${unit}[- ](?:on|over)[- ]${unit})\\b`,
      "giu",
    ),
    " ",
  );
}

function unitOf(period: ResolvedPeriods["primary"]): "week" | "month" | "quarter" | "year" | null {
  if (lengthOf(period) === 7) return "week";
  if (!isWholeMonths(period)) return null;
  const [from, to] = [partsOf(period.start), partsOf(period.end)];
  const months = (to.year - from.year) * 12 + to.month - from.month + 1;
  return ({ 1: "month", 3: "quarter", 12: "year" } as const)[months] ?? null;
}

/** One of the three, or from the beginning of one to the end of another. */
function isOwn(range: { readonly start: string; readonly end: string }, periods: ResolvedPeriods): boolean {
  const own = [periods.primary, periods.previous, periods.yearAgo];
  return own.some(({ start }) => start === range.start) && own.some(({ end }) => end === range.end);
}

/** A week, month or quarter of a report that is about another length of time. */
function unitElse(text: string, { primary }: ResolvedPeriods): boolean {
  const own = unitOf(primary);
  const units = [...text.matchAll(/\b(week|month|quarter)(?:s|ly|-?days?)?\b/giu)].map((match) =>
    match[1]?.toLowerCase(),
  );
  return units.some((unit) => unit !== own);
}

/** A whole year, where no month of it is named. */
function yearElse(text: string, ranges: number, { primary }: ResolvedPeriods): boolean {
  return ranges === 0 && unitOf(primary) !== "year" && /\b20\d\d\b|\b(?:this|current) year\b/u.test(text);
}

/** Single days, in the year of the report that has them. */
function daysNamed(text: string, { primary, previous }: ResolvedPeriods): readonly string[] {
  const found = DAYS.flatMap((words) => [...text.matchAll(words)]).flatMap(({ groups }) => {
    const name = (groups?.month ?? "").slice(0, 3).toLowerCase();
    const month =
      groups?.m === undefined ? MONTHS.findIndex((one) => one.toLowerCase().startsWith(name)) + 1 : Number(groups.m);
    const years =
      groups?.y === undefined ? [primary.end, previous.end].map((day) => partsOf(day).year) : [Number(groups.y)];
    const days = years.map((year) => dayOf(year, month, Number(groups?.d)));
    const inside = days.find((day) => day !== null && day >= previous.start && day <= primary.end);
    return [inside ?? days[0] ?? ""];
  });
  return [...new Set(found)];
}
