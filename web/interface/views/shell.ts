/** What every page shares: the head, the way past it, and the choice of page. */
import type { VNode } from "preact";
import { LocationProvider, Route, Router, useLocation } from "preact-iso/router";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { ActorPage } from "./actor-page.ts";
import { BoardPage } from "./board-page.ts";
import { usePageTitle } from "./follow.ts";
import { Mark } from "./icons.ts";
import { Notice } from "./notices.ts";
import { OpsPage } from "./ops-page.ts";
import { ReportsPage } from "./reports-page.ts";
import { RunPage } from "./run-page.ts";
import { SearchPage } from "./search-page.ts";

/** Files of reports are not pages of the panel: their links go to the server. */
const PAGES = /^\/(?!api\/|assets\/)/;

function NotFound(): VNode {
  usePageTitle("Not found");
  return html`<div class="page"><${Notice} icon="search" title="There is no such page" level=${1}>
    <p>The address may have been mistyped.</p>
    <p><a class="button" href="/">All runs</a></p>
  <//></div>`;
}

function NavLink({ href, label, active }: { href: string; label: string; active: boolean }): VNode {
  return html`<a href=${href} aria-current=${active ? "page" : undefined}>${label}</a>`;
}

function Head(): VNode {
  const { path } = useLocation();
  return html`<header class="head">
    <div class="head-inner">
      <a class="brand" href="/"><${Mark} />Agency OS</a>
      <nav aria-label="Main">
        <${NavLink} href="/" label="Runs" active=${path === "/" || path.startsWith("/runs/")} />
        <${NavLink} href="/reports" label="Reports" active=${path === "/reports"} />
        <${NavLink} href="/search" label="Search" active=${path === "/search"} />
        <${NavLink} href="/ops" label="Ops" active=${path === "/ops" || path.startsWith("/ops/")} />
      </nav>
    </div>
  </header>`;
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

function Pages({ api }: { api: Api }): VNode {
  const { path } = useLocation();
  if (!isReadable(path)) return html`<${NotFound} />`;
  return html`<${Router} onRouteChange=${focusPage}>
    <${Route} path="/" component=${BoardPage} api=${api} />
    <${Route} path="/runs/:runId" component=${RunPage} api=${api} />
    <${Route} path="/reports" component=${ReportsPage} api=${api} />
    <${Route} path="/search" component=${SearchPage} api=${api} />
    <${Route} path="/ops" component=${OpsPage} api=${api} />
    <${Route} path="/ops/actors/:kind/:name" component=${ActorPage} api=${api} />
    <${Route} default component=${NotFound} />
  <//>`;
}

/** After a change of page the keyboard and a screen reader go on at the new page, not where the old link was. */
function focusPage(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** The whole panel. */
export function Shell({ api }: { api: Api }): VNode {
  return html`<${LocationProvider} scope=${PAGES}>
    <div class="shell">
      <a class="skip" href="#main">Skip to the page</a>
      <${Head} />
      <main id="main" tabindex="-1"><${Pages} api=${api} /></main>
    </div>
  <//>`;
}
