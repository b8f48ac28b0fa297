/** The figures that say most: value, movement, the last four weeks, the target. */
import type { VNode } from "preact";
import { nameOf } from "../../../../src/core/names.ts";
import type { DashboardView, TileView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { comparedMonth, targetText, targetWords } from "../../state/dashboard-words.ts";
import { figureNote, perDayWords } from "../../state/figures.ts";
import { Badge } from "../ui/badge.ts";
import { Movement } from "../ui/movement.ts";
import { Meter, Sparkline } from "../ui/sparkline.ts";
import { FigureButton } from "./figure-button.ts";

type Movements = TileView["movements"];

function TileTarget({ tile }: { tile: TileView }): VNode | null {
  const { target, better, label, figure, metric, unit, currency } = tile;
  if (target === null) return null;
  const words = targetWords(target.rating, better);
  const text = targetText({ metric, label, unit, currency, better, figure, target });
  return html`<div class="tile-target">
    <p><span class="tile-goal">${text}</span><${Badge} tone=${words.tone}>${words.label}<//></p>
    ${target.reached !== null && html`<${Meter} value=${target.reached} max=${1} expected=${target.expected !== null && target.expected < 1 ? target.expected : null} label=${`${label} against its target`} text=${text} tone=${words.tone} />`}
  </div>`;
}

/** From here on a figure is shortened: a tile on a phone has room for six digits. */
const LONG = 1_000_000;

/** What keeps the figure from being the last word on the month. */
function Standing({ tile }: { tile: TileView }): VNode | null {
  const { figure, maturity } = tile;
  if (figure.state === "partial")
    return html`<${Badge} tone="idle" title=${figureNote(figure) ?? undefined}>So far<//>`;
  if (maturity === "final" || figure.value === null) return null;
  return html`<${Badge} tone="wait" title="The source may still change it.">Still filling<//>`;
}

/** Beside the change of months that differ in length: the change a day. */
function PerDay({ movement }: { movement: Movements[number] }): VNode | null {
  const words = perDayWords(movement.perDay);
  return words === null ? null : html`<dd class="score-day">${words}</dd>`;
}

/** Against each other month; what holds for all of them is said once. */
function Moves({ tile, months }: { tile: TileView; months: readonly string[] }): VNode {
  const { movements, unit, better, currency } = tile;
  const notes = new Set(movements.map((movement) => movement.note));
  const [shared] = notes;
  if (notes.size === 1 && typeof shared === "string") return html`<p class="score-silent">${shared}</p>`;
  return html`<dl class="score-moves">${movements.map(
    (movement, n) =>
      html`<div key=${movement.against} class=${movement.note === null ? undefined : "score-silent"}><dt><span class="score-against">against </span>${comparedMonth(months[n] ?? "", movement.days)}</dt><dd><${Movement} movement=${movement} unit=${unit} better=${better} currency=${currency} /></dd><${PerDay} movement=${movement} /></div>`,
  )}</dl>`;
}

function Tile({ tile, months }: { tile: TileView; months: readonly string[] }): VNode {
  const { label, unit, currency, figure } = tile;
  const id = `tile-${tile.metric}`;
  return html`<li class="score" aria-labelledby=${id}>
    <div class="score-head"><h3 id=${id}>${label}</h3><${Standing} tile=${tile} /></div>
    <div class="score-value"><${FigureButton} figure=${figure} unit=${unit} currency=${currency} of=${label} compact=${Math.abs(figure.value ?? 0) >= LONG} bare /><${Sparkline} values=${tile.sparkline.map((point) => point.value)} label=${`${label}, the last four weeks of the period`} /></div>
    <${Moves} tile=${tile} months=${months} />
    <${TileTarget} tile=${tile} />
    <p class="score-source">${nameOf(tile.source)}</p>
  </li>`;
}

/** The tiles. */
export function Scorecard({ feed }: { feed: DashboardView }): VNode {
  const { previous, yearOverYear } = feed.comparisons;
  const months = [previous.start, yearOverYear.start];
  return html`<section aria-labelledby="scorecard"><h2 id="scorecard" class="sr-only">Scorecard</h2>
    <ul class="scores">${feed.scorecard.map((tile) => html`<${Tile} key=${tile.metric} tile=${tile} months=${months} />`)}</ul>
  </section>`;
}
