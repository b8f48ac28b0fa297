/** Keeps an actor's promises: sends what is due, notes what failed, and tells the actor what was parked. */
import { type DrainReport, drain, type OutboxItem } from "../core/delivery/drain.ts";
import type { Fate } from "./outbox-rows.ts";

/** The rows of the promises, each verb in a transaction of the caller. */
export interface PromiseRows<E> {
  transaction<T>(work: () => T): T;
  due(now: number): readonly OutboxItem<E>[];
  beginSend(key: string): void;
  confirmSent(key: string, generation: number): void;
  recordFailure(key: string, generation: number, error: string, retryAt: number | null, now: number): Fate;
}

export interface OutboxHost<E> {
  now(): number;
  /** 0 to 1, for jitter. */
  random(): number;
  send(item: OutboxItem<E>): Promise<void>;
  /** What the actor's state says was parked. */
  parked(): readonly { readonly key: string }[];
  park(key: string, error: string): void;
  unpark(key: string): void;
  /** The row is spent and goes, with the turn that says so. */
  drop(key: string, error: string): void;
}

export class OutboxDrain<E> {
  readonly #rows: PromiseRows<E>;
  readonly #host: OutboxHost<E>;
  /** Running drains that want to know of new promises; gone with the drain, so memory is enough. */
  readonly #promised = new Set<() => void>();

  constructor(rows: PromiseRows<E>, host: OutboxHost<E>) {
    this.#rows = rows;
    this.#host = host;
  }

  /** A turn may have promised something. */
  promised(): void {
    for (const promised of this.#promised) promised();
  }

  /** Sends what is due and wanted, until nothing is. */
  run(wanted: (item: OutboxItem<E>) => boolean = () => true): Promise<DrainReport> {
    const rows = this.#rows;
    const host = this.#host;
    return drain<E>({
      due: () => rows.due(host.now()).filter(wanted),
      begin: (item) => rows.transaction(() => rows.beginSend(item.key)),
      send: (item) => host.send(item),
      sent: (item) => {
        rows.transaction(() => rows.confirmSent(item.key, item.generation));
        // By what the state shows: the row of one that was asked for again meanwhile is no longer marked.
        if (this.#isParked(item.key)) host.unpark(item.key);
      },
      failed: (item, error, retryAt) => this.#failed(item, error, retryAt),
      listen: (promised) => {
        this.#promised.add(promised);
        return () => this.#promised.delete(promised);
      },
      now: () => host.now(),
      jitter: () => host.random(),
    });
  }

  #isParked(key: string): boolean {
    return this.#host.parked().some((row) => row.key === key);
  }

  #failed({ key, generation }: OutboxItem<E>, error: { code: string; message: string }, retryAt: number | null): void {
    const failure = `${error.code}: ${error.message}`;
    const fate = this.#rows.transaction(() =>
      this.#rows.recordFailure(key, generation, failure, retryAt, this.#host.now()),
    );
    // A process that died in between has parked the row and told nobody.
    const untold = fate === "still parked" && !this.#isParked(key);
    if (fate === "parked" || untold) this.#host.park(key, error.message);
    if (fate === "spent") this.#host.drop(key, error.message);
  }
}
