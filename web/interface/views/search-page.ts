/** `/search?q=`: every run there ever was, by field and word, and what can be done to all of them at once. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Problem, RunSummary } from "../../../src/core/wire.ts";
import type { RunFilterText } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { parametersOf, parseSearch, searchPath } from "../state/search.ts";
import { learn, vocabulary } from "../state/vocabulary.ts";
import { BulkActions } from "./bulk.ts";
import { usePageTitle } from "./follow.ts";
import { LoadProblem, Notice } from "./notices.ts";
import { Skeleton } from "./parts.ts";
import { RunRow } from "./run-list.ts";
import { SearchBox } from "./search-box.ts";

interface Listing {
  readonly query: string;
  readonly items: readonly RunSummary[];
  readonly nextCursor: string | null;
}

interface Search {
  readonly listing: Listing | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** The next page. */
  readonly more: () => void;
  /** From the first page on. */
  readonly again: () => void;
}

/** The runs that fit, page by page. An answer to an older question is dropped. */
function useSearch(api: Api, query: string, filter: RunFilterText | null): Search {
  const [listing, setListing] = useState<Listing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loading, setLoading] = useState(false);
  const [latest] = useState({ query });
  latest.query = query;
  const load = async (known: Listing | null): Promise<void> => {
    if (filter === null) return;
    setLoading(true);
    const cursor = known?.nextCursor ?? null;
    const reply = await api.runs({ ...parametersOf(filter), ...(cursor === null ? {} : { cursor }) });
    if (latest.query !== query) return;
    setLoading(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    learn(reply.value.items);
    setProblem(null);
    setListing({ query, items: [...(known?.items ?? []), ...reply.value.items], nextCursor: reply.value.nextCursor });
  };
  useEffect(() => {
    void load(null);
  }, [query]);
  return { listing, problem, loading, more: () => void load(listing), again: () => void load(null) };
}

function Results({ search, query }: { search: Search; query: string }): VNode {
  const { listing, problem, loading, more, again } = search;
  if (problem !== null) return html`<${LoadProblem} problem=${problem} retry=${again} />`;
  if (listing === null || listing.query !== query) return html`<${Skeleton} label="Searching" rows=${5} />`;
  if (listing.items.length === 0) {
    return html`<${Notice} icon="search" title="No run fits">
      <p>Fields have to match whole: <code>client:"Strategic Settlements"</code>. Words are looked for in title, client and requester.</p>
      <p><a class="button" href="/search">All runs</a></p>
    <//>`;
  }
  return html`<div>
    <ul class="rows">${listing.items.map((run) => html`<${RunRow} key=${run.runId} run=${run} inspect=${true} level=${2} />`)}</ul>
    ${listing.nextCursor !== null && html`<p class="more"><button type="button" class="button" disabled=${loading} onClick=${more}>${loading ? "Loading…" : "Show more"}</button></p>`}
  </div>`;
}

/** The page. */
export default function SearchPage({ api }: { api: Api }): VNode {
  usePageTitle("Search");
  const { query: parameters, route } = useLocation();
  const query = parameters.q ?? "";
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  const { filter, unknown } = parseSearch(query);
  const search = useSearch(api, query, unknown === null ? filter : null);
  const narrowed = Object.keys(filter).length > 0;
  return html`<div class="page">
    <header class="page-head">
      <div><h1>All runs</h1><p class="page-lead">Every run there was, newest first</p></div>
      <${SearchBox} query=${text} vocabulary=${vocabulary.value} change=${setText} submit=${(wanted: string) => route(searchPath(wanted))} />
    </header>
    ${
      unknown !== null
        ? html`<${Notice} icon="question" title="There is no such status"><p><code>${unknown}</code> is none of the states of a run. The box suggests them after <code>status:</code>.</p><//>`
        : html`${narrowed && search.listing !== null && search.listing.items.length > 0 && html`<${BulkActions} key=${query} api=${api} filter=${filter} done=${search.again} />`}<${Results} search=${search} query=${query} />`
    }
  </div>`;
}
