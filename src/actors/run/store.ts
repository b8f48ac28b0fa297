/** The SQL of one run: state, log, outbox, journal, inbox. Nobody else knows these tables. */
import * as v from "valibot";
import type { OutboxItem } from "../../core/delivery/drain.ts";
import type { RunBundle } from "../../core/run/bundle.ts";
import { type Effect, effectKey, laneOf } from "../../core/run/effects.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { JournalEntry } from "../../core/run/lease.ts";
import type { RunState } from "../../core/run/types.ts";
import type { Visit } from "../../core/visit.ts";
import { RowInsert } from "../../lib/insert-rows.ts";
import { isMigrated, migrate } from "../../lib/migrate.ts";
import { parseRow } from "../../lib/rows.ts";
import { AlarmHand } from "../alarm.ts";
import { type ChainedEvent, EventLog } from "../event-log.ts";
import { type Fate, OutboxRows } from "../outbox-rows.ts";
import type { LoggedEvent, TurnStorage } from "../turn.ts";
import { ArchiveRows, type ArchiveStub } from "./archive-rows.ts";
import { RUN_MIGRATIONS } from "./migrations.ts";
import { StateRows } from "./state-rows.ts";

const JournalRow = v.object({
  key: v.string(),
  status: v.picklist(["intended", "done"]),
  result: v.nullable(v.string()),
});

/** An entry of the journal with what wrote it. */
export type JournalRecord = JournalEntry & {
  readonly kind: "step" | "effect";
  readonly round: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly at: number;
};

const JOURNAL_COLUMNS = "journal (key, round, kind, status, result, epoch, attempt, at)";
const JOURNAL_AGAIN = `ON CONFLICT (key) DO UPDATE SET
  status = excluded.status, result = excluded.result, epoch = excluded.epoch, attempt = excluded.attempt, at = excluded.at`;

/** Fingerprints remembered per run; older ones cannot repeat within Asana's retry window of a day. */
const MAX_INBOX = 2_000;

export class RunStore implements TurnStorage<RunState, RunEvent, Effect> {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #state: StateRows;
  readonly #log: EventLog<RunEvent>;
  readonly #archive: ArchiveRows;
  readonly #outbox: OutboxRows<Effect>;
  readonly #journal: RowInsert;
  #ready = false;
  readonly #alarm: AlarmHand;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#state = new StateRows(this.#sql);
    this.#log = new EventLog<RunEvent>(this.#sql, {
      table: "run_events",
      root: (first) => (first.type === "run.observed" ? first.runId : ""),
    });
    this.#archive = new ArchiveRows(this.#sql);
    this.#outbox = new OutboxRows<Effect>(this.#sql, { effectKey, laneOf });
    this.#journal = new RowInsert(this.#sql, JOURNAL_COLUMNS, 8, JOURNAL_AGAIN);
    this.#alarm = new AlarmHand(storage);
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
      this.#outbox.forget();
      this.forgetAlarm();
      throw thrown;
    }
  }

  readState(): RunState | null {
    return this.#ready ? this.#state.read() : null;
  }

  writeState(state: RunState): void {
    this.#state.write(state);
  }

  append(entries: readonly LoggedEvent<RunEvent>[]): void {
    this.#log.append(entries);
  }

  /** Events after `since`, oldest first, at most `limit`. */
  eventsSince(since: number, limit: number): readonly ChainedEvent<RunEvent>[] {
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
    this.#outbox.forget();
    this.forgetAlarm();
    this.arm(null, 0);
  }

  /** The rows of an archived run again, in place of the stub. Part of a transaction. */
  takeBack(bundle: RunBundle, state: RunState, events: readonly ChainedEvent<RunEvent>[]): void {
    this.#archive.dropStub();
    this.#state.write(state);
    this.#log.restore(events);
    this.#archive.restore(bundle);
  }

  /** How many promises to the outside stand. */
  promises(): number {
    return this.outbox().filter(({ key }) => key !== "archive").length;
  }

  /** All promises to the outside are due now. */
  flush(now: number): void {
    this.#outbox.flush(now);
  }

  enqueue(effect: Effect, dueAt: number, now: number): void {
    this.#outbox.enqueue(effect, dueAt, now);
  }

  due(now: number): readonly OutboxItem<Effect>[] {
    return this.#outbox.due(now);
  }

  earliestDue(): number | null {
    return this.#outbox.earliestDue();
  }

  beginSend(key: string): void {
    this.#outbox.beginSend(key);
  }

  confirmSent(key: string, generation: number): void {
    this.#outbox.confirmSent(key, generation);
  }

  /** Notes a failed try; answers what becomes of the row. */
  recordFailure(key: string, generation: number, error: string, retryAt: number | null, now: number): Fate {
    return this.#outbox.recordFailure(key, generation, error, retryAt, now);
  }

  /** A spent promise goes, with the turn that says so. */
  drop(key: string): void {
    this.#outbox.drop(key);
  }

  revive(now: number): void {
    this.#outbox.revive(now);
  }

  /** What stands in the outbox, for ops. */
  outbox(): readonly Record<string, unknown>[] {
    return this.#ready ? this.#outbox.all() : [];
  }

  journal(round: number): readonly JournalEntry[] {
    return this.#sql
      .exec("SELECT key, status, result FROM journal WHERE round = ? ORDER BY at, key", round)
      .toArray()
      .map((row) => parseRow(JournalRow, row, "journal row"));
  }

  writeJournal(entries: readonly JournalRecord[]): void {
    this.#journal.add(
      entries.map(({ key, round, kind, status, result, epoch, attempt, at }) => [
        key,
        round,
        kind,
        status,
        result,
        epoch,
        attempt,
        at,
      ]),
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

  arm(at: number | null, now: number): void {
    this.#alarm.arm(at, now);
  }

  /** The alarm rang, or somebody looks whether it still stands: the next turn sets it. */
  forgetAlarm(): void {
    this.#alarm.forget();
  }

  /** Somebody comes by: the alarm stands for what is due first, or is set again. */
  visited(due: number | null, now: number): Promise<Visit> {
    return this.#alarm.visited(due, now);
  }

  /** The actor comes to memory. */
  rearm(due: number): Promise<void> {
    return this.#alarm.atLeast(due);
  }
}
