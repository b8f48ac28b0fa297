/** The steps of a run, by round, with the time each took. */
import type { VNode } from "preact";
import type { RunDetail, RunStatus, RunStep } from "../../../src/core/wire.ts";
import { now } from "../browser.ts";
import { html } from "../html.ts";
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

function Step({ step, moving }: { step: RunStep; moving: boolean }): VNode {
  const state: StepState = step.status === "running" && !moving ? "interrupted" : step.status;
  const mark = state === "running" ? html`<span class="spinner"></span>` : html`<${Icon} name=${MARK[state]} />`;
  return html`<li class=${`step step-${state}`}>
    <span class="step-mark">${mark}</span>
    <span class="step-label"><${Foreign} text=${step.label} /><span class="sr-only">, ${state}</span>${step.attempt > 1 && html`<span class="step-attempt">attempt ${step.attempt}</span>`}</span>
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
  const list = (some: readonly RunStep[]): VNode =>
    html`<ol class="steps">${some.map((step) => html`<${Step} key=${step.key} step=${step} moving=${moving} />`)}</ol>`;
  return html`<div>
    ${cut > 0 && html`<details class="steps-before"><summary>${cut === 1 ? "1 step before" : `${cut} steps before`}</summary>${list(steps.slice(0, cut))}</details>`}
    ${list(steps.slice(cut))}
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
