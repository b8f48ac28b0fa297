/** The margin of a run's page: what was understood, where the data came from, and how often it was tried. */
import type { VNode } from "preact";
import { nameOf, outcomeName } from "../../../src/core/names.ts";
import type { RunDetail } from "../../../src/core/wire.ts";
import type { Artifact, Provenance } from "../../../src/core/wire-artifact.ts";
import { html } from "../html.ts";
import { dayRange, duration, exactUtc } from "../state/time.ts";
import { sourceWords } from "../state/words.ts";
import { Age, Foreign, Panel, Pill } from "./parts.ts";
import { newestArtifact } from "./run-callout.ts";

/** The Delegation Confirmation, as posted on the task. */
export function RunBrief({ run }: { run: RunDetail }): VNode {
  const { brief } = run;
  if (brief === null) {
    const reading = run.status === "observed" || run.status === "assessing";
    const text = reading ? "Jessie is reading the task." : "Nothing is settled yet.";
    return html`<${Panel} id="brief" title="What was understood"><p class="none">${text}</p><//>`;
  }
  return html`<${Panel} id="brief" title="What was understood">
    <dl class="brief">
      <div><dt>Client</dt><dd><${Foreign} text=${brief.clientName} />${brief.businessUnitName !== brief.clientName && html`<span class="muted">, <${Foreign} text=${brief.businessUnitName} /></span>`}</dd></div>
      <div><dt>Period</dt><dd>${brief.period.label}<span class="muted block">${dayRange(brief.period.start, brief.period.end)}</span></dd></div>
      <div><dt>Compared with</dt><dd>${brief.comparison}</dd></div>
      <div><dt>Will be delivered</dt><dd><ul>${brief.deliverables.map((text, index) => html`<li key=${index}>${text}</li>`)}</ul></dd></div>
      <div><dt>Sources</dt><dd><ul>${brief.sources.map((source, index) => html`<li key=${index}>${nameOf(source.kind)} <span class="muted"><${Foreign} text=${source.externalId} /></span></li>`)}</ul></dd></div>
    </dl>
  <//>`;
}

/** One source of a report's data. */
export function Source({ source }: { source: Provenance }): VNode {
  return html`<li class="source">
    <p class="source-head"><strong>${nameOf(source.channel)}</strong><${Pill} words=${sourceWords(source.status)} /></p>
    <p class="source-detail"><${Foreign} text=${source.detail} /></p>
    <p class="muted">${source.rowCount.toLocaleString("en")} rows, ${dayRange(source.periodStart, source.periodEnd)}${source.fetchedAt !== null && html`, read <${Age} at=${source.fetchedAt} />`}</p>
  </li>`;
}

/** Where the newest report's data came from. */
export function RunSources({ run }: { run: RunDetail }): VNode | null {
  const artifact: Artifact | null = newestArtifact(run);
  if (artifact === null || artifact.provenance.length === 0) return null;
  return html`<${Panel} id="sources" title="Sources">
    <ul class="sources">${artifact.provenance.map((source) => html`<${Source} key=${source.channel} source=${source} />`)}</ul>
  <//>`;
}

function attemptWords(attempt: RunDetail["attempts"][number]): string {
  const kind = attempt.kind === "initial" ? "First report" : "Revision";
  return attempt.outcome === null ? `${kind}, at work` : `${kind}, ${outcomeName(attempt.outcome)}`;
}

function Attempt({ attempt }: { attempt: RunDetail["attempts"][number] }): VNode {
  const took = attempt.endedAt === null ? null : Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt);
  return html`<li>
    <p><strong>${attempt.n}</strong> <span>${attemptWords(attempt)}</span></p>
    <p class="muted"><span title=${exactUtc(attempt.startedAt)}><${Age} at=${attempt.startedAt} /></span>${took !== null && !Number.isNaN(took) && `, took ${duration(took)}`}</p>
    ${attempt.detail !== null && html`<p class="attempt-detail"><${Foreign} text=${attempt.detail} /></p>`}
  </li>`;
}

/** Attempts, and the lease of the one at work. */
export function RunAttempts({ run }: { run: RunDetail }): VNode | null {
  if (run.attempts.length === 0 && run.lease === null) return null;
  return html`<${Panel} id="attempts" title="Attempts">
    <ol class="attempts">${run.attempts.map((attempt) => html`<${Attempt} key=${attempt.n} attempt=${attempt} />`)}</ol>
    ${
      run.lease !== null &&
      html`<p class="lease muted">Lease ${run.lease.epoch}, ends <${Age} at=${run.lease.expiresAt} /> unless renewed</p>`
    }
  <//>`;
}
