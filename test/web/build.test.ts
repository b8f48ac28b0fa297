import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWeb } from "../../scripts/build-web.ts";

let out = "";
let page = "";

beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), "build-web-"));
  await mkdir(path.join(out, "assets"));
  await writeFile(path.join(out, "assets", "main-OLD.js"), "old");
  await buildWeb(out);
  page = await readFile(path.join(out, "index.html"), "utf8");
});

afterAll(() => rm(out, { recursive: true, force: true }));

describe("the built panel", () => {
  it("names every file by its content and leaves none of an older build", async () => {
    const files = await readdir(path.join(out, "assets"));
    expect(files.map((name) => name.replace(/-[A-Z0-9]{8}\./, "-HASH.")).sort()).toEqual([
      "icon-HASH.svg",
      "inter-latin-HASH.woff2",
      "main-HASH.css",
      "main-HASH.js",
    ]);
    for (const name of files) expect(page).toContain(`/assets/${name}`);
  });

  it("has nothing inline that the content policy would refuse", () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
  });

  it("the script stays under 60 KB compressed", async () => {
    const [, script = ""] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    expect(gzipSync(await readFile(path.join(out, script))).length).toBeLessThan(60 * 1024);
  });

  it("is the same when built again", async () => {
    await buildWeb(out);
    expect(await readFile(path.join(out, "index.html"), "utf8")).toBe(page);
  });
});
