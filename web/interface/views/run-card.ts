/** One run on the board. */
import type { VNode } from "preact";
import type { RunSummary } from "../../../src/core/wire.ts";
import { html } from "../html.ts";
import { skillWords, standingWords, statusWords } from "../state/words.ts";
import { Icon, type IconName } from "./icons.ts";
import { Age, Foreign, GoesOn, Pill } from "./parts.ts";

const WHY_ICON: Readonly<Record<string, IconName>> = {
  person: "person",
  retry: "retry",
  task_change: "question",
  queue: "clock",
  asana: "clock",
  hold: "alert",
  pause: "clock",
  budget: "alert",
  quiet: "clock",
};
/** States in which a cause, not a person or a timer, explains why nothing moves. */
const EXPLAINED = new Set(["blocked", "failed", "cancelled", "ignored"]);

function Why({ run }: { run: RunSummary }): VNode | null {
  // A run at work shows its progress instead.
  if (run.waitingOn !== null && run.waitingOn.kind !== "worker") {
    const { kind, detail, until } = run.waitingOn;
    return html`<p class="card-why"><${Icon} name=${WHY_ICON[kind] ?? "clock"} /><span><${Foreign} text=${detail} />${until !== null && html`${" "}<${GoesOn} at=${until} />`}</span></p>`;
  }
  if (run.cause === null || !EXPLAINED.has(run.status)) return null;
  return html`<p class="card-why"><${Icon} name="alert" /><span><${Foreign} text=${run.cause.detail} /></span></p>`;
}

/** Progress of the round at work, with the step's name; nothing while no step is known. */
export function Progress({ progress }: { progress: RunSummary["progress"] }): VNode | null {
  if (progress === null) return null;
  const { done, total, label } = progress;
  const count = total === null ? `${done} done` : `${done} of ${total}`;
  const bar =
    total === null
      ? html`<progress class="bar" aria-label="Steps"></progress>`
      : html`<progress class="bar" aria-label="Steps" max=${Math.max(total, 1)} value=${Math.min(done, total)}></progress>`;
  return html`<div class="progress">
    ${bar}
    <p class="progress-words"><span class="progress-label">${label ?? "Working"}</span><span class="progress-count">${count}</span></p>
  </div>`;
}

/** A card that leads to the run's page; the whole card can be clicked, one link is in the tab order. */
export function RunCard({ run }: { run: RunSummary }): VNode {
  const words = standingWords(run);
  const moving = statusWords(run.status).tone === "run" && !run.copy;
  return html`<li class=${`card tone-${words.tone}`}>
    <p class="card-top">
      <span class="card-client">${run.clientName === null ? "No client yet" : html`<${Foreign} text=${run.clientName} />`}</span>
      ${run.skill !== null && html`<span class="card-skill">${skillWords(run.skill)}</span>`}
    </p>
    <h3 class="card-title"><a href=${`/runs/${encodeURIComponent(run.runId)}`}><${Foreign} text=${run.title} /></a></h3>
    <${Why} run=${run} />
    ${moving && html`<${Progress} progress=${run.progress} />`}
    <p class="card-foot"><${Pill} words=${words} /><${Age} at=${run.updatedAt} /></p>
  </li>`;
}
