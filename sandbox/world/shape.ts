/** The shapes that make generated figures look lived in: year, week, trend, click curve. */
import { firstDayOf, monthOf, weekdayOf } from "./calendar.ts";

/** 1 January 2026; growth is measured from here. */
const ANCHOR_DAY = 20_454;
const YEAR_DAYS = 365.25;

/** Years since the anchor, flattening out after about two, so that a world opened years from now stays believable. */
export function trendYears(day: number): number {
  return 2 * Math.tanh((day - ANCHOR_DAY) / YEAR_DAYS / 2);
}

/** Factor of a yearly growth rate, e.g. 0.3 for +30 % a year; 1 at the anchor. */
export function trend(ratePerYear: number, day: number): number {
  return (1 + ratePerYear) ** trendYears(day);
}

/** Factor of the year, joined smoothly between the middles of months. `months` starts with January. */
export function season(months: readonly number[], day: number): number {
  const month = monthOf(day);
  const length = firstDayOf(month + 1) - firstDayOf(month);
  const place = (day - firstDayOf(month)) / length - 0.5;
  const here = months[month % 12] ?? 1;
  const neighbour = months[(month + (place < 0 ? 11 : 1)) % 12] ?? 1;
  return here + (neighbour - here) * Math.abs(place);
}

/** Factor of the weekday; `week` starts with Sunday. */
export function weekday(week: readonly number[], day: number): number {
  return week[weekdayOf(day)] ?? 1;
}

const CURVE = [0.27, 0.155, 0.105, 0.076, 0.057, 0.044, 0.035, 0.028, 0.023, 0.0195, 0.0165];

/** Share of impressions that are clicked at an average position. Brand searches click through more at the top. */
export function clickShare(position: number, brand: boolean): number {
  if (brand) return 0.62 * Math.exp(-0.55 * (position - 1)) + 0.01;
  if (position >= CURVE.length) return 0.0165 * Math.exp(-(position - CURVE.length) / 9);
  const low = Math.floor(position);
  const from = CURVE[low - 1] ?? 0;
  const to = CURVE[low] ?? 0;
  return from + (to - from) * (position - low);
}
