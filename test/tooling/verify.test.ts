/** `npm run verify` from outside: exit codes and messages. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seoReporting } from "../../src/skills/seo-reporting/skill.ts";
import { briefFor, contextOf, openWorld, unitAt } from "../skills/support/world.ts";

let folder: string;
let evidence: string;
let report: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verify-"));
  const world = await openWorld();
  try {
    const result = await seoReporting.run(contextOf(world.ports, briefFor(unitAt(1))));
    if (result.kind !== "package") throw new Error(result.kind);
    for (const { name, body } of result.files) await writeFile(join(folder, name), body);
    const named = (role: string) => join(folder, result.files.find((file) => file.role === role)?.name ?? "");
    [evidence, report] = [named("evidence"), named("report")];
    for (const [key, bytes] of world.stored) {
      await mkdir(dirname(join(folder, "raw", key)), { recursive: true });
      await writeFile(join(folder, "raw", key), bytes);
    }
  } finally {
    await world.stop();
  }
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly said: string;
}

function verify(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["scripts/verify.ts", ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr });
    });
  });
}

it("counts the figures of a report that agrees with its snapshots", async () => {
  const { code, said } = await verify(evidence, "--snapshots", join(folder, "raw"));
  expect(said).toMatch(/^\d+ figures verified/);
  expect(code).toBe(0);
});

it("names a figure that somebody changed in the report, and fails", async () => {
  const body = await readFile(report, "utf8");
  const changed = join(folder, "changed");
  await mkdir(changed, { recursive: true });
  await writeFile(
    join(changed, report.slice(folder.length + 1)),
    body.replace(/(data-fact="gsc\.clicks\.primary"[^>]*>)[^<]*/, (_, tag: string) => `${tag}1`),
  );
  const { code, said } = await verify(evidence, "--snapshots", join(folder, "raw"), "--documents", changed);
  expect(said).toContain("figure gsc.clicks.primary");
  expect(code).toBe(1);
});

it("exports what it used, so that the export verifies by itself", async () => {
  const out = join(folder, "out");
  expect((await verify(evidence, "--snapshots", join(folder, "raw"), "--export", out)).code).toBe(0);
  const again = await verify(evidence, "--snapshots", out, "--documents", out);
  expect(again).toMatchObject({ code: 0 });
});

it("with a running system, evidence that leaves a registered table out is found, and so is changed evidence", async () => {
  const text = await readFile(evidence, "utf8");
  const parsed = JSON.parse(text);
  const digest = (body: string) => createHash("sha256").update(body).digest("hex");
  const files = [
    { fileId: "e", name: "evidence.json", role: "evidence", sha256: digest(text) },
    ...parsed.documents.map(({ name, sha256 }: { name: string; sha256: string }, index: number) => ({
      fileId: `f${index}`,
      name,
      role: index === 0 ? "report" : "table",
      sha256,
    })),
  ];
  const server = createServer((_, reply) => reply.end(JSON.stringify({ files })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const state = join(folder, "state");
    await mkdir(state, { recursive: true });
    const local = { controlPlaneUrl: `http://127.0.0.1:${port}`, internalToken: "t" };
    await writeFile(join(state, "local.json"), JSON.stringify(local));
    const kept = join(folder, "kept.json");
    await writeFile(kept, JSON.stringify({ ...parsed, documents: parsed.documents.slice(0, 1) }));
    const { code, said } = await verify(kept, "--documents", folder, "--state", state);
    expect(said).toContain("registered file evidence.json");
    expect(said).toContain("not listed in the evidence");
    expect(code).toBe(1);
    const whole = await verify(evidence, "--documents", folder, "--state", state);
    expect(whole.said).not.toContain("registered file");
  } finally {
    server.close();
  }
});

it.each([
  ["no file", [], /Usage/],
  ["an unknown option", ["x.json", "--nonsense"], /Usage/],
  ["a file that is missing", ["nowhere.json"], /nowhere\.json cannot be read/],
  ["a file that is no evidence", ["package.json"], /is no evidence file: schemaVersion/],
])("says what is wrong with %s", async (_, args, message) => {
  const { code, said } = await verify(...args);
  expect(said).toMatch(message);
  expect(said).not.toContain("    at ");
  expect(code).toBe(2);
});

it("says how to go on when no system runs and no folder is named", async () => {
  const { code, said } = await verify(evidence, "--state", join(folder, "nothing"));
  expect(said).toContain("npm start");
  expect(code).toBe(2);
});
