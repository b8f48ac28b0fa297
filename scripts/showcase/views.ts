/** Every view of the panel, as pictures and measurements open it. */
import type { Agency } from "./agency.ts";

/** A view: its name, where it is, and what is on screen once it has arrived. */
export interface View {
  readonly name: string;
  readonly path: (agency: Agency) => string;
  /** Selector of something that is there only with the data. */
  readonly there: string;
  /** False: it shows skeletons on purpose. */
  readonly settles?: false;
}

export const VIEWS: readonly View[] = [
  { name: "home", path: () => "/", there: "main h1" },
  { name: "runs", path: () => "/runs", there: ".card" },
  { name: "run-review", path: (agency) => `/runs/${agency.revisedRun}`, there: ".callout" },
  { name: "run-question", path: (agency) => `/runs/${agency.askingRun}`, there: ".callout" },
  { name: "run-at-work", path: (agency) => `/runs/${agency.workingRun}`, there: ".callout, .panel" },
  { name: "search", path: () => "/search", there: "main h1" },
  { name: "dashboards", path: () => "/dashboards", there: "main h1" },
  { name: "dashboard", path: (agency) => `/dashboards/${agency.dashboardSlug}`, there: "canvas" },
  { name: "dashboard-reports", path: (agency) => `/dashboards/${agency.dashboardSlug}/reports`, there: "main h1" },
  { name: "figure", path: (agency) => `/facts/${agency.factId}`, there: "main h1" },
  { name: "data", path: (agency) => `/data/${agency.unitId}`, there: ".refresh-line" },
  { name: "reports", path: () => "/reports", there: "main h1" },
  { name: "report", path: (agency) => `/reports/${agency.artifactId}`, there: "main h1" },
  { name: "admin-clients", path: () => "/admin/clients", there: "main h1" },
  { name: "admin-client", path: (agency) => `/admin/clients/${agency.clientId}`, there: "main h1" },
  { name: "admin-sources", path: (agency) => `/admin/units/${agency.unitId}/sources`, there: "main h1" },
  { name: "admin-setup", path: (agency) => `/admin/units/${agency.bareUnitId}/sources`, there: "main h1" },
  { name: "admin-context", path: (agency) => `/admin/units/${agency.unitId}/context`, there: "main h1" },
  { name: "admin-unit-users", path: (agency) => `/admin/units/${agency.unitId}/users`, there: "main h1" },
  { name: "admin-settings", path: (agency) => `/admin/units/${agency.unitId}/settings`, there: "main h1" },
  { name: "admin-history", path: (agency) => `/admin/units/${agency.unitId}/history`, there: "main h1" },
  { name: "admin-users", path: () => "/admin/users", there: "main h1" },
  { name: "ops", path: () => "/ops", there: "main h1" },
  { name: "actor", path: (agency) => `/ops/actors/business-unit/${agency.unitId}`, there: "main h1" },
  { name: "design", path: () => "/design", there: "main h1", settles: false },
];
