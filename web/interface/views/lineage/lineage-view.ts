/** Where one figure comes from: what it means first, then when and from where it was read, its bytes, its history. */
import type { ComponentChildren, VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { LineageView as Lineage } from "../../../../src/core/wire-data.ts";
import { html } from "../../html.ts";
import {
  basisWords,
  citation,
  fetchedAt,
  maturityWords,
  memberWords,
  periodWords,
  remarks,
  stateWords,
  valueWords,
} from "../../state/lineage-words.ts";
import { Age, Foreign, Skeleton } from "../parts.ts";
import { dataPage } from "../refresh/data-address.ts";
import { Badge } from "../ui/badge.ts";
import { CopyButton } from "./copy-button.ts";
import { OriginView } from "./origin-view.ts";
import { VersionsView } from "./versions-view.ts";

function Section({ id, title, children }: { id: string; title: string; children?: ComponentChildren }): VNode {
  return html`<section class="lineage-part" aria-labelledby=${id}><h3 id=${id}>${title}</h3>${children}</section>`;
}

/** Address of the page of one figure. */
export function factPage(factId: string): string {
  return `/facts/${encodeURIComponent(factId)}`;
}

function isRestated({ versions }: Lineage): boolean {
  return versions.some(({ restates }) => restates);
}

function Marks({ lineage }: { lineage: Lineage }): VNode {
  const { fact, definition } = lineage;
  const maturity = maturityWords(fact, definition.maturityDays);
  const state = stateWords(fact.state);
  return html`<p class="lineage-marks">
    <${Badge} tone=${maturity.tone} title=${maturity.means}>${maturity.label}<//>
    ${state !== null && html`<${Badge} tone=${state.tone}>${state.label}<//>`}
    ${isRestated(lineage) && html`<${Badge} tone="wait">Was restated<//>`}
    ${fact.fixture && html`<${Badge} tone="review">Demo figure<//>`}
  </p>`;
}

function Meaning({ lineage }: { lineage: Lineage }): VNode {
  const { fact, definition, unit } = lineage;
  const member = memberWords(fact);
  const known = remarks(lineage);
  return html`<header class="lineage-head">
    <h2 class="lineage-what">${definition.label}${member !== null && html`, <${Foreign} text=${member} />`}</h2>
    <p class="lineage-value" title=${fact.value === null ? undefined : `Exactly ${fact.value}`}>${valueWords(fact, fact)}</p>
    <p class="lineage-about">${unit !== null && html`<${Foreign} text=${unit.name} />, `}${periodWords(fact.period)}</p>
    <${Marks} lineage=${lineage} />
    <p class="lineage-means">${definition.definition === "" ? "The catalogue does not define this metric any more." : definition.definition}</p>
    ${known.length > 0 && html`<ul class="lineage-remarks">${known.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`}
    <p class="lineage-copies"><${CopyButton} worded=${true} label="Copy with its source" text=${citation(lineage)} /><${CopyButton} worded=${true} label="Copy link" text=${location.origin + factPage(fact.factId)} /></p>
  </header>`;
}

function Source({ lineage }: { lineage: Lineage }): VNode {
  const { fact, definition, asset, origins } = lineage;
  const at = fetchedAt(origins);
  return html`<${Section} id="lineage-source" title="When and from where it was read">
    <p class="lineage-lead">Read from <strong>${nameOf(fact.source)}</strong>, <${Foreign} text=${asset.externalId} />${at !== null && html`, <${Age} at=${at} />`}. ${origins.length > 0 && html`It rests on ${basisWords(origins)}.`}</p>
    ${definition.formula !== null && html`<p class="lineage-lead">Computed as <code>${definition.formula}</code>, then rounded for reading only.</p>`}
    ${origins.length === 0 && html`<p class="none">${fact.fixture ? "Nothing was read for it: it is invented." : "No stored reply is named for this figure."}</p>`}
    ${origins.map((origin) => html`<${OriginView} key=${origin.snapshotKey} origin=${origin} source=${fact.source} />`)}
  <//>`;
}

function Exactly({ lineage }: { lineage: Lineage }): VNode {
  const { fact, transform } = lineage;
  const rows: readonly (readonly [string, string])[] = [
    ["Fact", fact.factId],
    ["Metric", fact.metric],
    ["Exact value", fact.value === null ? fact.state : String(fact.value)],
    ["Transform", transform],
    ["Grain", fact.grain],
    ["Days", `${fact.period.start} to ${fact.period.end}`],
    ["Time zone", fact.timeZone],
    ["Part", fact.dimension === "whole" ? "whole" : `${fact.dimension} = ${fact.member}`],
  ];
  return html`<details class="exact exact-fact"><summary>For engineers</summary>
    <dl class="exact-list">${rows.map(([name, text]) => html`<div key=${name}><dt>${name}</dt><dd><code><${Foreign} text=${text} /></code><${CopyButton} label=${`Copy: ${name.toLowerCase()}`} text=${text} /></dd></div>`)}</dl>
    <p class="lineage-copies"><${CopyButton} worded=${true} label="Copy all as JSON" text=${JSON.stringify(lineage, null, 2)} /></p>
  </details>`;
}

/** All of it. */
export function LineageContent({ lineage }: { lineage: Lineage }): VNode {
  return html`<div class="lineage">
    <${Meaning} lineage=${lineage} />
    <${Source} lineage=${lineage} />
    <${Section} id="lineage-versions" title=${lineage.versions.length === 1 ? "One version so far" : `${lineage.versions.length} versions`}>
      ${isRestated(lineage) && html`<p class="lineage-lead">A value that was called final changed afterwards. <a href=${dataPage(lineage.fact.businessUnitId, "restatements")}>See which reports had used the old one</a>.</p>`}
      <${VersionsView} fact=${lineage.fact} versions=${lineage.versions} />
    <//>
    <${Exactly} lineage=${lineage} />
  </div>`;
}

/** In its place while it is loaded. */
export function LineageSkeleton(): VNode {
  return html`<${Skeleton} label="Loading where this figure comes from" rows=${4} />`;
}
