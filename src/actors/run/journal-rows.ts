/**
 * What attempts recorded. It lies beside the log's entries, written with them in one row; in a table of its own lies what
 * the archive gave back and what was recorded before that was so.
 */
import * as v from "valibot";
import type { BundleJournal } from "../../core/run/bundle.ts";
import type { JournalEntry } from "../../core/run/lease.ts";
import type { WorkRecord } from "../../core/run/work.ts";
import { RowInsert } from "../../lib/insert-rows.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import type { Beside } from "../event-log.ts";

const Kind = v.picklist(["step", "effect"]);
const Told = { round: v.number(), kind: Kind, result: v.nullable(v.string()), epoch: v.number(), attempt: v.number() };
const TableRow = v.object({ ...Told, key: v.string(), status: v.picklist(["intended", "done"]), at: v.number() });
const LogRow = v.object({ ...Told, at: v.number(), type: v.string(), event: v.string() });

/** An entry of the journal with what wrote it. */
export type JournalRecord = JournalEntry & Omit<WorkRecord, "result"> & { readonly at: number };

/** The columns of the log's rows that hold it. */
export const WORK_BESIDE: Beside<WorkRecord> = {
  columns: ["work", "round", "epoch", "attempt", "result"],
  cells: (work) =>
    work === null ? [null, null, null, null, null] : [work.kind, work.round, work.epoch, work.attempt, work.result],
};

const OF_TABLE = "SELECT key, round, kind, status, result, epoch, attempt, at FROM journal";
const OF_LOG =
  "SELECT round, work AS kind, result, epoch, attempt, at, type, event FROM run_events WHERE work IS NOT NULL";

export class JournalRows {
  readonly #sql: SqlStorage;
  readonly #insert: RowInsert;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#insert = new RowInsert(sql, "journal (key, round, kind, status, result, epoch, attempt, at)", 8);
  }

  /** The whole of it, by time and key; of what was recorded twice under a key, the later. */
  all(): readonly JournalRecord[] {
    return latest([
      ...this.#sql.exec(OF_TABLE).toArray().map(ofTable),
      ...this.#sql.exec(`${OF_LOG} ORDER BY seq`).toArray().map(ofLog),
    ]);
  }

  /** What belongs to a round; 0 is the first report. */
  ofRound(round: number): readonly JournalEntry[] {
    const records = latest([
      ...this.#sql.exec(`${OF_TABLE} WHERE round = ?`, round).toArray().map(ofTable),
      ...this.#sql.exec(`${OF_LOG} AND round = ? ORDER BY seq`, round).toArray().map(ofLog),
    ]);
    return records.map(({ key, status, result }) => ({ key, status, result }));
  }

  /** Forgets what was gathered for a round, so that a run that was blocked by its data reads it afresh. Effects stay. */
  forgetSteps(round: number): void {
    this.#sql.exec("DELETE FROM journal WHERE round = ? AND kind = 'step'", round);
    this.#sql.exec("UPDATE run_events SET work = NULL, result = NULL WHERE work = 'step' AND round = ?", round);
  }

  /** Puts entries back whose log was put back without them. */
  restore(entries: readonly BundleJournal[]): void {
    this.#insert.add(
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
}

function ofTable(row: Record<string, unknown>): JournalRecord {
  return parseRow(TableRow, row, "journal row");
}

function ofLog(row: Record<string, unknown>): JournalRecord {
  const { type, event, ...record } = parseRow(LogRow, row, "journal row");
  const { key } = ownJson<{ readonly key: string }>(event, "event");
  return { ...record, key, status: type === "effect.intended" ? "intended" : "done" };
}

/** @param records oldest first */
function latest(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const byKey = new Map(records.map((record) => [record.key, record]));
  return [...byKey.values()].toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}
