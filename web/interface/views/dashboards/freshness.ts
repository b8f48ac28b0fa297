/** How old what is shown is, source by source. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { freshnessWords, isTroubled } from "../../state/dashboard-words.ts";
import { mayDo } from "../../state/session.ts";
import { Age } from "../parts.ts";
import { Badge } from "../ui/badge.ts";

/** Badges of the sources that are set up, and what is the matter with those that are not well. */
export function FreshnessStrip({ feed, setup }: { feed: DashboardView; setup: string | null }): VNode {
  const shown = feed.freshness.filter((one) => one.status !== "not_configured");
  const absent = feed.freshness.length - shown.length;
  const troubled = shown.filter(isTroubled);
  const words = `${absent} ${absent === 1 ? "source is" : "sources are"} not set up`;
  return html`<section class="fresh" aria-labelledby="fresh">
    <h2 id="fresh" class="sr-only">Freshness of the sources</h2>
    <ul class="fresh-badges">
      ${shown.map((one) => {
        const said = freshnessWords(one);
        return html`<li key=${one.source}><${Badge} tone=${said.tone} title=${one.detail}><b>${nameOf(one.source)}</b> ${said.label}<//></li>`;
      })}
      <li class="fresh-absent"><a href="#refresh-title">${mayDo("data.refresh", feed.businessUnitId) ? "Refresh data" : "How the data gets here"}</a></li>
      ${absent > 0 && html`<li class="fresh-absent">${setup === null ? words : html`<a href=${setup}>${words}</a>`}</li>`}
    </ul>
    ${troubled.length > 0 && html`<ul class="fresh-trouble">${troubled.map((one) => html`<li key=${one.source}><b>${nameOf(one.source)}:</b> ${one.detail}${one.refreshedAt !== null && html` <span class="muted">Last read <${Age} at=${one.refreshedAt} />.</span>`}</li>`)}</ul>`}
  </section>`;
}
