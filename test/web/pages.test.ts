import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPages } from "../../scripts/build-pages.ts";
import { ROOT } from "../../scripts/runtime/paths.ts";
import { freePort } from "../../scripts/runtime/ports.ts";

let project = "";
let served: ChildProcess | null = null;
let base = "";

/** Starts `wrangler pages dev` in the project's folder and answers once it serves. Nothing of it leaves the machine. */
async function serve(folder: string, port: number): Promise<ChildProcess> {
  const program = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = ["pages", "dev", "--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", `${await freePort()}`];
  const child = spawn(
    process.execPath,
    [program, ...args, "--binding", "AGENCY_OS_INTERNAL_API_TOKEN=a-token-no-browser-sees"],
    {
      cwd: folder,
      // A group of its own: wrangler starts further processes, and all of them are to end.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CI: "true",
        FORCE_COLOR: "0",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_LOG_PATH: path.join(folder, "logs"),
        WRANGLER_REGISTRY_PATH: path.join(folder, "registry"),
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
      },
    },
  );
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString("utf8");
      if (said.includes("Ready on")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", () => reject(new Error(`wrangler pages dev ended:\n${stripVTControlCharacters(said)}`)));
  });
  return child;
}

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "pages-"));
  await buildPages(project);
  const port = await freePort();
  served = await serve(project, port);
  base = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  const child = served;
  if (child?.pid !== undefined) {
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    process.kill(-child.pid, "SIGKILL");
    await gone;
  }
  await rm(project, { recursive: true, force: true, maxRetries: 5 });
});

describe("the panel as a Pages project", () => {
  it("serves its one page at every address, under the edge's policy", async () => {
    for (const address of ["/", "/runs/tar_1", "/reports/", "/index.html", "/_worker.js", "/wrangler.jsonc"]) {
      const response = await fetch(base + address, { redirect: "manual" });
      expect([address, response.status]).toEqual([address, 200]);
      expect(await response.text()).toContain('<div id="app">');
      expect(response.headers.get("content-security-policy")).toContain("script-src 'self';");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
  });

  it("keeps hashed files for good, and has no page in place of one that is gone", async () => {
    const names = await readdir(path.join(project, "public", "assets"));
    const script = await fetch(
      `${base}/assets/${names.find((name) => name.startsWith("main-") && name.endsWith(".js"))}`,
    );
    expect([script.status, script.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect(script.headers.get("content-type")).toContain("javascript");
    const gone = await fetch(`${base}/assets/main-OLD.js`);
    expect([gone.status, gone.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  });

  it("is the same edge: a write needs its pass, a closed surface stays closed", async () => {
    const write = await fetch(`${base}/api/team-agent-runs/tar_1/cancel`, {
      method: "POST",
      headers: { origin: base },
    });
    expect(await write.json()).toMatchObject({ status: 403, code: "write_pass_required" });
    const foreign = await fetch(`${base}/api/x`, { method: "POST", headers: { origin: "https://evil.example" } });
    expect(await foreign.json()).toMatchObject({ code: "cross_origin" });
    expect((await fetch(`${base}/api/internal/snapshots/x`)).status).toBe(404);
  });
});
