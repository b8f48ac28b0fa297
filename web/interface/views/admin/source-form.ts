/** The id of a source and what people call it. The format is checked while it is typed, by the rules of the actor. */
import type { VNode } from "preact";
import * as v from "valibot";
import type { Problem } from "../../../../src/core/wire.ts";
import { EXTERNAL_ID } from "../../../../src/core/wire-unit.ts";
import { putPart, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type Errors, type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import type { AssetKind } from "../../state/admin-words.ts";
import { TextField } from "../ui/field.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { SourceProps } from "./source-row.ts";

interface Form {
  readonly externalId: string;
  readonly label: string;
}

const shelf = new Shelf<WrittenUnit, Form>();

const Value = v.object({ externalId: v.string(), label: v.optional(v.nullable(v.string()), null) });

function formOf(value: unknown): Form {
  const read = v.safeParse(Value, value);
  return read.success
    ? { externalId: read.output.externalId, label: read.output.label ?? "" }
    : { externalId: "", label: "" };
}

/** What is wrong with an id of that kind, in the words of the actor. */
export function idProblem(kind: AssetKind, externalId: string): string | null {
  const read = v.safeParse(EXTERNAL_ID[kind], externalId);
  return read.success ? null : read.issues[0].message;
}

/** How an id is kept, where that is not how it was typed. */
function keptAs(kind: AssetKind, externalId: string): string | null {
  const read = v.safeParse(EXTERNAL_ID[kind], externalId);
  return read.success && read.output !== externalId.trim() ? read.output : null;
}

function errorsOf(problem: Problem): Errors {
  if (problem.code === "source_belongs_elsewhere") return { externalId: problem.detail };
  return issuesByField(problem.issues, ["externalId", "label"]);
}

interface Props extends SourceProps {
  readonly source: WrittenUnit["sources"][number] | null;
  readonly saved: (unit: WrittenUnit) => void;
  readonly close: () => void;
}

export function SourceForm({ api, unit, words, saved, close }: Props): VNode {
  const { kind, name } = words;
  const { businessUnitId } = unit;
  const field = `sources.${kind}`;
  const spec: FormSpec<WrittenUnit, Form> = {
    read: ({ sources }) => formOf(sources.find((one) => one.kind === kind)),
    version: ({ version }) => version,
    check({ externalId }) {
      const problem = idProblem(kind, externalId);
      return problem === null ? {} : { externalId: problem };
    },
    send: ({ externalId, label }, version) =>
      putPart(api, businessUnitId, ["sources", kind], { externalId, label: label.trim() || null, version }),
    merge: (form, values) => (values.has(field) ? formOf(values.get(field)) : form),
    errors: errorsOf,
    saved,
  };
  const draft = useDraft(shelf, { key: `${businessUnitId} ${kind}`, label: name }, unit, spec);
  const { form, errors } = draft.state.value;
  const kept = keptAs(kind, form.externalId);
  const cancel = (): void => {
    draft.discard();
    close();
  };
  return html`<div class="asset-form"><${DraftForm} draft=${draft} label=${name} submit="Save" cancel=${cancel} saved=${close}>
    <div class="admin-fields">
      <${TextField} id=${fieldId(field)} label=${words.id} required=${true} maxlength=${200} autofocus=${true} value=${form.externalId} error=${errors.externalId}
        hint=${kept === null ? words.hint : html`Is kept as <code>${kept}</code>`} change=${(externalId: string) => draft.set({ externalId })} />
      <${TextField} id=${`${fieldId(field)}-label`} label="Label" hint="What people call it, where the id says nothing. May stay empty." maxlength=${200} value=${form.label} error=${errors.label} change=${(label: string) => draft.set({ label })} />
    </div>
  <//></div>`;
}
