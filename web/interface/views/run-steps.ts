/** The steps of a run, by round, with the time each took. */
import type { VNode } from "preact";
import type { RunDetail, RunStatus, RunStep } from "../../../src/core/wire.ts";
import { now } from "../browser.ts";
import { html } from "../html.ts";
import { type Bar, barsOf } from "../state/step-bars.ts";
import { duration, exactUtc } from "../state/time.ts";
import { Icon, type IconName } from "./icons.ts";
import { Foreign, Panel } from "./parts.ts";

/** A step that was begun in an attempt that is over is neither running nor done: it was interrupted. */
type StepState = RunStep["status"] | "interrupted";

const MARK: Readonly<Record<Exclude<StepState, "running">, IconName>> = {
  done: "check",
  failed: "cross",
  interrupted: "clock",
};
const AT_WORK: ReadonlySet<RunStatus> = new Set<RunStatus>(["running", "revision_running"]);

function Took({ step, state }: { step: RunStep; state: StepState }): VNode | null {
  if (state === "interrupted") return html`<span class="step-took">Interrupted</span>`;
  const from = Date.parse(step.startedAt);
  const to = step.endedAt === null ? now.value : Date.parse(step.endedAt);
  const text = Number.isNaN(from) || Number.isNaN(to) ? "" : duration(to - from);
  return html`<span class="step-took" title=${`Started ${exactUtc(step.startedAt)}`}>${text}</span>`;
}

/** When in its round a step was worked on. The times are in the words beside it. */
function StepBar({ bar }: { bar: Bar | null }): VNode {
  return html`<svg class="step-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    ${bar !== null && html`<rect x=${bar.from.toFixed(2)} y="0" width=${bar.length.toFixed(2)} height="4" />`}
  </svg>`;
}

function Step({ step, bar, moving }: { step: RunStep; bar: Bar | null; moving: boolean }): VNode {
  const state: StepState = step.status === "running" && !moving ? "interrupted" : step.status;
  const mark = state === "running" ? html`<span class="spinner"></span>` : html`<${Icon} name=${MARK[state]} />`;
  return html`<li class=${`step step-${state}`}>
    <span class="step-mark">${mark}</span>
    <span class="step-label"><${Foreign} text=${step.label} /><span class="sr-only">, ${state}</span>${step.attempt > 1 && html`<span class="step-attempt">attempt ${step.attempt}</span>`}</span>
    <${StepBar} bar=${bar} />
    <${Took} step=${step} state=${state} />
  </li>`;
}

function roundsOf(steps: readonly RunStep[]): (readonly [number, readonly RunStep[]])[] {
  const rounds = new Map<number, RunStep[]>();
  for (const step of steps) {
    const round = rounds.get(step.round);
    if (round === undefined) rounds.set(step.round, [step]);
    else round.push(step);
  }
  return [...rounds.entries()].sort(([a], [b]) => b - a);
}

function roundTitle(round: number): string {
  return round === 0 ? "First report" : `Revision ${round}`;
}

/** How far a round is: its steps so far, and the time it took once all are done. */
function tally(steps: readonly RunStep[]): string {
  const done = steps.filter((step) => step.status === "done").length;
  if (done < steps.length) return `${done} done`;
  const starts = steps.map((step) => Date.parse(step.startedAt));
  const ends = steps.map((step) => Date.parse(step.endedAt ?? step.startedAt));
  const span = Math.max(...ends) - Math.min(...starts);
  const count = done === 1 ? "1 step" : `${done} steps`;
  return Number.isNaN(span) ? count : `${count} in ${duration(span)}`;
}

/** Finished steps before the last few are folded while a long round is at work: the page stays where the reader looks. */
const TAIL = 8;

function Round({ steps, moving }: { steps: readonly RunStep[]; moving: boolean }): VNode {
  const cut = moving ? Math.max(0, steps.length - TAIL) : 0;
  // Only the bar of a step at work grows: one that was interrupted ended nobody knows when.
  const bars = barsOf(steps, moving ? now.value : 0);
  const list = (from: number, to: number): VNode =>
    html`<ol class="steps">${steps.slice(from, to).map((step, n) => html`<${Step} key=${step.key} step=${step} bar=${bars[from + n] ?? null} moving=${moving} />`)}</ol>`;
  return html`<div>
    ${cut > 0 && html`<details class="steps-before"><summary>${cut === 1 ? "1 step before" : `${cut} steps before`}</summary>${list(0, cut)}</details>`}
    ${list(cut, steps.length)}
  </div>`;
}

/** Newest round first. A round is open while it is at work or when the run failed in it, else folded to its tally. */
export function RunSteps({ run }: { run: RunDetail }): VNode {
  const rounds = roundsOf(run.steps);
  if (rounds.length === 0) {
    return html`<${Panel} id="steps" title="Steps"><p class="none">Steps appear when Jessie starts to work.</p><//>`;
  }
  const open = AT_WORK.has(run.status) || run.status === "failed";
  const moving = AT_WORK.has(run.status) && run.lease !== null;
  return html`<${Panel} id="steps" title="Steps">
    ${rounds.map(
      ([round, steps], index) => html`<details class="round-steps" key=${round} open=${index === 0 && open}>
        <summary><span>${roundTitle(round)}</span><span class="muted">${tally(steps)}</span></summary>
        <${Round} steps=${steps} moving=${moving && index === 0} />
      </details>`,
    )}
  <//>`;
}
