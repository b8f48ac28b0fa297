/** The fences between the rooms of the house, tried one by one on a small tree with the project's own lint settings. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..", "..");

/** A file of the tree: where it lies, what it says, and the rule that must refuse it (null: it is fine). */
interface Case {
  readonly claim: string;
  readonly file: string;
  readonly code: string;
  readonly refusedBy: string | null;
}

const IMPORTS = "lint/style/noRestrictedImports";
const from = (source: string) => `import { thing } from "${source}";\nexport const it = thing;\n`;
const refused = (claim: string, file: string, source: string): Case => ({
  claim,
  file,
  code: from(source),
  refusedBy: IMPORTS,
});
const allowed = (claim: string, file: string, source: string): Case => ({
  claim,
  file,
  code: from(source),
  refusedBy: null,
});
const says = (claim: string, file: string, code: string, refusedBy: string | null): Case => ({
  claim,
  file,
  code,
  refusedBy,
});

const CASES: readonly Case[] = [
  refused("core knows no port", "src/core/run/a.ts", "../../ports/asana/port.ts"),
  refused("core knows no actor", "src/core/run/b.ts", "../../actors/run/actor.ts"),
  refused("core knows no route", "src/core/run/c.ts", "../../http/router.ts"),
  refused("core knows no table", "src/core/run/d.ts", "../../d1/runs.ts"),
  refused("core knows no skill", "src/core/run/e.ts", "../../skills/skill.ts"),
  refused("core knows no settings", "src/core/run/f.ts", "../../config.ts"),
  refused("core knows no Node module", "src/core/run/g.ts", "node:fs"),
  refused("core knows no Cloudflare module", "src/core/run/h.ts", "cloudflare:workers"),
  allowed("core knows core", "src/core/run/i.ts", "../facts/periods.ts"),
  allowed("core knows the parser", "src/core/run/j.ts", "valibot"),
  refused("lib knows no domain", "src/lib/a.ts", "../core/run/types.ts"),
  allowed("lib knows the names of errors", "src/lib/b.ts", "../core/errors.ts"),
  refused("ports know no table", "src/ports/asana/a.ts", "../../d1/runs.ts"),
  refused("ports know no actor", "src/ports/asana/b.ts", "../../actors/address.ts"),
  allowed("ports know core and lib", "src/ports/asana/c.ts", "../../lib/http.ts"),
  refused("d1 knows no port", "src/d1/a.ts", "../ports/asana/port.ts"),
  refused("an actor knows no live port", "src/actors/run/a.ts", "../../ports/asana/live.ts"),
  refused("an actor knows no table", "src/actors/run/b.ts", "../../d1/runs.ts"),
  refused("an actor knows no skill's code", "src/actors/run/c.ts", "../../skills/seo-reporting/skill.ts"),
  refused("an actor knows no composition", "src/actors/run/d.ts", "../../wiring.ts"),
  allowed("an actor knows a port's words", "src/actors/run/e.ts", "../../ports/asana/port.ts"),
  allowed("an actor knows the contract of a skill", "src/actors/run/f.ts", "../../skills/skill.ts"),
  refused("the runner knows no live port", "src/runner/a.ts", "../ports/ga4/live.ts"),
  refused("the runner knows no actor's inside", "src/runner/b.ts", "../actors/run/actor.ts"),
  refused("a connector knows no live port", "src/connectors/a.ts", "../ports/ga4/live.ts"),
  refused("a connector knows no refresh", "src/connectors/b.ts", "../refresh/execute.ts"),
  allowed("a connector knows a port's words", "src/connectors/c.ts", "../ports/ga4/port.ts"),
  refused("a refresh knows no port of a source", "src/refresh/a.ts", "../ports/ga4/port.ts"),
  refused("a refresh knows no connector's code", "src/refresh/b.ts", "../connectors/ga4.ts"),
  refused("a refresh knows no table", "src/refresh/c.ts", "../d1/facts-write.ts"),
  allowed("a refresh knows the words of connectors", "src/refresh/d.ts", "../ports/connector.ts"),
  allowed("a refresh knows the runner's journal", "src/refresh/e.ts", "../runner/journal.ts"),
  refused("core knows no refresh", "src/core/run/z.ts", "../../refresh/execute.ts"),
  allowed("the runner knows a port's words", "src/runner/c.ts", "../ports/asana/port.ts"),
  refused("a skill knows no live port", "src/skills/seo-reporting/a.ts", "../../ports/model/live.ts"),
  refused("a skill knows no table", "src/skills/seo-reporting/b.ts", "../../d1/runs.ts"),
  allowed("a skill knows reports", "src/skills/seo-reporting/c.ts", "../../reporting/document.ts"),
  refused("reporting knows no port", "src/reporting/a.ts", "../ports/asana/port.ts"),
  refused("reporting knows no skill", "src/reporting/b.ts", "../skills/skill.ts"),
  refused("a route knows no actor's inside", "src/http/a.ts", "../actors/run/actor.ts"),
  refused("a route knows no live port", "src/http/b.ts", "../ports/asana/live.ts"),
  refused("a route knows no runner", "src/http/c.ts", "../runner/execute.ts"),
  allowed("a route knows the address of an actor", "src/http/d.ts", "../actors/address.ts"),
  allowed("a route knows the tables", "src/http/e.ts", "../d1/runs.ts"),
  refused("the product knows no sandbox", "src/http/f.ts", "../../sandbox/seed.ts"),
  refused("the browser knows no core but the wire", "web/interface/a.ts", "../../src/core/ids.ts"),
  refused("the browser is no Node program", "web/interface/b.ts", "node:path"),
  allowed("the browser knows the wire", "web/interface/c.ts", "../../src/core/wire.ts"),
  allowed("the browser knows the wire of the ops pages", "web/interface/d.ts", "../../src/core/wire-ops.ts"),
  allowed("the browser knows the names of things", "web/interface/e.ts", "../../src/core/names.ts"),
  refused("the sandbox shares no code with the product", "sandbox/asana/a.ts", "../../src/lib/hash.ts"),
  says("core has no clock", "src/core/run/k.ts", "export const now = Date.now();\n", "plugin"),
  says("core has no hidden clock", "src/core/run/l.ts", "export const now = new Date();\n", "plugin"),
  says("core reads a given time", "src/core/run/m.ts", 'export const day = new Date("2026-01-01");\n', null),
  says("core has no dice", "src/core/run/n.ts", "export const dice = Math.random();\n", "plugin"),
  says(
    "core calls nobody",
    "src/core/run/o.ts",
    'export const it = fetch("https://a.example");\n',
    "lint/style/noRestrictedGlobals",
  ),
  says(
    "core draws no id",
    "src/core/run/p.ts",
    "export const id = crypto.randomUUID();\n",
    "lint/style/noRestrictedGlobals",
  ),
  says("nobody says any", "src/http/g.ts", "export const it: any = 1;\n", "lint/suspicious/noExplicitAny"),
  says("nobody insists with !", "src/http/h.ts", "export const it = [1].at(0)!;\n", "lint/style/noNonNullAssertion"),
  says("nobody casts", "src/http/i.ts", "export const it = JSON.parse('1') as number;\n", "plugin"),
  says("nobody casts in angle brackets", "src/http/j.ts", "export const it = <number>JSON.parse('1');\n", "plugin"),
  says("as const is no cast", "src/http/k.ts", "export const it = [1] as const;\n", null),
  says("a cast may live in lib", "src/lib/c.ts", "export const it = JSON.parse('1') as number;\n", null),
  says(
    "nothing lies about unused",
    "src/http/l.ts",
    'import { thing } from "./g.ts";\nexport const it = 1;\n',
    "lint/correctness/noUnusedImports",
  ),
  says("no barrels", "src/http/m.ts", 'export * from "./g.ts";\n', "lint/performance/noReExportAll"),
  says("imports name the file they mean", "src/http/n.ts", from("./g"), "lint/correctness/useImportExtensions"),
  says(
    "no test is left out",
    "test/a.test.ts",
    'import { test } from "vitest";\ntest.skip("x", () => {});\n',
    "lint/suspicious/noSkippedTests",
  ),
];

