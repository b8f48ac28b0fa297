/** The list of all runs that fit a search, page by page. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem, RunSummary } from "../../../src/core/wire.ts";
import type { Page, Reply } from "../api.ts";

type Load = (parameters: Readonly<Record<string, string>>) => Promise<Reply<Page<RunSummary>>>;

export interface SearchState {
  readonly items: readonly RunSummary[];
  /** True once the first page is there. */
  readonly loaded: boolean;
  readonly loading: boolean;
  /** True while there are further pages. */
  readonly more: boolean;
  /** Why the last page could not be had. */
  readonly problem: Problem | null;
  /** When the first page arrived, milliseconds. */
  readonly at: number | null;
}

const NOTHING: SearchState = { items: [], loaded: false, loading: false, more: false, problem: null, at: null };

/** One search. For another question another one is made. */
export class RunSearch {
  readonly #state = signal<SearchState>(NOTHING);
  readonly #load: Load;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #now: () => number;
  readonly #learn: (runs: readonly RunSummary[]) => void;
  #cursor: string | null = null;
  #turn = 0;

  /** @param learn told of each page, for suggestions */
  constructor(
    load: Load,
    parameters: Readonly<Record<string, string>>,
    now: () => number,
    learn: (runs: readonly RunSummary[]) => void,
  ) {
    this.#load = load;
    this.#parameters = parameters;
    this.#now = now;
    this.#learn = learn;
  }

  get state(): ReadonlySignal<SearchState> {
    return this.#state;
  }

  /** From the first page on; what is there stays until it arrives. */
  async again(): Promise<void> {
    this.#cursor = null;
    await this.#page(false);
  }

  /** The next page; nothing while one is under way, or when the last one failed until it is asked for again. */
  async more(): Promise<void> {
    const { loading, more, problem } = this.#state.peek();
    if (!loading && more && problem === null) await this.#page(true);
  }

  /** The page that failed, once more. */
  async retry(): Promise<void> {
    await this.#page(this.#cursor !== null);
  }

  async #page(further: boolean): Promise<void> {
    const turn = ++this.#turn;
    this.#state.value = { ...this.#state.peek(), loading: true };
    const reply = await this.#load({
      ...this.#parameters,
      ...(this.#cursor === null ? {} : { cursor: this.#cursor }),
    });
    if (turn !== this.#turn) return;
    const before = this.#state.peek();
    if (!reply.ok) {
      this.#state.value = { ...before, loading: false, problem: reply.problem };
      return;
    }
    const { items, nextCursor } = reply.value;
    this.#cursor = nextCursor;
    this.#learn(items);
    this.#state.value = {
      items: further ? [...before.items, ...items] : items,
      loaded: true,
      loading: false,
      more: nextCursor !== null,
      problem: null,
      at: further ? before.at : this.#now(),
    };
  }

  wake(): void {
    // A list that is being read is not exchanged under its reader; what failed is tried again.
    if (this.#state.peek().problem !== null) void this.retry();
  }

  stop(): void {
    this.#turn += 1;
  }
}
