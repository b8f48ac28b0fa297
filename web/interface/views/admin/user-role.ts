/** The role of one person on a Business Unit: changed, given, taken. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { StaffUser } from "../../../../src/core/wire-registry.ts";
import { putPart, removePart, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { ROLES } from "../../state/admin-words.ts";
import { Foreign } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { SelectField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { TabProps } from "./unit-page.ts";
import { Unmapped } from "./unmapped.ts";

const ROLE_CHOICES = ROLES.map(({ role, name, may }) => ({ value: role, label: `${name}: ${may}` }));

interface RoleForm {
  readonly role: string;
}

const shelf = new Shelf<WrittenUnit, RoleForm>();

interface RowProps extends TabProps {
  readonly user: WrittenUnit["users"][number];
  readonly staff: StaffUser | undefined;
}

export function RoleRow({ api, unit, changed, mayEdit, user, staff }: RowProps): VNode {
  const { businessUnitId } = unit;
  const { userId, name } = user;
  const field = `users.${userId}`;
  const [removing, setRemoving] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const spec: FormSpec<WrittenUnit, RoleForm> = {
    read: ({ users }) => ({ role: users.find((one) => one.userId === userId)?.role ?? user.role }),
    version: ({ version }) => version,
    check: () => ({}),
    send({ role }, version) {
      // Taken away by the other side of a conflict.
      if (role === "") return removePart(api, businessUnitId, ["users", userId], { version });
      return putPart(api, businessUnitId, ["users", userId], { role, version });
    },
    merge: (form, values) => (values.has(field) ? { role: String(values.get(field) ?? "") } : form),
    errors: ({ issues }) => issuesByField(issues, ["role"]),
    saved(next) {
      changed(next);
      tell(`The role of ${name} is saved.`);
    },
  };
  const draft = useDraft(shelf, { key: `${businessUnitId} ${userId}`, label: `Role of ${name}` }, unit, spec);
  const { form, errors } = draft.state.value;
  const remove = async (reason: string): Promise<void> => {
    const reply = await removePart(api, businessUnitId, ["users", userId], { version: unit.version, reason });
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    draft.discard();
    changed(reply.value);
    tell(`${name} has no role here any more.`);
  };
  return html`<li class="role">
    <div class="role-who"><strong><${Foreign} text=${name} /></strong> <span class="muted"><${Foreign} text=${user.email} /></span> <${Unmapped} user=${staff} /></div>
    <${DraftForm} draft=${draft} label=${`Role of ${name}`}>
      <${SelectField} id=${fieldId(field)} label=${`Role of ${name}`} value=${form.role} error=${errors.role} disabled=${!mayEdit} options=${ROLE_CHOICES} change=${(role: string) => draft.set({ role })} />
    <//>
    ${mayEdit && html`<button type="button" class="button button-small button-quiet" onClick=${() => setRemoving(true)}>Remove<span class="sr-only"> ${name}</span></button>`}
    <div role="alert">${problem !== null && html`<p class="field-problem">${problem.detail}</p>`}</div>
    ${removing && html`<${ReasonDialog} title=${`Remove ${name} from this Business Unit?`} confirm="Remove" danger=${true} reason="optional" close=${() => setRemoving(false)} done=${(reason: string) => void remove(reason)}><p>A role on the agency stays.</p><//>`}
  </li>`;
}

interface NewForm extends RoleForm {
  readonly userId: string;
}

const newShelf = new Shelf<WrittenUnit, NewForm>();

interface AddProps extends TabProps {
  /** Staff without a role here. */
  readonly free: readonly StaffUser[];
}

export function AddRole({ api, unit, changed, free }: AddProps): VNode {
  const { businessUnitId } = unit;
  const spec: FormSpec<WrittenUnit, NewForm> = {
    read: () => ({ userId: "", role: "consultant" }),
    version: ({ version }) => version,
    check: ({ userId }) => (userId === "" ? { userId: "Choose somebody." } : {}),
    send: ({ userId, role }, version) => putPart(api, businessUnitId, ["users", userId], { role, version }),
    merge: (form) => form,
    errors: ({ issues }) => issuesByField(issues, ["role"]),
    saved(next) {
      changed(next);
      tell("The role is given.");
    },
  };
  const draft = useDraft(newShelf, { key: businessUnitId, label: "A new role" }, unit, spec);
  const { form, errors } = draft.state.value;
  const people = [
    { value: "", label: "Choose…" },
    ...free.map(({ userId, name, email }) => ({ value: userId, label: `${name} (${email})` })),
  ];
  return html`<div class="role-new"><h3>Give a role</h3>
    ${
      free.length === 0
        ? html`<p class="none">Everybody of the staff has a role here. New members are added under <a href="/admin/users">Users</a>.</p>`
        : html`<${DraftForm} draft=${draft} label="Give a role" submit="Give the role"><div class="admin-fields">
            <${SelectField} id=${fieldId("users")} label="Member of staff" value=${form.userId} error=${errors.userId} options=${people} change=${(userId: string) => draft.set({ userId })} />
            <${SelectField} id="new-role" label="Role" value=${form.role} error=${errors.role} options=${ROLE_CHOICES} change=${(role: string) => draft.set({ role })} />
          </div><//>`
    }
  </div>`;
}