const CYCLE = ["src/http/cycle-a.ts", "src/http/cycle-b.ts"] as const;

const ReportSchema = v.object({
  diagnostics: v.array(
    v.object({ category: v.string(), severity: v.string(), location: v.looseObject({ path: v.nullish(v.unknown()) }) }),
  ),
});

let tree = "";
let found: readonly { readonly file: string; readonly rule: string }[] = [];

async function put(file: string, code: string): Promise<void> {
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
  await writeFile(path.join(tree, file), code);
}

function biome(): Promise<string> {
  const program = path.join(ROOT, "node_modules", ".bin", "biome");
  return new Promise((resolve) => {
    execFile(
      program,
      ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"],
      { cwd: tree },
      (_error, said) => resolve(said),
    );
  });
}

beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), "agency-os-fences-"));
  await cp(path.join(ROOT, "biome.json"), path.join(tree, "biome.json"));
  await cp(path.join(ROOT, "lint"), path.join(tree, "lint"), { recursive: true });
  for (const { file, code } of CASES) await put(file, code);
  await put(CYCLE[0], 'import { b } from "./cycle-b.ts";\nexport const a = () => b;\n');
  await put(CYCLE[1], 'import { a } from "./cycle-a.ts";\nexport const b = () => a;\n');
  const said = await biome();
  const report = v.parse(ReportSchema, JSON.parse(said));
  found = report.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ category, location }) => ({ file: JSON.stringify(location.path), rule: category }));
});

afterAll(() => rm(tree, { recursive: true, force: true }));

const rulesOn = (file: string) => found.filter((one) => one.file.includes(file)).map(({ rule }) => rule);

for (const { claim, file, refusedBy } of CASES) {
  test(claim, () => {
    if (refusedBy === null) expect(rulesOn(file)).toEqual([]);
    else expect(rulesOn(file)).toContain(refusedBy);
  });
}

test("no file imports itself through others", () => {
  for (const file of CYCLE) expect(rulesOn(file)).toContain("lint/suspicious/noImportCycles");
});
