/** Raw upstream answers and report files in R2, content-addressed, never overwritten. */
import type { SnapshotRef } from "../../core/evidence/snapshot.ts";
import type { RawReply } from "../raw.ts";

export type { SnapshotRef };

export interface SnapshotsPort {
  /** Stores the body under its digest; storing the same body twice is one object. */
  put(input: {
    businessUnitId: string;
    source: SnapshotRef["source"];
    reply: RawReply;
    rowCount: number;
  }): Promise<SnapshotRef>;
  /** The body as stored. Errors: PermanentError `snapshot_missing` or `snapshot_corrupt` (digest differs). */
  get(ref: Pick<SnapshotRef, "key" | "sha256">): Promise<string>;
}
