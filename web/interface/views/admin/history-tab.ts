/** Every change of a Business Unit's configuration, and the way back. */
import type { VNode } from "preact";
import { restoreUnit, type Write } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { Panel } from "../parts.ts";
import type { People } from "./edit-list.ts";
import { History } from "./history.ts";
import type { TabProps } from "./unit-page.ts";

export function HistoryTab({ api, unit, changed, mayEdit }: TabProps): VNode {
  const { businessUnitId: id, version } = unit;
  const people: People = new Map(
    unit.users.flatMap(({ userId, email, name }) => [
      [userId, name],
      [email, name],
    ]),
  );
  const restore = (editId: string, write: Write) => restoreUnit(api, id, editId, write);
  return html`<${Panel} id="history" title="History">
    <p class="admin-lead">Every change with who, when and why. Restoring is a change too: nothing is ever lost.</p>
    <${History} api=${api} record=${{ scope: "business-units", id }} version=${version} people=${people} mayEdit=${mayEdit} restore=${restore} changed=${changed} />
  <//>`;
}
