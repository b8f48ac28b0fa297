/** How a report became what it is: versions, comments, decisions and restatements in the order they happened. */
import type { VNode } from "preact";
import type { ReportDetail } from "../../../../src/core/wire-reports.ts";
import { html } from "../../html.ts";
import { type Moment, momentsOf, reportAddress } from "../../state/library.ts";
import { Icon, type IconName } from "../icons.ts";
import { Age, Foreign, Panel } from "../parts.ts";
import { FeedbackRound } from "../run-rounds.ts";

const ICONS: Readonly<Record<Moment["kind"], IconName>> = {
  made: "file",
  round: "person",
  accepted: "check",
  said: "person",
  restated: "alert",
};

function Version({
  report,
  version,
}: {
  report: ReportDetail;
  version: { artifactId: string; version: number };
}): VNode {
  return version.artifactId === report.artifactId
    ? html`<strong>Version ${version.version}</strong>`
    : html`<a href=${reportAddress(version.artifactId)}>Version ${version.version}</a>`;
}

function What({ report, moment }: { report: ReportDetail; moment: Moment }): VNode {
  switch (moment.kind) {
    case "made":
      return html`<p><${Version} report=${report} version=${moment.version} /> was made. <span class="muted"><${Age} at=${moment.at} /></span></p>`;
    case "accepted":
      return html`<p><${Foreign} text=${moment.by} /> accepted <${Version} report=${report} version=${moment.version} />. <span class="muted"><${Age} at=${moment.at} /></span></p>`;
    case "said":
      return html`<p><${Foreign} text=${moment.by} /> ${moment.what}: <${Foreign} text=${moment.reason} />. <span class="muted"><${Age} at=${moment.at} /></span></p>`;
    case "restated":
      return html`<p>${moment.count === 1 ? "A value" : `${moment.count} values`} of its period changed afterwards. <span class="muted"><${Age} at=${moment.at} /></span></p>`;
    case "round":
      return html`<ul class="rounds"><${FeedbackRound} round=${moment.round} /></ul>`;
  }
}

/** The panel. */
export function Moments({ report }: { report: ReportDetail }): VNode {
  return html`<${Panel} id="history" title="Revisions">
    <ol class="moments">${momentsOf(report).map((moment, index) => html`<li key=${index} class=${`moment-${moment.kind}`}><span class="moment-mark"><${Icon} name=${ICONS[moment.kind]} /></span><${What} report=${report} moment=${moment} /></li>`)}</ol>
  <//>`;
}
