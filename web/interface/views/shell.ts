/** What every page shares: the head, and the way past it. */
import type { VNode } from "preact";
import { LocationProvider, useLocation } from "preact-iso/router";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { session } from "../state/session.ts";
import { Mark } from "./icons.ts";
import { Pages } from "./pages.ts";
import { ToastRegion } from "./ui/toast.ts";

/** Files of reports are not pages of the panel: their links go to the server. */
const PAGES = /^\/(?!api\/|assets\/)/;

function isUnder(path: string, ...roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

function NavLink({ href, label, active }: { href: string; label: string; active: boolean }): VNode {
  return html`<a href=${href} aria-current=${active ? "page" : undefined}>${label}</a>`;
}

function Head(): VNode {
  const { path } = useLocation();
  const at = session.value;
  return html`<header class="head">
    <div class="head-inner">
      <a class="brand" href="/"><${Mark} />Agency OS</a>
      <nav aria-label="Main">
        <${NavLink} href="/" label="Home" active=${path === "/"} />
        <${NavLink} href="/runs" label="Runs" active=${isUnder(path, "/runs", "/search")} />
        <${NavLink} href="/dashboards" label="Dashboards" active=${isUnder(path, "/dashboards", "/facts", "/data")} />
        <${NavLink} href="/reports" label="Reports" active=${isUnder(path, "/reports")} />
        <${NavLink} href="/admin" label="Admin" active=${isUnder(path, "/admin")} />
        ${at.kind === "known" && at.me.ops && html`<${NavLink} href="/ops" label="Ops" active=${isUnder(path, "/ops")} />`}
      </nav>
    </div>
  </header>`;
}

/** The whole panel. */
export function Shell({ api }: { api: Api }): VNode {
  return html`<${LocationProvider} scope=${PAGES}>
    <div class="shell">
      <a class="skip" href="#main">Skip to the page</a>
      <${Head} />
      <main id="main" tabindex="-1"><${Pages} api=${api} /></main>
      <${ToastRegion} />
    </div>
  <//>`;
}
