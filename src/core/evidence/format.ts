/**
 * How a figure is shown. One place, shared by every document and by the verifier, so that "what the reader sees" can be
 * recomputed from a fact alone. No locale of the machine is asked: the same fact gives the same text everywhere.
 *
 * Rules: counts with thousands separators; rates with one decimal, two under one percent; money with its ISO code and
 * two decimals under a thousand; changes carry their sign; a value that was not measured is shown as words.
 */
import type { Fact } from "./types.ts";

const MINUS = "\u2212";

/** Formulas whose result is a change, so that `+` is shown for growth. */
const SIGNED_FORMULAS: ReadonlySet<string> = new Set(["delta_abs", "midpoint_volume", "midpoint_rate"]);

/** A number in fixed notation with `,` between thousands and a real minus sign; never `-0`. */
function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = "0", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const body = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(text) !== 0 ? `${MINUS}${body}` : body;
}

function withSign(text: string, value: number): string {
  return value > 0 && /[1-9]/.test(text) && !text.startsWith("+") ? `+${text}` : text;
}

function percent(fraction: number): string {
  const points = fraction * 100;
  const decimals = points !== 0 && Math.abs(points) < 1 ? 2 : 1;
  return `${fixed(points, decimals)}%`;
}

function magnitude(fact: Fact, value: number): string {
  switch (fact.unit) {
    case "count":
      return fixed(value, 0);
    case "decimal":
    case "position":
      return fixed(value, 1);
    case "ratio":
      return percent(value);
    case "percent":
      return percent(value / 100);
    case "percent_change":
      return withSign(`${fixed(value * 100, 1)}%`, value);
    case "percentage_points":
      return withSign(`${fixed(value, Math.abs(value) < 1 ? 2 : 1)} pp`, value);
    case "currency": {
      const body = fixed(Math.abs(value), Math.abs(value) < 1000 ? 2 : 0);
      const sign = value < 0 && /[1-9]/.test(body) ? MINUS : "";
      return `${sign}${fact.currency ?? "?"} ${body}`;
    }
    case "z_score":
      return withSign(fixed(value, 2), value);
  }
}

function signed(fact: Fact): boolean {
  return fact.derivation.op === "formula" && SIGNED_FORMULAS.has(fact.derivation.formula);
}

/**
 * A change of counts a day says so wherever it stands: the counts beside it are totals of unequal periods. Not "−5.8% a
 * day", which reads like a loss of that much each day.
 */
function aDay(fact: Fact): boolean {
  return fact.derivation.op === "formula" && fact.derivation.formula === "delta_day_pct";
}

const ON_AVERAGE = " by daily average";

/** Words for a value that is no number. `new` and `none in either` are results of a comparison with nothing before. */
function stateWords(state: string, reason: string): string {
  if (state === "not_defined" && (reason === "new" || reason === "none in either")) return reason;
  if (state === "missing") return "no data";
  if (state === "unavailable") return "not available";
  if (state === "withheld") return "withheld, see note";
  return "\u2014";
}

/**
 * The text a reader sees for a fact, e.g. `12,345`, `3.4%`, `+12.0%`, `+7.9% by daily average`, `−1.25 pp`, `USD 1,234`, `new`, `—`.
 * A partial value says "so far"; a capped one says "at least".
 */
export function formatFact(fact: Fact): string {
  const { value } = fact;
  if (value.value === null) return stateWords(value.state, value.reason);
  const figure = signed(fact) ? withSign(magnitude(fact, value.value), value.value) : magnitude(fact, value.value);
  const text = aDay(fact) ? `${figure}${ON_AVERAGE}` : figure;
  if (value.state === "partial") return `${text} so far`;
  if (value.state === "capped") return `at least ${text}`;
  return text;
}

/** How reports of an earlier release show such a change; the verifier knows it, so that what people accepted still holds. */
export function formerText(fact: Fact): string {
  const text = formatFact(fact);
  return aDay(fact) ? text.replace(ON_AVERAGE, " a day") : text;
}

/** The machine-readable form of a fact: the number at full precision, or the word of its state. */
export function rawFact(fact: Fact): string {
  return fact.value.value === null ? fact.value.state : String(fact.value.value);
}
