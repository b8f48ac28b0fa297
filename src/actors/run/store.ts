/** The SQL of one run: state, log, outbox, journal, inbox. Nobody else knows these tables. */
import type { OutboxItem } from "../../core/delivery/drain.ts";
import type { RunBundle } from "../../core/run/bundle.ts";
import { type Effect, effectKey, laneOf } from "../../core/run/effects.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { evolve } from "../../core/run/evolve.ts";
import type { JournalEntry } from "../../core/run/lease.ts";
import type { RunState } from "../../core/run/types.ts";
import type { WorkRecord } from "../../core/run/work.ts";
import type { Visit } from "../../core/visit.ts";
import { isMigrated, migrate } from "../../lib/migrate.ts";
import { AlarmHand } from "../alarm.ts";
import { type ChainedEvent, EventLog } from "../event-log.ts";
import { type Fate, OutboxRows } from "../outbox-rows.ts";
import type { LeanStorage, NewEntry, TurnStorage } from "../turn.ts";
import { ArchiveRows, type ArchiveStub } from "./archive-rows.ts";
import { JournalRows, WORK_BESIDE } from "./journal-rows.ts";
import { RUN_MIGRATIONS } from "./migrations.ts";
import { StateRows } from "./state-rows.ts";

/** A row of the log with what an attempt recorded beside it. */
type Entry = NewEntry<RunEvent, WorkRecord>;

/** Entries of the log that tell alone what became of the run, at most: whoever reads the state takes them one by one. */
const MAX_BEHIND = 64;

/** Fingerprints remembered per run; older ones cannot repeat within Asana's retry window of a day. */
const MAX_INBOX = 2_000;

export class RunStore implements TurnStorage<RunState, RunEvent, Effect, WorkRecord> {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #state: StateRows;
  readonly #log: EventLog<RunEvent, WorkRecord>;
  readonly #archive: ArchiveRows;
  readonly #outbox: OutboxRows<Effect>;
  readonly #journal: JournalRows;
  readonly #alarm: AlarmHand;
  #ready = false;
  /** Whether the state in memory is up to the end of the log. */
  #caughtUp = false;
  readonly lean: LeanStorage<RunState, RunEvent, Effect, WorkRecord> = {
    isPromised: (effect, dueAt) => this.#outbox.isPromised(effect, dueAt),
    isArmed: (at, now) => this.#alarm.stands(at, now),
    appendAlone: (entries, state) => this.#appendAlone(entries, state),
  };

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#state = new StateRows(this.#sql);
    this.#log = new EventLog<RunEvent, WorkRecord>(this.#sql, {
      table: "run_events",
      root: (first) => (first.type === "run.observed" ? first.runId : ""),
      beside: WORK_BESIDE,
    });
    this.#archive = new ArchiveRows(this.#sql);
    this.#outbox = new OutboxRows<Effect>(this.#sql, { effectKey, laneOf });
    this.#journal = new JournalRows(this.#sql);
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
      this.#forget();
      throw thrown;
    }
  }

  /** Fields do not roll back with a transaction. */
  #forget(): void {
    this.#caughtUp = false;
    this.#state.forget();
    this.#log.forget();
    this.#outbox.forget();
    this.forgetAlarm();
  }

  /** The stored state, with what the log says became of it since. */
  readState(): RunState | null {
    if (!this.#ready) return null;
    const stored = this.#state.read();
    if (stored === null || this.#caughtUp) return stored;
    const later = this.eventsSince(stored.version, Number.MAX_SAFE_INTEGER);
    const state = later.reduce((state, { event, at }) => evolve(state, event, at), stored);
    this.#state.runAhead(state);
    this.#caughtUp = true;
    return state;
  }

  writeState(state: RunState): void {
    this.#state.write(state);
    this.#caughtUp = true;
  }

  append(entries: readonly Entry[]): void {
    this.#log.append(entries);
  }

  #appendAlone(entries: readonly Entry[], state: RunState): boolean {
    const behind = this.#state.behind(state);
    if (behind === null || behind > MAX_BEHIND) return false;
    try {
      // One statement is all or nothing by itself; a savepoint around it costs as much again.
      if (this.#log.isOneStatement(entries.length)) this.#log.append(entries);
      else this.#storage.transactionSync(() => this.#log.append(entries));
    } catch (thrown) {
      this.#forget();
      throw thrown;
    }
    this.#state.runAhead(state);
    return true;
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
    return this.#archive.bundle(state, this.#log.since(0, Number.MAX_SAFE_INTEGER), this.#journal.all());
  }

  /** Leaves the stub and nothing else. Part of a transaction. */
  putAway(stub: ArchiveStub): void {
    this.#archive.writeStub(stub);
    this.#archive.clear();
    this.#forget();
    this.arm(null, 0);
  }

  /** The rows of an archived run again, in place of the stub. Part of a transaction. */
  takeBack(bundle: RunBundle, state: RunState, events: readonly ChainedEvent<RunEvent>[]): void {
    this.#archive.dropStub();
    this.writeState(state);
    this.#log.restore(events);
    this.#archive.restore(bundle);
    this.#journal.restore(bundle.journal);
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

  /** What attempts recorded for a round. */
  journal(round: number): readonly JournalEntry[] {
    return this.#journal.ofRound(round);
  }

  /** Forgets what was gathered for a round; see `JournalRows`. */
  forgetSteps(round: number): void {
    this.#journal.forgetSteps(round);
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
