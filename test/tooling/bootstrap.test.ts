/** The first half of every command, on a small copy of the project with an npm of our own. */
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..", "..");

let project = "";

async function program(file: string, ...lines: readonly string[]): Promise<void> {
  await mkdir(path.dirname(path.join(project, file)), { recursive: true });
  await writeFile(path.join(project, file), ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(path.join(project, file), 0o755);
}

/** An npm that writes down what it is asked and "installs" three programs. */
async function npm(version: string, ci: readonly string[]): Promise<void> {
  await program(
    "fake/npm",
    `echo "$1" >> "${project}/asked"`,
    `if [ "$1" = --version ]; then echo ${version}; exit 0; fi`,
    ...ci,
  );
}

const INSTALLS = [
  "mkdir -p node_modules/.bin",
  `for name in node esbuild workerd; do printf '#!/bin/sh\\necho ran "$@"\\n' > node_modules/.bin/$name; chmod +x node_modules/.bin/$name; done`,
];

function start(): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { PATH: `${path.join(project, "fake")}:/usr/bin:/bin` };
    execFile(process.execPath, [path.join(project, "scripts", "start.mjs"), "--flag"], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

async function installations(): Promise<number> {
  const asked = await readFile(path.join(project, "asked"), "utf8");
  return asked.split("\n").filter((line) => line === "ci").length;
}

beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), "agency-os-bootstrap-"));
  for (const file of ["bootstrap.mjs", "start.mjs"]) {
    await cp(path.join(ROOT, "scripts", file), path.join(project, "scripts", file));
  }
  await writeFile(path.join(project, "package-lock.json"), "{}");
});

afterEach(() => rm(project, { recursive: true, force: true }));

test("a fresh clone is installed once, then handed to the pinned Node with its flags", async () => {
  await npm("11.0.0", INSTALLS);
  const first = await start();
  expect(first.code).toBe(0);
  expect(first.out).toContain("Installing");
  expect(first.out).toMatch(/ran .*scripts\/start\.ts --flag/);
  const second = await start();
  expect(second.out).not.toContain("Installing");
  expect(await installations()).toBe(1);
});

test("a changed lock file is installed again", async () => {
  await npm("11.0.0", INSTALLS);
  await start();
  await writeFile(path.join(project, "package-lock.json"), '{"changed":true}');
  await start();
  expect(await installations()).toBe(2);
});

test("a failed installation is said without the address of a registry, and tried again the next time", async () => {
  await npm("11.0.0", ["echo 'E404 https://registry.secret.example/thing not found' >&2", "exit 1"]);
  const failed = await start();
  expect(failed.code).toBe(1);
  expect(failed.err).toContain("npm ci failed");
  expect(failed.err).toContain("<address>");
  expect(failed.err).not.toContain("secret.example");
  await start();
  expect(await installations()).toBe(2);
});

test("programs that npm left broken are rebuilt, and named when that does not help", async () => {
  await npm("11.0.0", ["mkdir -p node_modules/.bin"]);
  const failed = await start();
  expect(failed.code).toBe(1);
  expect(failed.err).toContain("node, esbuild, workerd");
  expect(await readFile(path.join(project, "asked"), "utf8")).toContain("rebuild");
});

test("an npm that is too old is refused with the way out", async () => {
  await npm("9.8.1", INSTALLS);
  const refused = await start();
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("npm 10 or newer; this is 9.8.1");
  expect(await installations()).toBe(0);
});
