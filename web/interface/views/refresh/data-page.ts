/** `/data/:businessUnitId`: how a client's data gets here, what was restated, and who read it. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso/router";
import type { BusinessUnitView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { businessUnit } from "../../api-data.ts";
import { html } from "../../html.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Notice } from "../notices.ts";
import { Foreign } from "../parts.ts";
import { useResource } from "../ui/resource-view.ts";
import { Tabs } from "../ui/tabs.ts";
import { AccessLog } from "./access-log.ts";
import { dataPage, LISTS, type ListId } from "./data-address.ts";
import { RefreshHistory } from "./refresh-history.ts";
import { RefreshPanel } from "./refresh-panel.ts";
import { Restatements } from "./restatements.ts";

/** Lists the reader may open; who read what is for those who answer for it. */
function listsOf(): readonly (typeof LISTS)[number][] {
  return LISTS.filter(({ id }) => id !== "reads" || mayDo("data.log"));
}

function Ways({ unit }: { unit: BusinessUnitView }): VNode {
  return html`<p class="page-lead"><a href=${`/dashboards/${encodeURIComponent(unit.slug)}`}>Dashboard</a>, <a href=${`/admin/units/${encodeURIComponent(unit.businessUnitId)}/sources`}>sources</a></p>`;
}

function List({
  api,
  businessUnitId,
  list,
  turn,
}: {
  api: Api;
  businessUnitId: string;
  list: ListId;
  turn: number;
}): VNode {
  if (list === "restatements")
    return html`<${Restatements} api=${api} businessUnitId=${businessUnitId} turn=${turn} />`;
  if (list === "reads") return html`<${AccessLog} api=${api} businessUnitId=${businessUnitId} />`;
  return html`<${RefreshHistory} api=${api} businessUnitId=${businessUnitId} turn=${turn} />`;
}

/** The page. */
export default function DataPage({ api }: { api: Api }): VNode {
  const { businessUnitId = "", tab = "refreshes" } = useRoute().params;
  const { state } = useResource(businessUnitId, () => businessUnit(api, businessUnitId));
  // A refresh that ends makes the lists below older than it.
  const [turn, setTurn] = useState(0);
  const lists = listsOf();
  const list = lists.find(({ id }) => id === tab);
  usePageTitle(state.value === null ? "Data" : `Data of ${state.value.name}`);
  if (state.problem?.status === 404 || list === undefined)
    return html`<div class="page"><${Notice} icon="search" title="There is no such page" level=${1}><p>The client may have another address, or be one you may not see.</p><p><a class="button" href="/dashboards">Dashboards</a></p><//></div>`;
  return html`<div class="page data-page">
    <header class="page-head"><div><h1><span>Data${state.value !== null && html` of <${Foreign} text=${state.value.name} />`}</span></h1>${state.value !== null && html`<${Ways} unit=${state.value} />`}</div></header>
    <${RefreshPanel} api=${api} businessUnitId=${businessUnitId} more=${false} done=${() => setTurn((n) => n + 1)} />
    <${Tabs} label="Lists about the data" tabs=${lists.map(({ id, label }) => ({ href: dataPage(businessUnitId, id), label, current: id === list.id }))} />
    <${List} key=${list.id} api=${api} businessUnitId=${businessUnitId} list=${list.id} turn=${turn} />
  </div>`;
}
