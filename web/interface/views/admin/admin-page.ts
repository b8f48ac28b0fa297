/** `/admin`: clients and their Business Units, and the agency's staff. */
import type { VNode } from "preact";
import { useCallback } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { BusinessUnitView, ClientView } from "../../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../../api.ts";
import { everyPage, listClients, listUnits } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type Directory, withClient, withUnit } from "../../state/admin-directory.ts";
import { placeOf } from "../../state/admin-paths.ts";
import type { ResourceState } from "../../state/resource.ts";
import { usePageTitle } from "../follow.ts";
import { Notice } from "../notices.ts";
import { useResource } from "../ui/resource-view.ts";
import { ClientPage } from "./client-page.ts";
import { ClientsPage } from "./clients-page.ts";
import { LeaveGuard } from "./leave-guard.ts";
import { UnitPage } from "./unit-page.ts";
import { UsersPage } from "./users-page.ts";

/** What all pages of the administration know of clients and Business Units. */
export interface Known {
  readonly state: ResourceState<Directory>;
  reload(): void;
  unitChanged(unit: BusinessUnitView): void;
  clientChanged(client: ClientView): void;
}

async function loadDirectory(api: Api): Promise<Reply<Directory>> {
  const [clients, units] = await Promise.all([
    everyPage((cursor) => listClients(api, false, cursor)),
    everyPage((cursor) => listUnits(api, { clientId: null, archived: false }, cursor)),
  ]);
  if (!clients.ok) return clients;
  if (!units.ok) return units;
  const more = clients.value.more || units.value.more;
  return { ok: true, value: { clients: clients.value.items, units: units.value.items, more } };
}

function useDirectory(api: Api): Known {
  const { state, resource } = useResource("directory", () => loadDirectory(api));
  const change = (edit: (directory: Directory) => Directory): void => {
    const { value } = resource.state.peek();
    if (value !== null) resource.put(edit(value));
  };
  const unitChanged = useCallback((unit: BusinessUnitView) => change((now) => withUnit(now, unit)), [resource]);
  const clientChanged = useCallback((client: ClientView) => change((now) => withClient(now, client)), [resource]);
  return { state, reload: () => void resource.reload(), unitChanged, clientChanged };
}

function NotFound(): VNode {
  usePageTitle("Not found");
  return html`<div class="page"><${Notice} icon="search" title="There is no such page" level=${1}>
    <p><a class="button" href="/admin/clients">All clients</a></p>
  <//></div>`;
}

function partsOf(path: string): readonly string[] {
  return path.split("/").slice(2).map(decodeURIComponent);
}

/** The page. */
export default function AdminPage({ api }: { api: Api }): VNode {
  const { path } = useLocation();
  const known = useDirectory(api);
  const place = placeOf(partsOf(path));
  const page = (): VNode => {
    switch (place.page) {
      case "clients":
        return html`<${ClientsPage} api=${api} known=${known} />`;
      case "client":
        return html`<${ClientPage} key=${place.clientId} api=${api} known=${known} clientId=${place.clientId} />`;
      case "unit":
        return html`<${UnitPage} key=${place.businessUnitId} api=${api} known=${known} businessUnitId=${place.businessUnitId} tab=${place.tab} />`;
      case "users":
        return html`<${UsersPage} api=${api} />`;
      default:
        return html`<${NotFound} />`;
    }
  };
  return html`${page()}<${LeaveGuard} />`;
}
