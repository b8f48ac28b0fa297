/** `/facts/:factId`: where one figure comes from. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function FactPage(_: { api: Api }): VNode {
  usePageTitle("Figure");
  return html`<div class="page"><header class="page-head"><h1>Figure</h1></header></div>`;
}
