import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
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
    for (const name of files) expect(name).toMatch(/^[a-z-]+-[A-Z0-9]{8}\.(js|css|svg|woff2)$/);
    const named = [...page.matchAll(/\/assets\/([^"]+)"/g)].map(([, name]) => name);
    expect(named.map((name) => name?.replace(/-[A-Z0-9]{8}\./, "."))).toEqual(
      expect.arrayContaining(["icon.svg", "inter-latin.woff2", "main.css", "main.js"]),
    );
    for (const name of named) expect(files).toContain(name);
  });

  it("asks for all scripts of the start at once, and for none of a page that is not opened", async () => {
    const preloaded = [...page.matchAll(/rel="modulepreload" href="\/assets\/([^"]+)"/g)].map(([, name = ""]) => name);
    const [, script = ""] = /src="\/assets\/([^"]+)"/.exec(page) ?? [];
    const imported = new Set<string>();
    for (const name of [script, ...preloaded]) {
      const code = await readFile(path.join(out, "assets", name), "utf8");
      // What begins with a bracket is an import for later.
      for (const [, file = ""] of code.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) imported.add(file);
    }
    expect(preloaded.length).toBeGreaterThan(0);
    expect(new Set(preloaded)).toEqual(imported);
  });

  it("brings charts with their own file alone, stylesheet included", async () => {
    const files = (await readdir(path.join(out, "assets"))).filter((name) => /\.(js|css)$/.test(name));
    const texts = await Promise.all(files.map((name) => readFile(path.join(out, "assets", name), "utf8")));
    const bearing = files.filter((_, n) => texts[n]?.includes(".u-wrap"));
    expect(bearing.map((name) => name.replace(/-[A-Z0-9]{8}\./, "."))).toEqual(["trend-plot.js"]);
    expect(page).not.toContain("trend-plot");
  });

  it("has nothing inline that the content policy would refuse", () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
  });

  it("is the same when built again", async () => {
    await buildWeb(out);
    expect(await readFile(path.join(out, "index.html"), "utf8")).toBe(page);
  });
});
