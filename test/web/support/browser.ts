/** One Chromium for the panel's tests. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/google-chrome", chromium.executablePath()];

/** Starts Chromium: `CHROMIUM_PATH`, else where it usually is. Throws with what to do when there is none. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM_PATH ?? "", ...USUAL_PLACES].find(
    (path) => path !== "" && existsSync(path),
  );
  if (executablePath === undefined) {
    throw new Error("No Chromium found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
