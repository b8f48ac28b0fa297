/** `/runs`: every run, by what it waits for. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { RunSummary } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { browserLink, recall, remember } from "../browser.ts";
import { html } from "../html.ts";
import { type BoardStore, followBoard } from "../state/board-store.ts";
import { type ColumnId, columnsOf } from "../state/board-view.ts";
import { boardPath, searchPath } from "../state/search.ts";
import { learn, vocabulary } from "../state/vocabulary.ts";
import { useFollowing, usePageTitle } from "./follow.ts";
import { Icon } from "./icons.ts";
import { LinkMark, StaleBanner } from "./link-state.ts";
import { ForbiddenNotice, LoadProblem, Notice } from "./notices.ts";
import { Skeleton } from "./parts.ts";
import { RunCard } from "./run-card.ts";
import { RunFilters } from "./run-filters.ts";
import { RunTabs } from "./run-tabs.ts";
import { SearchBox } from "./search-box.ts";

type Columns = Readonly<Record<ColumnId, readonly RunSummary[]>>;

/** More finished runs than this are asked for, not shown: the board is about what moves. */
const DONE_SHOWN = 6;
/** The board sends this many, those that changed last. */
const MOST_SENT = 1_000;
/** Cards of a column at first, and with each "show more": thousands of them would hold the page up with every frame. */
const SHOWN = 30;
const DONE_FOLDED = "agency-os.board.done-folded";

function Cards({ runs, none }: { runs: readonly RunSummary[]; none: string }): VNode {
  if (runs.length === 0) return html`<p class="quiet-none">${none}</p>`;
  return html`<ul class="cards">${runs.map((run) => html`<${RunCard} key=${run.runId} run=${run} />`)}</ul>`;
}

const TITLES: Readonly<Record<Exclude<ColumnId, "ignored">, string>> = {
  waiting: "Waiting",
  running: "Running",
  human: "Waiting for a human",
  done: "Done",
};

interface ColumnProps {
  readonly id: Exclude<ColumnId, "ignored">;
  readonly runs: readonly RunSummary[];
  readonly none: string;
}

function Column({ id, runs, none }: ColumnProps): VNode {
  const [most, setMost] = useState(SHOWN);
  const more = Math.min(SHOWN, runs.length - most);
  return html`<section class=${`column column-${id}`} aria-labelledby=${`column-${id}`}>
    <header class="column-head"><h2 id=${`column-${id}`}>${TITLES[id]}</h2><span class=${runs.length === 0 ? "count count-none" : "count"}>${runs.length.toLocaleString("en")}</span></header>
    <div>
      <${Cards} runs=${runs.slice(0, most)} none=${none} />
      ${more > 0 && html`<button type="button" class="button button-quiet" onClick=${() => setMost(most + SHOWN)}>Show ${more} more</button>`}
    </div>
  </section>`;
}

function DoneColumn({ columns, none }: { columns: Columns; none: string }): VNode {
  const [folded, setFolded] = useState(recall(DONE_FOLDED) === "yes");
  const [most, setMost] = useState(DONE_SHOWN);
  const { done, ignored } = columns;
  const shown = done.slice(0, most);
  const toggle = (): void => {
    remember(DONE_FOLDED, folded ? "no" : "yes");
    setFolded(!folded);
  };
  const more = Math.min(SHOWN, done.length - shown.length);
  return html`<section class=${folded ? "column column-done column-folded" : "column column-done"} aria-labelledby="column-done">
    <header class="column-head">
      <h2 id="column-done">${TITLES.done}</h2><span class="count">${done.length}</span>
      <button type="button" class="fold" aria-expanded=${folded ? "false" : "true"} aria-controls="done-runs" onClick=${toggle}>
        <${Icon} name="chevron" /><span class="sr-only">Show finished runs</span>
      </button>
    </header>
    <div id="done-runs" hidden=${folded}>
      <${Cards} runs=${shown} none=${none} />
      ${more > 0 && html`<button type="button" class="button button-quiet" onClick=${() => setMost(most + SHOWN)}>Show ${more} more</button>`}
      ${
        ignored.length > 0 &&
        html`<details class="ignored"><summary>${ignored.length} not for Jessie</summary><${Cards} runs=${ignored.slice(0, SHOWN)} none="" /></details>`
      }
    </div>
  </section>`;
}

