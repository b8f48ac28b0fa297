/** Content-addressed snapshots over anything that keeps bytes under a key and can refuse to overwrite. */
import { PermanentError } from "../../core/errors.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { digestInKey, snapshotKey } from "./key.ts";
import type { SnapshotsPort } from "./port.ts";

export interface SnapshotStore {
  /** Keeps the bytes unless the key is taken; the digest lets the store check what arrived. */
  putIfAbsent(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  get(key: string): Promise<Uint8Array | null>;
}

/** The snapshots port over a store. */
export function snapshotsOver(store: SnapshotStore): SnapshotsPort {
  return {
    async put({ businessUnitId, source, reply, rowCount }) {
      const bytes = new TextEncoder().encode(reply.body);
      const sha256 = await sha256Hex(bytes);
      const key = snapshotKey(businessUnitId, source, sha256);
      await store.putIfAbsent(key, bytes, sha256);
      const { fetchedAt, request } = reply;
      return { key, sha256, bytes: bytes.byteLength, source, fetchedAt, request, rowCount };
    },
    async get(ref) {
      const named = digestInKey(ref.key);
      if (named === null) throw new PermanentError("snapshot_missing", `${ref.key.slice(0, 200)} is no snapshot key.`);
      const bytes = await store.get(ref.key);
      if (bytes === null) throw new PermanentError("snapshot_missing", `There is no snapshot ${ref.key}.`);
      const found = await sha256Hex(bytes);
      if (found !== named || found !== ref.sha256) {
        throw new PermanentError("snapshot_corrupt", `Snapshot ${ref.key} holds other bytes than its digest says.`);
      }
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    },
  };
}
