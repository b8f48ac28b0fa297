/** Feeds the run board: live frames, and the reason when there is nothing to show. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { BoardFrameSchema, type Problem } from "../../../src/core/wire.ts";
import { type Api, boardLivePath } from "../api.ts";
import { type BoardView, EMPTY_BOARD_VIEW, withBoardFrame, withRuns } from "./board-view.ts";
import { type Link, type LinkDeps, type LiveLink, openLink } from "./live-link.ts";

export interface BoardStore {
  readonly view: ReadonlySignal<BoardView>;
  readonly link: ReadonlySignal<Link>;
  /** True once the runs are known, from whichever source. */
  readonly loaded: ReadonlySignal<boolean>;
  /** Why there are no runs to show; null while they are shown or still awaited. */
  readonly problem: ReadonlySignal<Problem | null>;
  wake(): void;
  stop(): void;
}

class Store implements BoardStore {
  readonly view = signal<BoardView>(EMPTY_BOARD_VIEW);
  readonly link = signal<Link>({ kind: "connecting" });
  readonly loaded = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly #api: Api;
  readonly #live: LiveLink;
  #stopped = false;

  constructor(api: Api, deps: LinkDeps) {
    this.#api = api;
    this.#live = openLink(deps, {
      address: () => boardLivePath(this.view.peek().seq),
      accept: (text) => this.#accept(text),
      changed: (link) => this.#linkChanged(link),
    });
  }

  wake(): void {
    this.#live.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#live.stop();
  }

  #accept(text: string): boolean {
    const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), BoardFrameSchema), text);
    if (!frame.success) return false;
    this.#show(withBoardFrame(this.view.peek(), frame.output));
    return true;
  }

  #show(view: BoardView): void {
    batch(() => {
      this.view.value = view;
      this.loaded.value = true;
      this.problem.value = null;
    });
  }

  #linkChanged(link: Link): void {
    this.link.value = link;
    if (link.kind === "lost" && !this.loaded.peek()) void this.#probe();
  }

  /** A socket that never opened does not say why; the list over HTTP does, and shows the runs meanwhile. */
  async #probe(): Promise<void> {
    const reply = await this.#api.runs();
    if (this.#stopped || this.loaded.peek()) return;
    if (reply.ok) {
      this.#show(withRuns(this.view.peek(), reply.value.items));
      return;
    }
    const { status } = reply.problem;
    if (status === 401 || status === 403) {
      this.#live.stop();
      this.link.value = { kind: "refused", reason: "forbidden" };
      return;
    }
    this.problem.value = reply.problem;
  }
}

/** Starts following the board. The caller stops it when the page is left. */
export function followBoard(api: Api, deps: LinkDeps): BoardStore {
  return new Store(api, deps);
}
