/** Feeds the run page: live frames, the gaps they leave, and the reason when there is nothing to show. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { type Problem, RunFrameSchema } from "../../../src/core/wire.ts";
import { type Api, runLivePath } from "../api.ts";
import { type Link, type LinkDeps, type LiveLink, openLink } from "./live-link.ts";
import {
  contiguousSeq,
  EMPTY_RUN_VIEW,
  gapAfter,
  type RunView,
  withHistory,
  withRun,
  withRunFrame,
} from "./run-view.ts";

export interface RunStore {
  readonly view: ReadonlySignal<RunView>;
  readonly link: ReadonlySignal<Link>;
  /** Why there is no run to show; null while one is shown or still awaited. */
  readonly problem: ReadonlySignal<Problem | null>;
  /** Loads the events that a snapshot leaves out. */
  loadEarlier(): Promise<void>;
  wake(): void;
  stop(): void;
}

/** A gap that a fetch did not close is asked for again after this long. */
const GAP_RETRY_MS = 2_000;

class Store implements RunStore {
  readonly view = signal<RunView>(EMPTY_RUN_VIEW);
  readonly link = signal<Link>({ kind: "connecting" });
  readonly problem = signal<Problem | null>(null);
  readonly #runId: string;
  readonly #api: Api;
  readonly #deps: LinkDeps;
  readonly #live: LiveLink;
  #filling = false;
  #stopped = false;
  #cancelGapRetry: () => void = () => {};

  constructor(runId: string, api: Api, deps: LinkDeps) {
    this.#runId = runId;
    this.#api = api;
    this.#deps = deps;
    this.#live = openLink(deps, {
      address: () => runLivePath(runId, this.view.peek().run === null ? null : contiguousSeq(this.view.peek())),
      accept: (text) => this.#accept(text),
      changed: (link) => this.#linkChanged(link),
    });
  }

  wake(): void {
    this.#live.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelGapRetry();
    this.#live.stop();
  }

  async loadEarlier(): Promise<void> {
    const reply = await this.#api.events(this.#runId, 0);
    if (this.#stopped || !reply.ok) return;
    this.#grow(withHistory(this.view.peek(), reply.value));
  }

  #accept(text: string): boolean {
    const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), RunFrameSchema), text);
    if (!frame.success) return false;
    this.#grow(withRunFrame(this.view.peek(), frame.output));
    return true;
  }

  #grow(view: RunView): void {
    batch(() => {
      this.view.value = view;
      if (view.run !== null) this.problem.value = null;
    });
    if (gapAfter(view) !== null) void this.#fillGap();
  }

  /** Fetches what is missing until nothing is, one request at a time. */
  async #fillGap(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    this.#cancelGapRetry();
    for (let since = gapAfter(this.view.peek()); since !== null; since = gapAfter(this.view.peek())) {
      const reply = await this.#api.events(this.#runId, since);
      if (this.#stopped) return;
      if (reply.ok) this.view.value = withHistory(this.view.peek(), reply.value);
      if (gapAfter(this.view.peek()) === since) {
        this.#cancelGapRetry = this.#deps.clock.after(GAP_RETRY_MS, () => void this.#fillGap());
        break;
      }
    }
    this.#filling = false;
  }

  #linkChanged(link: Link): void {
    this.link.value = link;
    if (link.kind === "lost" && this.view.peek().run === null) void this.#probe();
  }

  /** A socket that never opened does not say why; the same question over HTTP does. */
  async #probe(): Promise<void> {
    const reply = await this.#api.run(this.#runId);
    if (this.#stopped || this.view.peek().run !== null) return;
    if (reply.ok) {
      this.#grow(withRun(this.view.peek(), reply.value));
      return;
    }
    const { status } = reply.problem;
    if (status !== 404 && status !== 401 && status !== 403) {
      this.problem.value = reply.problem;
      return;
    }
    this.#live.stop();
    this.link.value = { kind: "refused", reason: status === 404 ? "not_found" : "forbidden" };
  }
}

/** Starts following a run. The caller stops it when the page is left. */
export function followRun(runId: string, api: Api, deps: LinkDeps): RunStore {
  return new Store(runId, api, deps);
}
