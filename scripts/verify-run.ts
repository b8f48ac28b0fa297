/** `npm run verify -- RUN.json`: whether a run's export holds together, and whether the files it names are the ones it means. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { BundleSchema, leftOut, type RunBundle } from "../src/core/run/bundle.ts";
import { type BundleMismatch, verifyBundle } from "../src/core/run/verify-bundle.ts";
import { parseJson, readAs } from "../src/lib/json.ts";
import { Problem, type RunningSystem } from "./running-system.ts";

const MOST_LINES = 200;
/** Found in place of a digest. */
const NOT_THERE = "nothing";
const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** True for a text that means to be a run's export. */
export function isRunBundle(text: string): boolean {
  const json = parseJson(text);
  return json.ok && v.is(v.looseObject({ kind: v.literal("team-agent-run") }), json.value);
}

/** A file the export names but does not hold, and where the system keeps it. */
interface Named {
  readonly where: string;
  readonly path: string;
  readonly sha256: string;
}

const Stored = v.object({ stored: v.object({ key: v.string(), sha256: v.string() }) });

function namedBy({ artifacts, journal }: RunBundle): readonly Named[] {
  const files = artifacts.flatMap(({ artifactId, files }) =>
    files.map(({ fileId, name, sha256 }) => ({
      where: `file ${name} of ${artifactId}`,
      path: `/report-artifacts/${artifactId}/files/${encodeURIComponent(fileId)}`,
      sha256,
    })),
  );
  const results = journal.flatMap(({ key, result }): readonly Named[] => {
    const json = parseJson(result ?? "");
    const read = json.ok ? readAs(Stored, json.value) : json;
    if (!read.ok) return [];
    const { stored } = read.value;
    return [{ where: `journal ${key}`, path: `/internal/${stored.key}`, sha256: stored.sha256 }];
  });
  return [...files, ...results];
}

/** Checks the export, and the files it names where the system is given that holds them. Answers the exit code. */
export async function verifyRun(text: string, system: Pick<RunningSystem, "get"> | null): Promise<number> {
  const json = parseJson(text);
  const read = json.ok ? readAs(BundleSchema, json.value) : json;
  if (!read.ok) throw new Problem(`This is no run bundle of this version: ${read.problem}.`);
  const bundle = read.value;
  const { checked, mismatches } = verifyBundle(bundle, sha256);
  const named = namedBy(bundle);
  const files = system === null ? [] : await checkFiles(named, system);
  const broken = [...mismatches, ...files];
  if (broken.length > 0) return complain(broken, checked + (system === null ? 0 : named.length));
  praise(
    bundle,
    system === null
      ? `the ${named.length} files it names were not looked at`
      : `${named.length} files with their digests`,
  );
  return 0;
}

async function checkFiles(named: readonly Named[], system: Pick<RunningSystem, "get">): Promise<BundleMismatch[]> {
  const broken: BundleMismatch[] = [];
  for (const { where, path, sha256: expected } of named) {
    const content = await system.get(path);
    const found = content === null ? NOT_THERE : sha256(content);
    if (found !== expected) broken.push({ where, expected, found });
  }
  return broken;
}

function complain(mismatches: readonly BundleMismatch[], checked: number): number {
  console.error(`${mismatches.length} of ${checked} checks do not agree:`);
  for (const { where, expected, found } of mismatches.slice(0, MOST_LINES))
    console.error(`  ${where}: expected ${expected}, found ${found}`);
  if (mismatches.length > MOST_LINES) console.error(`  … and ${mismatches.length - MOST_LINES} more`);
  if (mismatches.some(({ found }) => found === NOT_THERE))
    console.error("Was the run exported from another system than the one that runs here? Then check the file --alone.");
  return 1;
}

function praise({ events, journal, chainedFrom, run, digest }: RunBundle, files: string): void {
  const inline = journal.filter(({ result }) => result !== null).length;
  console.log(
    `${run.runId} holds together: ${events.length} events without a gap, their chain unbroken, ${inline} recorded results with their digests; replayed, the log gives the state; ${files}.`,
  );
  console.log(`The log cannot show ${leftOut(chainedFrom).join(", ")}: that is left out of the comparison.`);
  if (digest === undefined)
    console.log("It has no digest over the whole: what stands beside results, log and state could not be checked.");
  if (chainedFrom > 1) console.log(`Hashes before event ${chainedFrom} were taken later, at a migration.`);
}
