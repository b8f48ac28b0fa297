/** `/admin/users`: the agency's staff. A role here counts on every Business Unit. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { StaffUser } from "../../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../../api.ts";
import { everyPage, listStaff } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { roleName } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { usePageTitle } from "../follow.ts";
import { Foreign, Skeleton } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { TextField } from "../ui/field.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { type Column, DataTable } from "../ui/table.ts";
import { AdminNav } from "./admin-nav.ts";
import { ArchivedUsers } from "./archived-users.ts";
import { UserDialog } from "./user-dialog.ts";

async function load(api: Api): Promise<Reply<readonly StaffUser[]>> {
  const found = await everyPage((cursor) => listStaff(api, false, cursor));
  return found.ok ? { ok: true, value: found.value.items } : found;
}

function userPath(userId: string): string {
  return `/admin/users?user=${encodeURIComponent(userId)}`;
}

function columns(): readonly Column<StaffUser>[] {
  const name = ({ name: text, userId }: StaffUser): VNode =>
    mayDo("users.write")
      ? html`<a href=${userPath(userId)}><${Foreign} text=${text} /></a>`
      : html`<${Foreign} text=${text} />`;
  return [
    { id: "name", label: "Name", cell: name, sort: (user) => user.name },
    {
      id: "email",
      label: "E-mail",
      cell: ({ email }) => html`<${Foreign} text=${email} />`,
      sort: (user) => user.email,
    },
    {
      id: "asana",
      label: "Asana user",
      cell: ({ asanaUserGid }) =>
        asanaUserGid === null
          ? html`<${Badge} tone="wait" title="Jessie recognises staff by their Asana user.">Not mapped<//>`
          : html`<code>${asanaUserGid}</code>`,
      sort: (user) => user.asanaUserGid ?? "",
    },
    {
      id: "role",
      label: "Role on the agency",
      cell: ({ role }) => (role === null ? html`<span class="muted">By Business Unit</span>` : roleName(role)),
      sort: (user) => user.role ?? "",
    },
  ];
}

function Staff({ staff }: { staff: readonly StaffUser[] }): VNode {
  const [text, setText] = useState("");
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = staff.filter(({ name, email }) =>
    words.every((word) => `${name} ${email}`.toLowerCase().includes(word)),
  );
  return html`<div class="admin-find">
      <${TextField} id="find-user" label="Find somebody" type="search" value=${text} change=${setText} />
      <p class="muted" role="status">${found.length === 1 ? "1 member of staff" : `${found.length} members of staff`}</p>
    </div>
    <${DataTable} caption="Staff" captionHidden=${true} columns=${columns()} rows=${found} keyOf=${(user: StaffUser) => user.userId} empty="Nobody of that name." initial=${{ column: "name", direction: "ascending" }} />`;
}

/** The page. */
export function UsersPage({ api }: { api: Api }): VNode {
  usePageTitle("Users");
  const { query, route } = useLocation();
  const { state, resource } = useResource("staff", () => load(api));
  const staff = state.value ?? [];
  const chosen = staff.find(({ userId }) => userId === query.user) ?? null;
  const isNew = query.new === "user";
  const close = (): void => {
    if (query.user !== undefined || isNew) route("/admin/users", true);
  };
  const changed = (user: StaffUser): void => {
    const others = (resource.state.peek().value ?? []).filter(({ userId }) => userId !== user.userId);
    resource.put(user.archivedAt === null ? [...others, user] : others);
  };
  return html`<div class="page">
    <header class="page-head">
      <div><h1>Users</h1><p class="page-lead">Who works here, and what each may do everywhere</p></div>
      ${mayDo("users.write") && html`<button type="button" class="button button-primary" onClick=${() => route("/admin/users?new=user")}>Add a user</button>`}
    </header>
    <${AdminNav} current="users" />
    <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the staff" rows=${3} />`}>
      ${(all: readonly StaffUser[]) => html`<${Staff} staff=${all} />`}
    <//>
    ${mayDo("users.write") && html`<${ArchivedUsers} api=${api} back=${changed} />`}
    ${(isNew || chosen !== null) && mayDo("users.write") && html`<${UserDialog} key=${chosen?.userId ?? "new"} api=${api} user=${chosen} changed=${changed} close=${close} />`}
  </div>`;
}
