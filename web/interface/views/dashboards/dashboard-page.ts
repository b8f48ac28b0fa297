/** `/dashboards/:slug`: the dashboard of one Business Unit. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function DashboardPage(_: { api: Api }): VNode {
  usePageTitle("Dashboard");
  return html`<div class="page"><header class="page-head"><h1>Dashboard</h1></header></div>`;
}
