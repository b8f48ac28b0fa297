/** The rows of a run's state: a head that seldom changes, what moves with every step, and entries of what grows, written once. */
import * as v from "valibot";
import type { RunState } from "../../core/run/types.ts";
import { STATE_SCHEMA, upgradeState } from "../../core/run/upgrade.ts";
import { RowInsert } from "../../lib/insert-rows.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import { assembled, changesOf, headDiffers, headOf, movingOf } from "./parts.ts";

const HeadRow = v.object({ state: v.string(), schema: v.number() });
const MovingRow = v.object({ state: v.string() });
const PartRow = v.object({ part: v.string(), value: v.string() });

export class StateRows {
  readonly #sql: SqlStorage;
  readonly #parts: RowInsert;
  /** A copy of what is stored; dropped whenever a transaction fails. */
  #state: RunState | null = null;
  /** The state whose entries the rows hold; null when all of them have to be written. */
  #written: RunState | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#parts = new RowInsert(
      sql,
      "run_parts (part, n, value)",
      3,
      "ON CONFLICT (part, n) DO UPDATE SET value = excluded.value",
    );
  }

  /** Fields do not roll back with a transaction. */
  forget(): void {
    this.#state = null;
    this.#written = null;
  }

  /** The stored state, upgraded to this version's shape; null when there is none. */
  read(): RunState | null {
    if (this.#state !== null) return this.#state;
    const row = this.#sql.exec("SELECT state, schema FROM run_state WHERE id = 1").toArray()[0];
    if (row === undefined) return null;
    const { state, schema } = parseRow(HeadRow, row, "run state");
    const now = parseRow(MovingRow, this.#sql.exec("SELECT state FROM run_now WHERE id = 1").one(), "run state");
    const head = { ...ownJson<object>(state, "run state"), ...ownJson<object>(now.state, "run state") };
    const parts = this.#sql.exec("SELECT part, value FROM run_parts ORDER BY part, n").toArray();
    const entries = parts.map((one) => {
      const { part, value } = parseRow(PartRow, one, "run part");
      return { part, value: ownJson<unknown>(value, "run part") };
    });
    this.#state = upgradeState(assembled(head, entries), schema);
    this.#written = schema === STATE_SCHEMA ? this.#state : null;
    return this.#state;
  }

  /** How many events the rows were left behind; null when all of them have to be written. */
  behind(state: RunState): number | null {
    return this.#written === null ? null : state.version - this.#written.version;
  }

  /** The state is this one now; its rows are written later. */
  runAhead(state: RunState): void {
    this.#state = state;
  }

  /** Writes what differs from the rows. */
  write(state: RunState): void {
    if (headDiffers(this.#written, state))
      this.#sql.exec(
        `INSERT INTO run_state (id, state, schema) VALUES (1, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, schema = excluded.schema`,
        JSON.stringify(headOf(state)),
        STATE_SCHEMA,
      );
    this.#sql.exec(
      "INSERT INTO run_now (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
      JSON.stringify(movingOf(state)),
    );
    const changes = changesOf(this.#written, state);
    for (const change of changes)
      if ("cutTo" in change)
        this.#sql.exec("DELETE FROM run_parts WHERE part = ? AND n >= ?", change.part, change.cutTo);
    this.#parts.add(changes.flatMap((change) => ("cutTo" in change ? [] : [[change.part, change.n, change.value]])));
    this.#state = state;
    this.#written = state;
  }
}
