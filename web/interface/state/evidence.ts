/** A report's evidence on screen: which facts there are, found by their words, the narrated ones first. */
import type { EvidenceFact, EvidenceFile } from "../../../src/core/wire-evidence.ts";
import { amountText, figureNote, figureText } from "./figures.ts";

const PERIODS = { primary: "This period", previous: "Period before", yearAgo: "Year before" } as const;

/** A fact's value in plain words: `18,420`, `at least 1,000`, `+12.4%`, `withheld`. */
export function valueText({ value, unit, currency }: EvidenceFact): string {
  const moved = unit === "percent_change" || unit === "percentage_points";
  return moved && value.value !== null
    ? amountText(value.value, unit, currency, { signed: true })
    : figureText({ ...value, unit, currency });
}

/** Why there is no number, or what it leaves out; null when it is plain. */
export function noteOf({ value }: EvidenceFact): string | null {
  return value.reason === "" ? figureNote(value) : value.reason;
}

/** Which period a fact is about. */
export function periodOf({ period }: EvidenceFact): string {
  return period === null ? "" : PERIODS[period];
}

/** Facts whose label, id or source has every word; what the report's prose speaks of comes first. */
export function factsWith(file: EvidenceFile, text: string): readonly EvidenceFact[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const told = new Set(file.narrative.flatMap(({ factIds }) => factIds));
  const found = file.facts.filter(({ label, id, source }) => {
    const hay = `${label} ${id} ${source}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  return [...found.filter(({ id }) => told.has(id)), ...found.filter(({ id }) => !told.has(id))];
}

/** Checks that failed stand first: they are what somebody has to know. */
export function checksOf(file: EvidenceFile): EvidenceFile["checks"] {
  return [...file.checks.filter(({ passed }) => !passed), ...file.checks.filter(({ passed }) => passed)];
}
