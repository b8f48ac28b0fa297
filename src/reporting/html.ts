/**
 * The report as one HTML file that needs nothing else: no script, no request, no font of its own. The same document and
 * evidence give the same bytes. Figures come from facts by id; an unknown id throws, so a blank is never printed.
 */
import { nextActions } from "./actions.ts";
import { blockOf, sectionOf } from "./blocks.ts";
import type { ReportDocument } from "./document.ts";
import { anchor, type Html, html, name, nothing, plainLine, stylesheet } from "./escape.ts";
import { allShown, evidenceList } from "./evidence-list.ts";
import { type Book, openBook, prose, type ReportEvidence } from "./figures.ts";
import { type NotesFor, notesHint, notesSection, shownCaveats } from "./notes.ts";
import { masthead, revisionBlock } from "./opening.ts";
import { scorecard } from "./scorecard.ts";
import { STYLE } from "./style.ts";

// Should markup ever slip in, the browser still runs and loads nothing.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

function contents(document: ReportDocument): Html {
  const entry = (href: string, title: Html) => html`<li><a href="#${href}">${title}</a></li>\n`;
  return html`<nav class="contents" aria-label="Contents"><p>Contents</p>
<ul role="list">
${entry("answer", html`The answer`)}${document.revisionNotes.length === 0 ? nothing : entry("changes", html`What changed`)}${document.scorecard.length === 0 ? nothing : entry("scorecard", html`Scorecard`)}${document.sections.map((section) => entry(anchor("section", section.id), name(section.heading)))}${entry("actions", html`What to do next`)}${entry("notes", html`Data notes`)}${entry("appendix", html`Appendix`)}${entry("evidence", html`Evidence`)}</ul>
</nav>
`;
}

function answer(book: Book, document: ReportDocument): Html {
  return html`<section class="answer" id="answer" aria-labelledby="answer-title">
<h2 id="answer-title">The answer</h2>
${document.answer.map((sentence) => html`<p>${prose(book, sentence)}</p>\n`)}</section>
`;
}

function part(id: string, title: string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

function appendix(book: Book, document: ReportDocument, evidence: ReportEvidence, notesFor: NotesFor): Html {
  const parts = document.appendix.map(
    (one) =>
      html`<section><h3>${name(one.heading)}</h3>\n${one.blocks.map((block) => blockOf(book, block, notesFor))}</section>\n`,
  );
  return part("appendix", "Appendix", html`${parts}${evidenceList(book, document, evidence)}`);
}

/** Two elements of one name, or a link to none, would lead a reader from a figure to the wrong evidence. */
function checkAnchors(markup: string): void {
  const ids = new Set<string>();
  // Quotes are escaped in all text, so these patterns match attributes of ours only.
  for (const [, id = ""] of markup.matchAll(/ id="([^"]*)"/g)) {
    if (ids.has(id)) throw new Error(`two elements have the id ${id}`);
    ids.add(id);
  }
  for (const [, id = ""] of markup.matchAll(/ href="#([^"]*)"/g)) {
    if (!ids.has(id)) throw new Error(`a link leads nowhere: #${id}`);
  }
}

/**
 * Renders a report.
 * @param evidence where the figures, quotes and periods of the document are looked up
 * @throws Error when the document refers to a fact, quote, snapshot or caveat the evidence does not hold, uses an
 * id twice, mixes units in one chart, or has a row with the wrong number of cells: bugs of the composing skill
 */
export function renderHtml(document: ReportDocument, evidence: ReportEvidence): string {
  const book = openBook(evidence);
  const caveats = shownCaveats(book, evidence, allShown(document));
  const notesFor = notesHint(book, caveats);
  const tiles =
    document.scorecard.length === 0 ? nothing : part("scorecard", "Scorecard", scorecard(book, document, notesFor));
  const body = html`<a class="skip" href="#answer">Skip to the answer</a>
${masthead(book, document)}<div class="page">
${contents(document)}<main>
${answer(book, document)}${revisionBlock(document)}${tiles}${document.sections.map((section) => sectionOf(book, section, notesFor))}${part("actions", "What to do next", nextActions(book, document))}${part("notes", "Data notes", notesSection(book, document, caveats))}${appendix(book, document, evidence, notesFor)}</main>
</div>
<footer><p>${name(document.skillTitle)} for <bdi>${plainLine(document.clientName)}</bdi>. Artifact <code>${document.artifactId}</code>, version <code>${String(document.version)}</code>. Every figure leads to a stored answer of its source. Acceptance is recorded in the artifact registry for exactly this file, not in it.</p></footer>`;
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title data-scale>${plainLine(document.title)}</title>
${stylesheet(STYLE)}
</head>
<body>
${body}
</body>
</html>
`;
  checkAnchors(markup);
  return markup;
}
