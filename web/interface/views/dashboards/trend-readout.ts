/** Above the chart: the day that is read, its figure, and the same weekday it is held against. */
import type { VNode } from "preact";
import type { TrendView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { weekday } from "../../state/dashboard-words.ts";
import { COMPARISONS, type Comparison } from "../../state/trend.ts";
import { Badge } from "../ui/badge.ts";
import { FigureButton } from "./figure-button.ts";

/** The figures of one day; also the legend of the two lines. */
export function TrendReadout({
  trend,
  comparison,
  at,
}: {
  trend: TrendView;
  comparison: Comparison;
  at: number;
}): VNode | null {
  const point = trend.points[at];
  if (point === undefined) return null;
  const { unit, currency, label } = trend;
  const other = comparison === "none" ? null : point[comparison];
  const words = COMPARISONS.find((one) => one.id === comparison)?.short ?? "";
  return html`<dl class="readout">
    <div><dt><span class="swatch-line"></span>${weekday(point.day)}</dt><dd><${FigureButton} figure=${point} unit=${unit} currency=${currency} of=${`${label}, ${weekday(point.day)}`} />${point.filling && point.value !== null && html` <${Badge} tone="wait" title="The source may still change it.">Still filling<//>`}</dd></div>
    ${comparison !== "none" && html`<div><dt><span class="swatch-line swatch-other"></span>${words}${other !== null && html` <span class="muted">${weekday(other.day)}</span>`}</dt><dd>${other === null ? html`<span class="figure figure-absent">no data</span>` : html`<${FigureButton} figure=${{ ...other, state: "number" }} unit=${unit} currency=${currency} of=${`${label}, ${weekday(other.day)}`} />`}</dd></div>`}
  </dl>`;
}
