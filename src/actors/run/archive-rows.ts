/** A run's rows as a whole: read for an export, taken out for the archive, put back when something stirs. */
import * as v from "valibot";
import { BUNDLE_SCHEMA, manifestOf, type RunBundle } from "../../core/run/bundle.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/types.ts";
import { STATE_SCHEMA } from "../../core/run/upgrade.ts";
import { detailOf } from "../../core/run/view.ts";
import { sha256Now } from "../../lib/digest.ts";
import { parseRow } from "../../lib/rows.ts";
import type { ChainedEvent } from "../event-log.ts";
import type { JournalRecord } from "./journal-rows.ts";

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

  /** The whole run as one value. */
  bundle(state: RunState, events: readonly ChainedEvent<RunEvent>[], journal: readonly JournalRecord[]): RunBundle {
    const chain = this.#sql.exec("SELECT chained_from FROM run_state WHERE id = 1").one();
    return {
      schemaVersion: BUNDLE_SCHEMA,
      kind: "team-agent-run",
      run: detailOf(state),
      stateSchema: STATE_SCHEMA,
      state: { ...state },
      chainedFrom: parseRow(ChainRow, chain, "run state").chained_from,
      events: events.map(({ seq, at, event, hash }) => ({ seq, at, hash, event })),
      journal: journal.map(bundled),
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

  /** Puts the inbox of a bundle back, and where its chain begins. */
  restore({ inbox, chainedFrom }: RunBundle): void {
    for (const { fingerprint, at } of inbox)
      this.#sql.exec("INSERT INTO inbox (fingerprint, at) VALUES (?, ?)", fingerprint, at);
    this.#sql.exec("UPDATE run_state SET chained_from = ?", chainedFrom);
  }
}

function bundled(record: JournalRecord): RunBundle["journal"][number] {
  const { key, round, kind, status, result, epoch, attempt, at } = record;
  const sha256 = result === null ? null : sha256Now(result);
  const bytes = new TextEncoder().encode(result ?? "").byteLength;
  return { key, round, kind, status, result, epoch, attempt, at, sha256, bytes };
}
