/** Feeds the run page: live frames, the gaps they leave, and the reason when there is nothing to show. */
import { type RunDetail, type RunFrame, RunFrameSchema } from "../../../src/core/wire.ts";
import { type Api, runLivePath } from "../api.ts";
import type { LinkDeps } from "./live-link.ts";
import { type Live, LiveStore } from "./live-store.ts";
import {
  contiguousSeq,
  EMPTY_RUN_VIEW,
  gapAfter,
  type RunView,
  withHistory,
  withRun,
  withRunFrame,
} from "./run-view.ts";

export interface RunStore extends Live<RunView> {
  /** Loads the events that a snapshot leaves out. */
  loadEarlier(): Promise<void>;
}

/** A gap that a fetch did not close is asked for again after this long. */
const GAP_RETRY_MS = 2_000;

class Store extends LiveStore<RunView, RunFrame, RunDetail> implements RunStore {
  readonly #runId: string;
  readonly #api: Api;
  readonly #deps: LinkDeps;
  #filling = false;
  #cancelGapRetry: () => void = () => {};

  constructor(runId: string, api: Api, deps: LinkDeps) {
    super(deps, {
      empty: EMPTY_RUN_VIEW,
      frames: RunFrameSchema,
      isKnown: ({ run }) => run !== null,
      address: (view) => runLivePath(runId, view.run === null ? null : contiguousSeq(view)),
      withFrame: withRunFrame,
      ask: () => api.run(runId),
      withAnswer: withRun,
      mayBeMissing: true,
    });
    this.#runId = runId;
    this.#api = api;
    this.#deps = deps;
  }

  override stop(): void {
    this.#cancelGapRetry();
    super.stop();
  }

  async loadEarlier(): Promise<void> {
    const reply = await this.#api.events(this.#runId, 0);
    if (this.stopped || !reply.ok) return;
    this.show(withHistory(this.view.peek(), reply.value));
  }

  protected override shown(view: RunView): void {
    if (gapAfter(view) !== null) void this.#fillGap();
  }

  /** Fetches what is missing until nothing is, one request at a time. */
  async #fillGap(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    this.#cancelGapRetry();
    for (let since = gapAfter(this.view.peek()); since !== null; since = gapAfter(this.view.peek())) {
      const reply = await this.#api.events(this.#runId, since);
      if (this.stopped) return;
      if (reply.ok) this.show(withHistory(this.view.peek(), reply.value));
      if (gapAfter(this.view.peek()) === since) {
        this.#cancelGapRetry = this.#deps.clock.after(GAP_RETRY_MS, () => void this.#fillGap());
        break;
      }
    }
    this.#filling = false;
  }
}

/** Starts following a run. The caller stops it when the page is left. */
export function followRun(runId: string, api: Api, deps: LinkDeps): RunStore {
  return new Store(runId, api, deps);
}
