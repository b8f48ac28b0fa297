/** `/runs/:runId`: one run, live. */
import type { VNode } from "preact";
import { useRoute } from "preact-iso/router";
import type { RunDetail } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { browserLink } from "../browser.ts";
import { html } from "../html.ts";
import { followRun, type RunStore } from "../state/run-store.ts";
import { useFollowing, usePageTitle } from "./follow.ts";
import { StaleBanner } from "./link-state.ts";
import { ForbiddenNotice, LoadProblem, Notice } from "./notices.ts";
import { Skeleton } from "./parts.ts";
import { RunArtifacts } from "./run-artifacts.ts";
import { RunBudget } from "./run-budget.ts";
import { RunCallout } from "./run-callout.ts";
import { RunHeader } from "./run-header.ts";
import { RunRounds } from "./run-rounds.ts";
import { RunAttempts, RunBrief, RunSources } from "./run-side.ts";
import { RunSteps } from "./run-steps.ts";
import { RunTimeline } from "./run-timeline.ts";

function Loading(): VNode {
  return html`<div class="run-grid"><div class="run-main"><${Skeleton} label="Loading the run" rows=${5} /></div><div class="run-side"><${Skeleton} label="" rows=${3} /></div></div>`;
}

function MissingRun(): VNode {
  return html`<${Notice} icon="search" title="No such run" level=${1}>
    <p>There is no run at this address. It may have been mistyped, or the task was never assigned to Jessie.</p>
    <p><a class="button" href="/runs">All runs</a></p>
  <//>`;
}

function RunView({ run, store, api }: { run: RunDetail; store: RunStore; api: Api }): VNode {
  return html`<article>
    <${RunHeader} run=${run} link=${store.link.value} api=${api} />
    <${StaleBanner} link=${store.link.value} retry=${() => store.wake()} />
    <div class="run-grid">
      <div class="run-main">
        <${RunCallout} run=${run} api=${api} />
        <${RunArtifacts} run=${run} api=${api} />
        <${RunRounds} run=${run} />
        <${RunSteps} run=${run} />
        <${RunTimeline} store=${store} />
      </div>
      <div class="run-side">
        <${RunBrief} run=${run} />
        <${RunSources} run=${run} />
        <${RunBudget} run=${run} api=${api} />
        <${RunAttempts} run=${run} />
      </div>
    </div>
  </article>`;
}

function content(store: RunStore, api: Api): VNode {
  const link = store.link.value;
  if (link.kind === "refused")
    return link.reason === "not_found" ? html`<${MissingRun} />` : html`<${ForbiddenNotice} />`;
  const { run } = store.view.value;
  if (run !== null) return html`<${RunView} run=${run} store=${store} api=${api} />`;
  const problem = store.problem.value;
  return problem === null
    ? html`<${Loading} />`
    : html`<${LoadProblem} problem=${problem} retry=${() => store.wake()} />`;
}

function titleOf(store: RunStore | null): string {
  if (store?.link.value.kind === "refused") return "No such run";
  return store?.view.value.run?.title ?? "Run";
}

/** The page. */
export default function RunPage({ api }: { api: Api }): VNode {
  const runId = useRoute().params.runId ?? "";
  const store = useFollowing(runId, () => followRun(runId, api, browserLink));
  usePageTitle(titleOf(store));
  return html`<div class="page">${store === null ? html`<${Loading} />` : content(store, api)}</div>`;
}
