/** `/`: which client needs somebody, who is waited for, whether the data is fresh and targets were met. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { RunSummary } from "../../../../src/core/wire.ts";
import type { Api } from "../../api.ts";
import { overviewPage } from "../../api-home.ts";
import { browserLink, now } from "../../browser.ts";
import { html } from "../../html.ts";
import { type BoardStore, followBoard } from "../../state/board-store.ts";
import { EMPTY_BOARD_VIEW, withRuns } from "../../state/board-view.ts";
import { arranged, glanceOf, type Row, rowsOf, type Show, showOf, waitingByPerson } from "../../state/home.ts";
import { type Clients, HomeFeed } from "../../state/home-feed.ts";
import type { ResourceState } from "../../state/resource.ts";
import { session } from "../../state/session.ts";
import { monthName } from "../../state/time.ts";
import { WaitingRuns } from "../../state/waiting-runs.ts";
import { useFollowing, usePageTitle } from "../follow.ts";
import { LinkMark, StaleBanner } from "../link-state.ts";
import { Notice } from "../notices.ts";
import { Age, Skeleton } from "../parts.ts";
import { ResourceView } from "../ui/resource-view.ts";
import { ClientTable } from "./clients.ts";
import { GlanceBar } from "./glance.ts";
import { WaitingList } from "./waiting.ts";

/** The board sends this many runs, those that changed last. */
const MOST_SENT = 1_000;
/** Figures change with a refresh, a few times a day; the page stays open for hours. */
const RENEW_MS = 5 * 60_000;
/** With fewer clients than this nobody needs to look for one. */
const MANY = 8;

const LABELS: Readonly<Record<Show, string>> = {
  all: "Clients",
  setup: "Clients that lack something",
  waiting: "Clients with a run that waits for somebody",
  data: "Clients with a source that is late",
  target: "Clients that missed a target",
};

/** The page's own shape, so that nothing jumps when the clients arrive. */
function HomeSkeleton(): VNode {
  return html`<div>
    <div class="glance">${["w", "d", "t", "s"].map((key) => html`<span key=${key} class="skeleton-bar glance-tile"></span>`)}</div>
    <div class="home-columns">
      <section class="home-side"><h2>Waiting for people</h2><${Skeleton} label="" rows=${3} /></section>
      <section class="home-main"><h2>Clients</h2><${Skeleton} label="Loading clients" rows=${6} /></section>
    </div>
  </div>`;
}

function NoClients(): VNode {
  return html`<${Notice} icon="person" title="No clients yet">
    <p>A client is created in the administration, with its Business Units and their sources.</p>
    <p><a class="button" href="/admin/clients">Manage clients</a></p>
  <//>`;
}

interface Asked {
  readonly show: Show;
  readonly words: string;
  readonly byName: boolean;
}

/** What the address asks for, and how to ask for something else. */
function useAsked(): { readonly asked: Asked; readonly ask: (change: Partial<Asked>) => void } {
  const { query, route } = useLocation();
  const asked: Asked = { show: showOf(query.show), words: query.q ?? "", byName: query.sort === "name" };
  const ask = (change: Partial<Asked>): void => {
    const wanted = { ...asked, ...change };
    const parts = new URLSearchParams();
    if (wanted.show !== "all") parts.set("show", wanted.show);
    if (wanted.words !== "") parts.set("q", wanted.words);
    if (wanted.byName) parts.set("sort", "name");
    const text = parts.toString();
    route(text === "" ? "/" : `/?${text}`, true);
  };
  return { asked, ask };
}

function ClientTools({
  asked,
  ask,
  many,
}: {
  asked: Asked;
  ask: (change: Partial<Asked>) => void;
  many: boolean;
}): VNode {
  return html`<div class="home-tools">
    ${many && html`<input type="search" class="home-find" aria-label="Find a client" placeholder="Find a client" value=${asked.words} maxlength="100" onInput=${(event: { currentTarget: HTMLInputElement }) => ask({ words: event.currentTarget.value })} />`}
    <button type="button" class="button button-small" aria-pressed=${asked.byName ? "true" : "false"} onClick=${() => ask({ byName: !asked.byName })}>By name</button>
  </div>`;
}

interface ContentProps {
  readonly clients: Clients;
  readonly runs: readonly RunSummary[];
  readonly rows: readonly Row[];
}

