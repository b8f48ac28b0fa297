/** *list*: 10,000 runs in the list of the panel, in a real browser: what the browser's own entries say of each interaction. */
import path from "node:path";
import * as v from "valibot";
import { buildWeb } from "../../scripts/build-web.ts";
import { launchBrowser } from "../../test/web/support/browser.ts";
import { EVERYTHING, json, openPage, routeLive, servePanel } from "../../test/web/support/panel.ts";
import { ago, summary } from "../../test/web/support/runs.ts";
import type { Row } from "../report.ts";
import { spread } from "../stats.ts";
import type { BenchFolder } from "../system.ts";

const RUNS = 10_000;
const LIMIT_MS = 100;
const STATUSES = ["accepted", "running", "review_ready", "failed"] as const;
const TYPED = "client:12";

/** Keeps the entries of events (from 16 ms on) and of layout shifts from the first moment of the page. */
const WATCH = `
  globalThis.interactions = [];
  globalThis.shift = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId > 0) interactions.push(one.duration); })
    .observe({ type: "event", durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) globalThis.shift += one.value; })
    .observe({ type: "layout-shift", buffered: true });`;
const Seen = v.object({ interactions: v.array(v.number()), shift: v.number() });

/** Interactions that end within a frame have no entry: they count as its 16 ms. */
const ONE_FRAME = 16;

async function interacted(files: string, rounds: number): Promise<{ interactions: number[]; shift: number }> {
  const runs = Array.from({ length: RUNS }, (_, n) =>
    summary(n, { clientName: `Client ${n % 120}`, status: STATUSES[n % 4] ?? "accepted", updatedAt: ago(n * 60) }),
  );
  const answer = {
    me: EVERYTHING,
    current: (_: Request, path: string) =>
      path === "/team-agent-runs" ? json({ items: runs, nextCursor: null }) : null,
  };
  const panel = await servePanel(files, answer);
  const browser = await launchBrowser();
  try {
    const { page, close } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await routeLive(page, () => {});
    await page.addInitScript(WATCH);
    await page.goto(`${panel.url}/search`);
    await page.getByText("10,000 runs").waitFor();
    let made = 0;
    const box = page.getByRole("combobox", { name: "Search runs" });
    for (let round = 0; round < rounds; round += 1) {
      for (const key of TYPED) await box.press(key);
      for (const _ of TYPED) await box.press("Backspace");
      await page.locator("main h1").click();
      for (const key of ["End", "PageUp", "PageUp", "Home", "PageDown", "PageDown"]) await page.keyboard.press(key);
      made += 2 * TYPED.length + 7;
    }
    const seen = v.parse(Seen, await page.evaluate("({ interactions, shift })"));
    await close();
    const quick = Array.from({ length: Math.max(0, made - seen.interactions.length) }, () => ONE_FRAME);
    return { interactions: [...seen.interactions, ...quick], shift: seen.shift };
  } finally {
    await browser.close();
    await panel.stop();
  }
}

/** Typing, clicking and paging; the slowest of all counts. */
export async function longList({ root }: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const files = path.join(root, "panel");
  await buildWeb(files);
  const { interactions, shift } = await interacted(files, quick ? 1 : 5);
  const value = spread(interactions);
  const what = `interaction with ${RUNS} runs in the list`;
  const target = { text: `all < ${LIMIT_MS} ms`, met: value.max < LIMIT_MS };
  return [
    { race: "list", what, unit: "ms", value, target, durable: "–" },
    { race: "list", what: "layout shift", unit: "", value: spread([shift]), durable: "–" },
  ];
}
