/** Where the client's goals and tone are kept: a folder of Box. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import * as v from "valibot";
import type { Problem } from "../../../../src/core/wire.ts";
import { BoxFolderId } from "../../../../src/core/wire-unit.ts";
import { putPart, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type Errors, type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { Icon } from "../icons.ts";
import { Foreign, OutLink, Panel } from "../parts.ts";
import { TextField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { TabProps } from "./unit-page.ts";

interface Form {
  readonly boxFolderId: string;
  readonly boxFolderName: string;
}

const shelf = new Shelf<WrittenUnit, Form>();

const Value = v.object({ boxFolderId: v.string(), boxFolderName: v.optional(v.nullable(v.string()), null) });

function formOf(value: unknown): Form {
  const read = v.safeParse(Value, value);
  return read.success
    ? { boxFolderId: read.output.boxFolderId, boxFolderName: read.output.boxFolderName ?? "" }
    : { boxFolderId: "", boxFolderName: "" };
}

/** People copy the address of the folder; its last part is the id. */
export function folderIdIn(text: string): string {
  return /\/folder\/(\d+)/.exec(text)?.[1] ?? text;
}

function errorsOf(problem: Problem): Errors {
  if (problem.code === "source_belongs_elsewhere") return { boxFolderId: problem.detail };
  return issuesByField(problem.issues, ["boxFolderId", "boxFolderName"]);
}

export function ContextTab({ api, unit, changed, mayEdit }: TabProps): VNode {
  const { businessUnitId } = unit;
  const [isNew] = useState(unit.context === null);
  const [warnings, setWarnings] = useState<NonNullable<WrittenUnit["warnings"]>>([]);
  const spec: FormSpec<WrittenUnit, Form> = {
    read: ({ context }) => formOf(context),
    version: ({ version }) => version,
    check({ boxFolderId }) {
      const read = v.safeParse(BoxFolderId, boxFolderId);
      return read.success ? {} : { boxFolderId: read.issues[0].message };
    },
    send: ({ boxFolderId, boxFolderName }, version) =>
      putPart(api, businessUnitId, ["context"], {
        boxFolderId: boxFolderId.trim(),
        boxFolderName: boxFolderName.trim() || null,
        version,
      }),
    merge: (form, values) => (values.has("context") ? formOf(values.get("context")) : form),
    errors: errorsOf,
    saved(next) {
      setWarnings(next.warnings ?? []);
      changed(next);
      tell("The context folder is saved.");
    },
  };
  const draft = useDraft(shelf, { key: businessUnitId, label: "Client context" }, unit, spec);
  const { form, errors } = draft.state.value;
  const folder = unit.context === null ? null : `https://app.box.com/folder/${unit.context.boxFolderId}`;
  return html`<${Panel} id="context" title="Client context" aside=${folder !== null && html`<${OutLink} href=${folder}>Open the folder<//>`}>
    <p class="admin-lead">Jessie reads the client's goals, voice and agreements in this folder of Box before it writes.</p>
    <${DraftForm} draft=${draft} label="Client context">
      <div class="admin-fields">
        <${TextField} id=${fieldId("context")} label="Folder id" required=${true} autofocus=${isNew && mayEdit} disabled=${!mayEdit} maxlength=${200} value=${form.boxFolderId} error=${errors.boxFolderId}
          hint="The number in the folder's address; the whole address will do." change=${(text: string) => draft.set({ boxFolderId: folderIdIn(text) })} />
        <${TextField} id="context-name" label="Folder name" disabled=${!mayEdit} maxlength=${200} value=${form.boxFolderName} error=${errors.boxFolderName}
          hint="As people know it. May stay empty." change=${(boxFolderName: string) => draft.set({ boxFolderName })} />
      </div>
    <//>
    ${warnings.map((one) => html`<p key=${one.detail} class="asset-warning" role="status"><${Icon} name="alert" /><${Foreign} text=${one.detail} /></p>`)}
  <//>`;
}
