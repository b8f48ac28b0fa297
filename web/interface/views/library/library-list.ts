/** The reports that fit, newest first; the next page arrives as the reader comes near the end. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Report } from "../../../../src/core/wire-reports.ts";
import { type Api, filePath, type Page } from "../../api.ts";
import { reports } from "../../api-library.ts";
import { html } from "../../html.ts";
import {
  EVERYTHING,
  libraryPath,
  parametersOf,
  queryOf,
  type ReportFilter,
  reportAddress,
} from "../../state/library.ts";
import { readAsFar } from "../../state/pages.ts";
import { dayRange } from "../../state/time.ts";
import { lifecycleWords, skillWords } from "../../state/words.ts";
import { Icon } from "../icons.ts";
import { Notice } from "../notices.ts";
import { Age, Foreign, Pill, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { VirtualList } from "../ui/virtual-list.ts";
import { Reuse } from "./reuse.ts";

function ReportRow({ report }: { report: Report }): VNode {
  const file = report.files.find((one) => one.role === "report");
  const which = html`<span class="sr-only"> of ${report.clientName}, version ${report.version}</span>`;
  return html`<article class="report">
    <div class="report-what">
      <h2><a href=${reportAddress(report.artifactId)}><${Foreign} text=${report.clientName} /></a></h2>
      <p>${skillWords(report.skill)}, ${dayRange(report.periodStart, report.periodEnd)}</p>
    </div>
    <div class="report-state">
      <p class="report-meta"><${Pill} words=${lifecycleWords(report.lifecycle)} /><span class="muted">Version ${report.version}</span><span class="muted"><${Age} at=${report.createdAt} /></span>${report.fixture && html`<span class="muted">Invented data</span>`}</p>
      <${Reuse} reuse=${report.reuse} />
    </div>
    <p class="report-links">
      <a href=${`/runs/${encodeURIComponent(report.runId)}`}>See the run${which}</a>
      ${
        file !== undefined &&
        html`<a class="button" href=${filePath(report.artifactId, file.fileId)} target="_blank" rel="noopener">Open report<${Icon} name="external" />${which}<span class="sr-only"> (opens in a new tab)</span></a>`
      }
    </p>
  </article>`;
}

function Empty({ filter }: { filter: ReportFilter }): VNode {
  if (queryOf(filter) !== "")
    return html`<${Notice} icon="search" title="No report fits"><p>Nothing in the library is like this.</p><p><a class="button" href=${libraryPath(EVERYTHING)}>Show all reports</a></p><//>`;
  return html`<${Notice} icon="file" title="No reports yet"><p>A report is listed here as soon as a run is ready for review. <a href="/runs">See the runs</a>.</p><//>`;
}

interface ListProps {
  readonly api: Api;
  readonly filter: ReportFilter;
  /** Told of the reports that are shown, e.g. to offer their skills. */
  readonly seen: (reports: readonly Report[]) => void;
}

/** The list. */
export function ReportList({ api, filter, seen }: ListProps): VNode {
  const parameters = parametersOf(filter);
  const { state, resource } = useResource(`reports ${queryOf(filter)}`, async (held: Page<Report> | null) => {
    const reply = await readAsFar((cursor) => reports(api, parameters, cursor), held);
    if (reply.ok) seen(reply.value.items);
    return reply;
  });
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = async (page: Page<Report>): Promise<void> => {
    if (asking) return;
    setAsking(true);
    const reply = await reports(api, parameters, page.nextCursor);
    setAsking(false);
    setProblem(reply.ok ? null : reply.problem);
    // Meanwhile another list may have taken the place of this one, or it was loaded anew.
    if (reply.ok && resource.state.peek().value === page)
      resource.put({ items: [...page.items, ...reply.value.items], nextCursor: reply.value.nextCursor });
  };
  const shown = (page: Page<Report>): VNode => {
    if (page.items.length === 0) return html`<${Empty} filter=${filter} />`;
    const next = page.nextCursor === null || problem !== null ? null : () => void more(page);
    return html`<div class="reports">
      <p class="sr-only" role="status">${page.items.length}${page.nextCursor === null ? "" : " or more"} reports</p>
      <${VirtualList} label="Reports" items=${page.items} estimate=${104} keyOf=${(one: Report) => one.artifactId} more=${next} render=${(one: Report) => html`<${ReportRow} report=${one} />`} />
      ${problem !== null && html`<p class="more"><span role="alert" class="field-problem"><${Foreign} text=${problem.detail} /></span> <button type="button" class="button" onClick=${() => void more(page)}>Try again</button></p>`}
    </div>`;
  };
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading reports" rows=${5} />`}>${shown}<//>`;
}
