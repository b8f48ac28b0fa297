/**
 * The manifest of an artifact: which files it is made of, and under whose lease they were put there. It is the one object
 * of an artifact that is replaced, and only by a lease that is not older. So it closes the moment between asking for the
 * lease and the write: whatever a late runner still puts, what is registered is what the newest lease's manifest names.
 */
import * as v from "valibot";
import { PermanentError, RetryableError } from "../core/errors.ts";
import { parseJson } from "../lib/json.ts";
import { LeaseLostError } from "./lease.ts";

const ManifestSchema = v.object({
  schema: v.literal(1),
  artifactId: v.string(),
  runId: v.string(),
  epoch: v.number(),
  attempt: v.number(),
  files: v.array(
    v.object({
      fileId: v.string(),
      name: v.string(),
      role: v.string(),
      mediaType: v.string(),
      bytes: v.number(),
      sha256: v.string(),
      objectKey: v.string(),
    }),
  ),
});

/** `artifacts/<artifact>/manifest.json`. */
export type Manifest = Readonly<v.InferOutput<typeof ManifestSchema>>;

/** Whose write it was, beside the text. */
export interface WriterNote {
  readonly epoch: number;
  readonly attempt: number;
}

/** Texts that are replaced only by who knows what lies there. */
export interface SwapStore {
  /** The text with the tag of this version; null when there is none. */
  read(key: string): Promise<{ readonly text: string; readonly etag: string } | null>;
  /** Writes while `was` is still the tag, or while nothing lies there (null). False when somebody was faster. */
  swap(key: string, text: string, was: string | null, note: WriterNote): Promise<boolean>;
}

export function manifestKey(artifactId: string): string {
  return `artifacts/${artifactId}/manifest.json`;
}

/** Looks at what lies there again after losing one race; a second one is lost to somebody who is really at work. */
const TRIES = 2;

/** Writes the manifest. Errors: LeaseLostError when one of a newer lease lies there, or comes in between. */
export async function claimManifest(store: SwapStore, manifest: Manifest): Promise<void> {
  const { artifactId, epoch, attempt } = manifest;
  const key = manifestKey(artifactId);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await store.read(key);
    if (there !== null) refuseOlder(parsed(key, there.text), epoch);
    if (await store.swap(key, JSON.stringify(manifest), there?.etag ?? null, { epoch, attempt })) return;
  }
  throw new LeaseLostError("Somebody else writes the manifest of this artifact.");
}

/** Reads the manifest back. Errors: LeaseLostError when a newer lease took over, RetryableError when it is not ours. */
export async function confirmManifest(store: SwapStore, manifest: Manifest): Promise<void> {
  const key = manifestKey(manifest.artifactId);
  const there = await store.read(key);
  if (there?.text === JSON.stringify(manifest)) return;
  if (there !== null) refuseOlder(parsed(key, there.text), manifest.epoch);
  throw new RetryableError("manifest_differs", `${key} is not what this attempt wrote there.`);
}

function refuseOlder(there: Manifest, epoch: number): void {
  if (there.epoch > epoch) throw new LeaseLostError("The manifest of this artifact belongs to a newer lease.");
}

function parsed(key: string, text: string): Manifest {
  const json = parseJson(text);
  const manifest = json.ok ? v.safeParse(ManifestSchema, json.value) : null;
  if (manifest === null || !manifest.success) throw new PermanentError("manifest_unreadable", `${key} is unreadable.`);
  return manifest.output;
}
