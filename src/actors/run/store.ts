/** The SQL of one run: state, log, outbox, journal, inbox. Nobody else knows these tables. */
import * as v from "valibot";
import type { OutboxItem } from "../../core/delivery/drain.ts";
import type { RunBundle } from "../../core/run/bundle.ts";
import { type Effect, effectKey, laneOf } from "../../core/run/effects.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { JournalEntry } from "../../core/run/lease.ts";
import type { RunState } from "../../core/run/types.ts";
import { isMigrated, migrate } from "../../lib/migrate.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import type { TurnStorage } from "../turn.ts";
import { ArchiveRows, type ArchiveStub } from "./archive-rows.ts";
import { type ChainedEvent, EventLog } from "./event-log.ts";
import { RUN_MIGRATIONS } from "./migrations.ts";
import { StateRows } from "./state-rows.ts";

const OutboxRow = v.object({
  key: v.string(),
  effect: v.string(),
  lane: v.string(),
  generation: v.number(),
  attempts: v.number(),
});
const JournalRow = v.object({
  key: v.string(),
  status: v.picklist(["intended", "done"]),
  result: v.nullable(v.string()),
});
const ParkedRow = v.object({ parked: v.number(), attempts: v.number() });
const DueRow = v.object({ due_at: v.nullable(v.number()) });

/** A parked effect is not forgotten: a far side that was down for hours comes back. */
const PARKED_RETRY_MS = 60 * 60_000;
const MAX_PARKED_TRIES = 12 + 14 * 24;

/** Fingerprints remembered per run; older ones cannot repeat within Asana's retry window of a day. */
const MAX_INBOX = 2_000;

export class RunStore implements TurnStorage<RunState, RunEvent, Effect> {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #state: StateRows;
  readonly #log: EventLog;
  readonly #archive: ArchiveRows;
  #ready = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#state = new StateRows(this.#sql);
    this.#log = new EventLog(this.#sql);
    this.#archive = new ArchiveRows(this.#sql);
    if (isMigrated(this.#sql)) this.#migrate();
  }

  /** False for a name nobody ever delivered to: asking about it must not create storage. */
  get exists(): boolean {
    return this.#ready;
  }

  #migrate(): void {
    this.#storage.transactionSync(() => migrate(this.#sql, RUN_MIGRATIONS));
    this.#ready = true;
  }

  transaction<T>(work: () => T): T {
    if (!this.#ready) this.#migrate();
    try {
      return this.#storage.transactionSync(work);
    } catch (thrown) {
      // Fields do not roll back with the transaction.
      this.#state.forget();
      this.#log.forget();
      throw thrown;
    }
  }

  readState(): RunState | null {
    return this.#ready ? this.#state.read() : null;
  }

  writeState(state: RunState): void {
    this.#state.write(state);
  }

  append(seq: number, at: number, event: RunEvent): void {
    this.#log.append(seq, at, event);
  }

  /** Events after `since`, oldest first, at most `limit`. */
  eventsSince(since: number, limit: number): readonly ChainedEvent[] {
    return this.#ready ? this.#log.since(since, limit) : [];
  }

  /** Where the run lies when it is not here; null when it is. */
  stub(): ArchiveStub | null {
    return this.#ready && this.#state.read() === null ? this.#archive.stub() : null;
  }

  /** The run as one value, for an export and for the archive. */
  bundle(state: RunState): RunBundle {
    return this.#archive.bundle(state, this.#log.since(0, Number.MAX_SAFE_INTEGER));
  }

  /** Leaves the stub and nothing else. Part of a transaction. */
  putAway(stub: ArchiveStub): void {
    this.#archive.writeStub(stub);
    this.#archive.clear();
    this.#state.forget();
    this.#log.forget();
    this.arm(null);
  }

  /** The rows of an archived run again, in place of the stub. Part of a transaction. */
  takeBack(bundle: RunBundle, state: RunState, events: readonly ChainedEvent[]): void {
    this.#archive.dropStub();
    this.#state.write(state);
    for (const event of events) this.#log.restore(event);
    this.#archive.restore(bundle);
  }

  /** How many promises to the outside stand. */
  promises(): number {
    return this.outbox().filter(({ key }) => key !== "archive").length;
  }

  /** All promises to the outside are due now. */
  flush(now: number): void {
    this.#sql.exec("UPDATE outbox SET due_at = min(due_at, ?) WHERE key <> 'archive'", now);
  }

  enqueue(effect: Effect, dueAt: number, now: number): void {
    // Asked for again while it backs off: the wait stays, or every new event would hammer a far side that is down.
    // An execution is a new promise each time and comes with a due time of its own.
    this.#sql.exec(
      `INSERT INTO outbox (key, effect, lane, generation, attempts, due_at, enqueued_at) VALUES (?, ?, ?, 1, 0, ?, ?)
       ON CONFLICT (key) DO UPDATE SET
         effect = excluded.effect,
         generation = generation + 1,
         due_at = CASE WHEN attempts > 0 AND parked = 0 AND last_error IS NOT NULL AND excluded.lane <> 'queue' THEN due_at ELSE excluded.due_at END,
         attempts = CASE WHEN parked = 1 OR excluded.lane = 'queue' THEN 0 ELSE attempts END,
         parked = 0`,
      effectKey(effect),
      JSON.stringify(effect),
      laneOf(effect),
      dueAt,
      now,
    );
  }

