/** Every change of a record, and the way back. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Api, Reply } from "../../api.ts";
import type { Recorded, Write } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type EditGroup, fieldName, fieldNames, valueLines } from "../../state/admin-words.ts";
import { Icon } from "../icons.ts";
import { Foreign } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { tell } from "../ui/toast.ts";
import { EditList, type People } from "./edit-list.ts";

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

interface Props<R> {
  readonly api: Api;
  readonly record: Recorded;
  readonly version: number;
  /** Names of people by their id or address. */
  readonly people: People;
  readonly mayEdit: boolean;
  readonly restore: (editId: string, write: Write) => Promise<Reply<R>>;
  readonly changed: (record: R) => void;
}

export function History<R>({ api, record, version, people, mayEdit, restore, changed }: Props<R>): VNode {
  const [asking, setAsking] = useState<EditGroup | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const act = async (group: EditGroup, reason: string, seen: number): Promise<void> => {
    const reply = await restore(group.editId, { version: seen, reason });
    setRefused(reply.ok ? null : { group, reason, problem: reply.problem });
    if (!reply.ok) return;
    changed(reply.value);
    tell("Restored. The restoring stands in the history too.");
  };
  const again = (): void => {
    if (refused !== null) void act(refused.group, refused.reason, refused.problem.version ?? version);
  };
  const action = (group: EditGroup): VNode | null => {
    const [first] = group.edits;
    // What a record was born with has nothing before it.
    const isBirth = group.edits.some(({ field, before }) => field === "name" && before === null);
    if (!mayEdit || isBirth) return null;
    return html`<button type="button" class="button button-small" onClick=${() => setAsking(group)}>Restore<span class="sr-only"> what stood before version ${first.version}</span></button>`;
  };
  return html`<div>
    ${refused !== null && html`<${Refusal} refused=${refused} again=${again} close=${() => setRefused(null)} />`}
    <${EditList} api=${api} record=${record} version=${version} people=${people} action=${action} />
    ${
      asking !== null &&
      html`<${ReasonDialog} title=${`Restore what stood before version ${asking.edits[0].version}?`} confirm="Restore" reason="optional" close=${() => setAsking(null)} done=${(reason: string) => void act(asking, reason, version)}>
        <${Ahead} group=${asking} people=${people} />
      <//>`
    }
  </div>`;
}