function Content({ clients, runs, rows }: ContentProps): VNode {
  const { asked, ask } = useAsked();
  const at = session.value;
  const waiting = waitingByPerson(runs, at.kind === "known" ? at.me.name : null);
  const shown = arranged(rows, asked.show, asked.words, asked.byName ? "name" : "need");
  const month = monthName(clients.period.start);
  const count = waiting.reduce((sum, group) => sum + group.runs.length, 0);
  return html`<div>
    <${GlanceBar} glance=${glanceOf(rows)} waiting=${waiting} month=${month} chosen=${asked.show} choose=${(show: Show) => ask({ show })} />
    <p class="sr-only" role="status">${count === 1 ? "1 run waits for somebody" : `${count} runs wait for somebody`}</p>
    <div class="home-columns">
      <section class="home-side" aria-labelledby="home-waiting"><h2 id="home-waiting">Waiting for people</h2><${WaitingList} groups=${waiting} /></section>
      <section class="home-main" aria-labelledby="home-clients">
        <header class="home-head"><h2 id="home-clients">${LABELS[asked.show]} <span class="count">${shown.length.toLocaleString("en")}</span></h2><${ClientTools} asked=${asked} ask=${ask} many=${rows.length > MANY} /></header>
        ${
          shown.length === 0
            ? html`<p class="quiet-none">No client fits. <button type="button" class="button button-small" onClick=${() => ask({ show: "all", words: "" })}>Show all</button></p>`
            : html`<${ClientTable} clients=${clients} rows=${shown} month=${month} />`
        }
      </section>
    </div>
  </div>`;
}

/** Waits for the board too, as long as it may still answer: what arrives later would push the rest down. */
function isReady(board: BoardStore | null): board is BoardStore {
  return board !== null && (board.known.value || board.link.value.kind !== "connecting");
}

function Lead({ state }: { state: ResourceState<Clients> }): VNode {
  const { value } = state;
  if (value === null) return html`<p class="page-lead">All clients at a glance</p>`;
  return html`<p class="page-lead">Figures of ${monthName(value.period.start)} · looked up <${Age} at=${value.preparedAt} /></p>`;
}

/** The feed, renewed while the page stays open. */
function useFeed(api: Api): HomeFeed | null {
  const feed = useFollowing("overview", () => {
    const started = new HomeFeed(
      (cursor) => overviewPage(api, cursor),
      () => now.peek(),
    );
    started.wake();
    return started;
  });
  useEffect(() => {
    const timer = setInterval(() => feed?.renew(document.visibilityState === "visible"), RENEW_MS);
    return () => clearInterval(timer);
  }, [feed]);
  return feed;
}

interface Runs {
  readonly runs: readonly RunSummary[];
  /** True when these are all there are. */
  readonly whole: boolean;
}

/** What is known of the runs; where the board cannot hold all, those that wait are asked for with each renewal. */
function useRuns(api: Api, board: BoardStore | null, renewedAt: number | null): Runs | null {
  const [waiting] = useState(() => new WaitingRuns((query) => api.runs(query)));
  const view = board?.view.value ?? EMPTY_BOARD_VIEW;
  const whole = view.runs.size < MOST_SENT;
  useEffect(() => {
    if (!whole) void waiting.reload();
  }, [whole, renewedAt]);
  if (board?.known.value !== true) return null;
  const extra = waiting.runs.value;
  return { runs: [...(extra.length === 0 ? view : withRuns(view, extra)).runs.values()], whole };
}

/** The page. */
export default function HomePage({ api }: { api: Api }): VNode {
  usePageTitle("Home");
  const feed = useFeed(api);
  const board = useFollowing("board", () => followBoard(api, browserLink));
  const state = feed?.state.value ?? null;
  const known = useRuns(api, board, state?.at ?? null);
  const content = (clients: Clients): VNode => {
    if (clients.units.length === 0) return html`<${NoClients} />`;
    if (!isReady(board)) return html`<${HomeSkeleton} />`;
    return html`<${Content} clients=${clients} runs=${known?.runs ?? []} rows=${rowsOf(clients.units, known)} />`;
  };
  return html`<div class="page home">
    <header class="page-head"><div><h1>Home ${board !== null && html`<${LinkMark} link=${board.link.value} />`}</h1>${state !== null && html`<${Lead} state=${state} />`}</div></header>
    ${board !== null && html`<${StaleBanner} link=${board.link.value} retry=${() => board.wake()} />`}
    ${state === null ? html`<${HomeSkeleton} />` : html`<${ResourceView} state=${state} retry=${() => feed?.wake()} skeleton=${html`<${HomeSkeleton} />`}>${content}<//>`}
  </div>`;
}
