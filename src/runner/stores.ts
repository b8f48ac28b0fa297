/** What the runner keeps, in R2. */
import { RetryableError } from "../core/errors.ts";
import { sha256Hex } from "../lib/hash.ts";
import { JOURNAL_MISSING, type ResultStore } from "./journal.ts";
import type { ArtifactStore } from "./package.ts";

/** Results too large for the journal, under their digest. */
export function r2Results(bucket: R2Bucket): ResultStore {
  return {
    put: async (key, body) => {
      const sha256 = await sha256Hex(body);
      const full = `${key}/${sha256}.json`;
      await bucket.put(full, body);
      return { key: full, sha256 };
    },
    get: async (ref) => {
      const object = await bucket.get(ref.key);
      const text = object === null ? "" : await object.text();
      if (object === null || (await sha256Hex(text)) !== ref.sha256)
        throw new RetryableError(JOURNAL_MISSING, `The recorded result ${ref.key} is gone or changed.`);
      return text;
    },
  };
}

/** Report files and manifests. */
export function r2Artifacts(bucket: R2Bucket): ArtifactStore {
  return {
    put: async (key, bytes, mediaType) => {
      await bucket.put(key, bytes, { httpMetadata: { contentType: mediaType } });
    },
    get: async (key) => {
      const object = await bucket.get(key);
      return object === null ? null : new Uint8Array(await object.arrayBuffer());
    },
    read: async (key) => {
      const object = await bucket.get(key);
      return object === null ? null : { text: await object.text(), etag: object.etag };
    },
    swap: async (key, text, was, note) => {
      // `*` matches any object: the put takes place only when there is none. R2 answers null when it did not.
      const onlyIf = was === null ? { etagDoesNotMatch: "*" } : { etagMatches: was };
      const written = await bucket.put(key, text, {
        onlyIf,
        httpMetadata: { contentType: "application/json" },
        customMetadata: { epoch: String(note.epoch), attempt: String(note.attempt) },
      });
      return written !== null;
    },
  };
}
