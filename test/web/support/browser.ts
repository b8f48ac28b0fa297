/** The Chromium of the tests. */
import { type Browser, type BrowserServer, chromium } from "playwright-core";
import { findChromium } from "../../../scripts/runtime/chromium.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Throws with what to do when there is none: only `npm test` installs one. */
function chromiumFile(): string {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error("No Chromium found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  return executablePath;
}

/** A browser of one's own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumFile(), args: FLAGS });
}

/** A browser that several processes use, each in contexts of its own: `chromium.connect(server.wsEndpoint())`. */
export function serveBrowser(): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: chromiumFile(), args: FLAGS, host: "127.0.0.1" });
}
