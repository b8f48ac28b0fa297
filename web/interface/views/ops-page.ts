/** `/ops`: what needs an operator, and what he can do about it. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { RunSummary } from "../../../src/core/wire.ts";
import type { OpsOverview, RunsFound } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { overview } from "../api-ops.ts";
import { browserLink, now } from "../browser.ts";
import { html } from "../html.ts";
import { followOps, type OpsStore } from "../state/ops-store.ts";
import { runsWith } from "../state/search.ts";
import { roughly } from "../state/time.ts";
import { learn } from "../state/vocabulary.ts";
import { statusWords, waitWords } from "../state/words.ts";
import { Bars, countWords, FailuresByDay } from "./charts.ts";
import { useFollowing, usePageTitle } from "./follow.ts";
import { StaleBanner } from "./link-state.ts";
import { LoadProblem, Notice } from "./notices.ts";
import { OpsHolds } from "./ops-holds.ts";
import { OpsLetters } from "./ops-letters.ts";
import { OpsTiles } from "./ops-tiles.ts";
import { OpsWebhooks } from "./ops-webhooks.ts";
import { Foreign, Panel, Skeleton } from "./parts.ts";
import { RunRow } from "./run-list.ts";

interface ListProps {
  readonly id: string;
  readonly title: string;
  readonly found: RunsFound;
  readonly none: string;
  /** Where all of them are listed; null when no search names them. */
  readonly all: string | null;
  readonly note?: (run: RunSummary) => VNode;
  readonly children?: ComponentChildren;
}

function RunList({ id, title, found, none, all, note, children }: ListProps): VNode {
  const rest = found.count - found.items.length;
  const aside = html`<span class="panel-aside muted">${countWords(found.count, found.more)}</span>`;
  return html`<${Panel} id=${id} title=${title} aside=${aside}>
    ${children}
    ${found.count === 0 && html`<p class="none">${none}</p>`}
    ${found.items.length > 0 && html`<ul class="rows">${found.items.map((run) => html`<${RunRow} key=${run.runId} run=${run} note=${note?.(run)} inspect=${true} />`)}</ul>`}
    ${found.count > 0 && all !== null && html`<p class="more"><a href=${all}>${rest > 0 ? `All ${countWords(found.count, found.more)}, and actions on them` : "Actions on all of them"}</a></p>`}
    ${rest > 0 && all === null && html`<p class="more muted">and ${countWords(rest, found.more)} more</p>`}
  <//>`;
}

/** How long past its time a run is. */
function lateness(run: RunSummary): VNode {
  const wake = run.wakeAt === null ? Number.NaN : Date.parse(run.wakeAt);
  const late = now.value - wake;
  const text =
    late > 60_000
      ? `Should have woken ${roughly(late)} ago.`
      : `At work, but nothing was logged for ${roughly(now.value - Date.parse(run.updatedAt))}.`;
  return html`<p class="row-late">${text}${run.waitingOn !== null && html`${" "}<span class="muted"><${Foreign} text=${run.waitingOn.detail} /></span>`}</p>`;
}

function parkedNote(run: RunSummary): VNode {
  return html`<p class="row-why">${run.parked === 1 ? "1 effect parked. " : `${run.parked} effects parked. `}${run.parkedDetail !== null && html`<${Foreign} text=${run.parkedDetail} />`}</p>`;
}

