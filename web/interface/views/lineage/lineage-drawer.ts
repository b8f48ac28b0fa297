/** The origin of a figure, over the page it stands on. */
import type { VNode } from "preact";
import type { LineageView as Lineage } from "../../../../src/core/wire-data.ts";
import type { Api } from "../../api.ts";
import { lineage } from "../../api-data.ts";
import { html } from "../../html.ts";
import { Icon } from "../icons.ts";
import { Drawer } from "../ui/dialog.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { factPage, LineageContent, LineageSkeleton } from "./lineage-view.ts";

export interface LineageDrawerProps {
  readonly api: Api;
  /** The figure's fact; null: the drawer is shut. */
  readonly factId: string | null;
  readonly close: () => void;
}

function Body({ api, factId }: { api: Api; factId: string }): VNode {
  const { state, resource } = useResource(factId, () => lineage(api, factId));
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${LineageSkeleton} />`}>
    ${(found: Lineage) => html`<${LineageContent} lineage=${found} />`}
  <//>`;
}

/** The drawer. */
export function LineageDrawer({ api, factId, close }: LineageDrawerProps): VNode | null {
  if (factId === null) return null;
  return html`<${Drawer} title="Where this figure comes from" open=${true} close=${close} wide=${true}>
    <p class="lineage-page-link"><a class="out" href=${factPage(factId)}>Open as a page<${Icon} name="arrow" /></a></p>
    <${Body} key=${factId} api=${api} factId=${factId} />
  <//>`;
}
