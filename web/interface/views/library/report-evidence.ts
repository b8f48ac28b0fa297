/** The evidence capsule: the facts a report's figures are made of, the checks they passed, and what to know about them. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { nameOf } from "../../../../src/core/names.ts";
import type { ArtifactFile } from "../../../../src/core/wire-artifact.ts";
import type { EvidenceFact, EvidenceFile } from "../../../../src/core/wire-evidence.ts";
import type { Api } from "../../api.ts";
import { evidence } from "../../api-library.ts";
import { html } from "../../html.ts";
import { checksOf, factsWith, noteOf, periodOf, valueText } from "../../state/evidence.ts";
import { Icon } from "../icons.ts";
import { Foreign, Panel, Skeleton } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { TextField } from "../ui/field.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { type Column, DataTable } from "../ui/table.ts";

/** Facts shown at a time: the file has hundreds. */
const PAGE = 12;

const COLUMNS: readonly Column<EvidenceFact>[] = [
  {
    id: "fact",
    label: "Fact",
    cell: (fact) =>
      html`<span class="fact-name"><${Foreign} text=${fact.label} /><code class="fact-id">${fact.id}</code></span>`,
  },
  {
    id: "value",
    label: "Value",
    align: "end",
    cell: (fact) => html`<span class="figure" title=${noteOf(fact) ?? undefined}>${valueText(fact)}</span>`,
  },
  { id: "period", label: "Period", cell: (fact) => periodOf(fact) },
  { id: "source", label: "From", cell: (fact) => (fact.source === "derived" ? "Computed" : nameOf(fact.source)) },
];

function Facts({ file }: { file: EvidenceFile }): VNode {
  const [text, setText] = useState("");
  const [pages, setPages] = useState(1);
  const found = factsWith(file, text);
  const shown = found.slice(0, pages * PAGE);
  const look = (words: string): void => {
    setText(words);
    setPages(1);
  };
  return html`<div class="capsule-facts">
    <${TextField} id="evidence-q" type="search" label="Find a fact" placeholder="clicks, position, ga4" value=${text} change=${look} />
    <p class="muted" role="status">${found.length === file.facts.length ? `${found.length} facts, those the prose speaks of first` : `${found.length} of ${file.facts.length} facts`}</p>
    <${DataTable} caption="Facts" captionHidden=${true} columns=${COLUMNS} rows=${shown} keyOf=${(fact: EvidenceFact) => fact.id} empty="No fact has these words." />
    ${shown.length < found.length && html`<p class="more"><button type="button" class="button button-small" onClick=${() => setPages(pages + 1)}>Show ${Math.min(PAGE, found.length - shown.length)} more</button></p>`}
  </div>`;
}

function Checks({ file }: { file: EvidenceFile }): VNode | null {
  if (file.checks.length === 0) return null;
  const failed = file.checks.filter(({ passed }) => !passed).length;
  const words =
    failed === 0
      ? `All ${file.checks.length} data checks passed`
      : `${failed} of ${file.checks.length} data checks failed`;
  return html`<details class="capsule-checks" open=${failed > 0}><summary>${words}</summary>
    <ul class="checks">${checksOf(file).map((check) => html`<li key=${check.id} class=${check.passed ? "check" : "check check-failed"}><${Icon} name=${check.passed ? "check" : "alert"} /><span><span class="sr-only">${check.passed ? "Passed: " : "Failed: "}</span><${Foreign} text=${check.detail} /></span></li>`)}</ul>
  </details>`;
}

const counted = (n: number, what: string): string => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

function Capsule({ file }: { file: EvidenceFile }): VNode {
  const { primary, previous, yearAgo } = file.periods;
  const rows = file.inputs.reduce((sum, input) => sum + input.rowCount, 0);
  return html`<div class="capsule">
    <p class="capsule-lead"><${Foreign} text=${primary.label} />, compared with <${Foreign} text=${previous.label} /> and <${Foreign} text=${yearAgo.label} />. ${counted(file.facts.length, "fact")} from ${counted(file.inputs.length, "stored answer")} of sources (${counted(rows, "row")})${file.model === null ? ", worded without a model" : html`, worded by <${Foreign} text=${file.model.name} />`}.</p>
    <${Checks} file=${file} />
    ${file.caveats.length > 0 && html`<ul class="caveats">${file.caveats.map((caveat) => html`<li key=${caveat.id}><${Badge} tone="wait">Mind<//><span><${Foreign} text=${caveat.text} /></span></li>`)}</ul>`}
    <${Facts} file=${file} />
  </div>`;
}

/** The panel. */
export function Evidence({ api, artifactId, file }: { api: Api; artifactId: string; file: ArtifactFile }): VNode {
  const { state, resource } = useResource(`evidence ${artifactId}`, () => evidence(api, artifactId, file.fileId));
  return html`<${Panel} id="evidence" title="Evidence">
    <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the evidence" rows=${3} />`}>
      ${(found: EvidenceFile) => html`<${Capsule} file=${found} />`}
    <//>
  <//>`;
}
