/**
 * A Chromium for the browser tests: one that is there, or one that can be had. The headless shell comes first: a whole
 * Chromium draws a window with its own pages for each context, which takes twice the processor time of the tests.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./paths.ts";

const USUAL_PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Path of a Chromium on this machine: `CHROMIUM_PATH`, the system's, or Playwright's. Null when there is none. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, where there is nothing.`);
    return named;
  }
  return [...USUAL_PLACES, chromium.executablePath()].find((place) => existsSync(place)) ?? null;
}

function succeeds(program: string, args: readonly string[]): boolean {
  const run = spawnSync(program, args, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  return run.status === 0;
}

/** Debian's package, where we may install it without asking for a password. */
function installWithApt(): boolean {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) return false;
  const apt = (...args: string[]) =>
    process.getuid?.() === 0 ? succeeds("apt-get", args) : succeeds("sudo", ["-n", "apt-get", ...args]);
  // The lists of a fresh container are empty; where they are not, a failing update does no harm.
  apt("update");
  return ["chromium-headless-shell", "chromium"].some((name) => apt("install", "-y", "--no-install-recommends", name));
}

function installWithPlaywright(): boolean {
  return succeeds(process.execPath, [
    path.join(ROOT, "node_modules", "playwright-core", "cli.js"),
    "install",
    "chromium",
  ]);
}

/** Path of a Chromium, installed when need be. Throws with what a person can do when there is no way to one. */
export function chromiumPath(say: (line: string) => void): string {
  const found = findChromium();
  if (found !== null) return found;
  say("No Chromium found; installing one for the browser tests …");
  for (const attempt of [installWithApt, installWithPlaywright]) {
    const installed = attempt() ? findChromium() : null;
    if (installed !== null) return installed;
  }
  throw new Error(
    "The browser tests need Chromium and none could be installed. On Debian or Ubuntu run: sudo apt-get install chromium. " +
      "Elsewhere install Chrome or Chromium and set CHROMIUM_PATH to its program.",
  );
}
