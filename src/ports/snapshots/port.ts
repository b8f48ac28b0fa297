/** Raw upstream answers and report files in R2, content-addressed, never overwritten. */
import type { RawReply } from "../raw.ts";

/** A stored snapshot as evidence names it. */
export interface SnapshotRef {
  /** `snapshots/<businessUnitId>/<source>/<sha256>.json` */
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly source: "search_console" | "ga4" | "accuranker";
  readonly fetchedAt: string;
  readonly request: RawReply["request"];
  readonly rowCount: number;
}

export interface SnapshotsPort {
  /** Stores the body under its digest; storing the same body twice is one object. */
  put(input: { businessUnitId: string; source: SnapshotRef["source"]; reply: RawReply; rowCount: number }): Promise<SnapshotRef>;
  /** The body as stored. Errors: PermanentError `snapshot_missing` or `snapshot_corrupt` (digest differs). */
  get(ref: Pick<SnapshotRef, "key" | "sha256">): Promise<string>;
}
