/** `/`: All clients at a glance. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function HomePage(_: { api: Api }): VNode {
  usePageTitle("Home");
  return html`<div class="page"><header class="page-head"><h1>Home</h1></header></div>`;
}
