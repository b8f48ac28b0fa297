/** Clients at a glance for the panel's tests, complete and plausible; each test changes what it is about. */
import type { OverviewView } from "../../../src/core/wire-overview.ts";
import { ago } from "./runs.ts";

export type Unit = OverviewView["units"][number];
type Figure = Unit["figures"][number];
type Target = Unit["targets"][number];

const LABELS: Readonly<Record<string, readonly [label: string, unit: string]>> = {
  "gsc.clicks": ["Search clicks", "count"],
  "ga4.site_sessions": ["Sessions", "count"],
  "ga4.site_key_events": ["Key events", "count"],
  "ads.cost": ["Ads cost", "currency"],
};

/** Four weeks with a weekend dip, so that a line looks like one. */
function days(size: number): number[] {
  return Array.from({ length: 28 }, (_, n) =>
    Math.round((size / 28) * (1 + 0.25 * Math.sin(n / 4) - (n % 7 > 4 ? 0.4 : 0))),
  );
}

/** A figure of October and how it moved against September. */
export function figure(metric: string, value: number | null, before: number, changes: Partial<Figure> = {}): Figure {
  const [label = metric, unit = "count"] = LABELS[metric] ?? [];
  const moved = value === null ? null : value - before;
  return {
    metric,
    label,
    unit,
    better: unit === "currency" ? "neither" : "higher",
    currency: unit === "currency" ? "EUR" : null,
    figure: { factId: `f_${metric}`, state: value === null ? "missing" : "number", value, reason: null },
    movement: {
      against: "previous",
      figure: { factId: `f_${metric}_before`, state: "number", value: before, reason: null },
      absolute: moved,
      relative: moved === null ? null : moved / before,
      points: null,
      days: null,
      perDay: null,
      note: null,
    },
    sparkline: value === null || unit === "currency" || metric.endsWith("key_events") ? [] : days(value),
    ...changes,
  };
}

/** A source as fresh as it can be. */
export function source(name: string, changes: Partial<Unit["freshness"][number]> = {}): Unit["freshness"][number] {
  return {
    source: name,
    externalId: "1",
    status: "fresh",
    coveredTo: "2026-11-19",
    refreshedAt: ago(40_000),
    detail: "Final to 2026-11-19.",
    ...changes,
  };
}

/** A target of October. */
export function target(metric: string, value: number, reached: number, rating: Target["target"]["rating"]): Target {
  const [label = metric, unit = "count"] = LABELS[metric] ?? [];
  return {
    metric,
    label,
    unit,
    currency: null,
    better: "higher",
    figure: { factId: `f_${metric}`, state: "number", value: value * reached, reason: null },
    target: { value, reached, expected: 1, rating },
  };
}

/** A Business Unit that needs nobody. */
export function client(name: string, changes: Partial<Unit> = {}): Unit {
  const slug = name.toLowerCase().replaceAll(" ", "-");
  return {
    businessUnitId: `bu_${slug.replaceAll("-", "_")}`,
    slug,
    name: "Group",
    clientName: name,
    status: "ready",
    openRuns: 0,
    waitingForPeople: 0,
    findings: { blocking: 0, warnings: 0, first: null },
    refreshing: false,
    freshness: [source("search_console"), source("ga4")],
    targets: [target("gsc.clicks", 18_000, 1.02, "on_track"), target("ga4.site_key_events", 400, 1.3, "ahead")],
    figures: [
      figure("gsc.clicks", 18_420, 16_390),
      figure("ga4.site_sessions", 41_203, 43_870),
      figure("ga4.site_key_events", 512, 498),
    ],
    anomalies: [],
    fixture: false,
    ...changes,
  };
}

/** One page of the overview. */
export function overviewOf(
  units: readonly Unit[],
  nextCursor: string | null = null,
): OverviewView & { nextCursor: string | null } {
  const clicks = units.flatMap((unit) =>
    unit.figures.filter((one) => one.metric === "gsc.clicks" && one.figure.value !== null),
  );
  return {
    preparedAt: ago(20),
    period: { start: "2026-10-01", end: "2026-10-31" },
    totals: [
      {
        metric: "gsc.clicks",
        label: "Search clicks",
        unit: "count",
        currency: null,
        value: clicks.reduce((sum, one) => sum + (one.figure.value ?? 0), 0),
        of: clicks.length,
        without: units.length - clicks.length,
        timeZones: ["America/Los_Angeles"],
      },
    ],
    units: [...units],
    nextCursor,
  };
}

/** A morning on which something of each kind needs somebody. */
export function busyClients(): Unit[] {
  return [
    client("Strategic Settlements", {
      businessUnitId: "bu_strategic_settlements",
      openRuns: 4,
      figures: [
        figure("gsc.clicks", 18_420, 16_390),
        figure("ga4.site_sessions", 41_203, 43_870),
        figure("ga4.site_key_events", 512, 498),
        figure("ads.cost", 12_480, 11_900),
      ],
    }),
    client("Plunkett", {
      businessUnitId: "bu_plunkett",
      name: "Ireland",
      freshness: [
        source("search_console", {
          status: "stale",
          coveredTo: "2026-11-12",
          detail: "It is 6 days behind what it could have.",
        }),
        source("ga4", { status: "failed", coveredTo: "2026-11-15", detail: "Google refused the refresh token." }),
      ],
      targets: [target("gsc.clicks", 9_000, 0.81, "behind"), target("ga4.site_key_events", 120, 1.1, "on_track")],
      anomalies: [
        {
          metric: "gsc.clicks",
          label: "Search clicks",
          unit: "count",
          day: "2026-11-18",
          factId: "f_odd",
          value: 90,
          usual: 320,
        },
      ],
      figures: [
        figure("gsc.clicks", 7_290, 8_100),
        figure("ga4.site_sessions", 15_020, 15_010),
        figure("ga4.site_key_events", 132, 20),
      ],
    }),
    client("Harbour Dental", {
      status: "setup_needed",
      findings: {
        blocking: 3,
        warnings: 1,
        first: {
          code: "source_missing",
          severity: "blocks",
          what: "There is no GA4 property.",
          why: "Reports and the dashboard read it.",
          who: "An admin",
          field: "sources.ga4_property",
        },
      },
      freshness: [],
      targets: [],
      figures: [],
    }),
    client("Oakfield Interiors", { status: "dashboard_needed", refreshing: true, targets: [] }),
    client("Demo Agency", { name: "Showroom", fixture: true }),
    client("Northwind Legal", {
      figures: [figure("gsc.clicks", null, 2_000), figure("ga4.site_sessions", 8_120, 7_400)],
    }),
  ];
}
