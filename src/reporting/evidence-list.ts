/** The evidence part of the appendix: every shown figure once, what it was computed from, the snapshots and what made the report. */

import type { SnapshotRef } from "../core/evidence/snapshot.ts";
import { factsOfBlocks, factsOfClosing, factsOfOpening, factsOfSection, type ShownFacts } from "./collect.ts";
import { instantTime } from "./dates.ts";
import type { ReportDocument } from "./document.ts";
import { anchor, bounded, type Html, html, joined, name, nothing } from "./escape.ts";
import type { Book, ReportEvidence } from "./figures.ts";
import { lineageRow, shortDigest } from "./lineage.ts";

interface Group {
  /** Of the element: `evidence-<section id>` for a section. */
  readonly anchor: string;
  readonly title: string;
  readonly shown: ShownFacts;
  /** True for a section of the document, which links to its group. */
  readonly linked: boolean;
}

function groupsOf(document: ReportDocument): readonly Group[] {
  const inAppendix = factsOfBlocks(document.appendix.flatMap((part) => part.blocks));
  return [
    { anchor: "proof-opening", title: "Answer and scorecard", shown: factsOfOpening(document), linked: false },
    ...document.sections.map((section) => ({
      anchor: anchor("evidence", section.id),
      title: section.heading,
      shown: factsOfSection(section),
      linked: true,
    })),
    { anchor: "proof-closing", title: "Next actions and data notes", shown: factsOfClosing(document), linked: false },
    { anchor: "proof-appendix", title: "Appendix", shown: inAppendix, linked: false },
  ];
}

/** Every fact the document shows, as a figure or as a point of a chart. */
export function allShown(document: ReportDocument): readonly string[] {
  const groups = groupsOf(document);
  return [...new Set(groups.flatMap(({ shown }) => [...shown.figures, ...shown.points]))];
}

/** Facts that others were computed from, not shown themselves, nearest first. */
function inputsBehind(book: Book, shown: readonly string[]): readonly string[] {
  const seen = new Set(shown);
  const found: string[] = [];
  let front = shown;
  while (front.length > 0) {
    const inputs = front.flatMap((id) => {
      const { derivation } = book.fact(id);
      return derivation.op === "formula" ? derivation.inputs : [];
    });
    front = [...new Set(inputs)].filter((id) => !seen.has(id));
    for (const id of front) seen.add(id);
    found.push(...front);
  }
  return found;
}

function lineageTable(book: Book, titleId: string, ids: readonly string[]): Html {
  if (ids.length === 0) return nothing;
  return html`<div class="scroll" role="group" tabindex="0" aria-labelledby="${titleId}"><table class="lineage" aria-labelledby="${titleId}"><thead><tr><th scope="col">Fact</th><th scope="col" class="end">Value</th><th scope="col">How it follows</th></tr></thead><tbody>
${ids.map((id) => lineageRow(book, book.fact(id)))}</tbody></table></div>
`;
}

/** Folded, or the evidence would be most of the page; a link to something inside opens the fold. */
function groupPart(book: Book, group: Group, own: ShownFacts): Html {
  const id = group.anchor;
  const title = `${id}-title`;
  const listed = new Set(own.figures);
  const elsewhere = group.shown.figures.filter((fact) => !listed.has(fact));
  const links = elsewhere.map((fact) => html`<a href="#${anchor("fact", fact)}"><code>${fact}</code></a>`);
  const also = links.length === 0 ? nothing : html`<p class="also">Listed above: ${joined(links, ", ")}</p>\n`;
  const series =
    own.points.length === 0
      ? nothing
      : html`<details class="data"><summary>Points of the charts</summary>\n${lineageTable(book, title, own.points)}</details>\n`;
  return html`<details class="fold"><summary><h4 id="${title}">Evidence: ${name(group.title)}</h4></summary>
<div id="${id}">
${lineageTable(book, title, own.figures)}${also}${series}</div></details>
`;
}

