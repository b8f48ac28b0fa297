/**
 * Builds the web interface as a Pages project in advanced mode: the same files, the same edge as `_worker.js`.
 * As a command: `node scripts/build-pages.ts [PROJECT_DIR]`, default `dist/pages`; wrangler's `pages` commands run in that folder.
 */
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildWeb } from "./build-web.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Without it Pages takes the project for a page that is at home at every address, and serves it for a file that is gone. */
const NOTHING = "<!doctype html><title>Not found</title>\n";

/**
 * wrangler takes the nearest folder with this file for the project's, and reads the settings there. Without it that would be
 * the repository's own, whose settings are the control plane's.
 */
const PROJECT = '{ "private": true }\n';

/** Builds the project into `projectDir`, replacing what is there. Throws esbuild's error on a source that does not build. */
export async function buildPages(projectDir: string): Promise<void> {
  const project = path.resolve(projectDir);
  const files = path.join(project, "public");
  await rm(project, { recursive: true, force: true });
  await mkdir(files, { recursive: true });
  await buildWeb(files);
  await writeFile(path.join(files, "404.html"), NOTHING);
  await writeFile(path.join(project, "package.json"), PROJECT);
  await copyFile(path.join(ROOT, "web", "pages", "wrangler.jsonc"), path.join(project, "wrangler.jsonc"));
  await bundleEdge(path.join(files, "_worker.js"));
}

/** The edge as one module for workerd, written to `file`. Throws esbuild's error on a source that does not build. */
export async function bundleEdge(file: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join(ROOT, "web", "edge.ts")],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2022",
    logLevel: "silent",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPages(process.argv[2] ?? path.join(ROOT, "dist", "pages"));
}
