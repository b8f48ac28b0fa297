/** The figures that say most: value, movement, the last four weeks, the target. */
import type { VNode } from "preact";
import type { DashboardView, TileView } from "../../../../src/core/wire-data.ts";
import { html } from "../../html.ts";
import { shortMonth, sourceName, targetText, targetWords } from "../../state/dashboard-words.ts";
import { Badge } from "../ui/badge.ts";
import { Movement } from "../ui/movement.ts";
import { Meter, Sparkline } from "../ui/sparkline.ts";
import { FigureButton } from "./figure-button.ts";

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

function Tile({ tile, months }: { tile: TileView; months: readonly string[] }): VNode {
  const { label, unit, currency, better, figure, movements, maturity } = tile;
  const id = `tile-${tile.metric}`;
  return html`<li class="score" aria-labelledby=${id}>
    <div class="score-head"><h3 id=${id}>${label}</h3>${maturity === "filling" && figure.value !== null && html`<${Badge} tone="wait" title="The source may still change it.">Still filling<//>`}</div>
    <div class="score-value"><${FigureButton} figure=${figure} unit=${unit} currency=${currency} of=${label} compact /><${Sparkline} values=${tile.sparkline.map((point) => point.value)} label=${`${label}, the last four weeks of the period`} /></div>
    <dl class="score-moves">${movements.map((movement, n) => html`<div key=${movement.against}><dt>${months[n]}</dt><dd><${Movement} movement=${movement} unit=${unit} better=${better} currency=${currency} /></dd></div>`)}</dl>
    <${TileTarget} tile=${tile} />
    <p class="score-source">${sourceName(tile.source)}</p>
  </li>`;
}

/** The tiles. */
export function Scorecard({ feed }: { feed: DashboardView }): VNode {
  const { previous, yearOverYear } = feed.comparisons;
  const months = [`against ${shortMonth(previous.start)}`, `against ${shortMonth(yearOverYear.start)}`];
  return html`<section aria-labelledby="scorecard"><h2 id="scorecard" class="sr-only">Scorecard</h2>
    <ul class="scores">${feed.scorecard.map((tile) => html`<${Tile} key=${tile.metric} tile=${tile} months=${months} />`)}</ul>
  </section>`;
}
