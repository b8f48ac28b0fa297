/** Where a refresh puts what it found. Rows are written only while its epoch is the one D1 knows for the unit. */
import type { DayRange, Instant, SourceName } from "../core/business-unit/types.ts";
import type { CuratedChunk } from "../core/curation/types.ts";
import type { StoredSnapshot } from "./snapshot-store.ts";

/** Under whose lease, and for which refresh, rows are written. */
export interface WritingRefresh {
  readonly businessUnitId: string;
  readonly ingestionRunId: string;
  readonly epoch: number;
  /** When the refresh was asked for: a killed one gives the same rows as an undisturbed one. */
  readonly recordedAt: Instant;
}

/** What a stored page is, without its content. */
export interface SnapshotRow extends StoredSnapshot {
  readonly source: SourceName;
  readonly externalId: string;
  readonly query: string;
  /** From 0. */
  readonly page: number;
  readonly range: DayRange;
  readonly rowCount: number;
  readonly capped: boolean;
  readonly fetchedAt: string;
}

/** The facts of one chunk of one source. */
export interface ChunkToPublish {
  readonly source: SourceName;
  readonly externalId: string;
  readonly range: DayRange;
  readonly transform: string;
  readonly chunk: CuratedChunk;
}

/** Errors: LeaseLostError when D1 knows a later epoch. */
export interface Publisher {
  /** Notes a page that is stored. Noting it again changes nothing. */
  noteSnapshot(refresh: WritingRefresh, row: SnapshotRow): Promise<void>;
  /** Writes facts, and a version of each that changed; what the chunk no longer has becomes missing. Safe to repeat. */
  publish(refresh: WritingRefresh, chunk: ChunkToPublish): Promise<{ readonly changed: number }>;
}
