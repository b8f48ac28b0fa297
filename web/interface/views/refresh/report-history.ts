/** Report History: every report made for a Business Unit, newest first, each leading to its files and its run. */
import type { VNode } from "preact";
import type { ReportListItem } from "../../../../src/core/wire-artifact.ts";
import { type Api, filePath } from "../../api.ts";
import { unitReports } from "../../api-data.ts";
import { html } from "../../html.ts";
import { dayRange } from "../../state/time.ts";
import { lifecycleWords, skillWords } from "../../state/words.ts";
import { Icon } from "../icons.ts";
import { Age, Foreign, Pill } from "../parts.ts";
import { Paged } from "./paged.ts";

function Row({ report }: { report: ReportListItem }): VNode {
  const file = report.files.find(({ role }) => role === "report");
  const what = `${skillWords(report.skill)}, ${dayRange(report.periodStart, report.periodEnd)}`;
  return html`<li class="history-row">
    <div class="history-what">
      <h3><a href=${`/reports/${encodeURIComponent(report.artifactId)}`}>${what}</a></h3>
      <p class="muted">Version ${report.version}, made <${Age} at=${report.createdAt} />${report.acceptedBy !== null && html`, accepted by <${Foreign} text=${report.acceptedBy} />`}</p>
    </div>
    <${Pill} words=${lifecycleWords(report.lifecycle)} />
    <p class="history-links">
      <a href=${`/runs/${encodeURIComponent(report.runId)}`}>Run<span class="sr-only"> of ${what}, version ${report.version}</span></a>
      ${file !== undefined && html`<a class="button button-small" href=${filePath(report.artifactId, file.fileId)} target="_blank" rel="noopener">Open<${Icon} name="external" /><span class="sr-only"> ${what}, version ${report.version} (opens in a new tab)</span></a>`}
    </p>
  </li>`;
}

/** The list. */
export function ReportHistory({ api, businessUnitId }: { api: Api; businessUnitId: string }): VNode {
  return html`<section class="report-history" aria-labelledby="report-history-title">
    <h2 id="report-history-title">Report history</h2>
    <${Paged} list=${`reports ${businessUnitId}`} label="Loading the reports" load=${(cursor: string | null) => unitReports(api, businessUnitId, cursor)}
      empty=${html`<p>No report was made for it yet. One is listed here as soon as Jessie has it ready for review.</p>`}>
      ${(reports: readonly ReportListItem[]) => html`<ul class="history">${reports.map((report) => html`<${Row} key=${report.artifactId} report=${report} />`)}</ul>`}
    <//>
  </section>`;
}