function codesOf(shown: OpsOverview): readonly { readonly code: string; readonly count: number }[] {
  const totals = new Map<string, number>();
  for (const { code, count } of shown.failures)
    if (code !== "quarantined") totals.set(code, (totals.get(code) ?? 0) + count);
  return [...totals].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

function Causes({ shown }: { shown: OpsOverview }): VNode | null {
  const codes = codesOf(shown);
  if (codes.length === 0) return null;
  return html`<ul class="chips">${codes.map(({ code, count }) => html`<li key=${code}><a class="chip" href=${runsWith(["status", "failed"], ["code", code])}><code>${code}</code> <strong>${count}</strong></a></li>`)}</ul>`;
}

function Charts({ shown }: { shown: OpsOverview }): VNode {
  return html`<div class="ops-charts">
    <${Panel} id="states" title="Runs by state">
      <${Bars} none="No run is open" bars=${shown.states.map((one) => ({ key: one.status, ...statusWords(one.status), ...one, href: runsWith(["status", one.status]) }))} />
    <//>
    <${Panel} id="waits" title="What they wait on">
      <${Bars} none="Nothing waits" bars=${shown.waits.map((one) => ({ key: one.kind, ...waitWords(one.kind), ...one, href: runsWith(["waiting", one.kind]) }))} />
    <//>
    <${Panel} id="failures" title="Failures, last 14 days">
      ${shown.failures.length === 0 ? html`<p class="none">No run failed</p>` : html`<${FailuresByDay} counts=${shown.failures} first=${shown.since} last=${shown.at} />`}
    <//>
  </div>`;
}

function Overview({ shown, store, api }: { shown: OpsOverview; store: OpsStore; api: Api }): VNode {
  const changed = (): void => void store.refresh();
  return html`<div class="ops">
    <${OpsTiles} overview=${shown} />
    <${Charts} shown=${shown} />
    <${RunList} id="stuck" title="Stuck" found=${shown.stuck} all=${null} note=${lateness} none="Every run has a future: none is more than ten minutes past its wake time." />
    <${RunList} id="parked" title="Parked effects" found=${shown.parked} all=${runsWith(["parked", "yes"])} note=${parkedNote} none="Everything that was promised to Asana and to the index was carried out." />
    <${RunList} id="failed" title="Failed, last 14 days" found=${shown.failed} all=${runsWith(["status", "failed"])} none="No run failed."><${Causes} shown=${shown} /><//>
    <${RunList} id="quarantined" title="Quarantined" found=${shown.quarantined} all=${runsWith(["status", "failed"], ["code", "quarantined"])} none="No run ended its workers again and again." />
    <div class="ops-pair"><${OpsHolds} api=${api} holds=${shown.holds} changed=${changed} /><${OpsWebhooks} api=${api} /></div>
    <${OpsLetters} api=${api} letters=${shown.deadLetters} changed=${changed} />
  </div>`;
}

function OperatorsOnly(): VNode {
  return html`<${Notice} icon="cross" title="For operators">
    <p>This page acts on other people's runs. Whoever runs Agency OS lists operators in <code>OPS_EMAILS</code>.</p>
    <p><a class="button" href="/runs">All runs</a></p>
  <//>`;
}

function content(store: OpsStore, api: Api): VNode {
  if (store.link.value.kind === "refused") return html`<${OperatorsOnly} />`;
  const shown = store.overview.value;
  if (shown !== null) return html`<${Overview} shown=${shown} store=${store} api=${api} />`;
  const problem = store.problem.value;
  if (problem !== null) return html`<${LoadProblem} problem=${problem} retry=${() => store.wake()} />`;
  return html`<${Skeleton} label="Loading the overview" rows=${4} />`;
}

/** The page. */
export default function OpsPage({ api }: { api: Api }): VNode {
  usePageTitle("Ops");
  const store = useFollowing("ops", () => followOps(() => overview(api), browserLink.clock));
  const shown = store?.overview.value ?? null;
  useEffect(() => {
    if (shown !== null) learn([...shown.failed.items, ...shown.stuck.items, ...shown.parked.items]);
  }, [shown]);
  // The reader's clock and the server's need not agree; a moment ago is a moment ago.
  const age = shown === null ? null : roughly(Math.max(0, now.value - Date.parse(shown.at)));
  return html`<div class="page">
    <header class="page-head">
      <div><h1>Ops</h1><p class="page-lead">What needs an operator${age !== null && html`<span class="ops-age">, as of ${age} ago</span>`}</p></div>
      <p class="page-links"><a class="button" href="/search">Search all runs</a></p>
    </header>
    ${store !== null && html`<${StaleBanner} link=${store.link.value} retry=${() => store.wake()} />`}
    ${store === null ? html`<${Skeleton} label="Loading the overview" rows=${4} />` : content(store, api)}
  </div>`;
}
