/** A member of staff: added, changed, archived, and what was changed about them before. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import * as v from "valibot";
import type { Problem } from "../../../../src/core/wire.ts";
import { RoleSchema, type StaffUser } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { addStaff, archiveStaff, changeStaff, restoreStaff, type StaffBody, type Write } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type Errors, type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { ROLES } from "../../state/admin-words.ts";
import { Age } from "../parts.ts";
import { Dialog } from "../ui/dialog.ts";
import { SelectField, TextField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import { History } from "./history.ts";

interface Form {
  readonly name: string;
  readonly email: string;
  readonly asanaUserGid: string;
  readonly role: string;
}

const FIELDS = ["name", "email", "asanaUserGid", "role"] as const;
const ROLE_CHOICES = [
  { value: "", label: "None: only where one is given" },
  ...ROLES.map(({ role, name, may }) => ({ value: role, label: `${name}: ${may}` })),
];

const shelf = new Shelf<StaffUser | null, Form>();

function bodyOf({ name, email, asanaUserGid, role }: Form): StaffBody {
  const chosen = v.safeParse(RoleSchema, role);
  return {
    name: name.trim(),
    email: email.trim(),
    asanaUserGid: asanaUserGid.trim() || null,
    role: chosen.success ? chosen.output : null,
  };
}

/** People copy the address of a profile; its digits are the id. */
function gidIn(text: string): string {
  return /asana\.com\/.*?(\d{6,})/.exec(text)?.[1] ?? text;
}

function check({ name, email, asanaUserGid }: Form): Errors {
  return {
    ...(name.trim() === "" ? { name: "Somebody needs a name." } : {}),
    ...(/^[!-~]+@[!-~]+\.[!-~]+$/.test(email.trim()) ? {} : { email: "Enter an e-mail address." }),
    ...(/^\d*$/.test(asanaUserGid.trim()) ? {} : { asanaUserGid: "An Asana user is named by digits." }),
  };
}

function formOf(user: StaffUser | null): Form {
  const { name = "", email = "", asanaUserGid = null, role = null } = user ?? {};
  return { name, email, asanaUserGid: asanaUserGid ?? "", role: role ?? "" };
}

function textIn(values: ReadonlyMap<string, unknown>, field: string, form: string): string {
  return values.has(field) ? String(values.get(field) ?? "") : form;
}

interface Props {
  readonly api: Api;
  /** Null for a new one. */
  readonly user: StaffUser | null;
  readonly changed: (user: StaffUser) => void;
  readonly close: () => void;
}

type Known = Props & { readonly user: StaffUser };

function Archive({ api, user, changed, close }: Known): VNode {
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const archives = user.archivedAt === null;
  const act = async (): Promise<void> => {
    const reply = await archiveStaff(api, user.userId, { archived: archives, version: user.version });
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    changed(reply.value);
    tell(`${user.name} is ${archives ? "archived" : "out of the archive"}.`);
    close();
  };
  return html`<section class="user-archive" aria-label="Archive">
    <p class="muted">${archives ? "Archived, they may do nothing more. What they did keeps their name." : html`In the archive since <${Age} at=${user.archivedAt} />. Out of it, they have every role they had.`}</p>
    ${
      sure
        ? html`<p class="admin-buttons"><button type="button" class=${`button button-small${archives ? " button-danger" : " button-primary"}`} onClick=${() => void act()}>${archives ? "Archive" : "Take out"} ${user.name}</button>
            <button type="button" class="button button-small button-quiet" onClick=${() => setSure(false)}>Keep</button></p>`
        : html`<button type="button" class="button button-small" onClick=${() => setSure(true)}>${archives ? "Archive…" : "Take out of the archive…"}</button>`
    }
    <p class="field-problem" role="alert">${problem?.detail ?? ""}</p>
  </section>`;
}

function Past({ api, user, changed }: Known): VNode {
  const restore = (editId: string, write: Write) => restoreStaff(api, user.userId, editId, write);
  return html`<details class="admin-more"><summary>History</summary>
    <${History} api=${api} record=${{ scope: "users", id: user.userId }} version=${user.version} people=${NOBODY} mayEdit=${true} restore=${restore} changed=${changed} />
  </details>`;
}

/** Who edited is named by their address. */
const NOBODY: ReadonlyMap<string, string> = new Map();

function specOf({ api, user, changed }: Props): FormSpec<StaffUser | null, Form> {
  return {
    // The form of a new one is empty again once it is saved.
    read: (record) => formOf(user === null ? null : record),
    version: (record) => record?.version ?? 0,
    check,
    send: (form, version) =>
      user === null ? addStaff(api, bodyOf(form)) : changeStaff(api, user.userId, { ...bodyOf(form), version }),
    merge: (form, values) => ({
      name: textIn(values, "name", form.name),
      email: textIn(values, "email", form.email),
      asanaUserGid: textIn(values, "asanaUserGid", form.asanaUserGid),
      role: textIn(values, "role", form.role),
    }),
    errors: ({ issues }) => issuesByField(issues, FIELDS),
    saved(record) {
      if (record === null) return;
      changed(record);
      tell(user === null ? `${record.name} is added.` : `${record.name} is saved.`);
    },
  };
}

function UserForm(props: Props): VNode {
  const { user, close } = props;
  const label = user === null ? "A new user" : user.name;
  const draft = useDraft(shelf, { key: user?.userId ?? "", label }, user, specOf(props));
  const { form, errors } = draft.state.value;
  const cancel = (): void => {
    draft.discard();
    close();
  };
  return html`<${DraftForm} draft=${draft} label=${label} submit=${user === null ? "Add" : "Save"} cancel=${cancel} saved=${close}>
    <div class="admin-fields">
      <${TextField} id="user-name" label="Name" hint="As people here know them." required=${true} autofocus=${true} maxlength=${120} value=${form.name} error=${errors.name} change=${(name: string) => draft.set({ name })} />
      <${TextField} id="user-email" label="E-mail" type="email" required=${true} maxlength=${120} hint="As they sign in." value=${form.email} error=${errors.email} change=${(email: string) => draft.set({ email })} />
      <${TextField} id="user-asana" label="Asana user" inputmode="numeric" maxlength=${200} hint="The digits of their profile's address." value=${form.asanaUserGid} error=${errors.asanaUserGid} change=${(text: string) => draft.set({ asanaUserGid: gidIn(text) })} />
      <${SelectField} id="user-role" label="Role on every Business Unit" hint="A stronger one may be given where it is needed." value=${form.role} error=${errors.role} options=${ROLE_CHOICES} change=${(role: string) => draft.set({ role })} />
    </div>
  <//>`;
}

/** Somebody in the archive is looked at, and taken out of it before anything of them is changed. */
export function UserDialog(props: Props): VNode {
  const { user, close } = props;
  return html`<${Dialog} title=${user === null ? "Add a user" : user.name} open=${true} close=${close} wide=${true}>
    ${(user === null || user.archivedAt === null) && html`<${UserForm} ...${props} />`}
    ${user !== null && html`<${Archive} ...${props} user=${user} /><${Past} ...${props} user=${user} />`}
  <//>`;
}
