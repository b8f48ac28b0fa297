/** What holds of a Business Unit beside its sources and people: its name, its targets, its schedule, who may read. */
import type { VNode } from "preact";
import { changeUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { SETTINGS } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { ArchivePanel } from "./archive-panel.ts";
import { GeneralPanel } from "./general-panel.ts";
import { GrantsPanel } from "./grants-panel.ts";
import { SchedulePanel } from "./schedule-panel.ts";
import { SettingPanel } from "./setting-panel.ts";
import type { TabProps } from "./unit-page.ts";

export function SettingsTab(props: TabProps): VNode {
  const { api, unit, changed } = props;
  return html`<${GeneralPanel} ...${props} />
    <${SchedulePanel} ...${props} />
    ${SETTINGS.map((words) => html`<${SettingPanel} key=${words.kind} words=${words} ...${props} />`)}
    <${GrantsPanel} ...${props} />
    ${
      mayDo("units.write", unit.businessUnitId) &&
      html`<${ArchivePanel} what=${unit.name} archivedAt=${unit.archivedAt}
        meaning="An archived Business Unit is in no list and is not refreshed. Its figures, runs and reports stay."
        send=${(archived: boolean, reason: string) => changeUnit(api, unit.businessUnitId, { archived, reason, version: unit.version })} done=${changed} />`
    }`;
}
