import type { Browser, Locator, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUSINESS_UNITS } from "../../sandbox/seed.ts";
import { runIdOf } from "../../src/core/ids.ts";
import { type Consultant, consult } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";
import { launchBrowser } from "./support/browser.ts";
import { watchFaults } from "./support/panel.ts";

/** More stops than any page of the panel has: who needs more has lost the way. */
const MOST_TABS = 150;
const CUTS = 20;

const [, shop] = BUSINESS_UNITS;
if (shop === undefined) throw new Error("The demo agency has two Business Units.");
const { searchConsoleSite, ga4PropertyId, id: formerUnit } = shop;
/** Of the new client: the folder of the former one is not given to another. */
const FOLDER = "288000000077";

let system: System;
let browser: Browser;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem();
  browser = await launchBrowser();
  maya = consult(system);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

/** Goes to a control the way somebody without a mouse does. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let n = 0; n < MOST_TABS; n += 1) {
    if (await control.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${control} is not reached by Tab.`);
}

async function press(page: Page, control: Locator): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press("Enter");
}

/** From a finding of readiness to the field it is about, which has the focus then. */
async function mend(page: Page, what: string): Promise<Locator> {
  const finding = page.getByRole("listitem").filter({ hasText: what });
  await press(page, finding.getByText("Go there").locator("xpath=ancestor-or-self::*[self::a or self::button]"));
  return finding;
}

/** The demo's second client leaves the agency, so that somebody else may name its sources. */
async function freeSources(): Promise<void> {
  for (const kind of ["search_console_site", "ga4_property"]) {
    const path = `/admin-registry/business-units/${formerUnit}/sources/${kind}`;
    const headers = { "X-Agency-OS-Internal-Token": system.internalToken };
    const answer = await fetch(system.controlPlaneUrl + path, { method: "DELETE", headers, body: "{}" });
    expect(answer.status, await answer.clone().text()).toBe(200);
  }
}

describe("staff at the panel of the real system, by keyboard alone", () => {
  it("set up a client from nothing to an open dashboard, follow a figure to its snapshot, and restore an edit", async () => {
    await freeSources();
    const page = await browser.newPage();
    const faults = watchFaults(page);
    await page.goto(`${system.webUrl}/admin/clients`);
    await press(page, page.getByRole("button", { name: "Create client" }).first());
    await page.getByRole("dialog", { name: "Create a client" }).waitFor();
    await page.keyboard.type("Harbour");
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("button", { name: "Create Business Unit" }));

    for (const [what, externalId] of [
      ["There is no Search Console property.", searchConsoleSite],
      ["There is no GA4 property.", ga4PropertyId],
      ["There is no client context folder.", FOLDER],
    ] as const) {
      const finding = await mend(page, what);
      await page.locator("input:focus").waitFor();
      await page.keyboard.type(externalId);
      await page.keyboard.press("Enter");
      await finding.waitFor({ state: "detached" });
    }
    await giveRole(page);
    await press(page, page.getByRole("button", { name: "Create dashboard" }));
    await press(page, page.getByRole("link", { name: "Open the dashboard" }));
    await page.getByRole("heading", { level: 1, name: "Harbour" }).waitFor();
    await press(page, page.getByRole("button", { name: "Refresh data" }));

    await figureToSnapshot(page);
    await restoreEdit(page);
    expect(faults).toEqual([]);
  });

  it("answer what a run asks, watch it go on, and stop it", async () => {
    const task = (await maya.asana.createTask({ name: "SEO report, please", client: "Strategic Settlements" })).gid;
    await maya.until(task, "a question is asked", (run) => run.status === "needs_clarification");
    await maya.faults([{ upstream: "search-console", kind: "status", status: 503, times: 1_000 }]);
    const page = await browser.newPage();
    await page.goto(`${system.webUrl}/runs/${runIdOf(task)}`);
    await tabTo(page, page.getByRole("textbox", { name: "Your answer" }));
    await page.keyboard.type("October 2026");
    await press(page, page.getByRole("button", { name: "Send to Jessie" }));
    await maya.until(task, "it is at work", (run) => run.attempts.length > 0);
    await press(page, page.getByRole("button", { name: "Cancel run" }));
    await press(page, page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }));
    await page.locator(".callout").getByRole("heading", { name: "Cancelled" }).waitFor();
    await maya.clearFaults();
  });
});

async function giveRole(page: Page): Promise<void> {
  const finding = await mend(page, "Nobody has the role of a consultant, approver or admin here.");
  await tabTo(page, page.getByRole("combobox", { name: "Member of staff" }));
  await page.keyboard.type("Maya");
  await tabTo(page, page.getByRole("combobox", { name: "Role", exact: true }));
  await page.keyboard.type("Approver");
  await press(page, page.getByRole("button", { name: "Give the role" }));
  await finding.waitFor({ state: "detached" });
}

async function figureToSnapshot(page: Page): Promise<void> {
  const clicks = page.getByRole("button", { name: /^Clicks/ }).first();
  await clicks.waitFor({ timeout: 90_000 });
  await press(page, clicks);
  const drawer = page.getByRole("dialog");
  const cell = drawer.locator("mark").first();
  await cell.waitFor();
  const stored = Number(await cell.innerText());
  expect(stored).toBeGreaterThan(1_000);
  await drawer.getByText(stored.toLocaleString("en"), { exact: true }).first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
}

async function restoreEdit(page: Page): Promise<void> {
  await page.goto(`${system.webUrl}/admin/units/bu_harbour/context`);
  await tabTo(page, page.getByRole("textbox", { name: "Folder id" }));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("288000000999");
  await page.keyboard.press("Enter");
  await page.getByText("The context folder is saved.").first().waitFor();
  await press(page, page.getByRole("link", { name: "History" }));
  await press(page, page.getByRole("button", { name: /^Restore what stood/ }).first());
  await press(page, page.getByRole("dialog").getByRole("button", { name: "Restore" }));
  await page.getByText("Restored", { exact: true }).waitFor();
  const unit = await (await maya.get("/admin-registry/business-units/bu_harbour")).text();
  expect(unit).toContain(FOLDER);
  expect(unit).not.toContain("288000000999");
}

describe("a line that breaks", () => {
  it(`${CUTS} times during a run: each time the page says that it is stale, and at the end it shows the whole log`, async () => {
    await maya.faults([{ upstream: "search-console", kind: "slow", delayMs: 1_500, times: 1_000 }]);
    const page = await browser.newPage();
    const lines: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/live\b/, (line) => {
      line.connectToServer();
      lines.push(line);
    });
    const task = await maya.ask({ name: "A run over a bad line" });
    await maya.until(task, "it is at work", (run) => run.steps.length > 0);
    await page.goto(`${system.webUrl}/runs/${runIdOf(task)}`);
    for (let n = 1; n <= CUTS; n += 1) {
      await page.getByText("Live", { exact: true }).waitFor();
      await lines.at(-1)?.close({ code: 1011 });
      await page.getByRole("status").getByText("Connection lost.").waitFor();
      await page.getByRole("button", { name: "Try now" }).click();
    }
    await maya.clearFaults();
    await maya.reviewed(task, 1);
    await page.getByText("Live", { exact: true }).waitFor();
    expect(lines.length).toBeGreaterThan(CUTS);
    const logged = await maya.events(task);
    const shown = page.getByRole("log").getByRole("listitem");
    await shown.nth(logged.length - 1).waitFor({ state: "attached" });
    expect(await shown.count()).toBe(logged.length);
    expect(await page.getByText("Connection lost.").count()).toBe(0);
  });
});
