/** Whether a report may be used again: a word for a list, and a line with the reason. */
import type { VNode } from "preact";
import type { Report } from "../../../../src/core/wire-reports.ts";
import { html } from "../../html.ts";
import { reuseWords } from "../../state/library.ts";
import { Foreign } from "../parts.ts";
import { Badge } from "../ui/badge.ts";

/** The word and the reason beside it. */
export function Reuse({ reuse }: { reuse: Report["reuse"] }): VNode {
  const { label, tone } = reuseWords(reuse);
  return html`<p class="reuse"><${Badge} tone=${tone}>${label}<//><span class="reuse-why"><${Foreign} text=${reuse.reason} /></span></p>`;
}
