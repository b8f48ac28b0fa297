/** The first tab: how fresh the figures are, the figures that say most, their targets and their days. */
import type { VNode } from "preact";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { unitPath } from "../../state/admin-paths.ts";
import { monthName } from "../../state/time.ts";
import { Notice } from "../notices.ts";
import { Panel } from "../parts.ts";
import { RefreshPanel } from "../refresh/refresh-panel.ts";
import { FreshnessStrip } from "./freshness.ts";
import { Scorecard } from "./scorecard.ts";
import { Targets } from "./targets.ts";
import { Trends } from "./trends.ts";

function Notes({ feed }: { feed: DashboardView }): VNode | null {
  if (feed.notes.length === 0) return null;
  return html`<${Panel} id="notes" title="Notes on the data"><ul class="notes">${feed.notes.map((note) => html`<li key=${note.id}>${note.text}</li>`)}</ul><//>`;
}

export interface OverviewProps {
  readonly api: Api;
  readonly feed: DashboardView;
  /** Whether the reader may change the Business Unit. */
  readonly admin: boolean;
  readonly renew: () => void;
}

/** The tab. */
export function Overview({ api, feed, admin, renew }: OverviewProps): VNode {
  const setup = admin ? unitPath(feed.businessUnitId) : null;
  const settings = admin ? unitPath(feed.businessUnitId, "settings") : null;
  const empty = feed.scorecard.length === 0 && feed.trends.length === 0;
  return html`<${FreshnessStrip} feed=${feed} setup=${setup} />
    ${empty ? html`<${Notice} icon="clock" title=${`No figures in ${monthName(feed.period.start)}`}><p>Nothing was stored for this month or those it is compared with. Refresh the data, or choose another month.</p><//>` : html`<${Scorecard} feed=${feed} />`}
    <div class="dash-columns">
      <div class="dash-main"><${Trends} feed=${feed} /><${RefreshPanel} api=${api} businessUnitId=${feed.businessUnitId} done=${renew} /></div>
      <div class="dash-side"><${Targets} feed=${feed} settings=${settings} /><${Notes} feed=${feed} /></div>
    </div>`;
}
