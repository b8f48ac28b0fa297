/** Reports of the library for tests and pictures. */
import type { EvidenceFact, EvidenceFile } from "../../../src/core/wire-evidence.ts";
import type { Report, ReportDetail, ReportVersion } from "../../../src/core/wire-reports.ts";
import { ago, artifact } from "./runs.ts";

const TASK = "1200000000010001";

/** A row of the library. */
export function report(version = 1, changes: Partial<Report> = {}): Report {
  return {
    ...artifact(version, { lifecycle: "accepted", acceptedAt: ago(3_000), acceptedBy: "Maya Lindqvist" }),
    clientName: "Plunkett",
    businessUnitId: "bu_plunkett",
    skill: "seo-reporting",
    periodStart: "2026-10-01",
    periodEnd: "2026-10-31",
    restatedAt: null,
    fixture: false,
    reuse: { reusable: true, code: "accepted", reason: "Accepted, and its data stands as reported." },
    ...changes,
  };
}

export function version(n: number, changes: Partial<ReportVersion> = {}): ReportVersion {
  return {
    artifactId: `art_${TASK}_v${n}`,
    version: n,
    lifecycle: "superseded",
    supersedes: n > 1 ? `art_${TASK}_v${n - 1}` : null,
    createdAt: ago(9_000 - n * 1_000),
    acceptedAt: null,
    acceptedBy: null,
    ...changes,
  };
}

/** The second version of a report, revised once and accepted. */
export function reportDetail(changes: Partial<ReportDetail> = {}): ReportDetail {
  const acceptance = { acceptedAt: ago(3_000), acceptedBy: "Maya Lindqvist" };
  return {
    ...report(2, { supersedes: `art_${TASK}_v1` }),
    taskTitle: "SEO report for Plunkett, October 2026",
    taskUrl: "https://app.asana.com/0/1200000000000100/1200000000010001",
    versions: [version(1), version(2, { lifecycle: "accepted", ...acceptance })],
    rounds: [
      {
        roundId: `rnd_${TASK}_1`,
        n: 1,
        artifactId: `art_${TASK}_v1`,
        openedAt: ago(7_500),
        closedAt: ago(7_000),
        author: "Maya Lindqvist",
        comment: "Please split brand and non-brand clicks.",
        kind: "revision",
        decidedBy: "rules",
        items: [{ id: "r1i1", text: "Split brand and non-brand clicks", outcome: "done", reason: "a chart was added" }],
        reply: null,
      },
    ],
    restatements: [],
    ...changes,
  };
}

export function fact(id: string, value: number | null, changes: Partial<EvidenceFact> = {}): EvidenceFact {
  return {
    id,
    label: "Clicks",
    unit: "count",
    currency: null,
    value: { state: value === null ? "withheld" : "number", value, reason: "" },
    period: "primary",
    source: "search_console",
    caveats: [],
    ...changes,
  };
}

/** What lies behind the report. */
export function evidenceFile(changes: Partial<EvidenceFile> = {}): EvidenceFile {
  const queries = Array.from({ length: 20 }, (_, n) =>
    fact(`gsc.query.${n}.clicks`, 400 - n, { label: `Clicks of query ${n + 1}` }),
  );
  return {
    model: { name: "gpt-5.5", calls: 3 },
    periods: {
      primary: { start: "2026-10-01", end: "2026-10-31", label: "October 2026" },
      previous: { start: "2026-09-01", end: "2026-09-30", label: "September 2026" },
      yearAgo: { start: "2025-10-01", end: "2025-10-31", label: "October 2025" },
    },
    inputs: [{ source: "search_console", fetchedAt: ago(9_000), rowCount: 4_210, bytes: 81_000 }],
    facts: [
      ...queries,
      fact("gsc.clicks.primary", 18_420),
      fact("gsc.clicks.delta_pct", 0.124, { label: "Clicks, change", unit: "percent_change", source: "derived" }),
      fact("ga4.users.primary", null, { label: "Users", source: "ga4" }),
    ],
    narrative: [{ factIds: ["gsc.clicks.primary", "gsc.clicks.delta_pct"] }],
    caveats: [{ id: "c1", text: "Google counts clicks of the last two days late." }],
    checks: [
      { id: "gsc_sum", passed: true, detail: "The daily rows add up to the totals." },
      { id: "ga4_sum", passed: false, detail: "The channels miss 2 % of the sessions." },
    ],
    ...changes,
  };
}
