/** `npm test`: every check in order, one summary. `npm test -- unit web` runs the named ones only. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { chromiumPath } from "./runtime/chromium.ts";
import { ROOT } from "./runtime/paths.ts";

/** One check: a program, and for a test project the name under which vitest knows it. */
interface Step {
  readonly name: string;
  /** Checks of one lane run one after another, lanes side by side. */
  readonly lane: "code" | "system";
  readonly args: readonly string[];
  readonly project?: true;
  readonly browser?: true;
}

const BIN = path.join(ROOT, "node_modules", ".bin");
const node = (file: string) => [process.execPath, path.join(ROOT, "scripts", file)];
const vitest = (project: string, ...more: readonly string[]) => [
  process.execPath,
  path.join(ROOT, "node_modules", "vitest", "vitest.mjs"),
  "run",
  "--project",
  project,
  ...more,
];

/** Tests of the pure core, which alone reach every line that must be reached. */
const COVERED = "test/core/";

/** End-to-end tests that kill a system again and again and wait for its return. */
const KILLS = ["chaos", "kill", "refresh"].map((name) => `test/e2e/${name}.test.ts`);

/**
 * Two lanes for two cores: with more, tests that wait for a system or a browser run out of their time. Both take about as
 * long; within one the order goes from quick to slow, so that a slip shows early.
 */
const STEPS: readonly Step[] = [
  { name: "lint", lane: "code", args: [path.join(BIN, "biome"), "check", "--colors=off"] },
  { name: "types", lane: "code", args: node("types.ts") },
  { name: "deploy", lane: "code", args: node("deploy-dry.ts") },
  // Coverage makes tests slow, so only those of the part that has to be covered whole are measured.
  { name: "core", lane: "code", args: vitest("unit", COVERED, "--coverage"), project: true },
  { name: "unit", lane: "code", args: vitest("unit", `--exclude=${COVERED}**`), project: true },
  { name: "sim", lane: "code", args: vitest("sim"), project: true },
  { name: "web", lane: "code", args: vitest("web"), project: true, browser: true },
  { name: "actors", lane: "system", args: vitest("actors"), project: true },
  {
    name: "e2e",
    lane: "system",
    args: vitest("e2e", ...KILLS.map((file) => `--exclude=${file}`)),
    project: true,
    browser: true,
  },
  { name: "kills", lane: "system", args: vitest("e2e", ...KILLS), project: true },
];

/** How one check ended. */
interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Things the tests say they could not look at. */
  readonly notes: readonly string[];
}

const ReportSchema = v.object({
  success: v.boolean(),
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
});

/** More of a failed check than this hides the checks after it. */
const MOST_LINES = 250;

const say = (text: string) => process.stdout.write(`${text}\n`);

function runProgram(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ ok: boolean; said: string }> {
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", ...environment },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ ok: false, said: error.message }));
    child.once("close", (code) => resolve({ ok: code === 0, said }));
  });
}

/** Counts of a test project. A file that does not even load, or a coverage below its limit, is a failure without a failed test. */
async function countsOf(file: string, ok: boolean): Promise<Pick<Outcome, "passed" | "failed" | "skipped">> {
  const report = v.safeParse(
    v.pipe(v.string(), v.parseJson(), ReportSchema),
    await readFile(file, "utf8").catch(() => ""),
  );
  if (!report.success) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report.output;
  const skipped = numPendingTests + numTodoTests;
  return { passed, failed: ok ? 0 : Math.max(1, numFailedTests), skipped };
}

function notesIn(said: string): readonly string[] {
  return [...new Set(said.split("\n").filter((line) => line.includes("API_SPECS is not set")))].map((line) =>
    line.trim(),
  );
}

/** The end of what a failed check said, where its findings are; all of it in a file. */
async function showFailure(name: string, said: string): Promise<void> {
  const file = path.join(ROOT, "test-results", `${name}.log`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, said);
  const lines = said.trimEnd().split("\n");
  if (lines.length > MOST_LINES)
    say(`\n… ${lines.length - MOST_LINES} lines before these are in ${path.relative(ROOT, file)}`);
  say(
    `\n${lines
      .slice(-MOST_LINES)
      .map((line) => line.slice(0, 400))
      .join("\n")}\n`,
  );
}

async function perform(step: Step, folder: string): Promise<Outcome> {
  const startedAt = performance.now();
  const report = path.join(folder, `${step.name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const environment = step.browser === true ? { CHROMIUM_PATH: chromiumPath(say) } : {};
  const { ok, said } = await runProgram([...step.args, ...(step.project === true ? reporters : [])], environment);
  const counts = step.project === true ? await countsOf(report, ok) : { passed: 0, failed: ok ? 0 : 1, skipped: 0 };
  // A test that is skipped proves nothing; it counts as one that failed.
  const outcome = { ...counts, failed: counts.failed + counts.skipped };
  if (outcome.failed > 0) await showFailure(step.name, said);
  return { ...outcome, name: step.name, seconds: (performance.now() - startedAt) / 1000, notes: notesIn(said) };
}

function lineOf({ name, passed, failed, skipped, seconds }: Outcome): string {
  const counts = [
    passed > 0 ? `${passed} passed` : "",
    failed > 0 ? `${failed} failed` : "",
    skipped > 0 ? `${skipped} of them skipped` : "",
  ];
  return `${failed === 0 ? "ok    " : "FAILED"}  ${name.padEnd(7)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${counts.filter((part) => part !== "").join(", ")}`.trimEnd();
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no check ${unknown}; there are ${STEPS.map(({ name }) => name).join(", ")}.`);
  const folder = await mkdtemp(path.join(tmpdir(), "agency-os-test-"));
  const wanted = STEPS.filter(({ name }) => names.length === 0 || names.includes(name));
  const outcomes: Outcome[] = [];
  const startedAt = performance.now();
  try {
    const lanes = [...new Set(wanted.map(({ lane }) => lane))];
    await Promise.all(
      lanes.map((lane) =>
        performLane(
          wanted.filter((step) => step.lane === lane),
          folder,
          outcomes,
        ),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  summarize(outcomes, (performance.now() - startedAt) / 1000);
  return outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** Performs the checks of one lane in order; each outcome is said and noted as it comes. */
async function performLane(steps: readonly Step[], folder: string, outcomes: Outcome[]): Promise<void> {
  for (const step of steps) {
    const outcome = await perform(step, folder).catch((error: unknown): Outcome => {
      say(`\n${error instanceof Error ? error.message : String(error)}\n`);
      return { name: step.name, passed: 0, failed: 1, skipped: 0, seconds: 0, notes: [] };
    });
    say(lineOf(outcome));
    outcomes.push(outcome);
  }
}

function summarize(outcomes: readonly Outcome[], seconds: number): void {
  const total = (field: "passed" | "failed") => outcomes.reduce((sum, outcome) => sum + outcome[field], 0);
  const notes = outcomes.flatMap((outcome) => outcome.notes);
  say(`\n${outcomes.length} checks in ${seconds.toFixed(0)} s`);
  if (notes.length > 0) say(`Not looked at:\n${notes.map((note) => `  ${note}`).join("\n")}`);
  const failed = outcomes.filter((outcome) => outcome.failed > 0).map(({ name }) => name);
  if (failed.length > 0) say(`Failed: ${failed.join(", ")}`);
  say(`\n${total("passed")} passed, ${total("failed")} failed`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
