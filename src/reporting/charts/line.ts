/**
 * Line chart. The drawing stretches with the page while strokes keep their width, and all words are HTML laid over it,
 * so that axis labels stay readable on a phone. A comparison series lies under the primary one, shifted so that both
 * start at the left edge, and is dashed as well as paler.
 */
import type { Fact, Unit } from "../../core/evidence/types.ts";
import { dayNumber, dayOf, dayTime, shortDay, shortMonth } from "../dates.ts";
import type { LineChart } from "../document.ts";
import { type Html, html, joined, name, nothing } from "../escape.ts";
import { type Book, plainFigure } from "../figures.ts";
import { framed, frameIds } from "./frame.ts";
import { areaPath, linePath, type Place } from "./path.ts";
import { type Axis, along, axisFor, coordinate, tickLabel } from "./scale.ts";

const WIDTH = 1000;
const HEIGHT = 300;

interface Point {
  readonly day: string;
  /** Days since the first day of its series. */
  readonly offset: number;
  readonly fact: Fact;
}

interface Series {
  readonly label: string;
  readonly role: "primary" | "comparison";
  readonly points: readonly Point[];
}

interface Plan {
  readonly series: readonly Series[];
  readonly unit: Unit;
  readonly axis: Axis;
  /** Positions: a smaller number is drawn higher. */
  readonly inverted: boolean;
  /** Day number at the left edge, of the primary series when it has points. */
  readonly firstDay: number;
  /** Offset of the right edge, at least one so that a single day has a place. */
  readonly lastOffset: number;
}

function seriesOf(book: Book, chart: LineChart): readonly Series[] {
  return chart.series.map((series) => {
    const start = series.points.reduce((low, point) => Math.min(low, dayNumber(point.day)), Number.POSITIVE_INFINITY);
    const points = series.points.map(({ day, fact }) => ({
      day,
      offset: dayNumber(day) - start,
      fact: book.fact(fact),
    }));
    return { label: series.label, role: series.role, points: points.toSorted((a, b) => a.offset - b.offset) };
  });
}

function planOf(book: Book, chart: LineChart): Plan | null {
  const series = seriesOf(book, chart);
  const points = series.flatMap((one) => one.points);
  const values = points.flatMap(({ fact }) => (fact.value.value === null ? [] : [fact.value.value]));
  const unit = points[0]?.fact.unit;
  if (unit === undefined || values.length === 0) return null;
  if (points.some(({ fact }) => fact.unit !== unit)) throw new Error(`chart ${chart.id} mixes units on one axis`);
  const leading =
    series.find((one) => one.role === "primary" && one.points.length > 0) ??
    series.find((one) => one.points.length > 0);
  const firstDay = dayNumber(leading?.points[0]?.day ?? "");
  const lastOffset = points.reduce((high, point) => Math.max(high, point.offset), 1);
  const inverted = unit === "position";
  return { series, unit, axis: axisFor(values, unit, !inverted), inverted, firstDay, lastOffset };
}

function rise(plan: Plan, value: number): number {
  const share = along(plan.axis, value);
  return plan.inverted ? 1 - share : share;
}

function placesOf(plan: Plan, series: Series): readonly Place[] {
  const byOffset = new Map(series.points.map((point) => [point.offset, point.fact.value.value]));
  const step = stepOf(series);
  const last = series.points.at(-1)?.offset ?? 0;
  const places: Place[] = [];
  for (let offset = 0; offset <= last; offset += step) {
    const value = byOffset.get(offset) ?? null;
    places.push({
      x: (offset / plan.lastOffset) * WIDTH,
      y: value === null ? null : HEIGHT - rise(plan, value) * HEIGHT,
    });
  }
  return places;
}

/** Days between points when they are regular (weekly data has seven), else one, so that a missing day is a gap. */
function stepOf(series: Series): number {
  const gaps = series.points.slice(1).map((point, at) => point.offset - (series.points[at]?.offset ?? 0));
  if (gaps.some((gap) => gap < 1)) throw new Error(`series ${JSON.stringify(series.label)} has two points on one day`);
  const least = gaps.reduce((low, gap) => Math.min(low, gap), Number.POSITIVE_INFINITY);
  return Number.isFinite(least) && gaps.every((gap) => gap % least === 0) ? least : 1;
}

function drawing(plan: Plan): Html {
  const grid = plan.axis.ticks.map((tick) => {
    const y = coordinate(HEIGHT - rise(plan, tick) * HEIGHT);
    return html`<path class="${tick === 0 ? "zero" : "grid"}" d="M0 ${y}H${String(WIDTH)}"/>`;
  });
  // Comparisons first, so that the primary line lies on top.
  const ordered = [...plan.series].sort((a, b) => (a.role === b.role ? 0 : a.role === "comparison" ? -1 : 1));
  let comparisons = 0;
  const lines = ordered.map((series) => {
    const places = placesOf(plan, series);
    if (series.role === "comparison") {
      comparisons += 1;
      return html`<path class="line comparison c${comparisons % 2 === 1 ? "a" : "b"}" d="${linePath(places)}"/>`;
    }
    const area = plan.inverted
      ? nothing
      : html`<path class="area" d="${areaPath(places, HEIGHT - rise(plan, Math.max(plan.axis.lo, 0)) * HEIGHT)}"/>`;
    return html`${area}<path class="line primary" d="${linePath(places)}"/>`;
  });
  return html`<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" preserveAspectRatio="none" aria-hidden="true" focusable="false">${grid}${lines}</svg>`;
}

