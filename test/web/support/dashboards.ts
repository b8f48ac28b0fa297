/** A dashboard as the control plane prepares it, from the demo client's invented facts, and the list it is opened from. */
import { buildDashboard, periodsOf } from "../../../src/core/dashboard/feed.ts";
import type { BoardInput, BoardMetric, BoardSource } from "../../../src/core/dashboard/types.ts";
import { METRICS } from "../../../src/core/evidence/catalogue.ts";
import { demoFacts } from "../../../src/core/facts/demo.ts";
import { factIdOf } from "../../../src/core/facts/fact-id.ts";
import type { DashboardListItem, DashboardView } from "../../../src/core/wire-dashboard.ts";
import type { FactView } from "../../../src/core/wire-data.ts";
import { type Answer, json, problem } from "./panel.ts";
import { ago } from "./runs.ts";

const UNIT = "bu_plunkett";
const TODAY = "2026-11-22";
const metric = (id: string): BoardMetric | null => METRICS.get(id) ?? null;

const facts: readonly FactView[] = demoFacts({ today: TODAY, timeZone: "Europe/Dublin", currency: "EUR" }).map(
  ({ origins: _, ...draft }): FactView => ({
    ...draft,
    factId: factIdOf(UNIT, draft),
    businessUnitId: UNIT,
    source: METRICS.get(draft.metric)?.source ?? "ga4",
    version: 1,
    fixture: true,
    recordedAt: ago(3_600),
    caveats: draft.metric === "gsc.impressions" && draft.grain === "day" ? ["over_reported"] : [...draft.caveats],
  }),
);

const fresh = (source: BoardSource["source"], coveredTo: string): BoardSource => ({
  source,
  externalId: `${source} 1`,
  coveredTo,
  refreshedAt: ago(5_400),
  trouble: null,
});

const SOURCES: readonly BoardSource[] = [
  fresh("search_console", "2026-11-18"),
  fresh("ga4", "2026-11-18"),
  fresh("google_ads", "2026-11-09"),
  {
    ...fresh("meta", "2026-11-15"),
    trouble: { status: "failed", detail: "Meta refused the token. Somebody has to connect the account again." },
  },
  fresh("hubspot", "2026-11-21"),
  { source: "accuranker", externalId: null, coveredTo: null, refreshedAt: null, trouble: null },
  { source: "harvest", externalId: null, coveredTo: null, refreshedAt: null, trouble: null },
];

const task = (n: number, name: string, more: Partial<DashboardView["tasks"][number]> = {}) => ({
  taskGid: `12000000000${n}`,
  name,
  section: "Content",
  dueOn: null,
  completedAt: null,
  permalink: `https://app.asana.com/0/1200000000000100/12000000000${n}`,
  ...more,
});

function input(month: string): BoardInput {
  return {
    unit: {
      businessUnitId: UNIT,
      slug: "plunkett",
      name: "Plunkett",
      clientName: "Plunkett & Daughters",
      currency: "EUR",
    },
    periods: periodsOf(`${month}-01`),
    today: TODAY,
    preparedAt: ago(3),
    firstMonth: "2025-10-01",
    months: facts.filter((fact) => fact.grain === "month"),
    days: facts.filter((fact) => fact.grain === "day"),
    settings: {
      targets: [
        { metric: "gsc.clicks", value: 4_500 },
        { metric: "ga4.site_key_events", value: 165 },
        { metric: "ads.cost_per_conversion", value: 18 },
        { metric: "meta.roas", value: 3 },
      ],
      budgets: [
        { source: "google_ads", amount: 2_000, currency: "EUR" },
        { source: "meta", amount: 1_150, currency: "EUR" },
      ],
    },
    sources: SOURCES,
    tasks: [
      task(1, "Rewrite the wool coat guide", { dueOn: "2026-11-20" }),
      task(2, "Landing page for the winter sale", { dueOn: "2026-12-01", section: "Web" }),
      task(3, "October report", { completedAt: "2026-11-05T10:00:00.000Z", section: "Reporting" }),
    ],
    breaks: new Map([
      [
        "over_reported",
        { text: "Impressions were counted twice for some days.", from: "2026-10-05", to: "2026-10-11" },
      ],
    ]),
    metric,
  };
}

/** The demo client's dashboard in a month, `2026-10` unless another is asked for. */
export function feedOf(month = "2026-10", changes: Partial<DashboardView> = {}): DashboardView {
  return { ...buildDashboard(input(month), () => 3), ...changes };
}

/** A row of the list. */
export function listed(name: string, changes: Partial<DashboardListItem> = {}): DashboardListItem {
  const slug = name.toLowerCase().replace(/\W+/g, "-");
  return {
    businessUnitId: `bu_${slug}`,
    slug,
    name,
    clientName: name,
    status: "ready",
    label: "Ready",
    finding: null,
    findings: 0,
    surfaceId: `ds_${slug}`,
    refreshedAt: ago(5_400),
    ...changes,
  };
}

/** One of each standing. */
export const everyStanding: readonly DashboardListItem[] = [
  listed("Plunkett", { clientName: "Plunkett & Daughters" }),
  listed("Strategic Settlements", { refreshedAt: ago(400_000) }),
  listed("Häfele Küchen", {
    status: "dashboard_needed",
    label: "Dashboard needed",
    surfaceId: null,
    refreshedAt: null,
  }),
  listed("Northwind", {
    status: "setup_needed",
    label: "Setup needed",
    surfaceId: null,
    refreshedAt: null,
    findings: 3,
    finding: {
      code: "source_missing",
      severity: "blocks",
      what: "There is no GA4 property.",
      why: "Reports and the dashboard read it.",
      who: "An admin",
      field: "sources.ga4_property",
    },
  }),
];

/** A control plane that has these dashboards. */
export function dashboardDesk(feed: (month: string) => DashboardView = feedOf, items = everyStanding): Answer {
  return (request, path) => {
    if (path === "/client-data-plane/dashboards") return json({ items, nextCursor: null });
    if (!path.startsWith("/client-data-plane/dashboards/")) return null;
    if (path !== "/client-data-plane/dashboards/plunkett")
      return problem(404, "no_such_dashboard", "Not found", "There is no such dashboard.");
    return json(feed(new URL(request.url).searchParams.get("month") ?? "2026-10"));
  };
}
