/** The rows of an actor's promises to the outside: one per key, retried, parked. */
import * as v from "valibot";
import type { OutboxItem } from "../core/delivery/drain.ts";
import { ownJson, parseRow } from "../lib/rows.ts";

const OutboxRow = v.object({
  key: v.string(),
  effect: v.string(),
  lane: v.string(),
  generation: v.number(),
  attempts: v.number(),
});
const ParkedRow = v.object({ parked: v.number(), attempts: v.number() });
const DueRow = v.object({ due_at: v.nullable(v.number()) });
const WaitingRow = v.object({ due_at: v.number(), attempts: v.number() });

/** A parked effect is not forgotten: a far side that was down for hours comes back. */
const PARKED_RETRY_MS = 60 * 60_000;
const MAX_PARKED_TRIES = 12 + 14 * 24;

/** What becomes of a row whose try failed; the actor is told when it is parked, and when it is spent and may go. */
export type Fate = "waits" | "parked" | "still parked" | "spent";

/** What memory knows of the rows; nothing of it is needed, it only saves reading and writing what stays as it is. */
interface Known {
  /** When the first row is due; null when there is none, undefined when it has to be looked up. */
  earliest: number | null | undefined;
  /** When the projection is due that nobody began to send yet; null when there is none, or it is not known. */
  projection: number | null;
}

/** How an actor names its effects; the lanes `queue` and `index` mean the same to all of them. */
export interface EffectNames<E> {
  readonly effectKey: (effect: E) => string;
  readonly laneOf: (effect: E) => string;
}

/** Those of one actor: a table `outbox`. `E` is its effects; one of the kind `project` writes its rows of the index. */
export class OutboxRows<E extends { readonly kind: string }> {
  readonly #sql: SqlStorage;
  readonly #names: EffectNames<E>;
  #known: Known = { earliest: undefined, projection: null };

  constructor(sql: SqlStorage, names: EffectNames<E>) {
    this.#sql = sql;
    this.#names = names;
  }

  /** Fields do not roll back with a transaction. */
  forget(): void {
    this.#known = { earliest: undefined, projection: null };
  }

  /** The sender reads the state when it acts: a projection that waits already and is due no later shows this turn, too. */
  isPromised(effect: E, dueAt: number): boolean {
    const { projection } = this.#known;
    return effect.kind === "project" && projection !== null && projection <= dueAt;
  }

  enqueue(effect: E, dueAt: number, now: number): void {
    if (this.isPromised(effect, dueAt)) return;
    this.forget();
    // Asked for again while it backs off: the wait stays, or every new event would hammer a far side that is down.
    // An execution is a new promise each time and comes with a due time of its own. What the index waits for is never
    // put off by a later turn.
    const row = this.#sql
      .exec(
        `INSERT INTO outbox (key, effect, lane, generation, attempts, due_at, enqueued_at) VALUES (?, ?, ?, 1, 0, ?, ?)
         ON CONFLICT (key) DO UPDATE SET
           effect = excluded.effect,
           generation = generation + 1,
           due_at = CASE
             WHEN attempts > 0 AND parked = 0 AND last_error IS NOT NULL AND excluded.lane <> 'queue' THEN due_at
             WHEN attempts = 0 AND excluded.lane = 'index' THEN min(due_at, excluded.due_at)
             ELSE excluded.due_at
           END,
           attempts = CASE WHEN parked = 1 OR excluded.lane = 'queue' THEN 0 ELSE attempts END,
           parked = 0
         RETURNING due_at, attempts`,
        this.#names.effectKey(effect),
        JSON.stringify(effect),
        this.#names.laneOf(effect),
        dueAt,
        now,
      )
      .one();
    const { due_at, attempts } = parseRow(WaitingRow, row, "outbox row");
    if (effect.kind === "project" && attempts === 0) this.#known.projection = due_at;
  }

  /** Rows to send now, oldest promise first; parked ones too when their next try has come. */
  due(now: number): readonly OutboxItem<E>[] {
    const rows = this.#sql
      .exec(
        "SELECT key, effect, lane, generation, attempts FROM outbox WHERE due_at <= ? ORDER BY enqueued_at, rowid",
        now,
      )
      .toArray();
    return rows.map((raw) => {
      const row = parseRow(OutboxRow, raw, "outbox row");
      return { ...row, effect: ownJson<E>(row.effect, "effect") };
    });
  }

  earliestDue(): number | null {
    if (this.#known.earliest === undefined) {
      const row = this.#sql.exec("SELECT min(due_at) AS due_at FROM outbox").one();
      this.#known.earliest = parseRow(DueRow, row, "due time").due_at;
    }
    return this.#known.earliest;
  }

  beginSend(key: string): void {
    this.forget();
    this.#sql.exec("UPDATE outbox SET attempts = attempts + 1 WHERE key = ?", key);
  }

  /** The row goes, unless the effect was asked for again meanwhile: then it is due when that was. */
  confirmSent(key: string, generation: number): void {
    this.forget();
    this.#sql.exec("DELETE FROM outbox WHERE key = ? AND generation = ?", key, generation);
    this.#sql.exec("UPDATE outbox SET attempts = 0, parked = 0, last_error = NULL WHERE key = ?", key);
  }

  /**
   * Notes a failed try. `retryAt` null parks the row, unless the effect was asked for again meanwhile: that is a new
   * promise and gets its own tries. A parked row is tried again every hour; after two weeks of that it is spent.
   */
  recordFailure(key: string, generation: number, error: string, retryAt: number | null, now: number): Fate {
    this.forget();
    const rows = this.#sql.exec(
      "SELECT parked, attempts FROM outbox WHERE key = ? AND generation = ?",
      key,
      generation,
    );
    const same = rows.toArray()[0];
    if (retryAt === null && same !== undefined) {
      const { parked, attempts } = parseRow(ParkedRow, same, "outbox row");
      const next = now + PARKED_RETRY_MS;
      this.#sql.exec("UPDATE outbox SET last_error = ?, due_at = ?, parked = 1 WHERE key = ?", error, next, key);
      if (attempts > MAX_PARKED_TRIES) return "spent";
      return parked === 0 ? "parked" : "still parked";
    }
    this.#sql.exec(
      "UPDATE outbox SET last_error = ?, due_at = coalesce(?, due_at), attempts = CASE WHEN ? THEN attempts ELSE 0 END WHERE key = ?",
      error,
      retryAt,
      same === undefined ? 0 : 1,
      key,
    );
    return "waits";
  }

  /** A spent row goes, with the turn that says so. */
  drop(key: string): void {
    this.forget();
    this.#sql.exec("DELETE FROM outbox WHERE key = ?", key);
  }

  /** Parked rows are due now: something stirs, so the far side may be back. */
  revive(now: number): void {
    this.forget();
    this.#sql.exec("UPDATE outbox SET due_at = min(due_at, ?) WHERE parked = 1", now);
  }

  /** All promises to the outside are due now. */
  flush(now: number): void {
    this.forget();
    this.#sql.exec("UPDATE outbox SET due_at = min(due_at, ?) WHERE key <> 'archive'", now);
  }

  /** What stands in the outbox, for ops. */
  all(): readonly Record<string, unknown>[] {
    return this.#sql
      .exec("SELECT key, lane, generation, attempts, due_at, parked, last_error FROM outbox ORDER BY due_at")
      .toArray();
  }
}
