/** Runs, reports and events for the panel's tests, complete and plausible; each test changes what it is about. */
import type { RunDetail, RunEventView, RunSummary } from "../../../src/core/wire.ts";
import type { Artifact, ReportListItem } from "../../../src/core/wire-artifact.ts";

/** The moment the tests take place: ages on screen count from the browser's clock, which is set to it. */
export const NOW = Date.parse("2026-11-22T17:30:00Z");

/** ISO time `seconds` before NOW. */
export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}

/** A row of the board. */
export function summary(n: number, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: `tar_${1_200_000_000_010_000 + n}`,
    taskGid: String(1_200_000_000_010_000 + n),
    version: 1,
    status: "running",
    title: `SEO report for October, client ${n}`,
    skill: "seo-reporting",
    clientName: "Strategic Settlements",
    businessUnitId: "bu_strategic_settlements",
    requester: "Maya Lindqvist",
    waitingOn: null,
    wakeAt: null,
    parked: 0,
    parkedDetail: null,
    copy: false,
    cause: null,
    progress: null,
    taskUrl: "https://app.asana.com/0/1200000000000100/1200000000010001",
    createdAt: ago(600),
    updatedAt: ago(40),
    ...changes,
  };
}

/** A report as the run page shows it. */
export function artifact(version: number, changes: Partial<Artifact> = {}): Artifact {
  const period = { periodStart: "2026-10-01", periodEnd: "2026-10-31" };
  return {
    artifactId: `art_1200000000010001_v${version}`,
    runId: "tar_1200000000010001",
    taskGid: "1200000000010001",
    version,
    lifecycle: "in_review",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    supersedes: null,
    narrator: "model",
    answer: [
      "Organic clicks rose to 18,420, up 12.4 % on September and 31.0 % on October last year.",
      "Non-brand queries carried the growth; brand clicks stayed level.",
      "Three guides moved from page two to page one and are the next lever.",
    ],
    files: [
      {
        fileId: "report",
        name: "seo-report-2026-10.html",
        mediaType: "text/html; charset=utf-8",
        role: "report",
        bytes: 184_210,
        sha256: "a".repeat(64),
      },
      {
        fileId: "evidence",
        name: "evidence.json",
        mediaType: "application/json",
        role: "evidence",
        bytes: 96_412,
        sha256: "b".repeat(64),
      },
      {
        fileId: "queries",
        name: "queries.csv",
        mediaType: "text/csv",
        role: "table",
        bytes: 21_044,
        sha256: "c".repeat(64),
      },
    ],
    provenance: [
      {
        channel: "search_console",
        status: "used",
        detail: "All seven queries; sums agree within the anonymised share.",
        externalId: "sc-domain:strategicsettlements.example",
        ...period,
        fetchedAt: ago(300),
        rowCount: 14_212,
      },
      {
        channel: "ga4",
        status: "used",
        detail: "Organic sessions and key events.",
        externalId: "350000001",
        ...period,
        fetchedAt: ago(290),
        rowCount: 1_204,
      },
      {
        channel: "accuranker",
        status: "empty",
        detail: "The domain has no keywords in this period.",
        externalId: "41001",
        ...period,
        fetchedAt: ago(280),
        rowCount: 0,
      },
    ],
    createdAt: ago(240),
    acceptedAt: null,
    acceptedBy: null,
    registryVersion: 12,
    appraisal: null,
    ...changes,
  };
}

const STEP_LABELS = [
  "Search Console: totals",
  "Search Console: by day",
  "Search Console: queries",
  "Search Console: pages",
  "GA4: organic sessions",
  "AccuRanker: rankings",
  "Evidence and checks",
  "Narrative",
  "Report package",
];

