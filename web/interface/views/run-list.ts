/** Runs as rows: what each is, where it stands, and why. */
import type { VNode } from "preact";
import type { RunSummary } from "../../../src/core/wire.ts";
import { actorPage } from "../api-ops.ts";
import { html } from "../html.ts";
import { skillWords, standingWords } from "../state/words.ts";
import { Age, Foreign, GoesOn, Pill } from "./parts.ts";

function Why({ run }: { run: RunSummary }): VNode | null {
  const { waitingOn, cause } = run;
  if (waitingOn !== null) {
    return html`<p class="row-why"><${Foreign} text=${waitingOn.detail} />${waitingOn.until !== null && html`${" "}<span class="muted"><${GoesOn} at=${waitingOn.until} /></span>`}</p>`;
  }
  if (cause === null) return null;
  return html`<p class="row-why"><code>${cause.code}</code> <${Foreign} text=${cause.detail} /></p>`;
}

export interface RunRowProps {
  readonly run: RunSummary;
  /** What this list is about, in the place of why the run waits. */
  readonly note?: VNode | null;
  readonly inspect?: boolean;
  /** Heading level: 2 where the list is the page, 3 inside a panel. */
  readonly level?: 2 | 3;
}

/** What a row says: it stands in an item of a list. */
export function RunLine({ run, note, inspect = false, level = 3 }: RunRowProps): VNode {
  const link = html`<a href=${`/runs/${encodeURIComponent(run.runId)}`}><${Foreign} text=${run.title} /></a>`;
  const about = [run.clientName, run.skill === null ? null : skillWords(run.skill), run.requester];
  const said = about.filter((one): one is string => one !== null);
  return html`<div class="row">
    <div class="row-what">
      ${level === 2 ? html`<h2>${link}</h2>` : html`<h3>${link}</h3>`}
      ${said.length > 0 && html`<p class="muted">${said.map((one, index) => html`${index > 0 && " · "}<${Foreign} text=${one} />`)}</p>`}
      ${note ?? html`<${Why} run=${run} />`}
    </div>
    <p class="row-state"><${Pill} words=${standingWords(run)} /><span class="muted"><${Age} at=${run.updatedAt} /></span></p>
    ${inspect && html`<p class="row-links"><a href=${actorPage(run)}>Inspect<span class="sr-only"> the actor of ${run.title}</span></a></p>`}
  </div>`;
}

/** One run in a list. */
export function RunRow(props: RunRowProps): VNode {
  return html`<li><${RunLine} ...${props} /></li>`;
}
