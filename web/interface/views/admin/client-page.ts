/** `/admin/clients/:clientId`: one client, its Business Units, its name, its archive. */
import type { VNode } from "preact";
import { useLocation } from "preact-iso/router";
import type { BusinessUnitView, ClientView } from "../../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../../api.ts";
import { changeClient, getClient, getUnit, restoreClient, type Write } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { clientPath, unitPath } from "../../state/admin-paths.ts";
import { findingCount, READINESS_TONE } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Age, Foreign, Panel, Skeleton } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { TextField } from "../ui/field.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { tell } from "../ui/toast.ts";
import type { Known } from "./admin-page.ts";
import { ArchivePanel } from "./archive-panel.ts";
import { nameErrors } from "./create-client.ts";
import { CreateUnit } from "./create-unit.ts";
import { DraftForm, useDraft } from "./form.ts";
import { History } from "./history.ts";
import { Selector } from "./selector.ts";

interface Whole {
  readonly client: ClientView;
  readonly units: readonly BusinessUnitView[];
}

async function load(api: Api, clientId: string): Promise<Reply<Whole>> {
  const client = await getClient(api, clientId);
  if (!client.ok) return client;
  // Archived ones too: this page is where they are found again.
  const units = await Promise.all(client.value.businessUnitIds.map((id) => getUnit(api, id)));
  const { businessUnitIds: _ids, ...rest } = client.value;
  return { ok: true, value: { client: rest, units: units.flatMap((reply) => (reply.ok ? [reply.value] : [])) } };
}

interface NameForm {
  readonly name: string;
}

/** Who edited is named by their address. */
const NOBODY: ReadonlyMap<string, string> = new Map();

const shelf = new Shelf<ClientView, NameForm>();

interface PartProps {
  readonly api: Api;
  readonly client: ClientView;
  readonly changed: (client: ClientView) => void;
}

function NamePanel({ api, client, changed }: PartProps): VNode {
  const { clientId } = client;
  const spec: FormSpec<ClientView, NameForm> = {
    read: ({ name }) => ({ name }),
    version: ({ version }) => version,
    check: ({ name }) => (name.trim() === "" ? { name: "A client needs a name." } : {}),
    send: ({ name }, version) => changeClient(api, clientId, { name: name.trim(), version }),
    merge: (form, values) => ({ name: String(values.get("name") ?? form.name) }),
    errors: nameErrors,
    saved(next) {
      changed(next);
      tell("Saved.");
    },
  };
  const draft = useDraft(shelf, { key: clientId, label: `Name of ${client.name}` }, client, spec);
  const { form, errors } = draft.state.value;
  return html`<${Panel} id="client-name-panel" title="Name">
    <${DraftForm} draft=${draft} label="Name of the client">
      <${TextField} id="field-name" label="Name" value=${form.name} error=${errors.name} maxlength=${120} disabled=${!mayDo("clients.write")} hint="Links stay as they are when it changes." change=${(name: string) => draft.set({ name })} />
    <//>
  <//>`;
}

function Units({ units }: { units: readonly BusinessUnitView[] }): VNode {
  return html`<ul class="admin-rows">${units.map(
    (unit) => html`<li key=${unit.businessUnitId} class="admin-row">
      <a class="admin-row-name" href=${unitPath(unit.businessUnitId)}><${Foreign} text=${unit.name} /></a>
      ${
        unit.archivedAt === null
          ? html`<${Badge} tone=${READINESS_TONE[unit.readiness.status]}>${unit.readiness.label}<//>`
          : html`<${Badge} tone="idle">Archived<//>`
      }
      <p class="admin-row-note muted">${unit.archivedAt === null ? findingCount(unit.readiness) : html`<${Age} at=${unit.archivedAt} />`}</p>
    </li>`,
  )}</ul>`;
}

function Content({
  api,
  known,
  whole,
  changed,
}: {
  api: Api;
  known: Known;
  whole: Whole;
  changed: (client: ClientView) => void;
}): VNode {
  const { client, units } = whole;
  const { query, route } = useLocation();
  const isAdding = query.new === "unit" && mayDo("units.create") && client.archivedAt === null;
  const toggle = (open: boolean): void => route(`${clientPath(client.clientId)}${open ? "?new=unit" : ""}`, true);
  const aside =
    !isAdding && client.archivedAt === null && mayDo("units.create")
      ? html`<button type="button" class="button button-small" onClick=${() => toggle(true)}>Add a Business Unit</button>`
      : null;
  return html`<div class="admin-stack">
    ${client.archivedAt !== null && html`<p class="admin-banner" role="status">This client is archived: no Business Unit can be added.</p>`}
    <${Panel} id="client-units" title="Business Units" aside=${aside}>
      ${units.length === 0 && html`<p class="none">None yet. A Business Unit is one brand of the client, with its own sources, people and dashboard.</p>`}
      ${units.length > 0 && html`<${Units} units=${units} />`}
    <//>
    ${isAdding && html`<${CreateUnit} api=${api} known=${known} client=${client} first=${units.length === 0} close=${() => toggle(false)} />`}
    <${NamePanel} api=${api} client=${client} changed=${changed} />
    ${
      mayDo("clients.write") &&
      html`<${ArchivePanel} what=${client.name} archivedAt=${client.archivedAt}
        meaning="An archived client is in no list. Its Business Units, runs and reports stay as they are."
        send=${(archived: boolean, reason: string) => changeClient(api, client.clientId, { archived, reason, version: client.version })} done=${changed} />
        <${Panel} id="client-history" title="History"><${History} api=${api} record=${{ scope: "clients", id: client.clientId }} version=${client.version} people=${NOBODY} mayEdit=${true}
          restore=${(editId: string, write: Write) => restoreClient(api, client.clientId, editId, write)} changed=${changed} /><//>`
    }
  </div>`;
}

/** The page. */
export function ClientPage({ api, known, clientId }: { api: Api; known: Known; clientId: string }): VNode {
  const { state, resource } = useResource(`client:${clientId}`, () => load(api, clientId));
  usePageTitle(state.value?.client.name ?? "Client");
  const changed = (client: ClientView): void => {
    const now = resource.state.peek().value;
    if (now !== null) resource.put({ ...now, client });
    known.clientChanged(client);
  };
  return html`<div class="page admin-page">
    <${Selector} known=${known} current=${clientId} />
    <div class="admin-main">
      <header class="page-head"><div>
        <p class="crumbs"><a href="/admin/clients">Clients</a></p>
        <h1><${Foreign} text=${state.value?.client.name ?? "Client"} /></h1>
      </div></header>
      <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the client" rows=${3} />`}>
        ${(whole: Whole) => html`<${Content} api=${api} known=${known} whole=${whole} changed=${changed} />`}
      <//>
    </div>
  </div>`;
}
