/** A small evidence file, complete, for tests that compare or serve one. */
import type { Evidence, Fact, PeriodKey } from "../../src/core/evidence/types.ts";

/** A count. */
export function fact(id: string, value: number, period: PeriodKey = "primary"): Fact {
  return {
    id,
    metric: "gsc.clicks",
    label: period === "primary" ? "Clicks" : `Clicks, ${period}`,
    unit: "count",
    currency: null,
    value: { state: "number", value },
    period,
    source: "search_console",
    derivation: { op: "pick", snapshot: "s1", pointer: "/rows/0/clicks" },
    caveats: [],
  };
}

/** The evidence of a version of a report. */
export function evidence(version: number, taskGid = "777"): Evidence {
  return {
    schemaVersion: 1,
    run: {
      runId: `tar_${taskGid}`,
      taskGid,
      artifactId: `art_${taskGid}_v${version}`,
      artifactVersion: version,
      generatedAt: `2026-11-0${version}T09:00:00.000Z`,
    },
    skill: { id: "seo-reporting", version: "1.4.0", promptSha256: "a".repeat(64) },
    model: { name: "gpt-5.5", calls: 1, rejected: [] },
    client: { businessUnitId: "bu_plunkett", name: "Plunkett", currency: "EUR" },
    periods: {
      primary: { start: "2026-10-01", end: "2026-10-31", label: "October 2026" },
      previous: { start: "2026-09-01", end: "2026-09-30", label: "September 2026" },
      yearAgo: { start: "2025-10-01", end: "2025-10-31", label: "October 2025" },
    },
    inputs: [],
    texts: [],
    facts: [fact("gsc.clicks.primary", 18_420), fact("gsc.clicks.previous", 17_000, "previous")],
    findings: [],
    narrative: [
      { section: "search", by: "model", text: "Clicks were {{gsc.clicks.primary}}.", factIds: ["gsc.clicks.primary"] },
      { section: "search", by: "model", text: "Brand held.", factIds: [] },
    ],
    caveats: [{ id: "anonymised", text: "Anonymised queries are left out." }],
    checks: [{ id: "gsc_sum", passed: true, detail: "Days add up.", factIds: [] }],
    ledger: [],
    rows: [],
    documents: [],
  };
}
