/** The first screen: who, when, from what, and what changed since the version before. */
import { dayTime, instantTime, periodTime } from "./dates.ts";
import type { ReportDocument } from "./document.ts";
import { echoed, type Html, html, name, nothing } from "./escape.ts";
import type { Book } from "./figures.ts";

function sourceItem(source: ReportDocument["sources"][number]): Html {
  const fetched =
    source.fetchedAt === null ? nothing : html` <span class="when">Fetched ${instantTime(source.fetchedAt)}</span>`;
  return html`<li><b>${name(source.name)}</b> <span class="status${source.status === "used" ? " ok" : ""}">${name(source.status)}</span> <span class="detail">${echoed(source.detail, 300)}</span>${fetched}</li>\n`;
}

/** The banner: client, period, comparison, sources with freshness, identity of the report and where it stands. */
export function masthead(book: Book, document: ReportDocument): Html {
  const primary = book.period("primary");
  const days = html`${dayTime(primary.start)} to ${dayTime(primary.end)}`;
  return html`<header class="masthead">
<p class="eyebrow">${name(document.skillTitle)}</p>
<h1>${echoed(document.clientName, 120)}</h1>
<p class="period">${periodTime(primary)}</p>
<dl class="facts">
<div><dt>Period</dt><dd>${days}</dd></div>
<div><dt>Compared with</dt><dd>${periodTime(book.period("previous"))} and ${periodTime(book.period("yearAgo"))}</dd></div>
<div><dt>Version</dt><dd><code>${String(document.version)}</code>, written ${instantTime(document.generatedAt)}</dd></div>
<div><dt>Status</dt><dd>Issued for review. Acceptance is recorded in the artifact registry, not in this file.</dd></div>
<div><dt>Reviewer</dt><dd>The requesting consultant, on the Asana task of this run</dd></div>
<div><dt>Run</dt><dd><code>${document.runId}</code></dd></div>
<div><dt>Artifact</dt><dd><code>${document.artifactId}</code></dd></div>
</dl>
<div class="sources"><h2>Sources</h2>
<ul role="list">
${document.sources.map(sourceItem)}</ul></div>
</header>
`;
}

/** What the reviewer asked for and what became of it; nothing for a first version. */
export function revisionBlock(document: ReportDocument): Html {
  if (document.revisionNotes.length === 0) return nothing;
  const items = document.revisionNotes.map(
    (note) =>
      html`<li><span class="outcome ${note.outcome}">${note.outcome === "done" ? "Done" : "Declined"}</span> <q>${echoed(note.request, 240)}</q> <span class="reason">${echoed(note.reason, 400)}</span></li>\n`,
  );
  const since = document.version - 1;
  return html`<section class="revision" id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">What changed since version <span data-scale>${String(since)}</span></h2>
<ul role="list">
${items}</ul>
</section>
`;
}
