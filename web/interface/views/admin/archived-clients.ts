/** What is in the archive; nothing is ever deleted. Asked for only when somebody opens it. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Api, Reply } from "../../api.ts";
import { everyPage, listClients, listUnits } from "../../api-admin.ts";
import { html } from "../../html.ts";
import type { Directory } from "../../state/admin-directory.ts";
import { clientPath, unitPath } from "../../state/admin-paths.ts";
import { Foreign, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";

async function load(api: Api): Promise<Reply<Directory>> {
  const [clients, units] = await Promise.all([
    everyPage((cursor) => listClients(api, true, cursor)),
    everyPage((cursor) => listUnits(api, { clientId: null, archived: true }, cursor)),
  ]);
  if (!clients.ok) return clients;
  if (!units.ok) return units;
  return { ok: true, value: { clients: clients.value.items, units: units.value.items, more: false } };
}

function Archive({ api }: { api: Api }): VNode {
  const { state, resource } = useResource("archive", () => load(api));
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the archive" rows=${1} />`}>
    ${({ clients, units }: Directory) =>
      clients.length + units.length === 0
        ? html`<p class="none">The archive is empty.</p>`
        : html`<ul class="admin-archive">
            ${clients.map((client) => html`<li key=${client.clientId}><a href=${clientPath(client.clientId)}><${Foreign} text=${client.name} /></a> <span class="muted">client</span></li>`)}
            ${units.map((unit) => html`<li key=${unit.businessUnitId}><a href=${unitPath(unit.businessUnitId, "settings")}><${Foreign} text=${unit.name} /></a> <span class="muted">Business Unit of <${Foreign} text=${unit.clientName} /></span></li>`)}
          </ul>`}
  <//>`;
}

export function ArchivedClients({ api }: { api: Api }): VNode {
  const [open, setOpen] = useState(false);
  const toggled = (event: Event): void => {
    if (event.currentTarget instanceof HTMLDetailsElement) setOpen(event.currentTarget.open);
  };
  return html`<details class="admin-more" onToggle=${toggled}><summary>Archive</summary>${open && html`<${Archive} api=${api} />`}</details>`;
}