function Board({ columns, filtered }: { columns: Columns; filtered: boolean }): VNode {
  const none = (text: string): string => (filtered ? "No match" : text);
  return html`<div class="board">
    <${Column} id="waiting" runs=${columns.waiting} none=${none("Nothing waits to start")} />
    <${Column} id="running" runs=${columns.running} none=${none("Nothing is running")} />
    <${Column} id="human" runs=${columns.human} none=${none("Nothing to review")} />
    <${DoneColumn} columns=${columns} none=${none("Nothing finished yet")} />
  </div>`;
}

function FirstRun(): VNode {
  return html`<${Notice} icon="person" title="No runs yet">
    <p>Assign a task to Jessie in the Jessie Intake project in Asana. It appears here within seconds, and you can watch it being done.</p>
  <//>`;
}

function Summary({ columns }: { columns: Columns }): VNode {
  const running = columns.running.length;
  const human = columns.human.length;
  const asked = columns.waiting.filter((run) => run.waitingOn?.kind === "person" || run.status === "blocked").length;
  const parts = [
    running === 1 ? "1 run at work" : `${running} runs at work`,
    human === 1 ? "1 report to review" : `${human} reports to review`,
    asked === 1 ? "1 needs somebody" : `${asked} need somebody`,
  ].filter((part) => !part.startsWith("0 "));
  return html`<p class="page-lead">${parts.length === 0 ? "Nothing is moving right now" : parts.join(" · ")}</p>`;
}

function content(store: BoardStore, query: string, columns: Columns): VNode {
  const link = store.link.value;
  if (link.kind === "refused") return html`<${ForbiddenNotice} />`;
  const problem = store.problem.value;
  if (problem !== null) return html`<${LoadProblem} problem=${problem} retry=${() => store.wake()} />`;
  if (!store.known.value) return html`<${BoardSkeleton} />`;
  if (store.view.value.runs.size === 0) return html`<${FirstRun} />`;
  return html`<${Board} columns=${columns} filtered=${query.trim() !== ""} />`;
}

/** The board's own shape, so that nothing jumps when the runs arrive. */
function BoardSkeleton(): VNode {
  return html`<div class="board">
    ${Object.values(TITLES).map(
      (title, index) => html`<div class="column" key=${title}>
        <div class="column-head"><h2>${title}</h2></div>
        <${Skeleton} label=${index === 0 ? "Loading runs" : ""} rows=${index % 3 === 0 ? 3 : 2} />
      </div>`,
    )}
  </div>`;
}

/** The page. */
export default function BoardPage({ api }: { api: Api }): VNode {
  usePageTitle("Runs");
  const { query: parameters, route } = useLocation();
  const query = parameters.q ?? "";
  const narrow = (text: string): void => route(boardPath(text), true);
  const store = useFollowing("board", () => followBoard(api, browserLink));
  const columns = store === null ? null : columnsOf(store.view.value, query);
  const runs = store?.view.value.runs;
  useEffect(() => {
    if (runs !== undefined) learn(runs.values());
  }, [runs]);
  const some = store !== null && store.view.value.runs.size > 0;
  return html`<div class="page">
    <header class="page-head">
      <div>
        <h1>Runs ${store !== null && html`<${LinkMark} link=${store.link.value} />`}</h1>
        ${columns !== null && some ? html`<${Summary} columns=${columns} />` : html`<p class="page-lead">What Jessie works on, live</p>`}
      </div>
      ${(some || store?.known.value !== true) && html`<${SearchBox} query=${query} vocabulary=${vocabulary.value} change=${narrow} submit=${(text: string) => route(searchPath(text))} />`}
    </header>
    <${RunTabs} current="board" query=${query} />
    ${(some || store?.known.value !== true) && html`<${RunFilters} query=${query} vocabulary=${vocabulary.value} change=${narrow} />`}
    ${runs !== undefined && runs.size >= MOST_SENT && html`<p class="board-search">These are the runs that changed last. <a href="/search">All runs</a> are in the search.</p>`}
    ${query.trim() !== "" && some && html`<p class="board-search"><a href=${searchPath(query)}>Search all runs for <bdi>${query.trim()}</bdi></a>, not only those on the board.</p>`}
    ${store !== null && html`<${StaleBanner} link=${store.link.value} retry=${() => store.wake()} />`}
    ${store === null || columns === null ? html`<${BoardSkeleton} />` : content(store, query, columns)}
  </div>`;
}
