/** Refresh data: asks for it, shows how each source gets on, and says when it is over. One that is at work is joined. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { IngestionRunView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { browserLink } from "../../browser.ts";
import { html } from "../../html.ts";
import { registerActions } from "../../state/palette.ts";
import { ending, monthsDone, nextTryAt, refreshWords, spoken, troubled, workWords } from "../../state/refresh-words.ts";
import { mayDo } from "../../state/session.ts";
import { followUnit, type UnitStore } from "../../state/unit-store.ts";
import { isAtWork } from "../../state/unit-view.ts";
import { useFollowing } from "../follow.ts";
import { Icon } from "../icons.ts";
import { LinkMark, StaleBanner } from "../link-state.ts";
import { LoadProblem } from "../notices.ts";
import { Age, Foreign, Pill, Skeleton, Span } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { Forbidden } from "../ui/resource-view.ts";
import { dataPage } from "./data-address.ts";
import { RefreshSources, TriedAgain } from "./refresh-sources.ts";

export interface RefreshPanelProps {
  readonly api: Api;
  readonly businessUnitId: string;
  /** A refresh is over: what is shown of the data is older than it. */
  readonly done: () => void;
  /** Whether it leads to the page with the earlier refreshes; false on that page itself. */
  readonly more?: boolean;
}

function AtWork({ refresh }: { refresh: IngestionRunView }): VNode {
  const { done, total } = monthsDone(refresh.sources);
  return html`<div class="refresh-now">
    <p class="refresh-line"><${Pill} words=${refreshWords(refresh.status)} /><span class="muted">for <${Span} since=${refresh.requestedAt} />, asked for by <${Foreign} text=${refresh.requestedBy} /></span></p>
    <progress class="bar" max=${Math.max(1, total)} value=${done} aria-label="Months read of all sources"></progress>
    <p class="progress-words"><span class="progress-label"><${Foreign} text=${workWords(refresh)} /></span><span class="progress-count">${done} of ${total} months</span></p>
    <${RefreshSources} refresh=${refresh} />
  </div>`;
}

function Over({ refresh }: { refresh: IngestionRunView }): VNode {
  const again = nextTryAt(refresh);
  const open = troubled(refresh).length > 0;
  return html`<div class="refresh-past">
    <p class="refresh-line"><${Pill} words=${refreshWords(refresh.status)} /><span><${Foreign} text=${ending(refresh)} /></span>
      <span class="muted">${refresh.finishedAt !== null && html`<${Age} at=${refresh.finishedAt} />`}${again !== null && html`. <${TriedAgain} at=${again} />`}</span></p>
    <details class="refresh-details" open=${open}><summary>By source</summary><${RefreshSources} refresh=${refresh} /></details>
  </div>`;
}

function State({ refresh }: { refresh: IngestionRunView | null }): VNode {
  if (refresh === null)
    return html`<p class="none">The sources were never read. A first refresh reads thirteen months and takes some minutes.</p>`;
  return isAtWork(refresh) ? html`<${AtWork} refresh=${refresh} />` : html`<${Over} refresh=${refresh} />`;
}

function Controls({ store, businessUnitId }: { store: UnitStore; businessUnitId: string }): VNode | null {
  const [stopping, setStopping] = useState(false);
  const view = store.view.value;
  const asking = store.asking.value;
  const offered = view.known && mayDo("data.refresh", businessUnitId);
  const begins = offered && !isAtWork(view.refresh);
  useEffect(() => {
    const action = {
      id: "refresh-data",
      label: "Refresh data",
      keywords: "update sources",
      run: () => void store.begin(""),
    };
    return begins ? registerActions("refresh", [action]) : undefined;
  }, [store, begins]);
  if (!offered) return null;
  if (begins) {
    return html`<button type="button" class="button button-primary button-small" disabled=${asking !== null} onClick=${() => void store.begin("")}><${Icon} name="retry" />${asking === "begin" ? "Asking…" : "Refresh data"}</button>`;
  }
  return html`<span>
    <button type="button" class="button button-small" disabled=${asking !== null} onClick=${() => setStopping(true)}>${asking === "cancel" ? "Stopping…" : "Stop"}</button>
    ${
      stopping &&
      html`<${ReasonDialog} title="Stop this refresh?" confirm="Stop it" keep="Let it go on" reason="optional" close=${() => setStopping(false)} done=${(reason: string) => void store.cancel(reason)}>
        <p>What was read so far stays. The next refresh reads the rest.</p>
      <//>`
    }
  </span>`;
}

function Content({ store }: { store: UnitStore }): VNode {
  const [view, link, problem] = [store.view.value, store.link.value, store.problem.value];
  if (link.kind === "refused") {
    const detail =
      link.reason === "forbidden"
        ? "You may not see how its data gets here."
        : "There is no such Business Unit any more.";
    return html`<${Forbidden} detail=${detail} />`;
  }
  if (view.known) return html`<${State} refresh=${view.refresh} />`;
  if (problem !== null) return html`<${LoadProblem} problem=${problem} retry=${() => store.wake()} />`;
  return html`<${Skeleton} label="Loading the state of the data" rows=${1} />`;
}

function Shown({ store, businessUnitId, more }: { store: UnitStore; businessUnitId: string; more: boolean }): VNode {
  const refusal = store.refusal.value;
  return html`<section class="panel refresh" aria-labelledby="refresh-title">
    <header class="panel-head"><h2 id="refresh-title">Data</h2>
      <span class="refresh-head">${more && html`<a class="refresh-more" href=${dataPage(businessUnitId)}>History</a>`}<${LinkMark} link=${store.link.value} /><${Controls} store=${store} businessUnitId=${businessUnitId} /></span></header>
    <${StaleBanner} link=${store.link.value} retry=${() => store.wake()} />
    <p class="sr-only" role="status">${spoken(store.view.value.refresh)}</p>
    <p class="refresh-refusal" role="alert">${refusal !== null && html`<${Icon} name="alert" /><${Foreign} text=${refusal.detail} />`}</p>
    <${Content} store=${store} />
  </section>`;
}

/** The panel. */
export function RefreshPanel({ api, businessUnitId, done, more = true }: RefreshPanelProps): VNode {
  // The page around it may show something else by the time the refresh is over, e.g. another month.
  const told = useRef(done);
  told.current = done;
  const store = useFollowing(businessUnitId, () => followUnit(businessUnitId, api, browserLink, () => told.current()));
  if (store === null) return html`<${Skeleton} label="Loading the state of the data" rows=${1} />`;
  return html`<${Shown} store=${store} businessUnitId=${businessUnitId} more=${more} />`;
}
