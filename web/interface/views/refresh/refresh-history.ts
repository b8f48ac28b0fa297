/** Every refresh of a Business Unit, newest first, each with what became of its sources. */
import type { VNode } from "preact";
import type { IngestionRunView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { refreshes } from "../../api-data.ts";
import { html } from "../../html.ts";
import { ending, kindWords, refreshWords, yieldOf, yieldWords } from "../../state/refresh-words.ts";
import { dayRange, duration } from "../../state/time.ts";
import { CopyButton } from "../lineage/copy-button.ts";
import { Age, Foreign, Pill } from "../parts.ts";
import { Paged } from "./paged.ts";
import { RefreshSources } from "./refresh-sources.ts";

/** How long it took; null while it is at work. */
function lasted({ requestedAt, finishedAt }: IngestionRunView): string | null {
  return finishedAt === null ? null : duration(Date.parse(finishedAt) - Date.parse(requestedAt));
}

function Summary({ refresh }: { refresh: IngestionRunView }): VNode {
  const took = lasted(refresh);
  return html`<span class="refresh-row">
    <${Pill} words=${refreshWords(refresh.status)} />
    <span class="refresh-row-what"><strong>${kindWords(refresh.kind)}</strong> by <${Foreign} text=${refresh.requestedBy} />, <${Age} at=${refresh.requestedAt} /></span>
    <span class="refresh-row-days muted">${dayRange(refresh.range.start, refresh.range.end)}${took !== null && html`, took ${took}`}</span>
  </span>`;
}

function Row({ refresh }: { refresh: IngestionRunView }): VNode {
  const sentence = ending(refresh);
  return html`<li><details class="refresh-entry">
    <summary><${Summary} refresh=${refresh} /></summary>
    ${sentence !== "" && html`<p class="refresh-entry-words"><${Foreign} text=${sentence} /> ${yieldWords(yieldOf(refresh))}.</p>`}
    ${refresh.reason !== "" && html`<p class="refresh-entry-words muted">Because: <${Foreign} text=${refresh.reason} /></p>`}
    <${RefreshSources} refresh=${refresh} />
    <p class="refresh-entry-id muted"><code>${refresh.ingestionRunId}</code><${CopyButton} label="Copy the id of the refresh" text=${refresh.ingestionRunId} />${refresh.attempt > 1 && html`<span>attempt ${refresh.attempt}</span>`}</p>
  </details></li>`;
}

/** The list. `turn` grows when it is to be read anew. */
export function RefreshHistory({
  api,
  businessUnitId,
  turn,
}: {
  api: Api;
  businessUnitId: string;
  turn: number;
}): VNode {
  return html`<${Paged} list=${`refreshes ${businessUnitId} ${turn}`} label="Loading the refreshes" load=${(cursor: string | null) => refreshes(api, businessUnitId, cursor)}
    empty=${html`<p>Nothing was read for it yet. The first refresh reads thirteen months of each source.</p>`}>
    ${(items: readonly IngestionRunView[]) => html`<ul class="history">${items.map((refresh) => html`<${Row} key=${refresh.ingestionRunId} refresh=${refresh} />`)}</ul>`}
  <//>`;
}
