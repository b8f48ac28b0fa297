/** `/design`: the design language, each piece in all its states. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function DesignPage(_: { api: Api }): VNode {
  usePageTitle("Design language");
  return html`<div class="page"><header class="page-head"><h1>Design language</h1></header></div>`;
}
