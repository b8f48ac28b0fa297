/** The first screen: who, when, from what, and what changed since the version before. */
import { dayTime, instantTime, periodTime } from "./dates.ts";
import type { ReportDocument } from "./document.ts";
import { echoed, type Html, html, name, nothing } from "./escape.ts";
import type { Book } from "./figures.ts";

function sourceItem(source: ReportDocument["sources"][number]): Html {
  const fetched = source.fetchedAt === null ? nothing : html`<br>Fetched ${instantTime(source.fetchedAt)}`;
  const state = html`<span class="status${source.status === "used" ? " ok" : ""}">${name(source.status)}</span>`;
  return html`<li><b>${name(source.name)}</b> ${state}<br><span class="detail">${echoed(source.detail, 300)}${fetched}</span></li>\n`;
}

function term(label: string, body: Html): Html {
  return html`<div><dt>${label}</dt><dd>${body}</dd></div>\n`;
}

/** The banner: client, period, comparison, sources with freshness, identity of the report and where it stands. */
export function masthead(book: Book, document: ReportDocument): Html {
  const primary = book.period("primary");
  const against = document.against ?? (["previous", "yearAgo"] as const);
  return html`<header class="masthead">
<p class="eyebrow">${name(document.skillTitle)}</p>
<h1>${echoed(document.clientName, 120)}</h1>
<p class="period">${periodTime(primary)}, compared with ${against.map((key, index) => html`${index === 0 ? "" : " and "}${periodTime(book.period(key))}`)}</p>
<dl class="facts">
${term("Days", html`${dayTime(primary.start)} to ${dayTime(primary.end)}`)}${term("Version", html`<code>${String(document.version)}</code> of ${instantTime(document.generatedAt)}`)}${term("Status", html`Issued for review`)}${term("Reviewer", html`Requesting consultant, in Asana`)}${term("Run", html`<code>${document.runId}</code>`)}${term("Artifact", html`<code>${document.artifactId}</code>`)}</dl>
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
