/** Who is waited for, and by which runs. */
import type { VNode } from "preact";
import type { RunSummary } from "../../../../src/core/wire.ts";
import { html } from "../../html.ts";
import type { Waiting } from "../../state/home.ts";
import { runsWith } from "../../state/search.ts";
import { standingWords } from "../../state/words.ts";
import { Foreign, Pill, Span } from "../parts.ts";

/** Runs shown of each person: the rest is one step away. */
const SHOWN = 4;

function WaitingRun({ run }: { run: RunSummary }): VNode {
  const since = run.waitingOn?.since ?? run.updatedAt;
  return html`<li class="waiting-run">
    <p class="waiting-top"><span>${run.clientName === null ? "No client yet" : html`<${Foreign} text=${run.clientName} />`}</span><span class="muted"><${Span} since=${since} /></span></p>
    <p class="waiting-title"><a href=${`/runs/${encodeURIComponent(run.runId)}`}><${Foreign} text=${run.title} /></a></p>
    <p class="waiting-why"><${Foreign} text=${run.waitingOn?.detail ?? ""} /></p>
    <p><${Pill} words=${standingWords(run)} /></p>
  </li>`;
}

function Person({ group, at }: { group: Waiting; at: number }): VNode {
  const { who, mine, runs } = group;
  const more = runs.length - SHOWN;
  const id = `waiting-${at}`;
  return html`<section class=${mine ? "waiting-person waiting-mine" : "waiting-person"} aria-labelledby=${id}>
    <h3 id=${id}>${mine ? "You" : who === null ? "Nobody in particular" : html`<${Foreign} text=${who} />`} <span class="count">${runs.length.toLocaleString("en")}</span></h3>
    <ul>${runs.slice(0, SHOWN).map((run) => html`<${WaitingRun} key=${run.runId} run=${run} />`)}</ul>
    ${more > 0 && html`<p class="waiting-more"><a href=${who === null ? runsWith(["waiting", "person"]) : runsWith(["waiting", "person"], ["requester", who])}>${more.toLocaleString("en")} more</a></p>`}
  </section>`;
}

/** Everybody who is waited for, the reader first. */
export function WaitingList({ groups }: { groups: readonly Waiting[] }): VNode {
  if (groups.length === 0) return html`<p class="quiet-none">No run waits for anybody. Jessie goes on by itself.</p>`;
  return html`<div class="waiting">${groups.map((group, at) => html`<${Person} key=${group.who ?? ""} group=${group} at=${at} />`)}</div>`;
}
