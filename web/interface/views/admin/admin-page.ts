/** `/admin`: administration. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function AdminPage(_: { api: Api }): VNode {
  usePageTitle("Administration");
  return html`<div class="page"><header class="page-head"><h1>Administration</h1></header></div>`;
}
