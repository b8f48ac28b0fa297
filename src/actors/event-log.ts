/** The append-only log of an actor: dense, and chained by hashes so that a later change shows. */
import * as v from "valibot";
import { linkOf } from "../core/run/chain.ts";
import { canonicalJson } from "../lib/canonical-json.ts";
import { sha256Now } from "../lib/digest.ts";
import { type Cell, RowInsert } from "../lib/insert-rows.ts";
import { ownJson, parseRow } from "../lib/rows.ts";
import type { LoggedEvent, NewEntry } from "./turn.ts";

/** An entry with its place in the chain. */
export interface ChainedEvent<Event> extends LoggedEvent<Event> {
  readonly hash: string;
}

const EventRow = v.object({ seq: v.number(), at: v.number(), event: v.string(), hash: v.string() });
const LastRow = v.object({ seq: v.number(), hash: v.string() });

/** Columns beside the log: no part of the chain, written once with their entry. */
export interface Beside<Work> {
  readonly columns: readonly string[];
  readonly cells: (work: Work | null) => readonly Cell[];
}

/** Whose log it is. */
export interface LogPlace<Event, Work> {
  readonly table: "run_events" | "unit_events";
  /** What stands before the first entry: the id its event gives the actor. */
  readonly root: (first: Event) => string;
  readonly beside: Beside<Work>;
}

/** A log with nothing beside it. */
export const NOTHING_BESIDE: Beside<never> = { columns: [], cells: () => [] };

export class EventLog<Event extends { readonly type: string }, Work = never> {
  readonly #sql: SqlStorage;
  readonly #place: LogPlace<Event, Work>;
  readonly #insert: RowInsert;
  /** The end of the chain as stored; dropped whenever a transaction fails. */
  #last: { readonly seq: number; readonly hash: string } | null = null;

  constructor(sql: SqlStorage, place: LogPlace<Event, Work>) {
    this.#sql = sql;
    this.#place = place;
    const columns = ["seq", "at", "type", "event", "hash", ...place.beside.columns];
    this.#insert = new RowInsert(sql, `${place.table} (${columns.join(", ")})`, columns.length);
  }

  /** Fields do not roll back with a transaction. */
  forget(): void {
    this.#last = null;
  }

  #end(event: Event): { readonly seq: number; readonly hash: string } {
    if (this.#last !== null) return this.#last;
    const row = this.#sql.exec(`SELECT seq, hash FROM ${this.#place.table} ORDER BY seq DESC LIMIT 1`).toArray()[0];
    if (row !== undefined) return parseRow(LastRow, row, "event");
    return { seq: 0, hash: this.#place.root(event) };
  }

  /** Adds entries, oldest first. A gap would be a bug: it throws and aborts the turn. */
  append(entries: readonly NewEntry<Event, Work>[]): void {
    const rows: Cell[][] = [];
    for (const { seq, at, event, work } of entries) {
      const last = this.#end(event);
      if (seq !== last.seq + 1) throw new Error(`Event ${seq} does not follow event ${last.seq}.`);
      const text = canonicalJson(event);
      const hash = sha256Now(linkOf(last.hash, seq, at, text));
      rows.push([seq, at, event.type, text, hash, ...this.#place.beside.cells(work)]);
      this.#last = { seq, hash };
    }
    this.#insert.add(rows);
  }

  /** True when so many entries are written in one statement. */
  isOneStatement(entries: number): boolean {
    return this.#insert.isOneStatement(entries);
  }

  /** Puts entries back that have their hashes already. */
  restore(entries: readonly ChainedEvent<Event>[]): void {
    const cells = this.#place.beside.cells(null);
    this.#insert.add(
      entries.map(({ seq, at, event, hash }) => [seq, at, event.type, canonicalJson(event), hash, ...cells]),
    );
  }

  /** Entries after `since`, oldest first, at most `limit`. */
  since(since: number, limit: number): readonly ChainedEvent<Event>[] {
    const rows = this.#sql
      .exec(`SELECT seq, at, event, hash FROM ${this.#place.table} WHERE seq > ? ORDER BY seq LIMIT ?`, since, limit)
      .toArray();
    return rows.map((row) => {
      const { seq, at, event, hash } = parseRow(EventRow, row, "event");
      return { seq, at, event: ownJson<Event>(event, "event"), hash };
    });
  }
}
