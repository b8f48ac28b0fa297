/** Staff in the archive, and the way out of it. Asked for only when somebody opens it. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { StaffUser } from "../../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../../api.ts";
import { everyPage, listStaff } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { Age, Foreign, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { UserDialog } from "./user-dialog.ts";

interface Props {
  readonly api: Api;
  /** Somebody came out of the archive. */
  readonly back: (user: StaffUser) => void;
}

async function load(api: Api): Promise<Reply<readonly StaffUser[]>> {
  const found = await everyPage((cursor) => listStaff(api, true, cursor));
  return found.ok ? { ok: true, value: found.value.items } : found;
}

function Archive({ api, back }: Props): VNode {
  const [chosen, setChosen] = useState<StaffUser | null>(null);
  const { state, resource } = useResource("staff-archive", () => load(api));
  const changed = (user: StaffUser): void => {
    const others = (resource.state.peek().value ?? []).filter(({ userId }) => userId !== user.userId);
    resource.put(user.archivedAt === null ? others : [...others, user]);
    setChosen(user);
    back(user);
  };
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the archive" rows=${1} />`}>
      ${(staff: readonly StaffUser[]) =>
        staff.length === 0
          ? html`<p class="none">The archive is empty.</p>`
          : html`<ul class="admin-archive">${staff.map(
              (user) => html`<li key=${user.userId}>
                <button type="button" class="button button-small button-quiet" onClick=${() => setChosen(user)}><${Foreign} text=${user.name} /></button>
                <span class="muted"><${Foreign} text=${user.email} /> · <${Age} at=${user.archivedAt ?? ""} /></span>
              </li>`,
            )}</ul>`}
    <//>
    ${chosen !== null && html`<${UserDialog} key=${chosen.userId} api=${api} user=${chosen} changed=${changed} close=${() => setChosen(null)} />`}`;
}

export function ArchivedUsers(props: Props): VNode {
  const [open, setOpen] = useState(false);
  const toggled = (event: Event): void => {
    if (event.currentTarget instanceof HTMLDetailsElement) setOpen(event.currentTarget.open);
  };
  return html`<details class="admin-more" onToggle=${toggled}><summary>Archive</summary>${open && html`<${Archive} ...${props} />`}</details>`;
}
