/**
 * A plausible SEO report of a law firm for the tests of rendering: evidence with facts of every unit and state, and a
 * document that uses every kind of block. No number in it means anything.
 */
import type {
  Derivation,
  Evidence,
  Fact,
  FactValue,
  FormulaId,
  QuotedText,
  Unit,
} from "../../src/core/evidence/types.ts";
import { dayNumber, dayOf } from "../../src/reporting/dates.ts";
import type { Inline, Prose } from "../../src/reporting/document.ts";

export type ReportEvidence = Omit<Evidence, "documents">;

const DIGESTS = { gsc: "3f9a1c77d0e2", ga4: "b81e22f0c4aa", rank: "07cc4d19e5b3" } as const;
type Source = keyof typeof DIGESTS;

function sha(source: Source): string {
  return DIGESTS[source].padEnd(64, "0");
}

export function snapshotKey(source: Source): string {
  return `snapshots/bu_strategic_settlements/${source}/${sha(source)}.json`;
}

/** Collects facts and quotes while a fixture is written down. */
export class FactBox {
  readonly facts: Fact[] = [];
  readonly texts: QuotedText[] = [];

  /** A measured value. */
  measured(id: string, label: string, unit: Unit, value: number, more: Partial<Fact> = {}): string {
    return this.add(id, label, unit, { state: value === 0 ? "zero" : "number", value }, more);
  }

  /** A change between two facts. */
  change(id: string, label: string, unit: Unit, value: number, formula: FormulaId, inputs: readonly string[]): string {
    const derivation: Derivation = { op: "formula", formula, inputs };
    return this.add(id, label, unit, { state: "number", value }, { derivation, source: "derived" });
  }

  add(id: string, label: string, unit: Unit, value: FactValue, more: Partial<Fact> = {}): string {
    const pointer = `/rows/${this.facts.length}/value`;
    this.facts.push({
      id,
      metric: id.split(".").slice(0, 2).join("."),
      label,
      unit,
      currency: unit === "currency" ? "EUR" : null,
      value,
      period: null,
      source: "search_console",
      derivation: { op: "pick", snapshot: snapshotKey("gsc"), pointer },
      caveats: [],
      ...more,
    });
    return id;
  }

  quote(id: string, value: string): string {
    this.texts.push({ id, value, snapshot: snapshotKey("gsc"), pointer: `/rows/${this.texts.length}/keys/0` });
    return id;
  }

  /** Daily facts from `start` on; `shape` gives the value of a day by its offset, null where nothing was measured. */
  daily(
    prefix: string,
    label: string,
    unit: Unit,
    start: string,
    days: number,
    shape: (at: number) => number | null,
  ): readonly { day: string; fact: string }[] {
    return Array.from({ length: days }, (_, at) => {
      const day = dayOf(dayNumber(start) + at);
      const value = shape(at);
      const typed: FactValue =
        value === null
          ? { state: "missing", value: null, reason: "no row for this day" }
          : { state: value === 0 ? "zero" : "number", value };
      return { day, fact: this.add(`${prefix}.${day}`, label, unit, typed) };
    });
  }
}

export const PERIODS: Evidence["periods"] = {
  primary: { start: "2026-10-01", end: "2026-10-31", label: "October 2026" },
  previous: { start: "2026-09-01", end: "2026-09-30", label: "September 2026" },
  yearAgo: { start: "2025-10-01", end: "2025-10-31", label: "October 2025" },
};

/** Evidence around the facts of a box. */
export function evidenceOf(box: FactBox, more: Partial<ReportEvidence> = {}): ReportEvidence {
  const input = (source: Source, kind: "search_console" | "ga4" | "accuranker", path: string, rowCount: number) => ({
    key: snapshotKey(source),
    sha256: sha(source),
    bytes: 48_211,
    source: kind,
    fetchedAt: "2026-11-04T06:10:12.000Z",
    request: { method: "POST", path, body: {} },
    rowCount,
  });
  return {
    schemaVersion: 1,
    run: {
      runId: "tar_1209",
      taskGid: "1209",
      artifactId: "art_1209_v2",
      artifactVersion: 2,
      generatedAt: "2026-11-04T06:12:00.000Z",
    },
    skill: { id: "seo-reporting", version: "1.0.0", promptSha256: "ab".repeat(32) },
    model: { name: "gpt-5.5", calls: 3, rejected: [{ section: "pages", reason: "a digit of its own: 40" }] },
    client: { businessUnitId: "bu_strategic_settlements", name: "Strategic Settlements", currency: "EUR" },
    periods: PERIODS,
    inputs: [
      input(
        "gsc",
        "search_console",
        "/webmasters/v3/sites/sc-domain%3Astrategicsettlements.example/searchAnalytics/query",
        1240,
      ),
      input("ga4", "ga4", "/v1beta/properties/350000001:runReport", 31),
      input("rank", "accuranker", "/api/v4/domains/41001/keywords/", 180),
    ],
    texts: box.texts,
    facts: box.facts,
    findings: [],
    narrative: [],
    caveats: [
      {
        id: "gsc_pacific",
        text: "Search Console counts days in Pacific time, so a day here may differ from a day in Dublin.",
      },
      {
        id: "gsc_unlisted",
        text: "Google does not list rare queries, so tables of queries never add up to the total.",
      },
      { id: "ga4_consent", text: "Google Analytics 4 counts only visitors who agreed to be counted." },
    ],
    checks: [
      { id: "gsc_sum", passed: true, detail: "The daily rows add up to the total.", factIds: ["gsc.clicks.primary"] },
      {
        id: "ga4_match",
        passed: false,
        detail: "Clicks and sessions differ by 38 %.",
        factIds: ["gsc.clicks.primary", "ga4.sessions.primary"],
      },
    ],
    ledger: [],
    rows: [],
    ...more,
  };
}

/** Prose from words and pieces. */
export function say(...pieces: readonly (string | Inline)[]): Prose {
  return pieces.map((piece) => (typeof piece === "string" ? { text: piece } : piece));
}

export const fact = (id: string): Inline => ({ fact: id });
export const quote = (id: string): Inline => ({ quote: id });
