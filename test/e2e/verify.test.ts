import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Consultant, consult } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");

let system: System;
let maya: Consultant;
let folder: string;
let evidence: string;

/** The verifier as a person runs it. */
async function verify(...args: readonly string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [path.join(ROOT, "scripts/verify.ts"), ...args]);
    return { code: 0, output: stdout + stderr };
  } catch (thrown) {
    const failed = v.parse(v.object({ code: v.number(), stdout: v.string(), stderr: v.string() }), thrown);
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

beforeAll(async () => {
  system = await startSystem();
  maya = consult(system);
  folder = await mkdtemp(path.join(tmpdir(), "agency-os-verify-"));
  const task = await maya.ask();
  await maya.reviewed(task, 1);
  for (const file of await maya.asana.attachments(task)) {
    await writeFile(path.join(folder, file.name), await maya.asana.download(file.gid));
  }
  const name = (await readdir(folder)).find((one) => one.endsWith(".json")) ?? "";
  evidence = path.join(folder, name);
  await writeFile(
    path.join(system.state, "local.json"),
    JSON.stringify({ controlPlaneUrl: system.controlPlaneUrl, internalToken: system.internalToken }),
  );
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

it("the report of a real run verifies against the snapshots of the running system, and again from an export", async () => {
  const live = await verify(evidence, "--state", system.state, "--export", path.join(folder, "export"));
  expect(live.output).toMatch(/\d+ figures verified/);
  expect(live.code).toBe(0);
  const offline = await verify(evidence, "--snapshots", path.join(folder, "export"));
  expect(offline.output).toMatch(/\d+ figures verified/);
  expect(offline.code).toBe(0);
});

it("a changed fact, a changed displayed figure and a changed snapshot value are each found and named", async () => {
  const original = await readFile(evidence, "utf8");
  const facts: { id: string; value: { value: number | null } }[] = JSON.parse(original).facts;
  const clicks = facts.find((fact) => fact.id === "gsc.clicks.primary");
  expect(clicks).toBeDefined();
  const forged = JSON.parse(original);
  forged.facts.find((fact: { id: string }) => fact.id === "gsc.clicks.primary").value.value += 1;
  const other = path.join(folder, "forged.json");
  await writeFile(other, JSON.stringify(forged));
  const fact = await verify(other, "--state", system.state, "--documents", folder);
  expect(fact.code).not.toBe(0);
  expect(fact.output).toContain("gsc.clicks.primary");

  const stored = path.join(folder, "forged-snapshots");
  await verify(evidence, "--state", system.state, "--export", stored);
  const [first] = JSON.parse(original).inputs;
  const [file] = (await readdir(stored, { recursive: true })).filter((one) => one.endsWith(`${first.sha256}.json`));
  const snapshot = path.join(stored, file ?? "");
  await writeFile(snapshot, (await readFile(snapshot, "utf8")).replace(/"clicks":(\s*)\d/, '"clicks":$19'));
  const value = await verify(evidence, "--snapshots", stored);
  expect(value.code).not.toBe(0);
  expect(value.output).toContain(first.sha256);

  const report = (await readdir(folder)).find((one) => one.endsWith(".html")) ?? "";
  const html = await readFile(path.join(folder, report), "utf8");
  const shown = /(<data data-fact="gsc\.clicks\.primary"[^>]*>)([^<]+)</.exec(html);
  await writeFile(path.join(folder, report), html.replace(shown?.[0] ?? "", `${shown?.[1]}999,999<`));
  const figure = await verify(evidence, "--state", system.state, "--documents", folder);
  await writeFile(path.join(folder, report), html);
  expect(figure.code).not.toBe(0);
  expect(figure.output).toContain("gsc.clicks.primary");
});
