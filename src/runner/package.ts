/** From a finished package to an artifact: bytes to R2, files to the task, both read back. */
import { PermanentError, RetryableError } from "../core/errors.ts";
import { artifactIdOf } from "../core/ids.ts";
import type { Brief } from "../core/run/brief.ts";
import type { RunArtifact, StoredFile } from "../core/run/types.ts";
import { sha256Hex } from "../lib/hash.ts";
import type { AsanaPort } from "../ports/asana/port.ts";
import type { ReportFile, SkillResult } from "../skills/skill.ts";
import type { Journal } from "./journal.ts";
import { claimManifest, confirmManifest, type Manifest, type SwapStore, type WriterNote } from "./manifest.ts";

/** Report files in R2, content-addressed and never overwritten, and beside them the manifest of each artifact. */
export interface ArtifactStore extends SwapStore {
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  get(key: string): Promise<Uint8Array | null>;
}

export interface PackageDeps {
  readonly journal: Journal;
  readonly asana: AsanaPort;
  readonly store: ArtifactStore;
  /** The lease under which this attempt writes. */
  readonly lease: WriterNote;
}

/** The digest of the report itself, which an acceptance names. */
function reportDigest(files: readonly StoredFile[]): string {
  const report = files.find((file) => file.role === "report");
  if (report === undefined) throw new PermanentError("package_without_report", "The skill delivered no report file.");
  return report.sha256;
}

/** Stores, attaches and checks the files of a package. Safe to repeat at any point. */
export async function publish(
  deps: PackageDeps,
  brief: Brief,
  version: number,
  result: SkillResult,
  startedAt: number,
): Promise<RunArtifact> {
  const artifactId = artifactIdOf(brief.taskGid, version);
  const stored = await deps.journal.step(`publish.store.v${version}`, "Store the report", () =>
    storeAll(deps.store, artifactId, named(result.files, deps.journal.elsewhere(`publish.attach.v${version}.`))),
  );
  const manifest = manifestOf(artifactId, brief.runId, deps.lease, stored);
  await claimManifest(deps.store, manifest);
  const attached = await attachAll(deps, brief.taskGid, version, stored);
  await confirmManifest(deps.store, manifest);
  return {
    artifactId,
    version,
    lifecycle: "in_review",
    sha256: reportDigest(attached),
    supersedes: version > 1 ? artifactIdOf(brief.taskGid, version - 1) : null,
    narrator: result.narrator,
    answer: result.answer,
    lookAt: result.lookAt,
    files: attached,
    provenance: result.provenance,
    createdAt: startedAt,
    acceptedAt: null,
    acceptedBy: null,
  };
}

/** Written anew by every attempt that gets here, so that it names the lease under which the artifact is handed over. */
function manifestOf(artifactId: string, runId: string, lease: WriterNote, files: readonly StoredFile[]): Manifest {
  return {
    schema: 1,
    artifactId,
    runId,
    epoch: lease.epoch,
    attempt: lease.attempt,
    files: files.map(({ attachmentGid: _, ...file }) => file),
  };
}

/**
 * Files of a version that was begun to be handed over before, from another brief or before a restart, get names of
 * their own: what lies on the task already may be different, and nobody could tell the two apart.
 */
function named(files: readonly ReportFile[], before: number): readonly ReportFile[] {
  if (before === 0) return files;
  return files.map((file) => ({ ...file, name: file.name.replace(/(?=\.[^.]*$)/u, `-${before + 1}`) }));
}

/** Times a file that somebody deleted meanwhile is attached again. */
const ATTACH_ROUNDS = 3;

/** Attaches every file and reads it back. One that is gone by then is attached anew, under a key of its own. */
async function attachAll(
  deps: PackageDeps,
  taskGid: string,
  version: number,
  stored: readonly StoredFile[],
): Promise<readonly StoredFile[]> {
  let attached = stored;
  let missing: ReadonlySet<string> = new Set(stored.map((file) => file.fileId));
  for (let round = 1; round <= ATTACH_ROUNDS; round += 1) {
    const next: StoredFile[] = [];
    const again = round === 1 ? "" : `.again${round}`;
    for (const file of attached) {
      const gid = missing.has(file.fileId)
        ? await attach(deps, taskGid, `v${version}.${file.fileId}${again}`, file)
        : file.attachmentGid;
      next.push({ ...file, attachmentGid: gid });
    }
    attached = next;
    const gone = await deps.journal.step(`publish.check.v${version}${again}`, "Check what Asana stored", () =>
      absent(deps.asana, taskGid, next),
    );
    if (gone.length === 0) return attached;
    missing = new Set(gone);
  }
  throw new PermanentError(
    "attachment_missing",
    "Attachments of the report disappear from the task as soon as they are attached.",
  );
}

async function storeAll(
  store: ArtifactStore,
  artifactId: string,
  files: readonly ReportFile[],
): Promise<readonly StoredFile[]> {
  const stored: StoredFile[] = [];
  for (const [index, file] of files.entries()) {
    const bytes = new TextEncoder().encode(file.body);
    const sha256 = await sha256Hex(bytes);
    const objectKey = `artifacts/${artifactId}/${sha256}/${file.name}`;
    await store.put(objectKey, bytes, file.mediaType);
    stored.push({
      fileId: `f${index + 1}`,
      name: file.name,
      mediaType: file.mediaType,
      role: file.role,
      bytes: bytes.byteLength,
      sha256,
      objectKey,
      attachmentGid: null,
    });
  }
  return stored;
}

async function attach(deps: PackageDeps, taskGid: string, key: string, file: StoredFile): Promise<string> {
  // Names carry the version, so name and size tell one of our files from any other on the task.
  const find = async (): Promise<string | null> => {
    const there = await deps.asana.attachments(taskGid);
    return there.find((one) => one.name === file.name && (one.size === null || one.size === file.bytes))?.gid ?? null;
  };
  const perform = async (): Promise<string> => {
    const bytes = await deps.store.get(file.objectKey);
    if (bytes === null) throw new PermanentError("artifact_missing", `The stored file ${file.name} is gone.`);
    return (await deps.asana.attach(taskGid, { name: file.name, mediaType: file.mediaType, bytes })).gid;
  };
  return deps.journal.effect(`publish.attach.${key}`, `Attach ${file.name}`, find, perform);
}

/**
 * Ids of the files somebody deleted from the task. One that is listed but has no bytes yet is waited for; bytes that
 * differ from what was sent are an error no retry can mend.
 */
async function absent(asana: AsanaPort, taskGid: string, files: readonly StoredFile[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const file of files) {
    const bytes = file.attachmentGid === null ? null : await asana.download(file.attachmentGid);
    if (bytes === null) {
      const listed = (await asana.attachments(taskGid)).some((one) => one.gid === file.attachmentGid);
      if (listed) throw new RetryableError("attachment_missing", `Asana does not have the bytes of ${file.name} yet.`);
      gone.push(file.fileId);
      continue;
    }
    const sha256 = await sha256Hex(bytes);
    if (sha256 !== file.sha256) {
      const detail = `Asana stored ${file.name} with other bytes than were sent (sha-256 ${sha256.slice(0, 12)}…).`;
      throw new PermanentError("attachment_differs", detail);
    }
  }
  return gone;
}
