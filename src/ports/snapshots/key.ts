/** Names of snapshots: `snapshots/<businessUnitId>/<source>/<sha256>.json`. */
import { PermanentError } from "../../core/errors.ts";
import type { SnapshotRef } from "./port.ts";

const BUSINESS_UNIT = /^[A-Za-z0-9_-]{1,100}$/;
const KEY = /^snapshots\/[A-Za-z0-9_-]{1,100}\/[a-z0-9_]{1,40}\/([0-9a-f]{64})\.json$/;

/** Errors: PermanentError `snapshot_bad_key` when the Business Unit id could not be part of a name. */
export function snapshotKey(businessUnitId: string, source: SnapshotRef["source"], sha256: string): string {
  if (!BUSINESS_UNIT.test(businessUnitId)) {
    throw new PermanentError("snapshot_bad_key", "A Business Unit id in a snapshot key is letters, digits, _ and -.");
  }
  return `snapshots/${businessUnitId}/${source}/${sha256}.json`;
}

/** The digest in a well-formed key; null for any other text, so that no other object of the bucket can be read. */
export function digestInKey(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null;
}
