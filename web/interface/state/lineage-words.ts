/** Plain words about one figure: what it is about, how sure it is, and how it got there. */
import { nameOf } from "../../../src/core/names.ts";
import type { FactView, LineageView } from "../../../src/core/wire-data.ts";
import { amountText, figureNote, figureText } from "./figures.ts";
import { dayRange, exactUtc } from "./time.ts";
import type { Words } from "./words.ts";

type Version = LineageView["versions"][number];
type Origin = LineageView["origins"][number];

const MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" });

/** `October 2026` for a whole month, `5 Oct 2026` for a day, else both ends. */
export function periodWords({ start, end }: FactView["period"]): string {
  const last = new Date(`${end}T00:00:00Z`);
  const isWhole = start.endsWith("-01") && start.slice(0, 7) === end.slice(0, 7) && isLastOfMonth(last);
  return isWhole ? MONTH.format(last) : dayRange(start, end);
}

function isLastOfMonth(day: Date): boolean {
  return new Date(day.getTime() + 86_400_000).getUTCDate() === 1;
}

/** What part of the whole it counts: `Query “injury lawyer”`; null for the whole. */
export function memberWords({ dimension, member }: Pick<FactView, "dimension" | "member">): string | null {
  return dimension === "whole" || dimension === "" ? null : `${nameOf(dimension)} “${member}”`;
}

/** The figure in words or digits, with its unit. */
export function valueWords(
  fact: Pick<FactView, "unit" | "currency">,
  { state, value }: Pick<Version, "state" | "value">,
): string {
  return figureText({ state, value, unit: fact.unit, currency: fact.currency });
}

const STATES: Readonly<Record<FactView["state"], Words | null>> = {
  number: null,
  zero: { label: "Zero", tone: "idle" },
  missing: { label: "No data", tone: "wait" },
  unavailable: { label: "Not available", tone: "bad" },
  withheld: { label: "Withheld", tone: "wait" },
  partial: { label: "Partial", tone: "wait" },
  capped: { label: "Capped", tone: "wait" },
  not_defined: { label: "Not defined", tone: "idle" },
};

/** The state of a figure; null for a plain number. */
export function stateWords(state: FactView["state"]): Words | null {
  return STATES[state];
}

/** What has to be known to read it rightly, most important first. */
export function remarks({ fact, notes, definition }: LineageView): readonly string[] {
  const demo = fact.fixture ? ["This figure is invented for a demonstration. It never goes to a client."] : [];
  const zero = fact.state === "zero" ? ["The source was asked and answered zero: a value, not a gap."] : [];
  const state = figureNote(fact);
  const why = fact.value === null || fact.reason === null || fact.reason === state ? [] : [fact.reason];
  const still = fact.maturity === "filling" ? [maturityWords(fact, definition.maturityDays).means] : [];
  return [...demo, ...(state === null ? [] : [state]), ...why, ...zero, ...still, ...notes.map(({ text }) => text)];
}

/** Whether it may still change. */
export function maturityWords(
  { maturity, source }: Pick<FactView, "maturity" | "source">,
  days: number | null,
): Words & { readonly means: string } {
  const upstream = nameOf(source);
  if (maturity === "final")
    return {
      label: "Final",
      tone: "good",
      means: `${upstream} calls this value final. If it changes nevertheless, that is listed below as a restatement.`,
    };
  const until = days === null ? "for some days" : `until ${days} ${days === 1 ? "day" : "days"} after the period`;
  return { label: "Still filling", tone: "run", means: `${upstream} may still change this value ${until}.` };
}

/** When the newest reply a figure rests on was fetched; null when no reply is registered. */
export function fetchedAt(origins: readonly Origin[]): string | null {
  return origins.reduce<string | null>(
    (newest, { fetchedAt: at }) => (at !== "" && (newest === null || at > newest) ? at : newest),
    null,
  );
}

/** How many places of how many replies a figure was computed from: `1 value of 1 reply`, `31 values of 2 replies`. */
export function basisWords(origins: readonly Origin[]): string {
  const cells = origins.reduce((sum, { cells: named, more }) => sum + named.length + more, 0);
  return `${cells.toLocaleString("en")} ${cells === 1 ? "value" : "values"} of ${origins.length} ${origins.length === 1 ? "reply" : "replies"}`;
}

/** One line that states the figure and where it is from, to be put into a mail or a slide. */
export function citation({ fact, definition, unit, asset, origins }: LineageView): string {
  const about = [definition.label, memberWords(fact), unit?.name].filter((part) => part !== null && part !== undefined);
  const at = fetchedAt(origins);
  const from = `${nameOf(fact.source)} (${asset.externalId})${at === null ? "" : `, fetched ${exactUtc(at)}`}`;
  const demo = fact.fixture ? " Invented for a demonstration." : "";
  return `${about.join(", ")}, ${periodWords(fact.period)}: ${valueWords(fact, fact)}. Source: ${from}, version ${fact.version}, ${fact.maturity === "final" ? "final" : "may still change"}.${demo}`;
}

/** What changed from the version before: `+12`, `−0.40 points`; null where one of both is no number, or nothing did. */
export function versionChange(
  { unit, currency }: Pick<FactView, "unit" | "currency">,
  newer: Version,
  older: Version | undefined,
): string | null {
  if (older === undefined || newer.value === null || older.value === null || newer.value === older.value) return null;
  const by = newer.value - older.value;
  if (unit === "ratio") return amountText(by * 100, "percentage_points", null, { signed: true });
  return amountText(by, unit === "percent" ? "percentage_points" : unit, currency, { signed: true });
}

const SHOWN_CELL = 400;

/** A cell's bytes with what stands around them, cut to what a page can hold. */
export function cellText(cell: Origin["cells"][number]): {
  readonly before: string;
  readonly text: string;
  readonly after: string;
} {
  const cut = cell.text.length > SHOWN_CELL;
  return {
    before: cell.before,
    text: cut ? `${cell.text.slice(0, SHOWN_CELL)}…` : cell.text,
    after: cut ? "" : cell.after,
  };
}