/** Steps of a round, `done` of them finished and the next one at work. */
export function steps(done: number, round = 0): RunDetail["steps"] {
  return STEP_LABELS.slice(0, done + 1).map((label, index) => ({
    key: `step.${round}.${index}`,
    label,
    round,
    status: index < done ? "done" : "running",
    startedAt: ago(120 - index * 8),
    endedAt: index < done ? ago(120 - index * 8 - 3 - index / 2) : null,
    attempt: index === 2 ? 2 : 1,
  }));
}

/** One run, whole. */
export function detail(changes: Partial<RunDetail> = {}): RunDetail {
  return {
    ...summary(1),
    version: 20,
    title: "SEO report for Strategic Settlements, October 2026",
    progress: { done: 4, total: 9, label: "GA4: organic sessions" },
    brief: {
      skill: "seo-reporting",
      skillTitle: "SEO report",
      clientName: "Strategic Settlements",
      businessUnitName: "Strategic Settlements",
      period: { start: "2026-10-01", end: "2026-10-31", label: "October 2026" },
      comparison: "September 2026 and October 2025",
      sources: [
        { kind: "search_console_site", externalId: "sc-domain:strategicsettlements.example" },
        { kind: "ga4_property", externalId: "350000001" },
        { kind: "accuranker_domain", externalId: "41001" },
      ],
      deliverables: ["A report to read in the browser", "The evidence behind every figure", "Tables as CSV"],
    },
    question: null,
    findings: [],
    lease: { epoch: 3, attempt: 1, expiresAt: new Date(NOW + 22_000).toISOString() },
    attempts: [{ n: 1, kind: "initial", startedAt: ago(125), endedAt: null, outcome: null, detail: null }],
    steps: steps(4),
    rounds: [],
    artifacts: [],
    errorTaskUrl: null,
    asks: [],
    unread: [],
    budget: [
      { kind: "modelTokens", used: 12_400, reserved: 0, limit: 400_000, unit: "tokens" },
      { kind: "modelMicroUsd", used: 180_000, reserved: 0, limit: 5_000_000, unit: "micro_usd" },
      { kind: "upstreamCalls", used: 24, reserved: 6, limit: 400, unit: "calls" },
      { kind: "wallMs", used: 0, reserved: 125_000, limit: 3_600_000, unit: "ms" },
      { kind: "crawlPages", used: 0, reserved: 0, limit: 500, unit: "pages" },
    ],
    ...changes,
  };
}

const EVENTS: readonly (readonly [string, string])[] = [
  ["run.observed", "The task was noticed"],
  ["task.read", "The task was read from Asana"],
  ["assessment.ready", "Understood: SEO report, Strategic Settlements, October 2026"],
  ["status.posted", "The Delegation Confirmation was posted on the task"],
  ["execution.promised", "Attempt 1 is queued"],
  ["lease.granted", "Attempt 1 started"],
  ["step.done", "Search Console: totals"],
  ["step.done", "Search Console: by day"],
  ["attempt.ended", "Search Console asked to wait; trying again"],
  ["step.done", "Search Console: queries"],
];

/** Events `from`..`to` of a run's log. */
export function events(from: number, to: number): RunEventView[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const seq = from + index;
    const [type = "step.done", text = ""] = EVENTS[(seq - 1) % EVENTS.length] ?? [];
    return { seq, at: ago(130 - seq), type, summary: seq > EVENTS.length ? `${text} (${seq})` : text };
  });
}

/** A row of the report list. */
export function reportRow(n: number, changes: Partial<ReportListItem> = {}): ReportListItem {
  const { files } = artifact(1);
  return {
    artifactId: `art_120000000001000${n}_v1`,
    runId: `tar_120000000001000${n}`,
    version: 1,
    lifecycle: "in_review",
    clientName: n % 2 === 0 ? "Plunkett" : "Strategic Settlements",
    skill: "seo-reporting",
    periodStart: "2026-10-01",
    periodEnd: "2026-10-31",
    files,
    createdAt: ago(n * 90_000),
    acceptedAt: null,
    acceptedBy: null,
    ...changes,
  };
}
