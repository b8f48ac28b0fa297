/** `/admin/clients`: all clients and how far each of their Business Units is. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { BusinessUnitView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { type ClientGroup, type Directory, groupsMatching, groupsOf } from "../../state/admin-directory.ts";
import { clientPath, fieldPath, unitPath } from "../../state/admin-paths.ts";
import { findingCount, READINESS_TONE } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Notice } from "../notices.ts";
import { Foreign, Skeleton } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { TextField } from "../ui/field.ts";
import { ResourceView } from "../ui/resource-view.ts";
import { AdminNav } from "./admin-nav.ts";
import type { Known } from "./admin-page.ts";
import { ArchivedClients } from "./archived-clients.ts";
import { CreateClient } from "./create-client.ts";

function UnitRow({ unit }: { unit: BusinessUnitView }): VNode {
  const { businessUnitId, readiness } = unit;
  const first = readiness.findings.find(({ severity }) => severity === "blocks");
  const fix = first === undefined ? null : fieldPath(businessUnitId, first.field);
  return html`<li class="admin-row">
    <a class="admin-row-name" href=${unitPath(businessUnitId)}><${Foreign} text=${unit.name} /></a>
    <${Badge} tone=${READINESS_TONE[readiness.status]}>${readiness.label}<//>
    <p class="admin-row-note">${
      first === undefined
        ? html`<span class="muted">${readiness.status === "dashboard_needed" ? "Set up; its dashboard can be created" : findingCount(readiness)}</span>`
        : html`<span>${first.what}</span>${fix !== null && html` <a href=${fix}>Go there<span class="sr-only">: ${first.what} ${unit.name}</span></a>`}`
    }</p>
  </li>`;
}

function Group({ group }: { group: ClientGroup }): VNode {
  const { client, units } = group;
  return html`<li class="panel admin-client">
    <h2><a href=${clientPath(client.clientId)}><${Foreign} text=${client.name} /></a></h2>
    ${
      units.length === 0
        ? html`<p class="none">No Business Unit yet. ${mayDo("units.create") && html`<a href=${`${clientPath(client.clientId)}?new=unit`}>Add the first<span class="sr-only"> of ${client.name}</span></a>`}</p>`
        : html`<ul class="admin-rows">${units.map((unit) => html`<${UnitRow} key=${unit.businessUnitId} unit=${unit} />`)}</ul>`
    }
  </li>`;
}

function counted(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : `${one}s`}`;
}

function Clients({ directory, create }: { directory: Directory; create: () => void }): VNode {
  const [text, setText] = useState("");
  const groups = groupsOf(directory);
  const found = groupsMatching(groups, text);
  if (groups.length === 0)
    return html`<${Notice} icon="person" title="No clients yet">
      <p>A client has one or more Business Units: a brand with its sources, people and dashboard.</p>
      ${mayDo("clients.write") && html`<p><button type="button" class="button button-primary" onClick=${create}>Create the first client</button></p>`}
    <//>`;
  return html`<div class="admin-find">
      <${TextField} id="find-client" label="Find a client" type="search" value=${text} change=${setText} />
      <p class="muted" role="status">${counted(found.length, "client")}, ${counted(
        found.reduce((sum, { units }) => sum + units.length, 0),
        "Business Unit",
      )}${directory.more && " (there are more)"}</p>
    </div>
    ${found.length === 0 && html`<p class="none">Nothing of that name.</p>`}
    <ul class="admin-clients">${found.map((group) => html`<${Group} key=${group.client.clientId} group=${group} />`)}</ul>`;
}

/** The page. */
export function ClientsPage({ api, known }: { api: Api; known: Known }): VNode {
  usePageTitle("Clients");
  const { query, route } = useLocation();
  const isCreating = query.new === "client";
  const create = (): void => route("/admin/clients?new=client");
  const close = (): void => {
    if (query.new === "client") route("/admin/clients", true);
  };
  return html`<div class="page">
    <header class="page-head">
      <div><h1>Clients</h1><p class="page-lead">Whom we work for, what is set up, and what is missing</p></div>
      ${mayDo("clients.write") && html`<button type="button" class="button button-primary" onClick=${create}>Create client</button>`}
    </header>
    <${AdminNav} current="clients" />
    <${ResourceView} state=${known.state} retry=${known.reload} skeleton=${html`<${Skeleton} label="Loading clients" rows=${4} />`}>
      ${(directory: Directory) => html`<${Clients} directory=${directory} create=${create} />`}
    <//>
    <${ArchivedClients} api=${api} />
    ${isCreating && mayDo("clients.write") && html`<${CreateClient} api=${api} known=${known} close=${close} />`}
  </div>`;
}
