/** The SQL of one Business Unit: state, log, outbox, journal, past refreshes. Nobody else knows these tables. */
import * as v from "valibot";
import { type Effect, effectKey, laneOf } from "../../core/business-unit/effects.ts";
import { isEdit, type UnitEvent } from "../../core/business-unit/events.ts";
import type { UnitState } from "../../core/business-unit/types.ts";
import { STATE_SCHEMA, upgradeState } from "../../core/business-unit/upgrade.ts";
import { ingestionRunOf } from "../../core/business-unit/view.ts";
import type { OutboxItem } from "../../core/delivery/drain.ts";
import type { JournalEntry } from "../../core/run/lease.ts";
import type { Visit } from "../../core/visit.ts";
import type { IngestionRunView } from "../../core/wire-registry.ts";
import { isMigrated, migrate } from "../../lib/migrate.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import { AlarmHand } from "../alarm.ts";
import { type ChainedEvent, EventLog, NOTHING_BESIDE } from "../event-log.ts";
import { type Fate, OutboxRows } from "../outbox-rows.ts";
import type { NewEntry, TurnStorage } from "../turn.ts";
import { UNIT_MIGRATIONS } from "./migrations.ts";

const StateRow = v.object({ state: v.string(), schema: v.number() });
const EventRow = v.object({ seq: v.number(), at: v.number(), event: v.string(), hash: v.string() });
const RecordRow = v.object({ record: v.string() });
const UpToRow = v.object({ up_to: v.number() });
const JournalRow = v.object({
  key: v.string(),
  status: v.picklist(["intended", "done"]),
  result: v.nullable(v.string()),
});

/** Refreshes the actor keeps itself: more than two years of daily ones. The index has all of them. */
const MAX_REFRESHES = 800;

/** Never true of the first entry of a log. */
const rootOf = (first: UnitEvent): string => ("businessUnitId" in first ? first.businessUnitId : "");

export class UnitStore implements TurnStorage<UnitState, UnitEvent, Effect> {
  readonly lean = null;
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  readonly #log: EventLog<UnitEvent>;
  readonly #outbox: OutboxRows<Effect>;
  readonly #alarm: AlarmHand;
  /** A copy of what is stored; dropped whenever a transaction fails. */
  #state: UnitState | null = null;
  #ready = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#log = new EventLog<UnitEvent>(this.#sql, { table: "unit_events", root: rootOf, beside: NOTHING_BESIDE });
    this.#outbox = new OutboxRows<Effect>(this.#sql, { effectKey, laneOf });
    this.#alarm = new AlarmHand(storage);
    if (isMigrated(this.#sql)) this.#migrate();
  }

  /** False for a name nobody ever made a unit of: asking about it must not create storage. */
  get exists(): boolean {
    return this.#ready;
  }

  #migrate(): void {
    this.#storage.transactionSync(() => migrate(this.#sql, UNIT_MIGRATIONS));
    this.#ready = true;
  }

