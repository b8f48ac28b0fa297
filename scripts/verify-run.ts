/** `npm run verify -- RUN.json`: whether a run's export holds together, and whether the files it names are the ones. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { BundleSchema, leftOut, type RunBundle } from "../src/core/run/bundle.ts";
import { type BundleMismatch, verifyBundle } from "../src/core/run/verify-bundle.ts";
import { parseJson, readAs } from "../src/lib/json.ts";

const MOST_LINES = 200;
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

/** Checks the export; `body` answers a file of the running system, null where there is none. Answers the exit code. */
export async function verifyRun(text: string, body: (path: string) => Promise<string | null>): Promise<number> {
  const json = parseJson(text);
  const read = json.ok ? readAs(BundleSchema, json.value) : json;
  if (!read.ok) {
    console.error(`This is no run bundle of this version: ${read.problem}.`);
    return 2;
  }
  const bundle = read.value;
  const { checked, mismatches } = verifyBundle(bundle, sha256);
  const named = namedBy(bundle);
  const broken: BundleMismatch[] = [...mismatches];
  for (const { where, path, sha256: expected } of named) {
    const content = await body(path);
    const found = content === null ? "nothing" : sha256(content);
    if (found !== expected) broken.push({ where, expected, found });
  }
  return report(bundle, checked + named.length, named.length, broken);
}

function report(bundle: RunBundle, checked: number, files: number, mismatches: readonly BundleMismatch[]): number {
  if (mismatches.length > 0) {
    console.error(`${mismatches.length} of ${checked} checks do not agree:`);
    for (const { where, expected, found } of mismatches.slice(0, MOST_LINES))
      console.error(`  ${where}: expected ${expected}, found ${found}`);
    if (mismatches.length > MOST_LINES) console.error(`  … and ${mismatches.length - MOST_LINES} more`);
    return 1;
  }
  const { events, journal, chainedFrom, run } = bundle;
  const inline = journal.filter(({ result }) => result !== null).length;
  console.log(
    `${run.runId} holds together: ${events.length} events without a gap, their chain unbroken, ${inline} recorded results and ${files} files with their digests; replayed, the log gives the state.`,
  );
  console.log(`The log cannot show ${leftOut(chainedFrom).join(", ")}: that is left out of the comparison.`);
  if (chainedFrom > 1) console.log(`Hashes before event ${chainedFrom} were taken later, at a migration.`);
  return 0;
}
