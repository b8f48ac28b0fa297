/** Which page stands at which address. Pages arrive when they are first opened, so that the first one is quick. */
import type { VNode } from "preact";
import lazy, { ErrorBoundary } from "preact-iso/lazy";
import { Route, Router, useLocation } from "preact-iso/router";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { usePageTitle } from "./follow.ts";
import { Notice } from "./notices.ts";

const HomePage = lazy(() => import("./home/home-page.ts"));
const BoardPage = lazy(() => import("./board-page.ts"));
const RunPage = lazy(() => import("./run-page.ts"));
const SearchPage = lazy(() => import("./search-page.ts"));
const DashboardsPage = lazy(() => import("./dashboards/dashboards-page.ts"));
const DashboardPage = lazy(() => import("./dashboards/dashboard-page.ts"));
const FactPage = lazy(() => import("./lineage/fact-page.ts"));
const DataPage = lazy(() => import("./refresh/data-page.ts"));
const LibraryPage = lazy(() => import("./library/library-page.ts"));
const ReportPage = lazy(() => import("./library/report-page.ts"));
const AdminPage = lazy(() => import("./admin/admin-page.ts"));
const OpsPage = lazy(() => import("./ops-page.ts"));
const ActorPage = lazy(() => import("./actor-page.ts"));
const DesignPage = lazy(() => import("./design/design-page.ts"));

function NotFound(): VNode {
  usePageTitle("Not found");
  return html`<div class="page"><${Notice} icon="search" title="There is no such page" level=${1}>
    <p>The address may have been mistyped.</p>
    <p><a class="button" href="/">Home</a></p>
  <//></div>`;
}

/** The router decodes each part of a path; one that cannot be decoded would throw there. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** After a change of page the keyboard and a screen reader go on at the new page, not where the old link was. */
function focusPage(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** The page at the present address. */
export function Pages({ api }: { api: Api }): VNode {
  const { path } = useLocation();
  if (!isReadable(path)) return html`<${NotFound} />`;
  return html`<${ErrorBoundary}><${Router} onRouteChange=${focusPage}>
    <${Route} path="/" component=${HomePage} api=${api} />
    <${Route} path="/runs" component=${BoardPage} api=${api} />
    <${Route} path="/runs/:runId" component=${RunPage} api=${api} />
    <${Route} path="/search" component=${SearchPage} api=${api} />
    <${Route} path="/dashboards" component=${DashboardsPage} api=${api} />
    <${Route} path="/dashboards/:slug/:tab?" component=${DashboardPage} api=${api} />
    <${Route} path="/facts/:factId" component=${FactPage} api=${api} />
    <${Route} path="/data/:businessUnitId/:tab?" component=${DataPage} api=${api} />
    <${Route} path="/reports" component=${LibraryPage} api=${api} />
    <${Route} path="/reports/:artifactId" component=${ReportPage} api=${api} />
    <${Route} path="/admin/:rest*" component=${AdminPage} api=${api} />
    <${Route} path="/ops" component=${OpsPage} api=${api} />
    <${Route} path="/ops/actors/:kind/:name" component=${ActorPage} api=${api} />
    <${Route} path="/design" component=${DesignPage} api=${api} />
    <${Route} default component=${NotFound} />
  <//><//>`;
}
