/** `/reports/:artifactId`: one report, what it rests on, how it came about, and whether it may be used again. */
import type { VNode } from "preact";
import type { Report, ReportDetail } from "../../../../src/core/wire-reports.ts";
import { type Api, filePath } from "../../api.ts";
import { report as loadReport } from "../../api-library.ts";
import { html } from "../../html.ts";
import { reportAddress, successorOf } from "../../state/library.ts";
import { dayRange } from "../../state/time.ts";
import { lifecycleWords, skillWords } from "../../state/words.ts";
import { usePageTitle } from "../follow.ts";
import { Icon } from "../icons.ts";
import { Notice } from "../notices.ts";
import { Age, Foreign, OutLink, Panel, Pill, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { Deeds } from "./report-deeds.ts";
import { Evidence } from "./report-evidence.ts";
import { Moments } from "./report-moments.ts";
import { Files, Provenance, Restated, Versions } from "./report-side.ts";
import { Reuse } from "./reuse.ts";

interface ShownProps {
  readonly api: Api;
  readonly report: ReportDetail;
  readonly put: (report: Report) => void;
  readonly reload: () => void;
}

function Head(props: ShownProps): VNode {
  const { report } = props;
  const file = report.files.find((one) => one.role === "report");
  const newer = successorOf(report);
  const open =
    file === undefined
      ? null
      : html`<a class="button button-primary" href=${filePath(report.artifactId, file.fileId)} target="_blank" rel="noopener">Open report<${Icon} name="external" /><span class="sr-only"> (opens in a new tab)</span></a>`;
  return html`<header class="run-head report-head">
    <nav aria-label="Breadcrumb" class="crumbs"><a href="/reports"><${Icon} name="back" />Reports</a></nav>
    <div class="run-title">
      <h1><${Foreign} text=${report.clientName} />: ${skillWords(report.skill)}</h1>
      <div class="run-state"><${Pill} words=${lifecycleWords(report.lifecycle)} /><span>Version ${report.version}</span><span>${dayRange(report.periodStart, report.periodEnd)}</span><span class="muted">made <${Age} at=${report.createdAt} /></span>
        ${report.acceptedBy !== null && report.acceptedAt !== null && html`<span class="muted">accepted by <${Foreign} text=${report.acceptedBy} /> <${Age} at=${report.acceptedAt} /></span>`}</div>
    </div>
    <${Reuse} reuse=${report.reuse} />
    ${newer !== null && html`<p class="report-newer"><a href=${reportAddress(newer.artifactId)}>Version ${newer.version} took its place<${Icon} name="arrow" /></a></p>`}
    <div class="run-tools">
      ${open}
      <a class="button" href=${`/runs/${encodeURIComponent(report.runId)}`}>See the run</a>
      ${report.taskUrl !== null && html`<${OutLink} href=${report.taskUrl}>Open the task in Asana<//>`}
    </div>
    <${Deeds} ...${props} />
  </header>`;
}

function Shown(props: ShownProps): VNode {
  const { api, report } = props;
  const capsule = report.files.find((one) => one.role === "evidence");
  usePageTitle(`${report.clientName}, version ${report.version}`);
  return html`<div>
    <${Head} ...${props} />
    <div class="run-grid">
      <div class="report-main">
        ${report.answer.length > 0 && html`<${Panel} id="answer" title="The answer"><ul class="report-answer">${report.answer.map((text, index) => html`<li key=${index}><${Foreign} text=${text} /></li>`)}</ul><//>`}
        ${capsule !== undefined && html`<${Evidence} api=${api} artifactId=${report.artifactId} file=${capsule} />`}
        <${Moments} report=${report} />
      </div>
      <div class="report-side">
        <${Files} report=${report} />
        <${Versions} report=${report} />
        <${Restated} report=${report} />
        <${Provenance} report=${report} />
      </div>
    </div>
  </div>`;
}

function NotThere(): VNode {
  return html`<${Notice} icon="file" title="There is no such report" level=${1}>
    <p>It may belong to a client you have no role on.</p>
    <p><a class="button" href="/reports">All reports</a></p>
  <//>`;
}

/** The page. */
export default function ReportPage({ api, artifactId }: { api: Api; artifactId: string }): VNode {
  usePageTitle("Report");
  const { state, resource } = useResource(`report ${artifactId}`, () => loadReport(api, artifactId));
  const reload = (): void => void resource.reload();
  // The answer to a deed has the report without what belongs to it; both are about the same version of it.
  const put = (now: Report): void => {
    const before = resource.state.peek().value;
    if (before !== null) resource.put({ ...before, ...now });
  };
  if (state.value === null && state.problem?.status === 404) return html`<div class="page"><${NotThere} /></div>`;
  return html`<div class="page">
    <${ResourceView} state=${state} retry=${reload} skeleton=${html`<div><h1 class="sr-only">Report</h1><${Skeleton} label="Loading the report" rows=${4} /></div>`}>
      ${(report: ReportDetail) => html`<${Shown} key=${report.artifactId} api=${api} report=${report} put=${put} reload=${reload} />`}
    <//>
  </div>`;
}
