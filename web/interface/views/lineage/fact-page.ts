/** `/facts/:factId`: where one figure comes from, with an address that can be sent to somebody. */
import type { VNode } from "preact";
import { useRoute } from "preact-iso/router";
import type { LineageView as Lineage } from "../../../../src/core/wire-data.ts";
import type { Api } from "../../api.ts";
import { lineage } from "../../api-data.ts";
import { html } from "../../html.ts";
import { periodWords } from "../../state/lineage-words.ts";
import { usePageTitle } from "../follow.ts";
import { Notice } from "../notices.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { LineageContent, LineageSkeleton } from "./lineage-view.ts";

function Ways({ unit }: { unit: Lineage["unit"] }): VNode | null {
  return unit === null
    ? null
    : html`<p class="page-lead"><a href=${`/dashboards/${encodeURIComponent(unit.slug)}`}>Dashboard of ${unit.name}</a></p>`;
}

/** The page. */
export default function FactPage({ api }: { api: Api }): VNode {
  const { factId = "" } = useRoute().params;
  const { state, resource } = useResource(factId, () => lineage(api, factId));
  const found = state.value;
  usePageTitle(found === null ? "Figure" : `${found.definition.label}, ${periodWords(found.fact.period)}`);
  if (found === null && state.problem?.status === 404)
    return html`<div class="page"><${Notice} icon="search" title="There is no such figure" level=${1}>
      <p>It may have been one of a client you may not see, or the address was mistyped.</p>
      <p><a class="button" href="/dashboards">Dashboards</a></p>
    <//></div>`;
  return html`<div class="page lineage-page">
    <header class="page-head"><div><h1>Where this figure comes from</h1><${Ways} unit=${found?.unit ?? null} /></div></header>
    <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${LineageSkeleton} />`}>
      ${(value: Lineage) => html`<${LineageContent} lineage=${value} />`}
    <//>
  </div>`;
}
