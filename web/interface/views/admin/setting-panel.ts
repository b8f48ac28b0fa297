/** Settings of one kind: what holds today, what held, what will hold. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import { putPart } from "../../api-admin.ts";
import { now } from "../../browser.ts";
import { html } from "../../html.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { type DatedSetting, datedSettings, dayIn } from "../../state/admin-settings.ts";
import { type SETTINGS, valueLines } from "../../state/admin-words.ts";
import { dateUtc } from "../../state/time.ts";
import { Foreign, Panel } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { Badge } from "../ui/badge.ts";
import { tell } from "../ui/toast.ts";
import { SettingEditor } from "./setting-editor.ts";
import type { TabProps } from "./unit-page.ts";

export interface SettingProps extends TabProps {
  readonly words: (typeof SETTINGS)[number];
}

const WHEN = { past: ["idle", "Held before"], now: ["good", "Holds today"], future: ["run", "From then on"] } as const;

interface RowProps {
  readonly dated: DatedSetting;
  readonly mayEdit: boolean;
  readonly change: () => void;
  readonly remove: () => void;
}

function SettingRow({ dated, mayEdit, change, remove }: RowProps): VNode {
  const { setting, when } = dated;
  const [tone, label] = WHEN[when];
  const day = dateUtc(setting.effectiveFrom);
  return html`<li class="dated" id=${fieldId(`settings.${setting.kind}.${setting.effectiveFrom}`)} tabindex=${-1}>
    <div class="dated-head"><h3>From ${day}</h3><${Badge} tone=${tone}>${label}<//></div>
    <ul class="dated-lines">${valueLines("", setting.value).map((line, n) => html`<li key=${n}><${Foreign} text=${line} /></li>`)}</ul>
    ${
      mayEdit &&
      html`<p class="asset-buttons">
        <button type="button" class="button button-small" onClick=${change}>Change<span class="sr-only"> what holds from ${day}</span></button>
        <button type="button" class="button button-small button-quiet" onClick=${remove}>Remove<span class="sr-only"> what holds from ${day}</span></button>
      </p>`
    }
  </li>`;
}

export function SettingPanel(props: SettingProps): VNode {
  const { api, unit, changed, mayEdit, words } = props;
  const { kind, name, lead } = words;
  const [editing, setEditing] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const today = dayIn(unit.timeZone, new Date(now.peek()));
  const dated = datedSettings(unit.settings, kind, today);
  const remove = async (effectiveFrom: string, reason: string): Promise<void> => {
    const body = { effectiveFrom, value: null, version: unit.version, reason };
    const reply = await putPart(api, unit.businessUnitId, ["settings", kind], body);
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    changed(reply.value);
    tell(`${name} from ${dateUtc(effectiveFrom)} are removed.`);
  };
  const edit = (from: string): VNode =>
    html`<${SettingEditor} key=${from} ...${props} from=${from} today=${today} close=${() => setEditing(null)} />`;
  const aside =
    mayEdit &&
    editing === null &&
    html`<button id=${fieldId(`settings.${kind}`)} type="button" class="button button-small" onClick=${() => setEditing("")}>${dated.length === 0 ? "Set" : "Change from a day on"}<span class="sr-only"> ${name}</span></button>`;
  return html`<${Panel} id=${`setting-${kind}`} title=${name} aside=${aside}>
    <p class="admin-lead">${lead}</p>
    <div role="alert">${problem !== null && html`<p class="inline-problem">${problem.detail}</p>`}</div>
    ${editing === "" && edit("")}
    ${dated.length === 0 && editing === null && html`<p class="none">None are set.</p>`}
    <ul>${dated.map((one) => {
      const from = one.setting.effectiveFrom;
      if (editing === from) return html`<li key=${from}>${edit(from)}</li>`;
      return html`<${SettingRow} key=${from} dated=${one} mayEdit=${mayEdit} change=${() => setEditing(from)} remove=${() => setRemoving(from)} />`;
    })}</ul>
    ${
      removing !== null &&
      html`<${ReasonDialog} title=${`Remove ${name.toLowerCase()} from ${dateUtc(removing)}?`} confirm="Remove" danger=${true} reason="optional" close=${() => setRemoving(null)} done=${(reason: string) => void remove(removing, reason)}>
        <p>What held before goes on holding. The history can put it back.</p>
      <//>`
    }
  <//>`;
}