  transaction<T>(work: () => T): T {
    if (!this.#ready) this.#migrate();
    try {
      return this.#storage.transactionSync(work);
    } catch (thrown) {
      // Fields do not roll back with the transaction.
      this.#state = null;
      this.#log.forget();
      this.#outbox.forget();
      this.#alarm.forget();
      throw thrown;
    }
  }

  readState(): UnitState | null {
    if (!this.#ready) return null;
    if (this.#state !== null) return this.#state;
    const row = this.#sql.exec("SELECT state, schema FROM unit_state WHERE id = 1").toArray()[0];
    if (row === undefined) return null;
    const { state, schema } = parseRow(StateRow, row, "unit state");
    this.#state = upgradeState(ownJson<object>(state, "unit state"), schema);
    return this.#state;
  }

  /** The refresh has a row of its own beside the state, so that it is known when the next one takes its place. */
  writeState(state: UnitState): void {
    const before = this.#state;
    this.#sql.exec(
      `INSERT INTO unit_state (id, version, state, schema) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, schema = excluded.schema`,
      state.version,
      JSON.stringify(state),
      STATE_SCHEMA,
    );
    this.#state = state;
    const { refresh } = state;
    if (refresh === null || refresh === before?.refresh) return;
    const record = JSON.stringify(ingestionRunOf(state.businessUnitId, refresh));
    this.#sql.exec(
      `INSERT INTO refreshes (n, ingestion_run_id, record, shown) VALUES (?, ?, ?, 0)
       ON CONFLICT (n) DO UPDATE SET record = excluded.record, shown = 0 WHERE record <> excluded.record`,
      state.refreshes,
      refresh.ingestionRunId,
      record,
    );
    if (refresh.ingestionRunId === before?.refresh?.ingestionRunId) return;
    // Another refresh: what was journalled for earlier ones is of no use to it.
    this.#sql.exec("DELETE FROM journal WHERE ingestion_run_id <> ?", refresh.ingestionRunId);
    this.#sql.exec("DELETE FROM refreshes WHERE shown = 1 AND n <= ?", state.refreshes - MAX_REFRESHES);
  }

  append(entries: readonly NewEntry<UnitEvent, never>[]): void {
    this.#log.append(entries);
  }

  /** Events after `since`, oldest first, at most `limit`. */
  eventsSince(since: number, limit: number): readonly ChainedEvent<UnitEvent>[] {
    return this.#ready ? this.#log.since(since, limit) : [];
  }

  /** The edits after `since`, oldest first. */
  editsSince(since: number): readonly ChainedEvent<UnitEvent>[] {
    const rows = this.#sql
      .exec(
        `SELECT seq, at, event, hash FROM unit_events
         WHERE type IN ('unit.created', 'unit.adopted', 'unit.edited') AND seq > ? ORDER BY seq`,
        since,
      )
      .toArray();
    return rows.map((row) => {
      const { event, ...entry } = parseRow(EventRow, row, "event");
      return { ...entry, event: ownJson<UnitEvent>(event, "event") };
    });
  }

  /** The edit under that number; null when there is none. */
  editAt(seq: number): UnitEvent | null {
    const [entry] = this.eventsSince(seq - 1, 1);
    return entry !== undefined && entry.seq === seq && isEdit(entry.event) ? entry.event : null;
  }

  /** Up to which entry of the log the index has the edits. */
  editsShown(): number {
    return parseRow(UpToRow, this.#sql.exec("SELECT up_to FROM edits_shown").one(), "mark").up_to;
  }

  /** Refreshes the index does not have as they are; all of them when `whole`. Oldest first. */
  refreshesToShow(whole: boolean): readonly IngestionRunView[] {
    const rows = this.#sql.exec(`SELECT record FROM refreshes ${whole ? "" : "WHERE shown = 0"} ORDER BY n`).toArray();
    return rows.map((row) => ownJson<IngestionRunView>(parseRow(RecordRow, row, "refresh").record, "refresh"));
  }

  /** The index has this now; a refresh that changed meanwhile is still to be shown. */
  noteShown(editsTo: number, refreshes: readonly IngestionRunView[]): void {
    this.transaction(() => {
      this.#sql.exec("UPDATE edits_shown SET up_to = max(up_to, ?)", editsTo);
      for (const refresh of refreshes)
        this.#sql.exec(
          "UPDATE refreshes SET shown = 1 WHERE ingestion_run_id = ? AND record = ?",
          refresh.ingestionRunId,
          JSON.stringify(refresh),
        );
    });
  }

  ingestionRun(ingestionRunId: string): IngestionRunView | null {
    if (!this.#ready) return null;
    const row = this.#sql.exec("SELECT record FROM refreshes WHERE ingestion_run_id = ?", ingestionRunId).toArray()[0];
    if (row === undefined) return null;
    return ownJson<IngestionRunView>(parseRow(RecordRow, row, "refresh").record, "refresh");
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

  recordFailure(key: string, generation: number, error: string, retryAt: number | null, now: number): Fate {
    return this.#outbox.recordFailure(key, generation, error, retryAt, now);
  }

  drop(key: string): void {
    this.#outbox.drop(key);
  }

  /** All promises to the outside are due now. */
  flush(now: number): void {
    this.#outbox.flush(now);
  }

  /** What stands in the outbox, for ops. */
  outbox(): readonly Record<string, unknown>[] {
    return this.#ready ? this.#outbox.all() : [];
  }

  journal(ingestionRunId: string): readonly JournalEntry[] {
    return this.#sql
      .exec("SELECT key, status, result FROM journal WHERE ingestion_run_id = ? ORDER BY at, key", ingestionRunId)
      .toArray()
      .map((row) => parseRow(JournalRow, row, "journal row"));
  }

  writeJournal(
    entry: JournalEntry & {
      kind: "step" | "effect";
      ingestionRunId: string;
      epoch: number;
      attempt: number;
      at: number;
    },
  ): void {
    this.#sql.exec(
      `INSERT INTO journal (key, ingestion_run_id, kind, status, result, epoch, attempt, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET status = excluded.status, result = excluded.result, epoch = excluded.epoch, attempt = excluded.attempt, at = excluded.at`,
      entry.key,
      entry.ingestionRunId,
      entry.kind,
      entry.status,
      entry.result,
      entry.epoch,
      entry.attempt,
      entry.at,
    );
  }

  arm(at: number | null, now: number): void {
    this.#alarm.arm(at, now);
  }

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
