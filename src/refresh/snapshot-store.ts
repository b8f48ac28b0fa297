/**
 * Raw snapshots: what an upstream answered, minimised, under the digest of its bytes. Never changed, never written twice;
 * gzip on the way into the bucket. The digest is that of the uncompressed text, which every pointer counts from.
 */
import type { SnapshotDocument } from "../core/curation/types.ts";
import { PermanentError, RetryableError } from "../core/errors.ts";
import { canonicalJson } from "../lib/canonical-json.ts";
import { bytesUpTo, gunzipped } from "../lib/gunzip.ts";
import { gzip } from "../lib/gzip.ts";
import { sha256Hex } from "../lib/hash.ts";
import { ownJson } from "../lib/rows.ts";

/** What a stored snapshot is known by. */
export interface StoredSnapshot {
  /** `snapshots/<businessUnitId>/<source>/<sha256>.json.gz` */
  readonly key: string;
  readonly sha256: string;
  /** Of the text. */
  readonly bytes: number;
  /** As it lies in the bucket. */
  readonly storedBytes: number;
}

/** The part of an R2 bucket snapshots need; an `R2Bucket` fits. */
export interface SnapshotBucket {
  put(
    key: string,
    value: Uint8Array,
    options: {
      readonly onlyIf: { readonly etagDoesNotMatch: string };
      readonly httpMetadata: { readonly contentType: string; readonly contentEncoding: string };
    },
  ): Promise<unknown>;
  get(key: string): Promise<{ readonly body: ReadableStream<Uint8Array> } | null>;
}

/** Errors of all: RetryableError `snapshots_unavailable` when the bucket fails. */
export interface RawSnapshots {
  /** Stores a document; one that is there already is left alone. */
  put(document: SnapshotDocument): Promise<StoredSnapshot>;
  /** The document as stored. Errors: PermanentError `snapshot_missing`, `snapshot_corrupt`. */
  get(ref: Pick<StoredSnapshot, "key" | "sha256">): Promise<SnapshotDocument>;
}

/** More than any page unpacks to: an upstream's answer is refused above 32 MiB. */
const MOST_BYTES = 48 * 1024 * 1024;

/** Snapshots in a bucket. `mayWrite` is asked right before each write and throws when it is too late for it. */
export function rawSnapshots(bucket: SnapshotBucket, mayWrite: () => Promise<void>): RawSnapshots {
  return {
    async put(document) {
      const bytes = new TextEncoder().encode(canonicalJson(document));
      const sha256 = await sha256Hex(bytes);
      const packed = await gzip(bytes);
      const key = `snapshots/${document.businessUnitId}/${document.source}/${sha256}.json.gz`;
      // `*` matches any object: the put takes place only when there is none.
      const onlyIf = { etagDoesNotMatch: "*" };
      const httpMetadata = { contentType: "application/json", contentEncoding: "gzip" };
      await mayWrite();
      await guarded("write", () => bucket.put(key, packed, { onlyIf, httpMetadata }));
      return { key, sha256, bytes: bytes.byteLength, storedBytes: packed.byteLength };
    },
    async get({ key, sha256 }) {
      const found = await guarded("read", () => bucket.get(key));
      if (found === null) throw new PermanentError("snapshot_missing", `There is no snapshot ${key}.`);
      const bytes = await bytesUpTo(gunzipped(found.body), MOST_BYTES).catch(() => null);
      if (bytes === null || (await sha256Hex(bytes)) !== sha256)
        throw new PermanentError("snapshot_corrupt", `Snapshot ${key} holds other bytes than its digest says.`);
      return ownJson<SnapshotDocument>(new TextDecoder().decode(bytes), "snapshot");
    },
  };
}

/** R2 throws plain errors for its own trouble; a fresh try is always safe, because nothing is ever overwritten. */
async function guarded<T>(verb: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new RetryableError("snapshots_unavailable", `R2 could not ${verb} a snapshot.`);
  }
}
