/** The reports of a run: the newest in full, earlier versions folded away. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunDetail, RunStatus } from "../../../src/core/wire.ts";
import type { Artifact, ArtifactFile } from "../../../src/core/wire-artifact.ts";
import { type Api, filePath } from "../api.ts";
import { html } from "../html.ts";
import { fileSize } from "../state/time.ts";
import { lifecycleWords, narratorWords, roleWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign, Panel, Pill } from "./parts.ts";
import { OpenReport } from "./run-callout.ts";
import { VersionDrawer } from "./run-versions.ts";

/** HTML opens in its own tab, data is downloaded. */
export function FileLink({ artifactId, file, here }: { artifactId: string; file: ArtifactFile; here: boolean }): VNode {
  const href = filePath(artifactId, file.fileId);
  const opens = file.mediaType.startsWith("text/html");
  const inside = html`<span class="file">
    <${Icon} name="file" />
    <span class="file-name"><${Foreign} text=${file.name} /></span>
    <span class="muted">${roleWords(file.role)}, ${fileSize(file.bytes)}</span>
    ${here && html`<${Icon} name=${opens ? "external" : "download"} />`}
  </span>`;
  if (!here) return inside;
  return opens
    ? html`<a href=${href} target="_blank" rel="noopener">${inside}<span class="sr-only"> (opens in a new tab)</span></a>`
    : html`<a href=${href} download=${file.name}>${inside}<span class="sr-only"> (download)</span></a>`;
}

interface DetailsProps {
  readonly artifact: Artifact;
  readonly opens: boolean;
  /** The files can be had; those of a copy cannot. */
  readonly here: boolean;
  readonly compare: () => void;
}

function Details({ artifact, opens, here, compare }: DetailsProps): VNode {
  return html`<div class="artifact">
    <p class="artifact-meta">
      <strong>Version ${artifact.version}</strong><${Pill} words=${lifecycleWords(artifact.lifecycle)} />
      <span class="muted"><${Age} at=${artifact.createdAt} /></span>
      ${opens && here && html`<span class="artifact-open"><${OpenReport} artifact=${artifact} primary=${false} /></span>`}
    </p>
    <ul class="files">${artifact.files.map((file) => html`<li key=${file.fileId}><${FileLink} artifactId=${artifact.artifactId} file=${file} here=${here} /></li>`)}</ul>
    ${artifact.version > 1 && here && html`<p><button type="button" class="button button-small" onClick=${compare}>What changed since version ${artifact.version - 1}</button></p>`}
    <p class="artifact-note muted">${narratorWords(artifact.narrator)}. <span title=${artifact.sha256}>SHA-256 <code>${artifact.sha256.slice(0, 12)}</code></span></p>
  </div>`;
}

/** In these states the callout above already offers the newest report. */
const OPENS_ABOVE: ReadonlySet<RunStatus> = new Set<RunStatus>(["review_ready", "accepted"]);

const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>(["accepted", "cancelled", "failed", "ignored"]);

/** The panel; nothing is promised before the first report exists. */
export function RunArtifacts({ run, api }: { run: RunDetail; api: Api }): VNode {
  const [compared, setCompared] = useState<Artifact | null>(null);
  const [newest, ...earlier] = [...run.artifacts].sort((a, b) => b.version - a.version);
  if (newest === undefined) {
    const text = ENDED.has(run.status)
      ? "This run made no report."
      : "The report appears here when it is ready for review.";
    return html`<${Panel} id="reports" title="Report"><p class="none">${text}</p><//>`;
  }
  return html`<${Panel} id="reports" title="Report">
    ${run.copy && html`<p class="none">The files stayed in the system this run is from.</p>`}
    <${Details} artifact=${newest} here=${!run.copy} opens=${!OPENS_ABOVE.has(run.status)} compare=${() => setCompared(newest)} />
    ${
      earlier.length > 0 &&
      html`<details class="earlier"><summary>${earlier.length === 1 ? "1 earlier version" : `${earlier.length} earlier versions`}</summary>
        ${earlier.map((artifact) => html`<${Details} key=${artifact.artifactId} artifact=${artifact} opens=${true} here=${!run.copy} compare=${() => setCompared(artifact)} />`)}
      </details>`
    }
  <//>
  ${compared !== null && html`<${VersionDrawer} api=${api} artifactId=${compared.artifactId} version=${compared.version} close=${() => setCompared(null)} />`}`;
}
