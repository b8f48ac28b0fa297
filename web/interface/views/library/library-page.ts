/** `/reports`: the registry of finished reports. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Problem, ReportListItem } from "../../../../src/core/wire.ts";
import { type Api, filePath } from "../../api.ts";
import { html } from "../../html.ts";
import { dayRange } from "../../state/time.ts";
import { lifecycleWords, skillWords } from "../../state/words.ts";
import { usePageTitle } from "../follow.ts";
import { Icon } from "../icons.ts";
import { LoadProblem, Notice } from "../notices.ts";
import { Age, Foreign, Pill, Skeleton } from "../parts.ts";

type Listing = { readonly items: readonly ReportListItem[]; readonly nextCursor: string | null };

function ReportRow({ report }: { report: ReportListItem }): VNode {
  const file = report.files.find((one) => one.role === "report");
  return html`<li class="report">
    <div class="report-what">
      <h2><${Foreign} text=${report.clientName} /></h2>
      <p>${skillWords(report.skill)}, ${dayRange(report.periodStart, report.periodEnd)}</p>
    </div>
    <p class="report-meta"><${Pill} words=${lifecycleWords(report.lifecycle)} /><span class="muted">Version ${report.version}</span><span class="muted"><${Age} at=${report.createdAt} /></span></p>
    <p class="report-links">
      <a href=${`/runs/${encodeURIComponent(report.runId)}`}>See the run<span class="sr-only"> of ${report.clientName}, version ${report.version}</span></a>
      ${
        file !== undefined &&
        html`<a class="button" href=${filePath(report.artifactId, file.fileId)} target="_blank" rel="noopener">Open report<${Icon} name="external" /><span class="sr-only"> of ${report.clientName}, version ${report.version} (opens in a new tab)</span></a>`
      }
    </p>
  </li>`;
}

function Reports({ listing, more, loading }: { listing: Listing; more: () => void; loading: boolean }): VNode {
  if (listing.items.length === 0) {
    return html`<${Notice} icon="file" title="No reports yet"><p>A report is listed here as soon as a run is ready for review. <a href="/runs">See the runs</a>.</p><//>`;
  }
  return html`<div>
    <ul class="reports">${listing.items.map((report) => html`<${ReportRow} key=${report.artifactId} report=${report} />`)}</ul>
    ${listing.nextCursor !== null && html`<p class="more"><button type="button" class="button" disabled=${loading} onClick=${more}>${loading ? "Loading…" : "Show more"}</button></p>`}
  </div>`;
}

/** The page. */
export default function LibraryPage({ api }: { api: Api }): VNode {
  usePageTitle("Reports");
  const [listing, setListing] = useState<Listing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loading, setLoading] = useState(false);
  const load = async (known: Listing | null): Promise<void> => {
    setLoading(true);
    const reply = await api.reports(known?.nextCursor ?? null);
    setLoading(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    setProblem(null);
    setListing({ items: [...(known?.items ?? []), ...reply.value.items], nextCursor: reply.value.nextCursor });
  };
  useEffect(() => {
    void load(null);
  }, []);
  return html`<div class="page">
    <header class="page-head"><div><h1>Reports</h1><p class="page-lead">Every report Jessie delivered, newest first</p></div></header>
    ${problem !== null && html`<${LoadProblem} problem=${problem} retry=${() => void load(listing)} />`}
    ${problem === null && listing === null && html`<${Skeleton} label="Loading reports" rows=${5} />`}
    ${listing !== null && html`<${Reports} listing=${listing} loading=${loading} more=${() => void load(listing)} />`}
  </div>`;
}
