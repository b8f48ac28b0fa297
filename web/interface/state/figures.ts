/** How a figure, a change and its direction are worded on screen. The same rules as in reports, for a reader in the panel. */
import type { Figure, MovementView } from "../../../src/core/wire-dashboard.ts";
import type { Tone } from "./words.ts";

const MINUS = "\u2212";

export interface FigureLike extends Pick<Figure, "state" | "value"> {
  readonly unit: string;
  readonly currency?: string | null;
}

export interface FigureOptions {
  /** `12.4K` where room is short; the whole number belongs in the title then. */
  readonly compact?: boolean;
}

export interface AmountOptions extends FigureOptions {
  /** `+` before growth. */
  readonly signed?: boolean;
}

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format is slow, and a dashboard shows hundreds of figures. */
function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.NumberFormat("en", options);
  formats.set(key, known);
  return known;
}

function digits(count: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: count, maximumFractionDigits: count };
}

const COMPACT: Intl.NumberFormatOptions = { notation: "compact", maximumSignificantDigits: 3 };

/** Counts that may have a fraction mostly have none: `485`, `32.9`, and `0.04` where one decimal would say nothing. */
function fraction(value: number): Intl.NumberFormatOptions {
  return { maximumFractionDigits: Math.abs(value) < 1 ? 2 : 1 };
}

function money(value: number, currency: string | null, compact: boolean): string {
  const short = compact && Math.abs(value) >= 10_000;
  const size = short ? COMPACT : digits(Math.abs(value) < 1000 ? 2 : 0);
  const isCode = currency !== null && /^[A-Z]{3}$/.test(currency);
  return formatOf({ ...size, ...(isCode ? { style: "currency", currency } : {}) }).format(value);
}

/** Two decimals under one percent, so that small rates do not all read 0. */
function percent(points: number): string {
  return `${formatOf(digits(points !== 0 && Math.abs(points) < 1 ? 2 : 1)).format(points)}%`;
}

function plain(value: number, unit: string, currency: string | null, compact: boolean): string {
  switch (unit) {
    case "count":
      return formatOf(compact && Math.abs(value) >= 10_000 ? COMPACT : digits(0)).format(value);
    case "ratio":
    case "percent_change":
      return percent(value * 100);
    case "percent":
      return percent(value);
    case "percentage_points":
      return `${formatOf(digits(Math.abs(value) < 1 ? 2 : 1)).format(value)} points`;
    case "currency":
      return money(value, currency, compact);
    case "z_score":
      return formatOf(digits(2)).format(value);
    case "place":
      return formatOf(digits(0)).format(value);
    default:
      return formatOf(compact && Math.abs(value) >= 10_000 ? COMPACT : fraction(value)).format(value);
  }
}

/** A number in its unit: `12,345`, `3.4%`, `$1,234`, `+0.42 points`. */
export function amountText(value: number, unit: string, currency: string | null, options: AmountOptions = {}): string {
  const body = plain(Math.abs(value), unit, currency, options.compact === true);
  // What rounds to nothing has no sign.
  if (!/[1-9]/.test(body)) return body;
  if (value < 0) return `${MINUS}${body}`;
  return options.signed === true ? `+${body}` : body;
}

/** What is shown where there is no number, and why in one sentence for the title. */
const ABSENT: Readonly<Record<string, readonly [text: string, why: string]>> = {
  missing: ["no data", "Nothing was measured for this."],
  unavailable: ["not available", "The source did not answer, or does not offer it."],
  withheld: ["withheld", "The source keeps it back, mostly because too few people are behind it."],
  not_defined: ["—", "It cannot be computed, for example a share of nothing."],
};

/** A figure of any state in plain words: `12,345`, `1,200 so far`, `at least 5,000`, `withheld`, `no data`. */
export function figureText(figure: FigureLike, options: FigureOptions = {}): string {
  const { state, value, unit, currency = null } = figure;
  if (value === null) return ABSENT[state]?.[0] ?? "no data";
  const text = amountText(value, unit, currency, options);
  if (state === "partial") return `${text} so far`;
  return state === "capped" ? `at least ${text}` : text;
}

/** The sentence behind a figure that is not a plain number; null when it is one. */
export function figureNote(
  figure: Pick<Figure, "state" | "value"> & { readonly reason?: string | null },
): string | null {
  if (figure.value === null) return figure.reason ?? ABSENT[figure.state]?.[1] ?? "Nothing was measured for this.";
  if (figure.state === "partial") return figure.reason ?? "The period is not complete yet.";
  return figure.state === "capped" ? "The source cut the rows off: it is this much or more." : null;
}

export interface MovementWords {
  /** `12.0%`, `1.2 points`, `0.8`; without sign, the arrow shows it. Null when no movement is stated. */
  readonly text: string | null;
  readonly direction: "up" | "down" | "level";
  /** Why none is stated; null when one is. */
  readonly note: string | null;
}

/** A movement in words: rates in points, places and averages as they are, everything else as a share. */
export function movementWords(movement: MovementView, unit: string): MovementWords {
  const isRate = unit === "ratio" || unit === "percent";
  const isPlace = unit === "position" || unit === "place";
  const value = isRate ? movement.points : isPlace ? movement.absolute : movement.relative;
  if (value === null)
    return { text: null, direction: "level", note: movement.note ?? "There is nothing to compare with." };
  const shownUnit = isRate ? "percentage_points" : isPlace ? unit : "percent_change";
  const text = amountText(Math.abs(value), shownUnit, null);
  const direction = !/[1-9]/.test(text) ? "level" : value > 0 ? "up" : "down";
  return { text, direction, note: null };
}

/** How much it moved on an average day, where the months differ in length: `+3.1% by daily average`. Null where they do not. */
export function perDayWords(perDay: number | null): string | null {
  if (perDay === null) return null;
  // A hundredth of a percent is no change of anything.
  const text = Math.abs(perDay) < 0.0005 ? "level" : amountText(perDay, "percent_change", null, { signed: true });
  return `${text} by daily average`;
}

/** Whether a movement is good news. */
export function movementTone(direction: MovementWords["direction"], better: "higher" | "lower" | "neither"): Tone {
  if (direction === "level" || better === "neither") return "idle";
  return (direction === "up") === (better === "higher") ? "good" : "bad";
}

/** Against what, as it stands after the movement; a month that grows is held against as many days. */
export function againstWords({ against, days }: Pick<MovementView, "against" | "days">): string {
  const first = days === null ? "" : `the first ${days} days of `;
  return against === "previous" ? `against ${first}the period before` : `against ${first}a year before`;
}
