/** What Jessie asks when a task does not say enough to begin: one question for all that is missing. */
import { labelOf, type PeriodReading } from "../facts/periods.ts";
import type { SkillRecord, UnitReading } from "./assess.ts";

/** One thing that is missing: as it is asked, and what stays the same about it from day to day. */
export interface Gap {
  readonly words: string;
  readonly about: string;
}

/** One task is one report: who wants two is told how to get them. */
const ONE_EACH = "one task is one report, so please create a task for each";

/** No skill, or more than one, is what the task asks for. */
export function skillGap(skills: readonly SkillRecord[]): Gap {
  const able = skills.map(({ title }) => title).join(", ");
  return { words: `which report you need (I can do: ${able}; anything else needs a colleague)`, about: "skill" };
}

/** No Business Unit is named, or several are. */
export function clientGap(reading: Exclude<UnitReading, { kind: "unit" }>): Gap {
  if (reading.kind === "several") {
    const names = reading.candidates.join(" and ");
    return { words: `which client it is for (the task names ${names}; ${ONE_EACH})`, about: `client of ${names}` };
  }
  if (reading.known.length === 0) {
    const words = "which client it is for (no client is set up yet; an admin has to add one first)";
    return { words, about: "client" };
  }
  const known = reading.known.slice(0, 12).join(", ");
  const words = `which client it is for (I find none here that I know; I know ${known}. A new client has to be set up by an admin first)`;
  return { words, about: "client" };
}

/** No period is named, several are, or one whose data is not there yet. */
export function periodGap(reading: Exclude<PeriodReading, { kind: "period" }>): Gap {
  switch (reading.kind) {
    case "missing":
      return { words: "which period it should cover, for example a month and year", about: "period" };
    case "ambiguous": {
      const named = reading.candidates.join(" and ");
      return { words: `which period it should cover (I read ${named}; ${ONE_EACH})`, about: `period of ${named}` };
    }
    case "not_mature": {
      const { availableFrom, suggestion } = reading;
      const from = labelOf({ start: availableFrom, end: availableFrom });
      const words = `which period to use: the one you named is complete only from ${from}. Shall I report on ${suggestion} instead`;
      return { words, about: `period until ${availableFrom}` };
    }
    case "not_available":
      return { words: `which period it should cover: ${reading.detail}`, about: `no period: ${reading.named}` };
  }
}

/** The one question; an answer that left it open is thanked for, so that nobody believes it was not read. */
export function questionText(gaps: readonly Gap[], again: boolean): string {
  const [only] = gaps;
  const list =
    gaps.length === 1 && only !== undefined
      ? only.words
      : gaps.map(({ words }, index) => `(${index + 1}) ${words}`).join("; ");
  // A suggestion stands last and is a question of its own.
  const end = list.includes("Shall I report on") ? "?" : ".";
  return `Before I start I ${again ? "still " : ""}need to know ${list}${end}`;
}
