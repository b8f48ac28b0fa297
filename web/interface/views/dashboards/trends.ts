/** Daily lines: one metric at a time, held against another period, with the known breaks that touch it. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { nameOf } from "../../../../src/core/names.ts";
import type { DashboardView, TrendView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { weekday } from "../../state/dashboard-words.ts";
import { bandDays, COMPARISONS, type Comparison, hasComparison, type TrendPoint } from "../../state/trend.ts";
import { Panel } from "../parts.ts";
import { type Column, DataTable } from "../ui/table.ts";
import { FigureButton } from "./figure-button.ts";
import { TrendChart } from "./trend-chart.ts";

const OTHERS = ["fourWeeksBefore", "yearBefore"] as const;

function figureColumns(trend: TrendView): readonly Column<TrendPoint>[] {
  const { unit, currency, label } = trend;
  const day: Column<TrendPoint> = { id: "day", label: "Day", cell: (point) => weekday(point.day) };
  const own: Column<TrendPoint> = {
    id: "value",
    label,
    align: "end",
    cell: (point) =>
      html`<${FigureButton} figure=${point} unit=${unit} currency=${currency} of=${`${label}, ${weekday(point.day)}`} />`,
  };
  const others = OTHERS.map((id): Column<TrendPoint> => {
    const words = COMPARISONS.find((one) => one.id === id)?.label ?? "";
    return {
      id,
      label: words,
      align: "end",
      cell: (point) => {
        const other = point[id];
        if (other === null) return html`<span class="figure figure-absent">no data</span>`;
        return html`<${FigureButton} figure=${{ ...other, state: "number" }} unit=${unit} currency=${currency} of=${`${label}, ${weekday(other.day)}`} />`;
      },
    };
  });
  return [day, own, ...others];
}

/** Every figure of the chart, made only when it is opened: it is ninety buttons. */
function TrendFigures({ trend }: { trend: TrendView }): VNode {
  const [open, setOpen] = useState(false);
  const toggled = (event: Event): void => {
    if (event.currentTarget instanceof HTMLDetailsElement) setOpen(event.currentTarget.open);
  };
  return html`<details class="trend-figures" onToggle=${toggled}><summary>Figures by day</summary>
    ${open && html`<${DataTable} caption=${`${trend.label} by day`} captionHidden columns=${figureColumns(trend)} rows=${trend.points} keyOf=${(point: TrendPoint) => point.day} />`}
  </details>`;
}

function Breaks({ trend }: { trend: TrendView }): VNode | null {
  if (trend.annotations.length === 0) return null;
  return html`<ol class="breaks" aria-label="Known breaks">${trend.annotations.map((one) => html`<li key=${one.n}><span class="break-n" aria-hidden="true">${one.n}</span><span><b>${bandDays(one)}:</b> ${one.text}</span></li>`)}</ol>`;
}

interface ComparisonPickProps {
  readonly trend: TrendView;
  readonly chosen: Comparison;
  readonly choose: (comparison: Comparison) => void;
}

function ComparisonPick({ trend, chosen, choose }: ComparisonPickProps): VNode {
  return html`<div class="pick pick-small" role="group" aria-label="Comparison">${COMPARISONS.map(
    ({ id, label }) =>
      html`<button key=${id} type="button" aria-pressed=${chosen === id} disabled=${!hasComparison(trend, id)} onClick=${() => choose(id)}>${label}</button>`,
  )}</div>`;
}

/** The trends of a dashboard. */
export function Trends({ feed }: { feed: DashboardView }): VNode | null {
  const [metric, setMetric] = useState<string | null>(null);
  const [wanted, setWanted] = useState<Comparison>("yearBefore");
  const trend = feed.trends.find((one) => one.metric === metric) ?? feed.trends[0];
  if (trend === undefined) return null;
  const comparison =
    [wanted, "yearBefore" as const, "fourWeeksBefore" as const].find((one) => hasComparison(trend, one)) ?? "none";
  return html`<${Panel} id="trends" title="Trends" aside=${html`<span class="panel-aside muted">${nameOf(trend.source)}, days of ${trend.timeZone}</span>`}>
    <div class="trend-tools">
      <div class="pick" role="group" aria-label="Metric">${feed.trends.map((one) => html`<button key=${one.metric} type="button" aria-pressed=${one === trend} onClick=${() => setMetric(one.metric)}>${one.label}</button>`)}</div>
    </div>
    <${TrendChart} key=${`${feed.period.start} ${trend.metric}`} trend=${trend} comparison=${comparison}><${ComparisonPick} trend=${trend} chosen=${comparison} choose=${setWanted} /><//>
    <${Breaks} trend=${trend} />
    <${TrendFigures} trend=${trend} />
  <//>`;
}
