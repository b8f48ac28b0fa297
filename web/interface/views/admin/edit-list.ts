/** Edits of a record: who changed what, when and why, with what stood there before. */
import type { ComponentChildren, VNode } from "preact";
import type { EditView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { listEdits, type Recorded } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type EditGroup, editGroups, fieldName, valueDiff } from "../../state/admin-words.ts";
import { Age, Foreign } from "../parts.ts";
import { Paged } from "../refresh/paged.ts";
import { Badge } from "../ui/badge.ts";

/** Names of people by their id. */
export type People = ReadonlyMap<string, string>;

function Lines({ lines, of }: { lines: readonly string[]; of: "was" | "is" }): VNode {
  const word = of === "was" ? "Before: " : "After: ";
  const tag = lines.map((line, n) => html`<span key=${n} class="change-line"><${Foreign} text=${line} /></span>`);
  return of === "was"
    ? html`<del class="change-was"><span class="sr-only">${word}</span>${tag}</del>`
    : html`<ins class="change-is"><span class="sr-only">${word}</span>${tag}</ins>`;
}

/** One field of an edit. */
export function Change({ edit, people }: { edit: EditView; people: People }): VNode {
  const { was, is } = valueDiff(edit.field, edit.before, edit.after);
  return html`<div class="change">
    <p class="change-field">${fieldName(edit.field, people)}</p>
    <div class="change-values">${was.length > 0 && html`<${Lines} lines=${was} of="was" />`}${is.length > 0 && html`<${Lines} lines=${is} of="is" />`}</div>
  </div>`;
}

export interface EditListProps {
  readonly api: Api;
  readonly record: Recorded;
  /** Another version, another list. */
  readonly version: number;
  readonly people: People;
  /** What can be done with an edit. */
  readonly action?: (group: EditGroup) => ComponentChildren;
}

function Group({ group, people, action }: { group: EditGroup } & Pick<EditListProps, "people" | "action">): VNode {
  const [first] = group.edits;
  return html`<li class="edit">
    <div class="edit-head">
      <p><strong><${Foreign} text=${people.get(first.by) ?? first.by} /></strong> <span class="muted"><${Age} at=${first.at} /> · version ${first.version}</span>
        ${first.restores !== null && html` <${Badge} tone="review">Restored<//>`}</p>
      ${action?.(group)}
    </div>
    ${first.reason !== "" && html`<p class="edit-reason">“<${Foreign} text=${first.reason} />”</p>`}
    ${group.edits.map((edit) => html`<${Change} key=${edit.field} edit=${edit} people=${people} />`)}
  </li>`;
}

/** Newest first, a page at a time. */
export function EditList({ api, record, version, people, action }: EditListProps): VNode {
  const list = `edits:${record.scope}:${record.id}:${version}`;
  return html`<${Paged} key=${list} list=${list} label="Loading the history" load=${(cursor: string | null) => listEdits(api, record, cursor)} empty="Nothing was changed yet.">
    ${(edits: readonly EditView[]) => html`<ol class="edits">${editGroups(edits).map((group) => html`<${Group} key=${group.editId} group=${group} people=${people} action=${action} />`)}</ol>`}
  <//>`;
}
