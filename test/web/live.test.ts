import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { runIdOf } from "../../src/core/ids.ts";
import { type Consultant, consult, inReview, REQUEST } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";
import { launchBrowser } from "./support/browser.ts";
import { watchFaults } from "./support/panel.ts";

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

describe("the panel on the real system", () => {
  it("staff watch a task become a report without touching the page, and open the report", async () => {
    const page = await browser.newPage();
    const faults = watchFaults(page);
    await page.goto(`${system.webUrl}/runs`);
    await page.getByRole("heading", { name: "No runs yet" }).waitFor();
    const task = await maya.ask();
    await page.getByRole("link", { name: REQUEST.name }).click();
    await page.getByRole("heading", { level: 1, name: REQUEST.name }).waitFor();
    await page.locator(".callout").getByRole("heading", { name: "Ready for review" }).waitFor({ timeout: 90_000 });

    const logged = await maya.events(task);
    const shown = page.getByRole("log").getByRole("listitem");
    await shown.nth(logged.length - 1).waitFor({ state: "attached" });
    expect(await shown.count()).toBe(logged.length);

    const [report] = await Promise.all([
      page.context().waitForEvent("page"),
      page
        .locator(".callout")
        .getByRole("link", { name: /Open report/ })
        .click(),
    ]);
    await report.getByRole("heading", { level: 1 }).first().waitFor();
    expect(await report.locator("script").count()).toBe(0);

    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { level: 2, name: "Strategic Settlements" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("a killed control plane shows as lost at once; after its return the page resumes complete", async () => {
    const task = await maya.ask({ name: "A run to look at while the lights go out" });
    await maya.until(task, "version 1 is in review", inReview(1));
    const page = await browser.newPage();
    await page.goto(`${system.webUrl}/runs/${runIdOf(task)}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await system.killWorker();
    await page.getByRole("status").getByText("Connection lost.").waitFor({ timeout: 5000 });
    expect(await page.getByRole("log").getByRole("listitem").count()).toBeGreaterThan(5);
    await system.restartWorker();
    await maya.asana.comment(task, "Looks good, accepted.");
    await page.locator(".callout").getByRole("heading", { name: "Accepted" }).waitFor({ timeout: 90_000 });
    expect(await page.getByText("Connection lost.").count()).toBe(0);
    const logged = await maya.events(task);
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(logged.length);
  });

  it("a run that is not there is said to be unknown", async () => {
    const page = await browser.newPage();
    await page.goto(`${system.webUrl}/runs/tar_999`);
    await page.getByRole("heading", { level: 1, name: "No such run" }).waitFor();
  });

  it("a run that waits for an answer can be cancelled from its page", async () => {
    const task = (await maya.asana.createTask({ name: "SEO report please" })).gid;
    await maya.until(task, "a question is asked", (run) => run.status === "needs_clarification");
    const page = await browser.newPage();
    await page.goto(`${system.webUrl}/runs/${runIdOf(task)}`);
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
    await page.locator(".callout").getByRole("heading", { name: "Cancelled" }).waitFor();
    const logged = await maya.events(task);
    expect(logged.some((event) => event.summary.includes("dev@localhost"))).toBe(true);
  });

  it("pages, scripts and data weigh what they weigh in Cloudflare: they arrive compressed", async () => {
    const page = await (await fetch(system.webUrl)).text();
    const [, script = ""] = /src="([^"]+)"/.exec(page) ?? [];
    for (const address of ["/", script, "/api/me"]) {
      const response = await fetch(system.webUrl + address, { headers: { "accept-encoding": "gzip" } });
      expect([address, response.status, response.headers.get("content-encoding")]).toEqual([address, 200, "gzip"]);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
  });

  it("no secret and no name of the inside is anywhere in what the browser is sent", async () => {
    const page = await browser.newPage();
    const bodies: Promise<string>[] = [];
    page.on("response", (response) => bodies.push(response.text().catch(() => "")));
    const frames: string[] = [];
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => void frames.push(payload.toString())));
    await page.goto(`${system.webUrl}/runs`);
    await page.locator(".card").first().click();
    await page.getByRole("log").getByRole("listitem").first().waitFor();
    for (const address of ["/", "/reports", "/dashboards", "/ops"]) {
      await page.goto(system.webUrl + address);
      await page.waitForLoadState("networkidle");
    }
    const sent = (await Promise.all(bodies)).concat(frames).join("\n");
    expect(frames.length).toBeGreaterThan(1);
    const inside = { ...SANDBOX_CREDENTIALS, token: system.internalToken, webhook: system.webhookSecret };
    for (const [name, value] of Object.entries(inside)) expect([name, sent.includes(value)]).toEqual([name, false]);
    for (const name of ["PLATFORM_BUILD_DB", "TEAM_AGENT_RUN", "X-Agency-OS-Internal-Token", "-platform-build-"])
      expect([name, sent.toLowerCase().includes(name.toLowerCase())]).toEqual([name, false]);
  });
});
