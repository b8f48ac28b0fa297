/** A client's data as the panel meets it: a figure with its origin, and refreshes in every state. */
import type { LineageView, RestatementView } from "../../../src/core/wire-data.ts";
import type { BusinessUnitView, IngestionRunView } from "../../../src/core/wire-registry.ts";
import { ago } from "./runs.ts";

export const UNIT = "bu_plunkett";
const SHA = "eb329a69e7a3645f51ad25800ae6268eeba71a129630b08386d87351f94d5494";

type Origin = LineageView["origins"][number];

/** The reply a figure of clicks was read from. */
export function origin(more: Partial<Origin> = {}): Origin {
  return {
    snapshotKey: `snapshots/${UNIT}/search_console/${SHA}.json.gz`,
    sha256: SHA,
    fetchedAt: ago(7_200),
    query: "totals",
    request: {
      method: "POST",
      path: "/webmasters/v3/sites/sc-domain%3Aplunkett.example/searchAnalytics/query",
      body: {
        dataState: "final",
        dimensions: [],
        endDate: "2026-10-31",
        rowLimit: 1,
        startDate: "2026-10-01",
        startRow: 0,
        type: "web",
      },
    },
    cells: [
      {
        pointer: "/body/rows/0/clicks",
        byteRange: [66, 71],
        text: "14763",
        before: '{"body":{"responseAggregationType":"byProperty","rows":[{"clicks":',
        after: ',"impressions":238579,"position":7.395708214050709}]}',
      },
    ],
    more: 0,
    problem: null,
    ...more,
  };
}

/** Clicks of October, in their third version, once restated. */
export function lineageOf(
  fact: Partial<LineageView["fact"]> = {},
  more: Partial<Omit<LineageView, "fact">> = {},
): LineageView {
  const version = (n: number, value: number, restates: boolean) => ({
    version: n,
    state: "number" as const,
    value,
    ingestionRunId: `ing_${UNIT}_${n}`,
    recordedAt: ago((4 - n) * 86_400),
    restates,
  });
  return {
    fact: {
      factId: "f_1",
      businessUnitId: UNIT,
      metric: "gsc.clicks",
      grain: "month",
      period: { start: "2026-10-01", end: "2026-10-31" },
      dimension: "whole",
      member: "",
      state: "number",
      value: 14_763,
      reason: null,
      unit: "count",
      currency: null,
      timeZone: "America/Los_Angeles",
      source: "search_console",
      maturity: "final",
      version: 3,
      caveats: ["gsc_unlisted"],
      fixture: false,
      recordedAt: ago(86_400),
      ...fact,
    },
    unit: { slug: "plunkett", name: "Plunkett" },
    definition: {
      metric: "gsc.clicks",
      label: "Clicks",
      definition: "Clicks from Google web search, from the totals query of the property.",
      formula: null,
      maturityDays: 3,
    },
    notes: [{ id: "gsc_unlisted", text: "Queries that Google withholds for privacy are not among the listed ones." }],
    asset: { source: "search_console", externalId: "sc-domain:plunkett.example" },
    transform: "search_console.1",
    versions: [version(3, 14_763, true), version(2, 14_751, false), version(1, 9_204, false)],
    origins: [origin()],
    ...more,
  };
}

type Source = IngestionRunView["sources"][number];

/** One source of a refresh, done unless told otherwise. */
export function sourceOf(source: string, more: Partial<Source> = {}): Source {
  return {
    source,
    status: "done",
    cause: null,
    nextTryAt: null,
    chunksDone: 2,
    chunksTotal: 2,
    rows: 400,
    facts: 1_240,
    changed: 31,
    ...more,
  };
}

/** Refresh number `n` of the unit, at work with its second source. */
export function refreshOf(n: number, more: Partial<IngestionRunView> = {}): IngestionRunView {
  return {
    ingestionRunId: `ing_${UNIT}_${n}`,
    businessUnitId: UNIT,
    kind: "manual",
    status: "running",
    requestedBy: "maya@agency.example",
    reason: "",
    range: { start: "2026-10-01", end: "2026-11-21" },
    attempt: 1,
    sources: [
      sourceOf("search_console"),
      sourceOf("ga4", { status: "running", chunksDone: 1, facts: 400, changed: 0 }),
      sourceOf("meta", { status: "waiting", chunksDone: 0, rows: 0, facts: 0, changed: 0 }),
    ],
    cause: null,
    requestedAt: ago(41),
    finishedAt: null,
    waitingOn: { detail: "A worker is at it: ga4: 2026-10, daily.", until: ago(-30) },
    ...more,
  };
}

/** One that ended with Meta left out. */
export function partialRefresh(n: number): IngestionRunView {
  return refreshOf(n, {
    status: "partial",
    waitingOn: null,
    finishedAt: ago(3),
    sources: [
      sourceOf("search_console"),
      sourceOf("ga4"),
      sourceOf("meta", {
        status: "failed",
        cause: { code: "meta_token_expired", detail: "Meta refused our token: it expired." },
        nextTryAt: ago(-600),
        chunksDone: 0,
        facts: 0,
        changed: 0,
      }),
    ],
  });
}

/** One that brought everything. */
export function doneRefresh(n: number): IngestionRunView {
  return refreshOf(n, {
    status: "done",
    waitingOn: null,
    finishedAt: ago(2),
    sources: [sourceOf("search_console"), sourceOf("ga4"), sourceOf("meta")],
  });
}

/** A final value that changed, in a report and in one read. */
export function restatement(): RestatementView {
  return {
    factId: "f_1",
    version: 3,
    metric: "gsc.clicks",
    unit: "count",
    period: { start: "2026-10-01", end: "2026-10-31" },
    before: { state: "number", value: 14_751, currency: null },
    after: { state: "number", value: 14_763, currency: null },
    ingestionRunId: `ing_${UNIT}_3`,
    recordedAt: ago(86_400),
    usedBy: [
      { kind: "report_artifact", id: "art_1" },
      { kind: "access", id: "access_1" },
    ],
  };
}

/** The Business Unit itself. */
export function unitView(): BusinessUnitView {
  return {
    businessUnitId: UNIT,
    clientId: "cl_plunkett",
    clientName: "Plunkett",
    slug: "plunkett",
    name: "Plunkett",
    timeZone: "Europe/Dublin",
    currency: "EUR",
    archivedAt: null,
    version: 1,
    sources: [],
    context: null,
    users: [],
    settings: [],
    surface: null,
    refresh: null,
    nextRefreshAt: null,
    schedule: { hour: 6, enabled: true },
    readiness: { status: "ready", label: "Ready", findings: [] },
    createdAt: ago(900_000),
  };
}
