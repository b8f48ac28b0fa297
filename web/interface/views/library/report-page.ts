/** `/reports/:artifactId`: one report. */
import type { VNode } from "preact";
import type { Api } from "../../api.ts";
import { html } from "../../html.ts";
import { usePageTitle } from "../follow.ts";

/** The page. */
export default function ReportPage(_: { api: Api }): VNode {
  usePageTitle("Report");
  return html`<div class="page"><header class="page-head"><h1>Report</h1></header></div>`;
}
