/** Snapshots in R2. */
import { RetryableError } from "../../core/errors.ts";
import type { SnapshotsPort } from "./port.ts";
import { snapshotsOver } from "./store.ts";

/** The part of an R2 bucket snapshots need; an `R2Bucket` fits. */
export interface SnapshotBucket {
  put(
    key: string,
    value: Uint8Array,
    options: {
      readonly onlyIf: { readonly etagDoesNotMatch: string };
      readonly sha256: string;
      readonly httpMetadata: { readonly contentType: string };
    },
  ): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
}

/** The snapshots port over R2. Errors: as the port; RetryableError `snapshots_unavailable` when R2 fails. */
export function r2Snapshots(bucket: SnapshotBucket): SnapshotsPort {
  return snapshotsOver({
    async putIfAbsent(key, bytes, sha256) {
      // `*` matches any object: the put takes place only when there is none. R2 answers null otherwise, which is as good.
      const onlyIf = { etagDoesNotMatch: "*" };
      const options = { onlyIf, sha256, httpMetadata: { contentType: "application/json" } };
      await guarded("write", () => bucket.put(key, bytes, options));
    },
    async get(key) {
      const found = await guarded("read", () => bucket.get(key));
      return found === null ? null : new Uint8Array(await guarded("read", () => found.arrayBuffer()));
    },
  });
}

/** R2 throws plain errors for its own trouble; a fresh try is always safe, because nothing is ever overwritten. */
async function guarded<T>(verb: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new RetryableError("snapshots_unavailable", `R2 could not ${verb} a snapshot.`);
  }
}
