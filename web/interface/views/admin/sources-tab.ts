/** Which accounts and properties of the client are read: one of each kind. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { SOURCES } from "../../state/admin-words.ts";
import { RefreshPanel } from "../refresh/refresh-panel.ts";
import { SourceRow } from "./source-row.ts";
import type { TabProps } from "./unit-page.ts";

export function SourcesTab(props: TabProps): VNode {
  const { api, unit, reload } = props;
  return html`<section class="panel" aria-labelledby="sources">
    <header class="panel-head"><h2 id="sources">Sources</h2></header>
    <p class="admin-lead">Read once a day and on request, never while somebody looks. An id belongs to one client alone.</p>
    <ul class="assets">${SOURCES.map((words) => html`<${SourceRow} key=${words.kind} words=${words} ...${props} />`)}</ul>
  </section>
  ${unit.archivedAt === null && html`<${RefreshPanel} api=${api} businessUnitId=${unit.businessUnitId} done=${reload} />`}`;
}
