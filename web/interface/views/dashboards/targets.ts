/** What was wished for the month, and how spend stands against its budgets. */
import type { VNode } from "preact";
import type { DashboardView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { pacingWords, targetText, targetWords } from "../../state/dashboard-words.ts";
import { amountText } from "../../state/figures.ts";
import { Panel } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { Meter } from "../ui/sparkline.ts";
import { FigureButton } from "./figure-button.ts";

type Target = DashboardView["targets"][number];
type Pacing = DashboardView["pacing"][number];

/** Where it should stand is a mark only while the month runs: at its end the whole bar is expected. */
const mark = (expected: number | null): number | null => (expected !== null && expected < 1 ? expected : null);

function TargetRow({ one }: { one: Target }): VNode {
  const { label, unit, currency, better, figure, target } = one;
  const words = targetWords(target.rating, better);
  const text = targetText(one);
  return html`<li class="goal">
    <div class="goal-head"><span class="goal-name">${label}</span><${Badge} tone=${words.tone}>${words.label}<//></div>
    <p class="goal-text"><${FigureButton} figure=${figure} unit=${unit} currency=${currency} of=${label} /> <span>${text}</span></p>
    ${target.reached !== null && html`<${Meter} value=${target.reached} max=${1} expected=${mark(target.expected)} label=${`${label} against its target`} text=${text} tone=${words.tone} />`}
  </li>`;
}

function PacingRow({ one }: { one: Pacing }): VNode {
  const { label, currency, budget, spent, expected, projection } = one;
  const words = pacingWords(one.rating);
  const money = (amount: number): string => amountText(amount, "currency", currency);
  const running = expected !== null && expected < budget;
  const parts = [
    `of ${money(budget)}`,
    running ? `${money(expected)} expected by now` : null,
    running && projection !== null ? `on course for ${money(projection)}` : null,
  ].filter((part) => part !== null);
  return html`<li class="goal">
    <div class="goal-head"><span class="goal-name">${label} <span class="muted">budget</span></span><${Badge} tone=${words.tone}>${words.label}<//></div>
    <p class="goal-text"><${FigureButton} figure=${spent} unit="currency" currency=${currency} of=${`${label}, spent`} /> <span>${parts.join(", ")}</span></p>
    ${spent.value !== null && html`<${Meter} value=${spent.value} max=${budget} expected=${running ? expected : null} label=${`${label} against its budget`} text=${parts.join(", ")} tone=${words.tone} />`}
  </li>`;
}

/** Targets and budgets of the month. */
export function Targets({ feed, settings }: { feed: DashboardView; settings: string | null }): VNode {
  const { targets, pacing } = feed;
  const none = targets.length === 0 && pacing.length === 0;
  return html`<${Panel} id="targets" title="Targets and budgets">
    ${none && html`<div class="dash-none"><p>No target and no budget is set for this month.</p>${settings !== null && html`<p><a class="button button-small" href=${settings}>Set targets</a></p>`}</div>`}
    <ul class="goals">
      ${targets.map((one) => html`<${TargetRow} key=${one.metric} one=${one} />`)}
      ${pacing.map((one) => html`<${PacingRow} key=${`pace ${one.label}`} one=${one} />`)}
    </ul>
  <//>`;
}
