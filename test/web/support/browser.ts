/** The Chromium of the tests. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserServer, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/google-chrome", chromium.executablePath()];

/** Where Chromium is: `CHROMIUM_PATH`, else where it usually is. Throws with what to do when there is none. */
function chromiumFile(): string {
  const executablePath = [process.env.CHROMIUM_PATH ?? "", ...USUAL_PLACES].find(
    (path) => path !== "" && existsSync(path),
  );
  if (executablePath === undefined) {
    throw new Error("No Chromium found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  }
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