/** Each fact belongs to the first group that shows it; a figure never hides among the folded points of a chart. */
function figureGroups(book: Book, groups: readonly Group[]): Html {
  const figures = new Set(groups.flatMap((group) => group.shown.figures));
  const taken = new Set<string>();
  const take = (id: string) => {
    if (taken.has(id)) return false;
    taken.add(id);
    return true;
  };
  const parts = groups.flatMap((group) => {
    const own = {
      figures: group.shown.figures.filter(take),
      points: group.shown.points.filter((id) => !figures.has(id)).filter(take),
    };
    // A section's link needs its target even when others listed all its facts before.
    return own.figures.length + own.points.length > 0 || group.linked ? [groupPart(book, group, own)] : [];
  });
  return joined(parts, nothing);
}

const SOURCES: Readonly<Record<SnapshotRef["source"], string>> = {
  search_console: "Search Console",
  ga4: "Google Analytics 4",
  accuranker: "AccuRanker",
};

function snapshotRow(input: SnapshotRef): Html {
  const digest = shortDigest(input.sha256);
  return html`<tr id="${anchor("snapshot", digest)}"><th scope="row"><code>${digest}</code></th><td>${name(SOURCES[input.source])}</td><td>${instantTime(input.fetchedAt)}</td><td class="end"><code>${String(input.rowCount)}</code></td><td><code>${bounded(`${input.request.method} ${input.request.path}`, 160)}</code></td></tr>\n`;
}

function snapshotTable(inputs: readonly SnapshotRef[]): Html {
  // The same answer may be an input twice; it is one object and gets one row, or its anchor would appear twice.
  const distinct = [...new Map(inputs.map((input) => [shortDigest(input.sha256), input])).values()];
  if (distinct.length === 0) return html`<p>No snapshot was stored for this report.</p>\n`;
  return html`<div class="scroll" role="group" tabindex="0" aria-labelledby="snapshots-title"><table aria-labelledby="snapshots-title"><thead><tr><th scope="col">Snapshot</th><th scope="col">Source</th><th scope="col">Fetched</th><th scope="col" class="end">Rows</th><th scope="col">Request</th></tr></thead><tbody>
${distinct.map(snapshotRow)}</tbody></table></div>
`;
}

/** What made the report, so that the same can be made again. The words on checks and wording are the document's own. */
function makers(evidence: ReportEvidence): Html {
  const model = evidence.model === null ? html`no model` : html`model <code>${bounded(evidence.model.name)}</code>`;
  const { id, version, promptSha256 } = evidence.skill;
  return html`<p class="also">Made by skill <code>${id}</code>, version <code>${version}</code>, prompt <code>${shortDigest(promptSha256)}</code>, ${model}.</p>\n`;
}

/** The evidence list. Ids: `evidence-<section>` for groups, `fact-<id>` for figures, `snapshot-<digest>` for inputs. */
export function evidenceList(book: Book, document: ReportDocument, evidence: ReportEvidence): Html {
  const groups = groupsOf(document);
  const behind = inputsBehind(book, allShown(document));
  const inputs: Group = {
    anchor: "proof-inputs",
    title: "Facts behind the figures above",
    shown: { figures: behind, points: [] },
    linked: false,
  };
  return html`<section class="evidence" id="evidence" aria-labelledby="evidence-title"><h3 id="evidence-title">Evidence</h3>
<p class="onscreen">Each figure of this report leads here, and from here to the stored answer of its source. Open a part to read it; the complete evidence is in the evidence file beside this report.</p>
<p class="onpaper">The evidence list is part of the digital report, where each figure links to it.</p>
<div class="onscreen">
${figureGroups(book, [...groups, inputs])}</div>
<h4 id="snapshots-title">Stored answers</h4>
${snapshotTable(evidence.inputs)}${makers(evidence)}</section>
`;
}
