/** Who works on this Business Unit, and as what. Roles on the agency count here too, and are shown beside. */
import type { VNode } from "preact";
import type { StaffUser } from "../../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../../api.ts";
import { everyPage, listStaff, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { roleName } from "../../state/admin-words.ts";
import { Foreign, Panel, Skeleton } from "../parts.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import type { TabProps } from "./unit-page.ts";
import { Unmapped } from "./unmapped.ts";
import { AddRole, RoleRow } from "./user-role.ts";

async function load(api: Api): Promise<Reply<readonly StaffUser[]>> {
  const found = await everyPage((cursor) => listStaff(api, false, cursor));
  return found.ok ? { ok: true, value: found.value.items } : found;
}

function Everywhere({ staff }: { staff: readonly StaffUser[] }): VNode | null {
  const found = staff.filter(({ role }) => role !== null);
  if (found.length === 0) return null;
  return html`<${Panel} id="agency-roles" title="On every Business Unit" aside=${html`<a class="panel-aside" href="/admin/users">Users</a>`}>
    <ul class="admin-rows">${found.map(
      (user) => html`<li key=${user.userId} class="admin-row">
        <span class="admin-row-name"><${Foreign} text=${user.name} /></span><span>${roleName(user.role ?? "")}</span>
        <span class="admin-row-note"><${Unmapped} user=${user} /></span>
      </li>`,
    )}</ul>
  <//>`;
}

interface ListProps extends TabProps {
  readonly staff: readonly StaffUser[];
}

function People(props: ListProps): VNode {
  const { unit, staff, mayEdit } = props;
  const taken = new Set(unit.users.map(({ userId }) => userId));
  const free = staff.filter(({ userId }) => !taken.has(userId));
  return html`<${Panel} id="users" title="On this Business Unit">
      ${unit.users.length === 0 && html`<p class="none">Nobody has a role here alone.</p>`}
      <ul class="roles">${unit.users.map((user: WrittenUnit["users"][number]) => html`<${RoleRow} key=${user.userId} ...${props} user=${user} staff=${staff.find(({ userId }) => userId === user.userId)} />`)}</ul>
      ${mayEdit && html`<${AddRole} ...${props} free=${free} />`}
    <//>
    <${Everywhere} staff=${staff} />`;
}

export function UsersTab(props: TabProps): VNode {
  const { state, resource } = useResource("staff", () => load(props.api));
  return html`<${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the staff" rows=${2} />`}>
    ${(staff: readonly StaffUser[]) => html`<${People} ...${props} staff=${staff} />`}
  <//>`;
}
