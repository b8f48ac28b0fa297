/** Production bundles of both Workers and the web interface, as a deployment would upload them. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { buildWeb } from "../build-web.ts";
import { ROOT } from "./paths.ts";

/** Folders of one build. */
export interface Bundles {
  readonly controlPlane: string;
  readonly webEdge: string;
  /** Static files of the web interface. */
  readonly webFiles: string;
}

/** Wrangler's config files of the two Workers. */
export const CONFIGS = {
  controlPlane: path.join(ROOT, "wrangler.jsonc"),
  webEdge: path.join(ROOT, "web", "wrangler.jsonc"),
} as const;

/**
 * Runs wrangler quietly and answers what it printed. Rejects with that text when it fails.
 * It gets neither account nor update check: nothing here may leave the machine.
 */
export function wrangler(args: readonly string[], logFolder: string): Promise<string> {
  const program = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CI: "true",
      FORCE_COLOR: "0",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_LOG_PATH: logFolder,
      CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
    },
  });
  let printed = "";
  const take = (chunk: Buffer) => {
    printed += chunk.toString("utf8");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`wrangler ${args.join(" ")} failed:\n${stripVTControlCharacters(printed).trim()}`));
    });
  });
}

function bundlesIn(folder: string): Bundles {
  return {
    controlPlane: path.join(folder, "control-plane"),
    webEdge: path.join(folder, "web-edge"),
    webFiles: path.join(folder, "web-files"),
  };
}

/** An earlier build. Throws with words for a person where there is none. */
export function earlierBuild(folder: string): Bundles {
  const bundles = bundlesIn(folder);
  const missing = Object.values(bundles).find((one) => !existsSync(one));
  if (missing !== undefined) throw new Error(`There is no build in ${folder}: ${path.basename(missing)} is missing.`);
  return bundles;
}

/** Builds everything into `outDir`, replacing an earlier build. Rejects with the compiler's words on a source that does not build. */
export async function buildBundles(outDir: string): Promise<Bundles> {
  const bundles = bundlesIn(outDir);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(bundles.webFiles, { recursive: true });
  const logs = path.join(outDir, "wrangler-logs");
  const bundle = (config: string, to: string, extra: readonly string[] = []) =>
    wrangler(["deploy", "--dry-run", "--config", config, "--env", "", "--outdir", to, ...extra], logs);
  await Promise.all([
    bundle(CONFIGS.controlPlane, bundles.controlPlane),
    // The files must be there before the edge is bundled: wrangler reads the folder it would upload.
    buildWeb(bundles.webFiles).then(() => bundle(CONFIGS.webEdge, bundles.webEdge, ["--assets", bundles.webFiles])),
  ]);
  return bundles;
}
