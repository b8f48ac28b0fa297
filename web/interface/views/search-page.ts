/** `/search?q=`: every run there ever was, by field and word, and what can be done to all of them at once. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { RunSummary } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { now } from "../browser.ts";
import { html } from "../html.ts";
import { isForOthers } from "../state/resource.ts";
import { RunSearch, type SearchState } from "../state/run-search.ts";
import { parametersOf, parseSearch, searchPath } from "../state/search.ts";
import { mayDo } from "../state/session.ts";
import { learn, vocabulary } from "../state/vocabulary.ts";
import { BulkActions } from "./bulk.ts";
import { useFollowing, usePageTitle } from "./follow.ts";
import { LoadProblem, Notice } from "./notices.ts";
import { Age, Skeleton } from "./parts.ts";
import { RunFilters } from "./run-filters.ts";
import { RunLine } from "./run-list.ts";
import { RunTabs } from "./run-tabs.ts";
import { SearchBox } from "./search-box.ts";
import { Forbidden } from "./ui/resource-view.ts";
import { VirtualList } from "./ui/virtual-list.ts";

/** About as tall as a row is, before it was measured. */
const ROW_PX = 88;

function NothingFits(): VNode {
  return html`<${Notice} icon="search" title="No run fits">
    <p>Fields have to match whole: <code>client:"Strategic Settlements"</code>. Words are looked for in title, client and requester.</p>
    <p><a class="button" href="/search">All runs</a></p>
  <//>`;
}

function countWords({ items, more }: SearchState): string {
  const count = items.length.toLocaleString("en");
  if (more) return `${count} runs so far`;
  return items.length === 1 ? "1 run" : `${count} runs`;
}

/** Under the rows: what is on its way, or why it did not come. */
function ListEnd({ state, retry }: { state: SearchState; retry: () => void }): VNode {
  const { problem, more } = state;
  if (problem !== null)
    return html`<p class="inline-problem" role="alert"><span>${problem.detail}</span><button type="button" class="button button-small" onClick=${retry}>Try again</button></p>`;
  return html`<p class="list-end muted">${more ? "Loading more…" : "That is all."}</p>`;
}

function Rows({ search, state }: { search: RunSearch; state: SearchState }): VNode {
  const inspect = mayDo("internal");
  const row = (run: RunSummary): VNode => html`<${RunLine} run=${run} inspect=${inspect} level=${2} />`;
  return html`<div>
    <p class="list-count" role="status">${countWords(state)}</p>
    <div class="rows"><${VirtualList} items=${state.items} keyOf=${(run: RunSummary) => run.runId} estimate=${ROW_PX} render=${row} label="Runs" more=${state.more ? () => void search.more() : null} /></div>
    <${ListEnd} state=${state} retry=${() => void search.retry()} />
  </div>`;
}

function Results({ search, state }: { search: RunSearch; state: SearchState }): VNode {
  const { loaded, problem, items } = state;
  if (!loaded && problem !== null && isForOthers(problem)) return html`<${Forbidden} detail=${problem.detail} />`;
  if (!loaded && problem !== null)
    return html`<${LoadProblem} problem=${problem} retry=${() => void search.retry()} />`;
  if (!loaded) return html`<${Skeleton} label="Searching" rows=${5} />`;
  return items.length === 0 ? html`<${NothingFits} />` : html`<${Rows} search=${search} state=${state} />`;
}

function UnknownStatus({ status }: { status: string }): VNode {
  return html`<${Notice} icon="question" title="There is no such status"><p><code>${status}</code> is none of the states of a run. The box suggests them after <code>status:</code>.</p><//>`;
}

function Found({ api, query }: { api: Api; query: string }): VNode | null {
  const { filter } = parseSearch(query);
  const search = useFollowing(query, () => {
    const started = new RunSearch(
      (parameters) => api.runs(parameters),
      parametersOf(filter),
      () => now.peek(),
      learn,
    );
    void started.again();
    return started;
  });
  if (search === null) return null;
  const state = search.state.value;
  const many = Object.keys(filter).length > 0 && state.items.length > 0 && mayDo("internal");
  return html`<div>
    ${state.at !== null && html`<p class="list-age">Looked up <${Age} at=${new Date(state.at).toISOString()} /> <button type="button" class="button button-small button-quiet" onClick=${() => void search.again()}>Look again</button></p>`}
    ${many && html`<${BulkActions} api=${api} filter=${filter} done=${() => void search.again()} />`}
    <${Results} search=${search} state=${state} />
  </div>`;
}

/** The page. */
export default function SearchPage({ api }: { api: Api }): VNode {
  usePageTitle("All runs");
  const { query: parameters, route } = useLocation();
  const query = parameters.q ?? "";
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  const { unknown } = parseSearch(query);
  const submit = (wanted: string): void => route(searchPath(wanted));
  return html`<div class="page">
    <header class="page-head">
      <div><h1>All runs</h1><p class="page-lead">Every run there was, newest first</p></div>
      <${SearchBox} query=${text} vocabulary=${vocabulary.value} change=${setText} submit=${submit} />
    </header>
    <${RunTabs} current="all" query=${query} />
    <${RunFilters} query=${query} vocabulary=${vocabulary.value} change=${submit} />
    ${unknown === null ? html`<${Found} key=${query} api=${api} query=${query} />` : html`<${UnknownStatus} status=${unknown} />`}
  </div>`;
}
