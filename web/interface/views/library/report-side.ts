/** The margin of a report's page: its files, versions, sources, and the digest an acceptance is bound to. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { ReportDetail } from "../../../../src/core/wire-reports.ts";
import { html } from "../../html.ts";
import { chainOf, reportAddress } from "../../state/library.ts";
import { dayRange } from "../../state/time.ts";
import { lifecycleWords, narratorWords } from "../../state/words.ts";
import { CopyButton } from "../lineage/copy-button.ts";
import { Age, Panel, Pill } from "../parts.ts";
import { FileLink } from "../run-artifacts.ts";
import { Source } from "../run-side.ts";

/** What can be opened or kept. */
export function Files({ report }: { report: ReportDetail }): VNode {
  return html`<${Panel} id="files" title="Files">
    <ul class="files">${report.files.map((file) => html`<li key=${file.fileId}><${FileLink} artifactId=${report.artifactId} file=${file} here=${true} /></li>`)}</ul>
    <p class="artifact-note muted">${narratorWords(report.narrator)}.</p>
    <p class="artifact-note muted">SHA-256 <code title=${report.sha256}>${report.sha256.slice(0, 12)}</code> <${CopyButton} label="Copy the SHA-256 of the report" text=${report.sha256} /></p>
  <//>`;
}

/** Which version took the place of which. */
export function Versions({ report }: { report: ReportDetail }): VNode {
  return html`<${Panel} id="versions" title="Versions">
    <ol class="chain">${chainOf(report.versions).map((one) => {
      const here = one.artifactId === report.artifactId;
      const words = lifecycleWords(one.artifactId === report.artifactId ? report.lifecycle : one.lifecycle);
      return html`<li key=${one.artifactId}>
        <p><a href=${reportAddress(one.artifactId)} aria-current=${here ? "page" : undefined}>Version ${one.version}</a><${Pill} words=${words} /></p>
        <p class="muted">made <${Age} at=${one.createdAt} />${one.supersedes !== null && one.version > 1 && html`, in place of version ${one.version - 1}`}</p>
      </li>`;
    })}</ol>
  <//>`;
}

/** Where the data came from. */
export function Provenance({ report }: { report: ReportDetail }): VNode {
  return html`<${Panel} id="provenance" title="Sources">
    ${report.provenance.length === 0 ? html`<p class="none">The report names no source.</p>` : html`<ul class="sources">${report.provenance.map((source) => html`<${Source} key=${source.channel} source=${source} />`)}</ul>`}
  <//>`;
}

/** What changed under the report since it was made, each leading to its figure. */
export function Restated({ report }: { report: ReportDetail }): VNode | null {
  if (report.restatements.length === 0) return null;
  return html`<${Panel} id="restated" title="Restated since">
    <ul class="restated">${report.restatements.map((one) => html`<li key=${`${one.factId} ${one.recordedAt}`}><a href=${`/facts/${encodeURIComponent(one.factId)}`}>${nameOf(one.metric)}</a> <span class="muted">${dayRange(one.periodStart, one.periodEnd)}, <${Age} at=${one.recordedAt} /></span></li>`)}</ul>
  <//>`;
}
