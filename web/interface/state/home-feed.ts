/** All clients, page by page: the first page is shown as soon as it is there, a renewal only when it is whole. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { OverviewView } from "../../../src/core/wire-overview.ts";
import type { Reply } from "../api.ts";
import type { OverviewPage } from "../api-home.ts";
import { isForOthers, type ResourceState } from "./resource.ts";

/** What is known of the clients. `complete` is false while further pages are under way, or could not be had. */
export interface Clients extends OverviewView {
  readonly complete: boolean;
}

/** A cursor that leads in circles ends here instead of never: 25 Business Units stand on a page. */
const MOST_PAGES = 80;

/** Sums of two pages. Whoever lacks a figure is counted against all there are. */
function sumOf(totals: OverviewView["totals"], more: OverviewView["totals"], all: number): OverviewView["totals"] {
  const sums = new Map<string, OverviewView["totals"][number]>();
  for (const total of [...totals, ...more]) {
    const key = JSON.stringify([total.metric, total.currency]);
    const known = sums.get(key);
    const of = total.of + (known?.of ?? 0);
    const timeZones = [...new Set([...total.timeZones, ...(known?.timeZones ?? [])])].toSorted();
    sums.set(key, { ...total, value: total.value + (known?.value ?? 0), of, without: all - of, timeZones });
  }
  return [...sums.values()];
}

function joined(known: Clients | null, { nextCursor, ...page }: OverviewPage): Clients {
  const units = [...(known?.units ?? []), ...page.units];
  const totals = sumOf(known?.totals ?? [], page.totals, units.length);
  return { ...(known ?? page), units, totals, complete: nextCursor === null };
}

const NOTHING: ResourceState<Clients> = { value: null, problem: null, loading: true, at: null };

export class HomeFeed {
  readonly #state = signal<ResourceState<Clients>>(NOTHING);
  readonly #load: (cursor: string | null) => Promise<Reply<OverviewPage>>;
  readonly #now: () => number;
  #turn = 0;

  constructor(load: (cursor: string | null) => Promise<Reply<OverviewPage>>, now: () => number) {
    this.#load = load;
    this.#now = now;
  }

  get state(): ReadonlySignal<ResourceState<Clients>> {
    return this.#state;
  }

  /** Loads every page, keeping what is there meanwhile. Of several under way the one asked for last counts. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.#state.value = { ...this.#state.peek(), loading: true };
    let found: Clients | null = null;
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const reply: Reply<OverviewPage> = await this.#load(cursor);
      if (turn !== this.#turn) return;
      if (!reply.ok) {
        const kept = isForOthers(reply.problem) ? NOTHING : this.#state.peek();
        this.#state.value = { ...kept, problem: reply.problem, loading: false };
        return;
      }
      found = joined(found, reply.value);
      cursor = reply.value.nextCursor;
      this.#show(found);
      if (cursor === null) return;
    }
    this.#state.value = { ...this.#state.peek(), loading: false };
  }

  /** A list that is whole is not replaced by the beginning of its renewal. */
  #show(found: Clients): void {
    if (!found.complete && this.#state.peek().value?.complete === true) return;
    this.#state.value = { value: found, problem: null, loading: !found.complete, at: this.#now() };
  }

  wake(): void {
    void this.reload();
  }

  /** By the clock, only while somebody looks: each look is a line per client in the access log, of nobody's reading. */
  renew(seen: boolean): void {
    if (seen) this.wake();
  }

  stop(): void {
    this.#turn += 1;
  }
}
