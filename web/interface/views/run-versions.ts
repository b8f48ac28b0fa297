/** What changed between two versions of a report: figures, sentences, notes, and the settings they were made with. */
import type { VNode } from "preact";
import { nameOf } from "../../../src/core/names.ts";
import type { VersionChanges } from "../../../src/core/wire-versions.ts";
import type { Api } from "../api.ts";
import { versionChanges } from "../api-runs.ts";
import { html } from "../html.ts";
import { Foreign, Skeleton } from "./parts.ts";
import { Drawer } from "./ui/dialog.ts";
import { ResourceView, useResource } from "./ui/resource-view.ts";
import { type Column, DataTable } from "./ui/table.ts";
import { Moment } from "./ui/time.ts";

type Figure = VersionChanges["figures"][number];

function value(text: string | null, style: string): VNode {
  return text === null
    ? html`<span class="muted">not in it</span>`
    : html`<span class=${style}><${Foreign} text=${text} /></span>`;
}

function columnsOf({ from, to }: VersionChanges): readonly Column<Figure>[] {
  return [
    {
      id: "label",
      label: "Figure",
      cell: ({ label, period }) =>
        html`<${Foreign} text=${label} />${period !== null && html`<span class="muted block">${period}</span>`}`,
    },
    {
      id: "before",
      label: `Version ${from.version}`,
      align: "end",
      cell: ({ before }) => value(before, "version-was"),
    },
    { id: "after", label: `Version ${to.version}`, align: "end", cell: ({ after }) => value(after, "version-is") },
  ];
}

function Figures({ changes }: { changes: VersionChanges }): VNode {
  const { figures, moreFigures, sameFigures } = changes;
  if (figures.length === 0)
    return html`<section><h3>Figures</h3><p class="none">All ${sameFigures} figures are the same.</p></section>`;
  const more = moreFigures > 0 ? ` ${moreFigures} more differ; the evidence files have them all.` : "";
  return html`<section>
    <h3>Figures</h3>
    <${DataTable} caption="Figures that differ" captionHidden=${true} columns=${columnsOf(changes)} rows=${figures} keyOf=${(one: Figure) => one.id} />
    <p class="muted">${sameFigures} figures are the same.${more}</p>
  </section>`;
}

/** Lines that went and lines that came; the words say which, the colour helps. */
function Lines({ gone, come }: { gone: readonly string[]; come: readonly string[] }): VNode {
  return html`<ul class="version-lines">
    ${gone.map((text, n) => html`<li key=${`gone-${n}`} class="tone-bad"><span class="sr-only">Taken out: </span><del><${Foreign} text=${text} /></del></li>`)}
    ${come.map((text, n) => html`<li key=${`come-${n}`} class="tone-good"><span class="sr-only">Put in: </span><ins><${Foreign} text=${text} /></ins></li>`)}
  </ul>`;
}

function Sentences({ changes: { sections } }: { changes: VersionChanges }): VNode {
  return html`<section>
    <h3>Sentences</h3>
    ${sections.length === 0 && html`<p class="none">Every sentence is the same.</p>`}
    ${sections.map(
      ({ section, gone, come, kept }) => html`<div key=${section} class="version-section">
        <h4>${nameOf(section)}${kept > 0 && ` · ${kept} unchanged`}</h4>
        <${Lines} gone=${gone} come=${come} />
      </div>`,
    )}
  </section>`;
}

function Settings({ changes: { settings } }: { changes: VersionChanges }): VNode | null {
  if (settings.length === 0) return null;
  return html`<section>
    <h3>Made with</h3>
    <ul class="version-lines">${settings.map((one) => html`<li key=${one.what} class="tone-idle"><strong>${one.what}:</strong> <span class="version-was"><${Foreign} text=${one.before} /></span> → <span class="version-is"><${Foreign} text=${one.after} /></span></li>`)}</ul>
  </section>`;
}

function Notes({ changes: { notes } }: { changes: VersionChanges }): VNode | null {
  if (notes.gone.length + notes.come.length === 0) return null;
  return html`<section><h3>Notes on the data</h3><${Lines} gone=${notes.gone} come=${notes.come} /></section>`;
}

function Changes({ changes }: { changes: VersionChanges }): VNode {
  const { from, to } = changes;
  return html`<div class="versions">
    <p class="muted">Version ${from.version} is of <${Moment} at=${from.generatedAt} />, version ${to.version} of <${Moment} at=${to.generatedAt} />.</p>
    <${Settings} changes=${changes} /><${Sentences} changes=${changes} /><${Figures} changes=${changes} /><${Notes} changes=${changes} />
  </div>`;
}

export interface VersionDrawerProps {
  readonly api: Api;
  readonly artifactId: string;
  readonly version: number;
  readonly close: () => void;
}

/** The drawer beside the report. */
export function VersionDrawer({ api, artifactId, version, close }: VersionDrawerProps): VNode {
  const { state, resource } = useResource(artifactId, () => versionChanges(api, artifactId));
  return html`<${Drawer} title=${`What changed since version ${version - 1}`} open=${true} close=${close} wide=${true}>
    <${ResourceView} state=${state} retry=${() => resource.wake()} skeleton=${html`<${Skeleton} label="Comparing the versions" rows=${6} />`}>
      ${(changes: VersionChanges) => html`<${Changes} changes=${changes} />`}
    <//>
  <//>`;
}
