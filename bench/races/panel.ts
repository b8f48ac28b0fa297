/**
 * *panel*: the staff panel in a real browser, on a whole local system in use. Lighthouse on the pages people begin at, and
 * the browser's own entries for layout shift.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";
import { chromiumPath } from "../../scripts/runtime/chromium.ts";
import { freePort } from "../../scripts/runtime/ports.ts";
import { startLocalSystem } from "../../scripts/runtime/system.ts";
import { type Agency, agencyInUse } from "../../scripts/showcase/agency.ts";
import { VIEWS } from "../../scripts/showcase/views.ts";
import type { Row } from "../report.ts";
import { spread } from "../stats.ts";
import type { BenchFolder } from "../system.ts";

const PAGES = ["home", "dashboard", "run-review"];
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const LEAST = 95;
const FORMS = { desktop: desktopConfig, phone: undefined } as const;

/** Figures of one page load beside the scores. */
const AUDITS = {
  "largest-contentful-paint": { what: "largest contentful paint", unit: "ms" },
  "total-blocking-time": { what: "blocking time", unit: "ms" },
  "cumulative-layout-shift": { what: "layout shift", unit: "" },
} as const;

type Result = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

function rowsOf(name: string, results: readonly Result[]): Row[] {
  const scores = CATEGORIES.map((category): Row => {
    const value = spread(results.map((lhr) => Math.round((lhr.categories[category]?.score ?? 0) * 100)));
    const target = { text: `≥ ${LEAST}`, met: value.median >= LEAST };
    return { race: "panel", what: `${name}: ${category}`, unit: "of 100", value, target, durable: "–" };
  });
  const figures = Object.entries(AUDITS).map(([id, { what, unit }]): Row => {
    const value = spread(results.map((lhr) => lhr.audits[id]?.numericValue ?? Number.NaN));
    return { race: "panel", what: `${name}: ${what}`, unit, value, durable: "–" };
  });
  return [...scores, ...figures];
}

async function looked(webUrl: string, agency: Agency, port: number, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const view of VIEWS.filter(({ name }) => PAGES.includes(name))) {
    for (const [form, config] of Object.entries(FORMS)) {
      const results: Result[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const options = { port, onlyCategories: [...CATEGORIES], logLevel: "error" as const };
        const result = await lighthouse(webUrl + view.path(agency), options, config);
        if (result !== undefined) results.push(result.lhr);
      }
      rows.push(...rowsOf(`${view.name}, ${form}`, results));
      for (const { id, title, score, displayValue } of results.flatMap((lhr) => Object.values(lhr.audits)))
        if (score !== null && score < 0.9)
          process.stderr.write(`  ${view.name} ${form}: ${id} ${score} ${displayValue ?? title}\n`);
    }
  }
  return rows;
}

/** Lighthouse, simulated throttling: `desktop` as its desktop preset has it, `phone` as its default has it. */
export async function panel(_folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const state = await mkdtemp(path.join(tmpdir(), "agency-os-panel-"));
  const system = await startLocalSystem({
    state,
    ports: { controlPlane: await freePort(), web: await freePort(), sandbox: await freePort() },
    sandbox: true,
    environment: {},
    overrides: { QUIET_SECONDS: "0" },
    crons: true,
    verbose: false,
  });
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: chromiumPath(() => {}),
    args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
  });
  try {
    return await looked(system.webUrl, await agencyInUse(system), port, quick ? 1 : 3);
  } finally {
    await browser.close();
    await system.stop();
    await rm(state, { recursive: true, force: true });
  }
}
