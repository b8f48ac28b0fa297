import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { buildPages } from "../../scripts/build-pages.ts";
import { ROOT } from "../../scripts/runtime/paths.ts";

let project = "";
/** What a browser can be sent: every file of the build, by name. */
const files = new Map<string, string>();

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "secrets-"));
  await buildPages(project);
  const folder = path.join(project, "public");
  for (const name of await readdir(folder, { recursive: true })) {
    // The edge itself runs at Cloudflare and is sent to nobody.
    if (name === "_worker.js" || !/\.(js|css|html|svg)$/.test(name)) continue;
    files.set(name, await readFile(path.join(folder, name), "utf8"));
  }
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** Names of the inside: secrets, bindings, databases, buckets, queues, actors and other Workers of the deployment. */
async function innerNames(): Promise<string[]> {
  const config = await readFile(path.join(ROOT, "wrangler.jsonc"), "utf8");
  const named = [
    ...config.matchAll(
      /"(?:binding|secret_name|database_name|database_id|bucket_name|queue|dead_letter_queue|class_name|name|service)":\s*"([^"]+)"/g,
    ),
  ].map(([, name = ""]) => name);
  return [...new Set([...named, "X-Agency-OS-Internal-Token", "X-Agency-OS-Staff", "X-Agency-OS-Board-Units"])];
}

/** Files that hold `text` as a word of its own: `BusinessUnit` is an actor, `businessUnitId` a field anybody may read. */
function holding(text: string): string[] {
  const word = new RegExp(`(?<![\\w-])${text.replaceAll(/[^\w-]/g, "\\$&")}(?![\\w-])`);
  return [...files].filter(([, code]) => word.test(code)).map(([name]) => name);
}

describe("what a browser is sent", () => {
  it("is looked at whole", () => {
    expect([...files.keys()].filter((name) => name.endsWith(".js")).length).toBeGreaterThan(10);
    expect(files.has("index.html")).toBe(true);
  });

  it("holds no secret", () => {
    for (const [name, value] of Object.entries(SANDBOX_CREDENTIALS)) expect([name, holding(value)]).toEqual([name, []]);
    const shapes =
      /sk-[A-Za-z0-9]{16}|-----BEGIN|Bearer [A-Za-z0-9]|\bey[A-Za-z0-9_-]{20,}\.ey|AKIA[0-9A-Z]{16}|\b[12]\/\d{16}:/;
    for (const [name, code] of files) expect([name, shapes.exec(code)?.[0]]).toEqual([name, undefined]);
  });

  it("names no binding, database, bucket, queue, actor, secret or header of the inside", async () => {
    const names = await innerNames();
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect([name, holding(name)]).toEqual([name, []]);
  });

  it("holds no id: of a task, a client, a run, an account", () => {
    const ids = /\b\d{13,}\b|\b[a-z]+_\d{6,}\b|\b[0-9a-f]{32,}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-/;
    for (const [name, code] of files) expect([name, ids.exec(code)?.[0]]).toEqual([name, undefined]);
  });

  it("names no address of the inside, and no source map leads back to the source", () => {
    for (const [name, code] of files)
      expect([name, /127\.0\.0\.1|workers\.dev|pages\.dev|sourceMappingURL/.exec(code)?.[0]]).toEqual([
        name,
        undefined,
      ]);
  });
});
