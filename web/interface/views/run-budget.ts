/** What a run may still spend, and the way to allow it more. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { BudgetLine, Problem, RunDetail } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { hasEnded } from "../state/run-verbs.ts";
import { mayDo } from "../state/session.ts";
import { amountWords, budgetWords, unitWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Panel } from "./parts.ts";
import { ReasonDialog } from "./reason-dialog.ts";

/** From this share on a limit is worth a look. */
const CLOSE = 0.8;

function spentOf(line: BudgetLine): number {
  return line.used + line.reserved;
}

/** Only lines near their end can be raised: a button on each would invite what nobody needs. A run that stopped for one call too large may be near none. */
function raisable(run: RunDetail): readonly BudgetLine[] {
  if (run.copy || hasEnded(run.status) || !mayDo("runs.budget", run.businessUnitId)) return [];
  const near = run.budget.filter((line) => spentOf(line) >= line.limit * CLOSE);
  return near.length === 0 && run.waitingOn?.kind === "budget" ? run.budget : near;
}

interface LineProps {
  readonly line: BudgetLine;
  /** Null when there is nothing to raise. */
  readonly raise: (() => void) | null;
}

/** A line of a budget: what is used, what is set aside for work under way, and the limit. */
function Line({ line, raise }: LineProps): VNode {
  const { used, reserved, limit, unit } = line;
  const spent = spentOf(line);
  const tone = spent >= limit ? "bad" : spent >= limit * CLOSE ? "wait" : "run";
  const name = budgetWords(line.kind);
  return html`<li class=${`budget tone-${tone}`}>
    <p class="progress-words"><span class="progress-label">${name}</span><span class="progress-count">${amountWords(used, unit)} of ${amountWords(limit, unit)}</span></p>
    <progress class="bar" aria-label=${name} max=${Math.max(limit, 1)} value=${Math.min(spent, limit)}></progress>
    ${reserved > 0 && html`<p class="muted">${amountWords(reserved, unit)} set aside for work under way</p>`}
    ${raise !== null && html`<p class="budget-raise"><button type="button" class="button button-small" onClick=${raise}>Allow more<span class="sr-only"> ${name.toLowerCase()}</span></button></p>`}
  </li>`;
}

interface RaiseProps {
  readonly line: BudgetLine;
  readonly close: () => void;
  readonly done: (limit: number, reason: string) => void;
}

/** Asks for the new limit, in the unit people think in; as much again is proposed. */
function Raise({ line, close, done }: RaiseProps): VNode {
  const { name, size } = unitWords(line.unit);
  const [text, setText] = useState(String(Math.ceil((2 * line.limit) / size)));
  const limit = Math.round(Number(text) * size);
  const check = (): string | null =>
    Number.isSafeInteger(limit) && limit > line.limit ? null : `Enter more than ${amountWords(line.limit, line.unit)}.`;
  const input = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) setText(event.currentTarget.value);
  };
  return html`<${ReasonDialog} title=${`Allow more: ${budgetWords(line.kind).toLowerCase()}`} confirm="Allow it" reason="needed" check=${check}
    close=${close} done=${(reason: string) => done(limit, reason)}>
    <p>${amountWords(line.used, line.unit)} of ${amountWords(line.limit, line.unit)} are used. With more, this run goes on by itself where it stopped.</p>
    <label class="field"><span>New limit, in ${name}</span><input type="number" min="0" step="any" inputmode="decimal" value=${text} onInput=${input} /></label>
  <//>`;
}

/** The budget's lines; absent before the first work. */
export function RunBudget({ run, api }: { run: RunDetail; api: Api }): VNode | null {
  const [kind, setKind] = useState<BudgetLine["kind"] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (run.budget.length === 0) return null;
  const raised = run.budget.find((line) => line.kind === kind);
  const offered = raisable(run);
  const send = async (wish: { kind: BudgetLine["kind"]; limit: number; reason: string }): Promise<void> => {
    const reply = await api.setBudget(run.runId, wish);
    setProblem(reply.ok ? null : reply.problem);
  };
  return html`<${Panel} id="budget" title="Budget">
    <ul class="budgets">${run.budget.map((line) => html`<${Line} key=${line.kind} line=${line} raise=${offered.includes(line) ? () => setKind(line.kind) : null} />`)}</ul>
    ${problem !== null && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span><strong>Not done.</strong> ${problem.detail}</span></p>`}
    ${
      raised !== undefined &&
      html`<${Raise} line=${raised} close=${() => setKind(null)} done=${(limit: number, reason: string) => void send({ kind: raised.kind, limit, reason })} />`
    }
  <//>`;
}
