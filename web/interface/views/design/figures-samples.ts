/** Figures, movements, small charts and tables. */
import type { VNode } from "preact";
import type { MovementView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { amountText, type FigureLike, figureNote, figureText } from "../../state/figures.ts";
import { Movement } from "../ui/movement.ts";
import { Meter, Sparkline } from "../ui/sparkline.ts";
import { type Column, DataTable } from "../ui/table.ts";
import { Row, Sample } from "./sample.ts";

const FIGURES: readonly (readonly [string, FigureLike])[] = [
  ["A number", { state: "number", value: 12345, unit: "count" }],
  ["A rate", { state: "number", value: 0.0342, unit: "ratio" }],
  ["Money", { state: "number", value: 4218.4, unit: "currency", currency: "USD" }],
  ["Measured as none", { state: "zero", value: 0, unit: "count" }],
  ["Not complete yet", { state: "partial", value: 1200, unit: "count" }],
  ["Cut off", { state: "capped", value: 5000, unit: "count" }],
  ["Not measured", { state: "missing", value: null, unit: "count" }],
  ["No answer", { state: "unavailable", value: null, unit: "count" }],
  ["Kept back", { state: "withheld", value: null, unit: "count" }],
  ["Not computable", { state: "not_defined", value: null, unit: "ratio" }],
];

function moved(change: Partial<MovementView>): MovementView {
  const figure = { factId: "design", state: "number", value: 10_900, reason: null } as const;
  return {
    against: "previous",
    figure,
    absolute: null,
    relative: null,
    points: null,
    days: null,
    perDay: null,
    note: null,
    ...change,
  };
}

const DAYS = [12, 14, 13, 17, null, null, 16, 19, 18, 22, 24, 23, 27];

interface Channel {
  readonly name: string;
  readonly sessions: number;
  readonly change: number | null;
}

const CHANNELS: readonly Channel[] = [
  { name: "Organic search", sessions: 8_421, change: 0.124 },
  { name: "Paid search", sessions: 3_118, change: -0.041 },
  { name: "Referral", sessions: 97, change: null },
];

const COLUMNS: readonly Column<Channel>[] = [
  { id: "name", label: "Channel", cell: (row) => row.name, sort: (row) => row.name },
  {
    id: "sessions",
    label: "Sessions",
    align: "end",
    cell: (row) => amountText(row.sessions, "count", null),
    sort: (row) => row.sessions,
  },
  {
    id: "change",
    label: "Change",
    align: "end",
    cell: (row) =>
      html`<${Movement} movement=${moved({ relative: row.change, note: row.change === null ? "Too few." : null })} unit="count" better="higher" />`,
    sort: (row) => row.change,
  },
];

/** The pieces. */
export function FigureSamples(): VNode {
  return html`
    <${Sample} title="Figures" note="A figure that was not measured reads as words, never as a zero. Hovering says why." render=${() => html`<dl class="sample-list">${FIGURES.map(([name, figure]) => html`<div key=${name}><dt>${name}</dt><dd title=${figureNote(figure) ?? undefined}>${figureText(figure)}</dd></div>`)}</dl>`} />
    <${Sample} title="A figure that opens" note="Every figure of a dashboard is a button: it opens where the figure comes from." render=${() => html`<button type="button" class="figure-button">12,345</button>`} />
    <${Sample} title="Movements" note="The colour says whether it is good news, which for a cost is the way down. Where no movement can be stated, the reason stands there." render=${() => html`<${Row}>
      <${Movement} movement=${moved({ relative: 0.124 })} unit="count" better="higher" />
      <${Movement} movement=${moved({ relative: 0.081 })} unit="currency" better="lower" currency="USD" />
      <${Movement} movement=${moved({ points: -1.5, relative: -0.1 })} unit="ratio" better="higher" />
      <${Movement} movement=${moved({ absolute: -2.3 })} unit="position" better="lower" />
      <${Movement} movement=${moved({ relative: 0 })} unit="count" better="higher" />
      <${Movement} movement=${moved({ relative: 0.3, against: "year_over_year" })} unit="count" better="neither" against=${true} />
      <${Movement} movement=${moved({ note: "Fewer than 100 before: too few for a percentage." })} unit="count" better="higher" />
    <//>`} />
    <${Sample} title="Sparkline" note="Where a figure came from. A day without a value is a gap." render=${() => html`<div class="sample-narrow"><${Sparkline} values=${DAYS} label="Sessions by day, from 12 to 27" /></div>`} />
    <${Sample} title="Meter" note="How far along; the mark is where it should stand by now. Words stand beside it." render=${() => html`<div class="sample-narrow">
      <${Meter} value=${62} max=${100} expected=${58} label="Leads, of the target" text="62 of 100" tone="good" />
      <${Meter} value=${31} max=${100} expected=${58} label="Sessions, of the target" text="31 of 100" tone="bad" />
      <${Meter} value=${130} max=${100} label="Spent, of the budget" text="$130 of $100" tone="wait" />
    </div>`} />
    <${Sample} title="Table" note="A header that sorts is a button. Rows without a value come last. A table wider than its place scrolls inside itself." render=${() => html`<${DataTable} caption="Sessions by channel" columns=${COLUMNS} rows=${CHANNELS} keyOf=${(row: Channel) => row.name} initial=${{ column: "sessions", direction: "descending" }} />
      <${DataTable} caption="Without rows" columns=${COLUMNS} rows=${[]} keyOf=${(row: Channel) => row.name} empty="No channel had sessions." />`} />`;
}
