/** The sources of a refresh, each with how far it is, or why it is not. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { IngestionRunView } from "../../../../src/core/wire-registry.ts";
import { now } from "../../browser.ts";
import { html } from "../../html.ts";
import { sourceProgressWords, yieldWords } from "../../state/refresh-words.ts";
import { Age, Foreign, Pill } from "../parts.ts";

type Source = IngestionRunView["sources"][number];

/** When it is tried again by itself; a time that has passed is about to be acted on. */
export function TriedAgain({ at }: { at: string }): VNode {
  const due = Date.parse(at) > now.value;
  return html`<span>Tried again ${due ? html`<${Age} at=${at} />` : "any moment"}</span>`;
}

/** What there is to say beside the mark. */
function Detail({ source }: { source: Source }): VNode {
  const { status, cause, nextTryAt, chunksDone, chunksTotal } = source;
  if (status === "done") return html`<span>${yieldWords(source)}</span>`;
  if (status === "waiting" || status === "running") {
    return html`<span class="refresh-months">${chunksDone} of ${chunksTotal} ${chunksTotal === 1 ? "month" : "months"}</span>`;
  }
  return html`<span>
    ${cause !== null && html`<${Foreign} text=${cause.detail} />`}
    ${nextTryAt === null ? " It is not tried again by itself." : html` <${TriedAgain} at=${nextTryAt} />.`}
  </span>`;
}

function SourceRow({ source }: { source: Source }): VNode {
  const { status, chunksDone, chunksTotal } = source;
  const name = nameOf(source.source);
  return html`<li class="refresh-source">
    <span class="refresh-source-name">${name}</span>
    <${Pill} words=${sourceProgressWords(status)} />
    <span class="refresh-source-detail"><${Detail} source=${source} /></span>
    ${status === "running" && html`<progress class="bar" max=${Math.max(1, chunksTotal)} value=${chunksDone} aria-label=${`${name}: months read`}></progress>`}
  </li>`;
}

/** The list, in the order they are read. */
export function RefreshSources({ refresh }: { refresh: IngestionRunView }): VNode {
  return html`<ul class="refresh-sources">${refresh.sources.map((source) => html`<${SourceRow} key=${source.source} source=${source} />`)}</ul>`;
}
