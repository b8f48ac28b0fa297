/** `/dashboards`: every Business Unit, and its dashboard or what is missing for one. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Problem } from "../../../../src/core/wire.ts";
import type { DashboardListItem } from "../../../../src/core/wire-dashboard.ts";
import type { Api } from "../../api.ts";
import { createDashboard } from "../../api-admin.ts";
import { dashboards } from "../../api-dashboards.ts";
import { html } from "../../html.ts";
import { fieldPath } from "../../state/admin-paths.ts";
import { countsOf, matching, STANDINGS, type Standing, standingOf } from "../../state/dashboard-list.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Icon } from "../icons.ts";
import { Notice } from "../notices.ts";
import { Age, Foreign, Pill, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { tell } from "../ui/toast.ts";

function Lack({ item }: { item: DashboardListItem }): VNode | null {
  const { finding, findings, businessUnitId } = item;
  if (finding === null) return null;
  const path = fieldPath(businessUnitId, finding.field);
  const way = mayDo("units.write", businessUnitId) ? "Fix it" : "See it";
  const more = findings > 1 ? ` and ${findings - 1} more` : "";
  return html`<p class="boards-lack"><${Foreign} text=${finding.what} /> ${path === null ? html`<span class="muted">${finding.who} can fix it.</span>` : html`<a href=${path}>${way}<span class="sr-only"> for ${item.name}</span></a>`}<span class="muted">${more}</span></p>`;
}

function Detail({ item }: { item: DashboardListItem }): VNode {
  if (item.status === "setup_needed") return html`<${Lack} item=${item} />`;
  if (item.status === "dashboard_needed") return html`<p class="muted">Everything it needs is there.</p>`;
  if (item.refreshedAt === null) return html`<p class="muted">No data was read yet.</p>`;
  return html`<p class="muted">Data read <${Age} at=${item.refreshedAt} /></p>`;
}

interface ActionProps {
  readonly api: Api;
  readonly item: DashboardListItem;
  readonly changed: () => void;
}

/** Creates the dashboard and opens it. It is there at once: it is made of what is stored. */
function CreateButton({ api, item, changed }: ActionProps): VNode {
  const { route } = useLocation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const create = async (): Promise<void> => {
    setBusy(true);
    const reply = await createDashboard(api, item.businessUnitId);
    setBusy(false);
    if (reply.ok) {
      tell(`The dashboard of ${item.name} is there.`, "good");
      route(`/dashboards/${encodeURIComponent(item.slug)}`);
    } else {
      setProblem(reply.problem);
      changed();
    }
  };
  return html`<button type="button" class="button button-primary" disabled=${busy} onClick=${create}>Create dashboard<span class="sr-only"> for ${item.name}</span></button>
    <span role="alert" class="boards-problem">${problem?.detail ?? ""}</span>`;
}

function Action(props: ActionProps): VNode | null {
  const { item } = props;
  if (item.surfaceId !== null && item.status === "ready")
    return html`<a class="button" href=${`/dashboards/${encodeURIComponent(item.slug)}`}>Open<span class="sr-only"> ${item.name}</span><${Icon} name="arrow" /></a>`;
  if (item.status === "dashboard_needed" && mayDo("units.write", item.businessUnitId))
    return html`<${CreateButton} ...${props} />`;
  // Something that began to lack later leaves the dashboard open: its figures are still there.
  if (item.surfaceId !== null)
    return html`<a class="button button-quiet" href=${`/dashboards/${encodeURIComponent(item.slug)}`}>Open as it is<span class="sr-only">: ${item.name}</span></a>`;
  return null;
}

function Row(props: ActionProps): VNode {
  const { item } = props;
  return html`<li class="boards-row">
    <div class="boards-name"><h2><${Foreign} text=${item.name} /></h2>${item.clientName !== item.name && html`<p class="muted"><${Foreign} text=${item.clientName} /></p>`}</div>
    <div class="boards-state"><${Pill} words=${standingOf(item.status)} /></div>
    <div class="boards-detail"><${Detail} item=${item} /></div>
    <div class="boards-action"><${Action} ...${props} /></div>
  </li>`;
}

function Empty({ some }: { some: boolean }): VNode {
  if (some)
    return html`<${Notice} icon="search" title="Nothing fits"><p>No Business Unit has this name and standing.</p><//>`;
  return html`<${Notice} icon="file" title="There is no client yet"><p>Dashboards belong to the Business Units of clients.</p>${mayDo("clients.write") && html`<p><a class="button button-primary" href="/admin/clients">Create a client</a></p>`}<//>`;
}

interface FilterProps {
  readonly items: readonly DashboardListItem[];
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly standing: Standing | null;
  readonly setStanding: (standing: Standing | null) => void;
}

function Filter({ items, text, setText, standing, setStanding }: FilterProps): VNode {
  const counts = countsOf(items);
  const typed = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) setText(event.currentTarget.value);
  };
  const pick = (value: Standing | null, label: string, count: number): VNode =>
    html`<button key=${label} type="button" aria-pressed=${standing === value} onClick=${() => setStanding(value)}>${label} <span class="pick-count">${count}</span></button>`;
  return html`<div class="boards-filter">
    <div class="field boards-search"><input type="search" aria-label="Find a client or Business Unit" placeholder="Find a client or Business Unit" value=${text} onInput=${typed} /></div>
    <div class="pick" role="group" aria-label="Standing">${pick(null, "All", items.length)}${STANDINGS.map((one) => pick(one, standingOf(one).label, counts[one]))}</div>
  </div>`;
}

function List({ api, items, changed }: { api: Api; items: readonly DashboardListItem[]; changed: () => void }): VNode {
  const [text, setText] = useState("");
  const [standing, setStanding] = useState<Standing | null>(null);
  const shown = matching(items, text, standing);
  return html`${items.length > 0 && html`<${Filter} items=${items} text=${text} setText=${setText} standing=${standing} setStanding=${setStanding} />`}
    <p class="sr-only" role="status">${shown.length} of ${items.length} Business Units</p>
    ${shown.length === 0 ? html`<${Empty} some=${items.length > 0} />` : html`<ul class="boards-rows">${shown.map((item) => html`<${Row} key=${item.businessUnitId} api=${api} item=${item} changed=${changed} />`)}</ul>`}`;
}

/** The page. */
export default function DashboardsPage({ api }: { api: Api }): VNode {
  usePageTitle("Dashboards");
  const { state, resource } = useResource("dashboards", () => dashboards(api));
  const retry = (): void => void resource.reload();
  return html`<div class="page">
    <header class="page-head"><div><h1>Dashboards</h1><p class="page-lead">One for each Business Unit, from stored figures alone.</p></div></header>
    <${ResourceView} state=${state} retry=${retry} skeleton=${html`<${Skeleton} label="Loading the dashboards" rows=${6} />`}>
      ${(items: readonly DashboardListItem[]) => html`<${List} api=${api} items=${items} changed=${retry} />`}
    <//>
  </div>`;
}
