/** The first tab: how fresh the figures are, the figures that say most, their targets and their days. */
import type { VNode } from "preact";
import type { DashboardView } from "../../../../src/core/wire-data.ts";
import { html } from "../../html.ts";
import { monthName } from "../../state/dashboard-words.ts";
import { Notice } from "../notices.ts";
import { Panel } from "../parts.ts";
import { FreshnessStrip } from "./freshness.ts";
import { Scorecard } from "./scorecard.ts";
import { Targets } from "./targets.ts";
import { Trends } from "./trends.ts";

function Notes({ feed }: { feed: DashboardView }): VNode | null {
  if (feed.notes.length === 0) return null;
  return html`<${Panel} id="notes" title="Notes on the data"><ul class="notes">${feed.notes.map((note) => html`<li key=${note.id}>${note.text}</li>`)}</ul><//>`;
}

/** @param admin whether the reader may change the Business Unit */
export function Overview({ feed, admin }: { feed: DashboardView; admin: boolean }): VNode {
  const unit = `/admin/units/${encodeURIComponent(feed.businessUnitId)}`;
  const empty = feed.scorecard.length === 0 && feed.trends.length === 0;
  return html`<${FreshnessStrip} feed=${feed} setup=${admin ? `${unit}/sources` : null} />
    ${empty ? html`<${Notice} icon="clock" title=${`No figures in ${monthName(feed.period.start)}`}><p>Nothing was stored for this month or those it is compared with. Refresh the data, or choose another month.</p><//>` : html`<${Scorecard} feed=${feed} />`}
    <div class="dash-columns"><${Trends} feed=${feed} /><${Targets} feed=${feed} settings=${admin ? `${unit}/settings` : null} /></div>
    <${Notes} feed=${feed} />`;
}
