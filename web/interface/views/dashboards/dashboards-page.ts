/** `/dashboards`: every Business Unit and its dashboard. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function DashboardsPage(_: { api: Api }): VNode {
  usePageTitle("Dashboards");
  return html`<div class="page"><header class="page-head"><h1>Dashboards</h1></header></div>`;
}
