/** What every page shares: the head, the way past it, the keys, and where messages appear. */
import type { VNode } from "preact";
import { LocationProvider } from "preact-iso/router";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { Head } from "./head.ts";
import { Overlays } from "./overlays.ts";
import { Pages } from "./pages.ts";
import { useShortcuts } from "./shortcuts.ts";
import { ToastRegion } from "./ui/toast.ts";

/** Files of reports are not pages of the panel: their links go to the server. */
const PAGES = /^\/(?!api\/|assets\/)/;

function Inside({ api }: { api: Api }): VNode {
  useShortcuts();
  return html`<div class="shell">
    <a class="skip" href="#main">Skip to the page</a>
    <${Head} />
    <main id="main" tabindex="-1"><${Pages} api=${api} /></main>
    <${ToastRegion} />
    <${Overlays} api=${api} />
  </div>`;
}

/** The whole panel. */
export function Shell({ api }: { api: Api }): VNode {
  return html`<${LocationProvider} scope=${PAGES}><${Inside} api=${api} /><//>`;
}
