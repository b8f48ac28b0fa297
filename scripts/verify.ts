/**
 * `npm run verify -- FILE [--snapshots DIR] [--documents DIR] [--export DIR] [--state DIR] [--alone]`
 *
 * FILE is an `evidence.json`, or the export of a run (`verify-run.ts`), which is checked with the files it names, or
 * `--alone`.
 * Recomputes every figure of a report from the raw snapshots its evidence names. Snapshots and documents come from
 * folders, or from the running system that `npm start` describes in `.agency-os/local.json`.
 */
import { createHash } from "node:crypto";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { readEvidence } from "../src/core/evidence/schema.ts";
import type { Evidence } from "../src/core/evidence/types.ts";
import { type Mismatch, type Verification, verifyEvidence } from "../src/core/evidence/verify.ts";
import { asCommand, messageOf, Problem, type RunningSystem, runningSystem } from "./running-system.ts";
import { isRunBundle, verifyRun } from "./verify-run.ts";

const USAGE =
  "Usage: npm run verify -- FILE [--snapshots DIR] [--documents DIR] [--export DIR] [--state DIR] [--alone]";
const MOST_LINES = 200;

interface Arguments {
  readonly file: string;
  readonly snapshots: string | null;
  readonly documents: string | null;
  readonly exportTo: string | null;
  readonly state: string;
  readonly alone: boolean;
}

function readArguments(argv: readonly string[]): Arguments {
  const option = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { snapshots: option, documents: option, export: option, state: option, alone: { type: "boolean" } },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Problem(USAGE);
    return {
      file,
      snapshots: values.snapshots ?? null,
      documents: values.documents ?? null,
      exportTo: values.export ?? null,
      state: values.state ?? ".agency-os",
      alone: values.alone ?? false,
    };
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem(`${messageOf(thrown)}\n${USAGE}`);
  }
}

/** A file inside a folder; null when it is not there. A name that leads out of the folder is refused. */
async function readInside(folder: string, name: string): Promise<string | null> {
  const path = resolve(folder, name);
  const inside = relative(resolve(folder), path);
  if (inside.startsWith("..") || isAbsolute(inside))
    throw new Problem(`The evidence names a file outside of ${folder}: ${name}`);
  return await readFile(path, "utf8").catch(() => null);
}

type Snapshots = (key: string) => Promise<string | null>;

function snapshotsFrom(folder: string, evidence: Evidence): Snapshots {
  const digests = new Map(evidence.inputs.map(({ key, sha256 }) => [key, sha256]));
  return async (key) => (await readInside(folder, key)) ?? (await readInside(folder, `${digests.get(key) ?? ""}.json`));
}

function snapshotsOfSystem(system: RunningSystem): Snapshots {
  return (key) => system.get(`/internal/snapshots/${key.split("/").map(encodeURIComponent).join("/")}`);
}

interface NamedDocument {
  readonly name: string;
  readonly body: string;
}

async function documentsFrom(folder: string, evidence: Evidence): Promise<readonly NamedDocument[]> {
  const found: NamedDocument[] = [];
  for (const { name } of evidence.documents) {
    const body = await readInside(folder, name);
    if (body !== null) found.push({ name, body });
  }
  return found;
}

const ArtifactSchema = v.object({
  files: v.array(v.object({ fileId: v.string(), name: v.string(), role: v.string(), sha256: v.string() })),
});
type RegisteredFile = v.InferOutput<typeof ArtifactSchema>["files"][number];

function artifactPath(evidence: Evidence): string {
  return `/report-artifacts/${encodeURIComponent(evidence.run.artifactId)}`;
}

async function registeredFiles(system: RunningSystem, evidence: Evidence): Promise<readonly RegisteredFile[]> {
  const text = await system.get(artifactPath(evidence));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ArtifactSchema), text);
  if (!parsed.success) throw new Problem(`The running system has no artifact ${evidence.run.artifactId}.`);
  return parsed.output.files;
}

/**
 * Where the evidence and the artifact's registered files part: another evidence file, and a document that one side does
 * not know or knows with another digest. Evidence that leaves a document out would leave it unchecked.
 */
