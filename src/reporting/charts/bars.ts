/**
 * Bars, one table row each: the label may be long and wrap, the figure is a real figure with its lineage, and the bar is
 * drawn in between. Bars always start at zero; with values on both sides of zero they diverge from a common line.
 */
import type { Fact, Unit } from "../../core/evidence/types.ts";
import type { BarChart } from "../document.ts";
import { type Html, html, nothing } from "../escape.ts";
import { type Book, figure, inline } from "../figures.ts";
import { framed, frameIds } from "./frame.ts";
import { coordinate } from "./scale.ts";

const WIDTH = 100;
const CHANGES: ReadonlySet<Unit> = new Set(["percent_change", "percentage_points"]);

interface Extent {
  readonly lo: number;
  readonly hi: number;
}

function extentOf(facts: readonly Fact[]): Extent {
  const values = facts.flatMap((fact) => (fact.value.value === null ? [] : [fact.value.value]));
  const lo = values.reduce((low, value) => Math.min(low, value), 0);
  const hi = values.reduce((high, value) => Math.max(high, value), 0);
  return lo === hi ? { lo: 0, hi: 1 } : { lo, hi };
}

/** Good and bad are for changes; the size of an amount is neither. */
function tone(value: number, better: BarChart["better"], change: boolean): "good" | "bad" | "plain" {
  if (!change || better === "neither" || value === 0) return "plain";
  return value > 0 === (better === "higher") ? "good" : "bad";
}

function bar(value: number | null, extent: Extent, look: string): Html {
  const place = (at: number) => ((at - extent.lo) / (extent.hi - extent.lo)) * WIDTH;
  const zero = place(0);
  const end = place(value ?? 0);
  const rect =
    value === null || value === 0
      ? nothing
      : html`<rect class="${look}" x="${coordinate(Math.min(zero, end))}" y="2" width="${coordinate(Math.max(Math.abs(end - zero), 0.4))}" height="12"/>`;
  return html`<svg class="bar" viewBox="0 0 ${String(WIDTH)} 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">${rect}<path class="zero" d="M${coordinate(zero)} 0V16"/></svg>`;
}

/** A bar chart with everything around it. Its rows are its data table. */
export function barChart(book: Book, chart: BarChart, notes: Html): Html {
  const facts = chart.bars.map((one) => book.fact(one.fact));
  if (new Set(facts.map((fact) => fact.unit)).size > 1) throw new Error(`chart ${chart.id} mixes units on one axis`);
  const extent = extentOf(facts);
  const change = extent.lo < 0 || facts.some((fact) => CHANGES.has(fact.unit));
  const rows = chart.bars.map((one) => {
    const { value } = book.fact(one.fact).value;
    const look = tone(value ?? 0, one.better ?? chart.better, change);
    return html`<tr><th scope="row">${inline(book, one.label, "table")}</th><td class="track">${bar(value, extent, look)}</td><td class="end">${figure(book, one.fact, "table")}</td></tr>\n`;
  });
  const ids = frameIds(chart.id);
  const body =
    rows.length === 0
      ? html`<p class="empty">No measured values to draw.</p>`
      : html`<div class="scroll" role="group" tabindex="0" aria-labelledby="${ids.title}"><table class="bars" aria-labelledby="${ids.title}" aria-describedby="${ids.alt}"><thead class="unseen"><tr><th scope="col">Name</th><th scope="col">Bar</th><th scope="col">Value</th></tr></thead><tbody>
${rows}</tbody></table></div>`;
  return framed(book, { ...chart, body, after: nothing, notes });
}
