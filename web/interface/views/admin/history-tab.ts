/** Every change of a Business Unit's configuration, and the way back. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import { restoreEdit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type EditGroup, fieldName, fieldNames, valueLines } from "../../state/admin-words.ts";
import { Icon } from "../icons.ts";
import { Foreign, Panel } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { tell } from "../ui/toast.ts";
import { EditList, type People } from "./edit-list.ts";
import type { TabProps } from "./unit-page.ts";

/** An edit that was to be undone, and why that was refused. */
interface Refused {
  readonly group: EditGroup;
  readonly reason: string;
  readonly problem: Problem;
}

/** What undoing an edit does, in words. */
function Ahead({ group, people }: { group: EditGroup; people: People }): VNode {
  return html`<p>Puts back what stood there before this change; whatever was changed since in other fields stays.</p>
    <ul class="leave-list">${group.edits.map((edit) => html`<li key=${edit.field}>${fieldName(edit.field, people)}: <${Foreign} text=${valueLines(edit.field, edit.before).join("; ")} /></li>`)}</ul>`;
}

function Refusal({ refused, again, close }: { refused: Refused; again: () => void; close: () => void }): VNode {
  const { problem } = refused;
  const isStale = problem.code === "stale_write" && problem.version !== undefined;
  return html`<div class="inline-problem" role="alert"><${Icon} name="alert" />
    <div>
      <p><strong>Not restored.</strong> ${isStale ? `${fieldNames(problem.difference ?? [])} changed after you looked.` : problem.detail}</p>
      ${isStale && (problem.difference ?? []).map((one) => html`<p key=${one.field}>${fieldName(one.field)} is now: <${Foreign} text=${valueLines(one.field, one.current).join("; ")} /></p>`)}
      <p class="admin-buttons">
        ${isStale && html`<button type="button" class="button button-small" onClick=${again}>Restore nevertheless</button>`}
        <button type="button" class="button button-small button-quiet" onClick=${close}>Leave it as it is</button>
      </p>
    </div>
  </div>`;
}

export function HistoryTab({ api, unit, changed, mayEdit }: TabProps): VNode {
  const [asking, setAsking] = useState<EditGroup | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const people: People = new Map(
    unit.users.flatMap(({ userId, email, name }) => [
      [userId, name],
      [email, name],
    ]),
  );
  const restore = async (group: EditGroup, reason: string, version: number): Promise<void> => {
    const reply = await restoreEdit(api, unit.businessUnitId, group.editId, { version, reason });
    setRefused(reply.ok ? null : { group, reason, problem: reply.problem });
    if (!reply.ok) return;
    changed(reply.value);
    tell("Restored. The restoring stands in the history too.");
  };
  const again = (): void => {
    if (refused !== null) void restore(refused.group, refused.reason, refused.problem.version ?? unit.version);
  };
  const action = (group: EditGroup): VNode | null => {
    const [first] = group.edits;
    // What the Business Unit was born with has nothing before it.
    const isBirth = group.edits.some(({ field, before }) => field === "name" && before === null);
    if (!mayEdit || isBirth) return null;
    return html`<button type="button" class="button button-small" onClick=${() => setAsking(group)}>Restore<span class="sr-only"> what stood before version ${first.version}</span></button>`;
  };
  return html`<${Panel} id="history" title="History">
    <p class="admin-lead">Every change with who, when and why. Restoring is a change too: nothing is ever lost.</p>
    ${refused !== null && html`<${Refusal} refused=${refused} again=${again} close=${() => setRefused(null)} />`}
    <${EditList} api=${api} record=${{ scope: "business-units", id: unit.businessUnitId }} version=${unit.version} people=${people} action=${action} />
    ${
      asking !== null &&
      html`<${ReasonDialog} title=${`Restore what stood before version ${asking.edits[0].version}?`} confirm="Restore" reason="optional" close=${() => setAsking(null)} done=${(reason: string) => void restore(asking, reason, unit.version)}>
        <${Ahead} group=${asking} people=${people} />
      <//>`
    }
  <//>`;
}
