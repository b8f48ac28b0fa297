/** Runs that wait for somebody beyond those the board sends: of many runs it sends the ones that changed last, and who waits changes little. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { RunSummary } from "../../../src/core/wire.ts";
import type { Page, Reply } from "../api.ts";
import { WAITING_KINDS } from "./home.ts";

type Load = (query: Readonly<Record<string, string>>) => Promise<Reply<Page<RunSummary>>>;

/** Pages of each kind: nobody reads further down the list of what they are waited for. */
const MOST_PAGES = 10;

export class WaitingRuns {
  readonly #runs = signal<readonly RunSummary[]>([]);
  readonly #load: Load;
  #turn = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  get runs(): ReadonlySignal<readonly RunSummary[]> {
    return this.#runs;
  }

  /** Asks for all of them. What cannot be had is left out: the board and the next look still tell of it. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    const found = await Promise.all(WAITING_KINDS.map((kind) => this.#all(kind)));
    if (turn === this.#turn) this.#runs.value = found.flat();
  }

  async #all(kind: string): Promise<readonly RunSummary[]> {
    const runs: RunSummary[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const reply: Reply<Page<RunSummary>> = await this.#load({
        waiting: kind,
        ...(cursor === null ? {} : { cursor }),
      });
      if (!reply.ok) return runs;
      runs.push(...reply.value.items);
      cursor = reply.value.nextCursor;
      if (cursor === null) break;
    }
    return runs;
  }
}
