/** A run's rows as a whole: read for an export, taken out for the archive, put back when something stirs. */
import * as v from "valibot";
import { BUNDLE_SCHEMA, type BundleJournal, manifestOf, type RunBundle } from "../../core/run/bundle.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/types.ts";
import { STATE_SCHEMA } from "../../core/run/upgrade.ts";
import { detailOf } from "../../core/run/view.ts";
import { sha256Now } from "../../lib/digest.ts";
import { parseRow } from "../../lib/rows.ts";
import type { ChainedEvent } from "../event-log.ts";

/** What stays in the actor of a run that lies elsewhere. */
export interface ArchiveStub {
  readonly objectKey: string;
  readonly sha256: string;
  readonly version: number;
  readonly archivedAt: number;
  /** A copy of another system's run: shown, never carried on. */
  readonly imported: boolean;
}

const StubRow = v.object({
  object_key: v.string(),
  sha256: v.string(),
  version: v.number(),
  archived_at: v.number(),
  imported: v.number(),
});
const JournalRow = v.object({
  key: v.string(),
  round: v.number(),
  kind: v.picklist(["step", "effect"]),
  status: v.picklist(["intended", "done"]),
  result: v.nullable(v.string()),
  epoch: v.number(),
  attempt: v.number(),
  at: v.number(),
});
const InboxRow = v.object({ fingerprint: v.string(), at: v.number() });
const ChainRow = v.object({ chained_from: v.number() });

/** The promise to archive is no promise to the outside; it is made anew when the run is put back. */
const OUTBOX = "SELECT key, lane, generation, attempts, due_at, parked, last_error FROM outbox";

export class ArchiveRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  stub(): ArchiveStub | null {
    const row = this.#sql
      .exec("SELECT object_key, sha256, version, archived_at, imported FROM run_archive WHERE id = 1")
      .toArray()[0];
    if (row === undefined) return null;
    const { object_key, sha256, version, archived_at, imported } = parseRow(StubRow, row, "archive row");
    return { objectKey: object_key, sha256, version, archivedAt: archived_at, imported: imported === 1 };
  }

  writeStub(stub: ArchiveStub): void {
    this.#sql.exec(
      "INSERT INTO run_archive (id, object_key, sha256, version, archived_at, imported) VALUES (1, ?, ?, ?, ?, ?)",
      stub.objectKey,
      stub.sha256,
      stub.version,
      stub.archivedAt,
      stub.imported ? 1 : 0,
    );
  }

  dropStub(): void {
    this.#sql.exec("DELETE FROM run_archive");
  }

  /** Every row of the run but the stub, which has to be there already: without it the log refuses to go. */
  clear(): void {
    for (const table of ["run_events", "run_state", "run_now", "run_parts", "journal", "inbox", "outbox", "home"])
      this.#sql.exec(`DELETE FROM ${table}`);
  }

  journal(): readonly BundleJournal[] {
    const rows = this.#sql.exec("SELECT * FROM journal ORDER BY at, key").toArray();
    return rows.map((raw) => {
      const row = parseRow(JournalRow, raw, "journal row");
      const sha256 = row.result === null ? null : sha256Now(row.result);
      return { ...row, sha256, bytes: new TextEncoder().encode(row.result ?? "").byteLength };
    });
  }

  /** The whole run as one value. */
  bundle(state: RunState, events: readonly ChainedEvent<RunEvent>[]): RunBundle {
    const chain = this.#sql.exec("SELECT chained_from FROM run_state WHERE id = 1").one();
    return {
      schemaVersion: BUNDLE_SCHEMA,
      kind: "team-agent-run",
      run: detailOf(state),
      stateSchema: STATE_SCHEMA,
      state: { ...state },
      chainedFrom: parseRow(ChainRow, chain, "run state").chained_from,
      events: events.map(({ seq, at, event, hash }) => ({ seq, at, hash, event })),
      journal: [...this.journal()],
      outbox: this.#sql
        .exec(`${OUTBOX} WHERE key <> 'archive' ORDER BY due_at, key`)
        .toArray()
        .map((row) => ({ ...row, key: String(row.key) })),
      inbox: this.#sql
        .exec("SELECT fingerprint, at FROM inbox ORDER BY rowid")
        .toArray()
        .map((row) => parseRow(InboxRow, row, "inbox row")),
      artifacts: manifestOf(state),
    };
  }

  /** Puts journal and inbox of a bundle back. */
  restore({ journal, inbox, chainedFrom }: RunBundle): void {
    for (const row of journal)
      this.#sql.exec(
        "INSERT INTO journal (key, round, kind, status, result, epoch, attempt, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row.key,
        row.round,
        row.kind,
        row.status,
        row.result,
        row.epoch,
        row.attempt,
        row.at,
      );
    for (const { fingerprint, at } of inbox)
      this.#sql.exec("INSERT INTO inbox (fingerprint, at) VALUES (?, ?)", fingerprint, at);
    this.#sql.exec("UPDATE run_state SET chained_from = ?", chainedFrom);
  }
}
