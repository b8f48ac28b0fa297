/** Keeps the ops overview fresh: asks every quarter of a minute, and says how old what it shows is. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../src/core/wire.ts";
import type { OpsOverview } from "../../../src/core/wire-ops.ts";
import type { Reply } from "../api.ts";
import type { Clock, Link } from "./live-link.ts";

export interface OpsStore {
  readonly overview: ReadonlySignal<OpsOverview | null>;
  readonly link: ReadonlySignal<Link>;
  /** Why there is nothing to show; null while it is shown or awaited. */
  readonly problem: ReadonlySignal<Problem | null>;
  /** Asks now: somebody wants to see what an action did. */
  refresh(): Promise<void>;
  wake(): void;
  stop(): void;
}

export const EVERY_MS = 15_000;

class Store implements OpsStore {
  readonly overview = signal<OpsOverview | null>(null);
  readonly link = signal<Link>({ kind: "connecting" });
  readonly problem = signal<Problem | null>(null);
  readonly #ask: () => Promise<Reply<OpsOverview>>;
  readonly #clock: Clock;
  #cancelTimer: () => void = () => {};
  #heardAt: number | null = null;
  /** Only the answer to the latest question counts. */
  #asked = 0;
  #stopped = false;

  constructor(ask: () => Promise<Reply<OpsOverview>>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    this.#cancelTimer();
    this.#asked += 1;
    const question = this.#asked;
    const reply = await this.#ask();
    if (this.#stopped || question !== this.#asked) return;
    const now = this.#clock.now();
    batch(() => (reply.ok ? this.#show(reply.value, now) : this.#miss(reply.problem, now)));
    if (this.link.peek().kind === "refused") return;
    this.#cancelTimer = this.#clock.after(EVERY_MS, () => void this.refresh());
  }

  #show(overview: OpsOverview, now: number): void {
    this.#heardAt = now;
    this.overview.value = overview;
    this.problem.value = null;
    this.link.value = { kind: "live" };
  }

  #miss(problem: Problem, now: number): void {
    if (problem.status === 401 || problem.status === 403) {
      this.link.value = { kind: "refused", reason: "forbidden" };
      return;
    }
    this.link.value = { kind: "lost", heardAt: this.#heardAt, retryAt: now + EVERY_MS };
    if (this.overview.peek() === null) this.problem.value = problem;
  }

  wake(): void {
    if (!this.#stopped && this.link.peek().kind !== "refused") void this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }
}

/** Starts asking. The caller stops it when the page is left. */
export function followOps(ask: () => Promise<Reply<OpsOverview>>, clock: Clock): OpsStore {
  return new Store(ask, clock);
}
