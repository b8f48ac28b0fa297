/** The scorecard: one tile per headline number, with its movement said in an arrow, a word and a figure. */
import { formatFact } from "../core/evidence/format.ts";
import type { Fact } from "../core/evidence/types.ts";
import { sparkline } from "./charts/sparkline.ts";
import { factsOfTile } from "./collect.ts";
import { periodTime } from "./dates.ts";
import type { Better, ReportDocument, Tile, TileComparison } from "./document.ts";
import { anchor, type Html, html, name, nothing } from "./escape.ts";
import { type Book, figure } from "./figures.ts";
import type { NotesFor } from "./notes.ts";

/** How a change reads. The arrow points up for good news when one side is better, so a lower position points up. */
export interface Movement {
  readonly arrow: "▲" | "▼" | "◆" | "";
  readonly word: "Up" | "Down" | "Better" | "Worse" | "Flat" | "";
  readonly tone: "good" | "bad" | "neutral";
}

/**
 * Reads a change fact. A change that shows as zero, or that the caller knows to be within normal variation, is flat;
 * without a number there is no movement to speak of.
 */
export function movement(change: Fact, better: Better, flat: boolean): Movement {
  const { value } = change.value;
  if (value === null) return { arrow: "", word: "", tone: "neutral" };
  if (flat || !/[1-9]/.test(formatFact(change))) return { arrow: "◆", word: "Flat", tone: "neutral" };
  const more = value > 0;
  if (better === "neither") return { arrow: more ? "▲" : "▼", word: more ? "Up" : "Down", tone: "neutral" };
  if (better === "higher")
    return more ? { arrow: "▲", word: "Up", tone: "good" } : { arrow: "▼", word: "Down", tone: "bad" };
  return more ? { arrow: "▼", word: "Worse", tone: "bad" } : { arrow: "▲", word: "Better", tone: "good" };
}

type Against = "previous" | "yearAgo";

function comparison(book: Book, tile: Tile, against: Against, one: TileComparison | null): Html {
  const when = periodTime(book.period(against));
  if (one === null) return html`<li class="move neutral"><span class="vs">${when}: no comparison available</span></li>`;
  const { arrow, word, tone } = movement(book.fact(one.change), tile.better, one.flat === true);
  if (one.untold !== undefined) {
    const why = html`<span class="vs">(${name(one.untold)}) on ${when}: ${figure(book, one.value, "prose")}</span>`;
    return html`<li class="move neutral">${figure(book, one.change, "prose")} ${why}</li>`;
  }
  const lead = word === "" ? nothing : html`<span class="arrow" aria-hidden="true">${arrow}</span> <b>${word}</b> `;
  return html`<li class="move ${tone}">${lead}${figure(book, one.change, "prose")} <span class="vs">on ${when}: ${figure(book, one.value, "prose")}</span></li>`;
}

function tileCard(book: Book, tile: Tile, against: readonly Against[], notesFor: NotesFor): Html {
  const badge = tile.badge === null ? nothing : html` <span class="badge">${name(tile.badge)}</span>`;
  const spark = sparkline(tile.spark.map((id) => book.fact(id)));
  return html`<li class="tile" id="${anchor("tile", tile.id)}">
<h3>${name(tile.label)}${badge}</h3>
<p class="value">${figure(book, tile.value, "prose")}</p>
${spark}
<ul class="moves" role="list">${against.map((key) => comparison(book, tile, key, tile[key]))}</ul>
<p class="source">${name(tile.source)}.${notesFor(factsOfTile(tile))}</p>
</li>
`;
}

/** All tiles; nothing when there are none. */
export function scorecard(book: Book, document: ReportDocument, notesFor: NotesFor): Html {
  if (document.scorecard.length === 0) return nothing;
  return html`<ul class="tiles" role="list">
${document.scorecard.map((tile) => tileCard(book, tile, document.against ?? ["previous", "yearAgo"], notesFor))}</ul>`;
}
