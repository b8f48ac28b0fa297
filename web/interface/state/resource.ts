/** Something loaded over HTTP: what is there, what went wrong, and whether what is shown is older than a try to renew it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../src/core/wire.ts";
import type { Reply } from "../api.ts";

/** Refusals by role. Others of the same status have another way out: signing in anew, or the office network. */
const BY_ROLE: ReadonlySet<string> = new Set(["not_allowed", "not_granted", "ops_only"]);

/** Whether a refusal says that the reader's role does not reach this. */
export function isForOthers({ code }: Problem): boolean {
  return BY_ROLE.has(code);
}

export interface ResourceState<T> {
  /** The last good answer; null before the first. */
  readonly value: T | null;
  /** Why the last try failed; null when it did not. With a value beside it, the value is stale. */
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** When the value arrived, milliseconds. */
  readonly at: number | null;
}

export class Resource<T> {
  readonly #state = signal<ResourceState<T>>({ value: null, problem: null, loading: true, at: null });
  readonly #load: (held: T | null) => Promise<Reply<T>>;
  readonly #now: () => number;
  #turn = 0;
  #stopped = false;

  /** @param load is told what is there already */
  constructor(load: (held: T | null) => Promise<Reply<T>>, now: () => number) {
    this.#load = load;
    this.#now = now;
  }

  get state(): ReadonlySignal<ResourceState<T>> {
    return this.#state;
  }

  /** Loads, keeping what is there meanwhile. Of several answers under way the one asked for last counts. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    this.#state.value = { ...this.#state.peek(), loading: true };
    const reply = await this.#load(this.#state.peek().value);
    if (this.#stopped || turn !== this.#turn) return;
    const before = this.#state.peek();
    if (reply.ok) this.#state.value = { value: reply.value, problem: null, loading: false, at: this.#now() };
    // A role that was taken away takes what it showed with it.
    else if (isForOthers(reply.problem))
      this.#state.value = { value: null, problem: reply.problem, loading: false, at: null };
    else this.#state.value = { ...before, problem: reply.problem, loading: false };
  }

  /** Takes a newer value that arrived otherwise, e.g. as the answer to a write. */
  put(value: T): void {
    this.#turn += 1;
    this.#state.value = { value, problem: null, loading: false, at: this.#now() };
  }

  wake(): void {
    void this.reload();
  }

  stop(): void {
    this.#stopped = true;
  }
}