function valueLabels(plan: Plan): Html {
  const labels = plan.axis.ticks.map(
    (tick) =>
      html`<span data-scale style="top:${coordinate(100 - rise(plan, tick) * 100)}%">${tickLabel(tick, plan.axis, plan.unit)}</span>`,
  );
  return html`<div class="ys">${labels}</div>`;
}

const MONTHS_SHOWN_FROM = 200;

function dayLabels(plan: Plan): Html {
  const last = plan.series.flatMap((one) => one.points).reduce((high, point) => Math.max(high, point.offset), 0);
  // Weekly steps keep the weekday of the labels; longer spans get about five of them.
  const step = last <= 35 ? 7 : Math.ceil(last / 4 / 7) * 7;
  const shown = Array.from({ length: Math.floor(last / step) + 1 }, (_, at) => at * step);
  const text = last > MONTHS_SHOWN_FROM ? shortMonth : shortDay;
  const labels = shown.map((offset) => {
    const left = coordinate((offset / plan.lastOffset) * 100);
    return html`<span data-scale style="left:${left}%">${text(dayOf(plan.firstDay + offset))}</span>`;
  });
  return html`<div class="xs">${labels}</div>`;
}

/** Markers inside the drawn days, with the number each keeps in the list below. */
function markerPins(plan: Plan, chart: LineChart): Html {
  const pins = chart.markers.map((marker, at) => {
    const offset = dayNumber(marker.day) - plan.firstDay;
    if (offset < 0 || offset > plan.lastOffset) return nothing;
    return html`<span class="pin" data-scale style="left:${coordinate((offset / plan.lastOffset) * 100)}%">${String(at + 1)}</span>`;
  });
  return joined(pins, nothing);
}

function markerList(chart: LineChart): Html {
  if (chart.markers.length === 0) return nothing;
  const items = chart.markers.map(
    (marker, at) =>
      html`<li><span class="pin" data-scale>${String(at + 1)}</span><span>${dayTime(marker.day)}: ${name(marker.label)}</span></li>`,
  );
  return html`<ol class="markers" role="list">${items}</ol>`;
}

function legend(chart: LineChart): Html {
  let comparisons = 0;
  const entries = chart.series.map((series) => {
    if (series.role === "comparison") comparisons += 1;
    const look = series.role === "primary" ? "primary" : `comparison c${comparisons % 2 === 1 ? "a" : "b"}`;
    return html`<li><svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true" focusable="false"><path class="line ${look}" d="M1 4H27"/></svg><span>${name(series.label)}</span></li>`;
  });
  return html`<ul class="legend" role="list">${entries}</ul>`;
}

/** The points as a table: one row per day of the primary series, the days of a comparison beside its values. */
function dataTable(book: Book, chart: LineChart): Html {
  const series = seriesOf(book, chart);
  const leads = series.find((one) => one.role === "primary") ?? series[0];
  const offsets = [...new Set(series.flatMap((one) => one.points.map((point) => point.offset)))].toSorted(
    (a, b) => a - b,
  );
  if (offsets.length === 0 || leads === undefined) return nothing;
  const heads = series.map((one) => html`<th scope="col" class="end">${name(one.label)}</th>`);
  const columns = series.map((one) => new Map(one.points.map((point) => [point.offset, point])));
  const start = leads.points[0]?.day ?? series.find((one) => one.points.length > 0)?.points[0]?.day ?? "";
  const rows = offsets.map((offset) => {
    const cells = series.map((one, at) => {
      const point = columns[at]?.get(offset);
      if (point === undefined) return html`<td class="end">—</td>`;
      const own = one === leads ? nothing : html` <small>${dayTime(point.day)}</small>`;
      return html`<td class="end">${plainFigure(point.fact)}${own}</td>`;
    });
    return html`<tr><th scope="row">${dayTime(dayOf(dayNumber(start) + offset))}</th>${cells}</tr>\n`;
  });
  const title = frameIds(chart.id).title;
  return html`<details class="data"><summary>Show the data: ${name(chart.title)}</summary>
<div class="scroll" role="group" tabindex="0" aria-label="Data of the chart: ${chart.title}"><table aria-labelledby="${title}"><thead><tr><th scope="col">Day</th>${heads}</tr></thead><tbody>
${rows}</tbody></table></div></details>`;
}

/** A line chart with everything around it; without any measured number it says so in place of a drawing. */
export function lineChart(book: Book, chart: LineChart, notes: Html): Html {
  const plan = planOf(book, chart);
  const ids = frameIds(chart.id);
  const gutter =
    plan === null ? 0 : Math.max(...plan.axis.ticks.map((tick) => tickLabel(tick, plan.axis, plan.unit).length));
  const body =
    plan === null
      ? html`<p class="empty">No measured values to draw.</p>`
      : html`${legend(chart)}
<div class="plot" role="img" aria-labelledby="${ids.title}" aria-describedby="${ids.alt}" style="--gutter:${String(gutter)}ch">${valueLabels(plan)}<div class="canvas">${drawing(plan)}${markerPins(plan, chart)}</div>${dayLabels(plan)}</div>${plan.inverted ? html`<p class="hint">Drawn upside down: higher on the chart is a better position.</p>` : nothing}`;
  return framed(book, { ...chart, body, after: html`${markerList(chart)}${dataTable(book, chart)}`, notes });
}