function againstRegistry(
  files: readonly RegisteredFile[],
  evidence: Evidence,
  evidenceSha256: string,
): readonly Mismatch[] {
  const listed = new Map(evidence.documents.map(({ name, sha256 }) => [name, sha256]));
  const mismatches = files.flatMap(({ name, role, sha256 }): readonly Mismatch[] => {
    const found = role === "evidence" ? evidenceSha256 : (listed.get(name) ?? "not listed in the evidence");
    return found === sha256 ? [] : [{ where: `registered file ${name}`, factId: null, expected: sha256, found }];
  });
  const known = new Set(files.map(({ name }) => name));
  const unknown = evidence.documents.filter(({ name }) => !known.has(name));
  return [
    ...mismatches,
    ...unknown.map(({ name }) => ({
      where: `document ${name}`,
      factId: null,
      expected: "a registered file of the artifact",
      found: "none",
    })),
  ];
}

async function documentsOfSystem(system: RunningSystem, evidence: Evidence): Promise<readonly NamedDocument[]> {
  const path = artifactPath(evidence);
  const files = await registeredFiles(system, evidence);
  const found: NamedDocument[] = [];
  for (const { name } of evidence.documents) {
    const file = files.find((one) => one.name === name);
    const body = file === undefined ? null : await system.get(`${path}/files/${encodeURIComponent(file.fileId)}`);
    if (body !== null) found.push({ name, body });
  }
  return found;
}

/** Where documents come from: the named folder, the folder of the file when the report lies there, else the system. */
async function documentsFor(
  given: Arguments,
  evidence: Evidence,
  system: () => Promise<RunningSystem>,
): Promise<readonly NamedDocument[]> {
  if (given.documents !== null) return await documentsFrom(given.documents, evidence);
  const beside = dirname(given.file);
  const [first] = evidence.documents;
  const there =
    first !== undefined &&
    (await access(join(beside, basename(first.name))).then(
      () => true,
      () => false,
    ));
  return there ? await documentsFrom(beside, evidence) : await documentsOfSystem(await system(), evidence);
}

async function exportAll(
  folder: string,
  evidence: Evidence,
  snapshots: Snapshots,
  documents: readonly NamedDocument[],
): Promise<void> {
  const write = async (name: string, body: string) => {
    const path = resolve(folder, name);
    if (relative(resolve(folder), path).startsWith(".."))
      throw new Problem(`The evidence names a file outside of ${folder}: ${name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
  };
  for (const key of new Set(evidence.inputs.map((input) => input.key))) {
    const body = await snapshots(key);
    if (body !== null) await write(key, body);
  }
  for (const { name, body } of documents) await write(name, body);
}

function report(result: Verification, evidence: Evidence): number {
  const { checked, facts, figures, mismatches } = result;
  if (mismatches.length === 0) {
    const inputs = new Set(evidence.inputs.map(({ key }) => key)).size;
    console.log(
      `${checked} figures verified: ${facts} facts recomputed from ${inputs} snapshots, ${figures} figures in ${evidence.documents.length} documents.`,
    );
    return 0;
  }
  console.error(`${mismatches.length} of ${checked} figures and checks do not agree:`);
  for (const { where, expected, found } of mismatches.slice(0, MOST_LINES))
    console.error(`  ${where}: expected ${expected}, found ${found}`);
  if (mismatches.length > MOST_LINES) console.error(`  … and ${mismatches.length - MOST_LINES} more`);
  return 1;
}

async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv);
  const text = await readFile(given.file, "utf8").catch((thrown: unknown) => {
    throw new Problem(`${given.file} cannot be read: ${messageOf(thrown)}`);
  });
  if (isRunBundle(text)) {
    const system = given.alone ? null : await runningSystem(given.state, ", or check the file --alone");
    return verifyRun(text, system);
  }
  const reading = readEvidence(text);
  if (!reading.ok) throw new Problem(`${given.file} is no evidence file: ${reading.problem}.`);
  const { evidence } = reading;
  let opened: Promise<RunningSystem> | null = null;
  const system = () => (opened ??= runningSystem(given.state, ", or name folders with --snapshots and --documents"));
  const snapshot =
    given.snapshots === null ? snapshotsOfSystem(await system()) : snapshotsFrom(given.snapshots, evidence);
  const documents = await documentsFor(given, evidence, system);
  const sha256 = async (body: string) => createHash("sha256").update(body, "utf8").digest("hex");
  if (given.exportTo !== null) await exportAll(given.exportTo, evidence, snapshot, documents);
  const result = await verifyEvidence({ evidence, snapshot, documents, sha256 });
  if (opened === null) return report(result, evidence);
  const registered = againstRegistry(await registeredFiles(await system(), evidence), evidence, await sha256(text));
  return report({ ...result, mismatches: [...registered, ...result.mismatches] }, evidence);
}

await asCommand(() => main(process.argv.slice(2)));
