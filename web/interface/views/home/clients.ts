/** The table of clients: what each needs, its main figures, whether targets were met and the data is fresh. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { html } from "../../html.ts";
import { figureNote, figureText } from "../../state/figures.ts";
import { clientPath, lateSources, type Need, type Row, type Unit } from "../../state/home.ts";
import type { Clients } from "../../state/home-feed.ts";
import { runsWith } from "../../state/search.ts";
import { dateUtc } from "../../state/time.ts";
import { Foreign } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { Movement } from "../ui/movement.ts";
import { Sparkline } from "../ui/sparkline.ts";
import { Targets } from "./targets.ts";

/** Rows at first, and with each "show more": sparklines of hundreds of clients would hold the page up. */
const SHOWN = 60;
/** Needs named in a row; the client's own pages have all of them. */
const NEEDS_SHOWN = 2;

type UnitFigure = Unit["figures"][number];

function NeedLine({ need }: { need: Need }): VNode {
  return html`<li class=${`need tone-${need.tone}`}><a href=${need.href}><${Foreign} text=${need.text} /></a></li>`;
}

function ClientCell({ row }: { row: Row }): VNode {
  const { unit, needs, openRuns } = row;
  const runs = openRuns === 1 ? "1 open run" : `${openRuns.toLocaleString("en")} open runs`;
  const more = needs.length - NEEDS_SHOWN;
  return html`<th scope="row" role="rowheader" class="client-name">
    <p class="client-line"><a href=${clientPath(unit)}><${Foreign} text=${unit.clientName} /></a>${unit.fixture && html`<${Badge} tone="wait" title="Its figures are invented for a demonstration">Demo data<//>`}</p>
    <p class="client-about"><${Foreign} text=${unit.name} />${openRuns > 0 && html` · <a href=${runsWith(["client", unit.clientName])}>${runs}</a>`}</p>
    ${needs.length > 0 && html`<ul class="needs">${needs.slice(0, NEEDS_SHOWN).map((need) => html`<${NeedLine} key=${need.kind} need=${need} />`)}${more > 0 && html`<li class="need need-more">+${more} more</li>`}</ul>`}
  </th>`;
}

/** A figure, how it moved and its days. The number leads to where it comes from. */
function FigureCell({ label, figure: one }: { label: string; figure: UnitFigure | undefined }): VNode {
  if (one === undefined)
    return html`<td role="cell" class="client-figure client-rest"><span class="muted">—</span></td>`;
  const { figure, unit, currency } = one;
  const text = figureText({ ...figure, unit, currency }, { compact: true });
  const title = figureNote(figure) ?? figureText({ ...figure, unit, currency });
  return html`<td role="cell" class="client-figure" data-label=${label}><div class="figure-box">
    <span class="figure-text">${figure.factId === null ? html`<span title=${title}>${text}</span>` : html`<a href=${`/facts/${encodeURIComponent(figure.factId)}`} title=${title}>${text}</a>`}</span>
    ${figure.value !== null && html`<span class="figure-move"><${Movement} movement=${one.movement} unit=${unit} better=${one.better} currency=${currency} /></span>`}
    ${one.sparkline.length > 0 && html`<span class="figure-spark"><${Sparkline} values=${one.sparkline} label=${`${one.label} of the last ${one.sparkline.length} final days`} /></span>`}
  </div></td>`;
}

function Fresh({ unit }: { unit: Unit }): VNode {
  if (unit.refreshing) return html`<${Badge} tone="run">Refreshing<//>`;
  if (unit.freshness.length === 0) return html`<${Badge} tone="idle">No source<//>`;
  const late = lateSources(unit);
  const broken = late.filter((one) => one.status === "failed" || one.status === "held_back").length;
  const title = unit.freshness.map((one) => one.detail).join(" ");
  if (broken > 0) return html`<${Badge} tone="bad" title=${title}>${broken} failed<//>`;
  if (late.length > 0) return html`<${Badge} tone="wait" title=${title}>${late.length} late<//>`;
  return html`<${Badge} tone="good" title=${title}>Fresh<//>`;
}

function FreshCell({ unit }: { unit: Unit }): VNode {
  const [covered] = unit.freshness.flatMap((one) => one.coveredTo ?? []).sort();
  return html`<td role="cell" class="client-fresh" data-label="Data"><${Fresh} unit=${unit} />${covered !== undefined && html`<span class="muted">to ${dateUtc(covered)}</span>`}</td>`;
}

type Metric = Pick<UnitFigure, "metric" | "label">;

/** The metrics anybody has, in the order of the feed. */
function metricsOf(units: readonly Unit[]): readonly Metric[] {
  const found = new Map<string, Metric>();
  for (const unit of units) for (const { metric, label } of unit.figures) found.set(metric, { metric, label });
  return [...found.values()];
}

/** What a sum is made of. */
function madeOf({ of, without, timeZones }: Clients["totals"][number]): string {
  const zones = timeZones.length > 1 ? `; their days begin in ${timeZones.length} time zones` : "";
  return `${of} have it, ${without} do not${zones}`;
}

function TotalRow({ clients, metrics }: { clients: Clients; metrics: readonly Metric[] }): VNode {
  return html`<tr role="row" class="client-total">
    <th scope="row" role="rowheader" class="client-name">All clients${!clients.complete && html` <span class="muted">so far</span>`}</th>
    ${metrics.map(({ metric, label }) => {
      const sums = clients.totals.filter((total) => total.metric === metric);
      return html`<td key=${metric} role="cell" class=${sums.length === 0 ? "client-figure client-rest" : "client-figure"} data-label=${label}>${sums.length === 0 && "—"}${sums.map((sum) => html`<span key=${sum.currency ?? ""} class="total" title=${madeOf(sum)}>${figureText({ state: "number", value: sum.value, unit: sum.unit, currency: sum.currency }, { compact: true })}</span>`)}</td>`;
    })}
    <td role="cell" class="client-rest"></td><td role="cell" class="client-rest"></td>
  </tr>`;
}

export interface ClientTableProps {
  readonly clients: Clients;
  readonly rows: readonly Row[];
  readonly month: string;
}

/** The table; on a narrow page each row is a card. */
export function ClientTable({ clients, rows, month }: ClientTableProps): VNode {
  const [most, setMost] = useState(SHOWN);
  const metrics = metricsOf(clients.units);
  const more = Math.min(SHOWN, rows.length - most);
  return html`<div>
    <table class="clients" role="table">
      <caption class="sr-only">Clients: what each needs, figures of ${month}, targets and data</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Client</th>
        ${metrics.map(({ metric, label }) => html`<th key=${metric} scope="col" role="columnheader" class="align-end">${label}</th>`)}
        <th scope="col" role="columnheader">Targets</th><th scope="col" role="columnheader">Data</th>
      </tr></thead>
      <tbody role="rowgroup">
        ${rows.slice(0, most).map(
          (row) => html`<tr key=${row.unit.businessUnitId} role="row">
            <${ClientCell} row=${row} />
            ${metrics.map(({ metric, label }) => html`<${FigureCell} key=${metric} label=${label} figure=${row.unit.figures.find((one) => one.metric === metric)} />`)}
            <${Targets} targets=${row.unit.targets} />
            <${FreshCell} unit=${row.unit} />
          </tr>`,
        )}
      </tbody>
      ${clients.totals.length > 0 && html`<tfoot role="rowgroup"><${TotalRow} clients=${clients} metrics=${metrics} /></tfoot>`}
    </table>
    ${more > 0 && html`<p class="more"><button type="button" class="button" onClick=${() => setMost(most + SHOWN)}>Show ${more} more</button></p>`}
  </div>`;
}