  /** Rows to send now, oldest promise first; parked ones too when their next try has come. */
  due(now: number): readonly OutboxItem<Effect>[] {
    const rows = this.#sql
      .exec(
        "SELECT key, effect, lane, generation, attempts FROM outbox WHERE due_at <= ? ORDER BY enqueued_at, rowid",
        now,
      )
      .toArray();
    return rows.map((raw) => {
      const row = parseRow(OutboxRow, raw, "outbox row");
      return { ...row, effect: ownJson<Effect>(row.effect, "effect") };
    });
  }

  earliestDue(): number | null {
    const row = this.#sql.exec("SELECT min(due_at) AS due_at FROM outbox").one();
    return parseRow(DueRow, row, "due time").due_at;
  }

  beginSend(key: string): void {
    this.#sql.exec("UPDATE outbox SET attempts = attempts + 1 WHERE key = ?", key);
  }

  /** The row goes, unless the effect was asked for again meanwhile: then it is due at once. */
  confirmSent(key: string, generation: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE key = ? AND generation = ?", key, generation);
    this.#sql.exec("UPDATE outbox SET attempts = 0, parked = 0, last_error = NULL WHERE key = ?", key);
  }

  /**
   * Notes a failed try. `retryAt` null parks the row, unless the effect was asked for again meanwhile: that is a new
   * promise and gets its own tries. A parked row is tried again every hour, and dropped after two weeks of that.
   * Answers whether the row is parked now and was not before.
   */
  recordFailure(key: string, generation: number, error: string, retryAt: number | null, now: number): boolean {
    const rows = this.#sql.exec(
      "SELECT parked, attempts FROM outbox WHERE key = ? AND generation = ?",
      key,
      generation,
    );
    const same = rows.toArray()[0];
    if (retryAt === null && same !== undefined) {
      const { parked, attempts } = parseRow(ParkedRow, same, "outbox row");
      if (attempts > MAX_PARKED_TRIES) this.#sql.exec("DELETE FROM outbox WHERE key = ?", key);
      const next = now + PARKED_RETRY_MS;
      this.#sql.exec("UPDATE outbox SET last_error = ?, due_at = ?, parked = 1 WHERE key = ?", error, next, key);
      return parked === 0;
    }
    this.#sql.exec(
      "UPDATE outbox SET last_error = ?, due_at = coalesce(?, due_at), attempts = CASE WHEN ? THEN attempts ELSE 0 END WHERE key = ?",
      error,
      retryAt,
      same === undefined ? 0 : 1,
      key,
    );
    return false;
  }

  /** Parked rows are due now: something stirs, so the far side may be back. */
  revive(now: number): void {
    this.#sql.exec("UPDATE outbox SET due_at = min(due_at, ?) WHERE parked = 1", now);
  }

  /** What stands in the outbox, for ops. */
  outbox(): readonly Record<string, unknown>[] {
    if (!this.#ready) return [];
    return this.#sql
      .exec("SELECT key, lane, generation, attempts, due_at, parked, last_error FROM outbox ORDER BY due_at")
      .toArray();
  }

  journal(round: number): readonly JournalEntry[] {
    return this.#sql
      .exec("SELECT key, status, result FROM journal WHERE round = ? ORDER BY at, key", round)
      .toArray()
      .map((row) => parseRow(JournalRow, row, "journal row"));
  }

  writeJournal(
    entry: JournalEntry & { kind: "step" | "effect"; round: number; epoch: number; attempt: number; at: number },
  ): void {
    this.#sql.exec(
      `INSERT INTO journal (key, round, kind, status, result, epoch, attempt, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET status = excluded.status, result = excluded.result, epoch = excluded.epoch, attempt = excluded.attempt, at = excluded.at`,
      entry.key,
      entry.round,
      entry.kind,
      entry.status,
      entry.result,
      entry.epoch,
      entry.attempt,
      entry.at,
    );
  }

  /** Forgets what was gathered for a round, so that a run that was blocked by its data reads it afresh. Effects stay. */
  forgetSteps(round: number): void {
    this.#sql.exec("DELETE FROM journal WHERE round = ? AND kind = 'step'", round);
  }

  /** Those of the fingerprints that were not seen before. */
  unseen(fingerprints: readonly string[]): readonly string[] {
    if (!this.#ready) return fingerprints;
    return fingerprints.filter(
      (fingerprint) => this.#sql.exec("SELECT 1 FROM inbox WHERE fingerprint = ?", fingerprint).toArray().length === 0,
    );
  }

  remember(fingerprints: readonly string[], now: number): void {
    for (const fingerprint of fingerprints)
      this.#sql.exec("INSERT OR IGNORE INTO inbox (fingerprint, at) VALUES (?, ?)", fingerprint, now);
    this.#sql.exec("DELETE FROM inbox WHERE rowid <= (SELECT max(rowid) FROM inbox) - ?", MAX_INBOX);
  }

  arm(at: number | null): void {
    // Not awaited on purpose: inside the transaction it belongs to it and rolls back with it.
    if (at === null) void this.#storage.deleteAlarm();
    else void this.#storage.setAlarm(at);
  }
}
