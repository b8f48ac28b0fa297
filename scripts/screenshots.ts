/**
 * `npm run screenshots [-- --only home,run-review --png DIR]`: boots the whole agency on free ports, has it work for a
 * while, and takes every view into `docs/screenshots/`: light and dark, wide and narrow. Each is looked at by axe and for
 * errors on the way; what is found ends the program with a failure.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./runtime/chromium.ts";
import { ROOT } from "./runtime/paths.ts";
import { freePort } from "./runtime/ports.ts";
import { type LocalSystem, startLocalSystem } from "./runtime/system.ts";
import { type Agency, agencyInUse } from "./showcase/agency.ts";
import { VIEWS, type View } from "./showcase/views.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);
const SIZES = { wide: { width: 1280, height: 860 }, narrow: { width: 360, height: 740 } } as const;
const THEMES = ["light", "dark"] as const;
/** Small enough for a repository, sharp enough for text. */
const QUALITY = 82;

async function started(state: string): Promise<LocalSystem> {
  return startLocalSystem({
    state,
    ports: { controlPlane: await freePort(), web: await freePort(), sandbox: await freePort() },
    sandbox: true,
    environment: {},
    overrides: { QUIET_SECONDS: "0" },
    crons: true,
    verbose: false,
  });
}

/** The page as WebP, which a browser makes a third as large as PNG. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  await session.detach();
  return Buffer.from(data, "base64");
}

/** What is wrong with a page as it stands: faults of accessibility, and wider than its window. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(" "))
        .join(", ")
        .slice(0, 300)}`,
  );
  const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  return wide === true ? [...found, "the page is wider than its window"] : found;
}

async function take(
  browser: Browser,
  system: LocalSystem,
  agency: Agency,
  view: View,
  png: string | null,
): Promise<string[]> {
  const faults: string[] = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      page.on("pageerror", ({ message }) => faults.push(`${view.name}: ${message}`));
      page.on(
        "console",
        (said) => said.type() === "error" && faults.push(`${view.name}: ${said.text().slice(0, 300)}`),
      );
      await page.goto(system.webUrl + view.path(agency));
      await page.locator(view.there).first().waitFor();
      if (view.settles !== false) await page.locator(".skeleton").first().waitFor({ state: "detached" });
      const name = `${view.name}-${size}-${colorScheme}`;
      await writeFile(path.join(ROOT, "docs", "screenshots", `${name}.webp`), await webp(page));
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
      if (png !== null) await page.screenshot({ path: path.join(png, `${name}.png`), fullPage: true });
      await context.close();
    }
  }
  return faults;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, png: { type: "string" } } });
  const wanted = values.only?.split(",") ?? VIEWS.map(({ name }) => name);
  const unknown = wanted.find((name) => !VIEWS.some((view) => view.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no view ${unknown}; there are ${VIEWS.map(({ name }) => name).join(", ")}.`);
  if (values.png !== undefined) await mkdir(values.png, { recursive: true });
  const state = await mkdtemp(path.join(tmpdir(), "agency-os-screenshots-"));
  const system = await started(state);
  const browser = await chromium.launch({ executablePath: chromiumPath(say), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    say("The agency is put to work …");
    const agency = await agencyInUse(system);
    for (const view of VIEWS.filter(({ name }) => wanted.includes(name))) {
      const faults = await take(browser, system, agency, view, values.png ?? null);
      say([view.name, ...faults].join("\n  "));
      if (faults.length > 0) process.exitCode = 1;
    }
  } finally {
    await browser.close();
    await system.stop();
    await rm(state, { recursive: true, force: true });
  }
}

await main();
