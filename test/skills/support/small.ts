/** A small client on fakes: its Search Console days are made up by the test, the model is switched off. */
import { readEvidence } from "../../../src/core/evidence/schema.ts";
import type { Evidence, FactValue } from "../../../src/core/evidence/types.ts";
import { daysOf } from "../../../src/core/facts/days.ts";
import type { Brief } from "../../../src/core/run/brief.ts";
import { fakeAccuranker } from "../../../src/ports/accuranker/fake.ts";
import { type FakeProperty, fakeGa4 } from "../../../src/ports/ga4/fake.ts";
import { noAnswer } from "../../../src/ports/model/fake.ts";
import { fakeSearchConsole, type SearchDay } from "../../../src/ports/search-console/fake.ts";
import { fakeSnapshots } from "../../../src/ports/snapshots/fake.ts";
import { seoReporting } from "../../../src/skills/seo-reporting/skill.ts";
import type { SkillResult } from "../../../src/skills/skill.ts";
import { briefFor, contextOf, unitAt } from "./world.ts";

const SITE = "sc-domain:small.example";
const PROPERTY = "123456";

/** The address of a page of the small client; tests append to it. */
export const page = "https://small.example/a/";

/** A brief of the small client; `words` name the period. */
export function brief(more: Partial<Brief> = {}, words = "October 2026"): Brief {
  const sources = [
    { kind: "search_console_site" as const, externalId: SITE },
    { kind: "ga4_property" as const, externalId: PROPERTY },
  ];
  const own = { businessUnitName: "Small & Söns مثال", sources, brandTerms: ["small"] };
  return { ...briefFor(unitAt(0), words), ...own, ...more };
}

/** Rows for every day of a range, on one device in one country unless a row says otherwise. */
export function daysFrom(
  start: string,
  end: string,
  rows: (date: string) => readonly Omit<SearchDay, "date">[],
): readonly SearchDay[] {
  return daysOf({ start, end }).flatMap((date) =>
    rows(date).map((row) => ({ date, device: "MOBILE", country: "irl", ...row })),
  );
}

/** Rows for every day of a month. */
export function month(
  year: number,
  number: number,
  rows: (date: string) => readonly Omit<SearchDay, "date">[],
): readonly SearchDay[] {
  const start = `${year}-${String(number).padStart(2, "0")}-01`;
  const end = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return daysFrom(start, end, rows);
}

/** A Google Analytics property of the small client. */
export function property(days: FakeProperty["days"]): FakeProperty {
  return {
    propertyId: PROPERTY,
    currencyCode: "EUR",
    timeZone: "Europe/Dublin",
    metrics: {
      sessions: "TYPE_INTEGER",
      engagedSessions: "TYPE_INTEGER",
      keyEvents: "TYPE_FLOAT",
      totalRevenue: "TYPE_CURRENCY",
    },
    dimensions: ["sessionDefaultChannelGroup", "sessionSource"],
    days,
  };
}

/** Runs the skill; a refusal throws. */
export async function run(
  days: readonly SearchDay[],
  given = brief(),
  analytics: readonly FakeProperty[] = [],
): Promise<SkillResult> {
  const ports = {
    searchConsole: fakeSearchConsole({ sites: [{ siteUrl: SITE, permission: "siteOwner", days }] }),
    ga4: fakeGa4({ properties: analytics }),
    accuranker: fakeAccuranker(),
    model: { ask: async () => noAnswer("unavailable", "switched off") },
    snapshots: fakeSnapshots(),
  };
  const result = await seoReporting.run(contextOf(ports, given));
  if (result.kind !== "package") throw new Error(JSON.stringify(result));
  return result;
}

/** The evidence of a package. */
export function evidenceOf(result: SkillResult): Evidence {
  const reading = readEvidence(result.files.find(({ role }) => role === "evidence")?.body ?? "");
  if (!reading.ok) throw new Error(reading.problem);
  return reading.evidence;
}

/** The values of a package's facts by id. */
export function valuesOf(result: SkillResult): ReadonlyMap<string, FactValue> {
  return new Map(evidenceOf(result).facts.map(({ id, value }) => [id, value]));
}

/** The report of a package. */
export function htmlOf(result: SkillResult): string {
  return result.files.find(({ role }) => role === "report")?.body ?? "";
}
