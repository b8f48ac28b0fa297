import { get } from "node:http";
import type { Browser } from "playwright-core";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { runIdOf } from "../../src/core/ids.ts";
import { ProblemSchema } from "../../src/core/wire.ts";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import { type Consultant, consult, inReview, REQUEST } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";
import { launchBrowser } from "./support/browser.ts";
import { watchFaults } from "./support/panel.ts";

/** Who sits at the browser: nobody the system knows, until a test says who she is. */
const VERA = "vera@agency.example";

let system: System;
let browser: Browser;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem({ staff: VERA });
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

    const shown = page.getByRole("log").getByRole("listitem");
    // The last of the log: what is read before it is there would be one short.
    await page.getByRole("log").getByText("Posted the request to review version 1.").waitFor();
    const logged = await maya.events(task);
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
    // The reply to the acceptance comes after it: page and log are compared until nothing is on its way.
    const missing = async () =>
      (await maya.events(task)).length - (await page.getByRole("log").getByRole("listitem").count());
    await expect.poll(missing).toBe(0);
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
    expect(logged.some((event) => event.summary.includes(VERA))).toBe(true);
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

  it("refuses what comes from another site, without a pass, without a ticket, or by a forged name", async () => {
    const run = `${system.webUrl}/api/team-agent-runs/tar_1`;
    const post = (headers: Record<string, string>) => codeOf(fetch(`${run}/kill`, { method: "POST", headers }));
    const own = { origin: system.webUrl };
    const pass = { [WRITE_PASS_HEADER]: await passOf(system.webUrl) };
    expect(await post({ ...pass, origin: "https://evil.example" })).toEqual([403, "cross_origin"]);
    expect(await post(own)).toEqual([403, "write_pass_required"]);
    const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    expect(await upgradeStatus(`${run}/live`, { ...own, ...upgrade })).toBe(401);
    const forged = {
      "X-Agency-OS-Staff": "boss@agency.example",
      "Cf-Access-Authenticated-User-Email": "boss@x.example",
    };
    const me = await fetch(`${system.webUrl}/api/me`, { headers: forged });
    expect(await me.json()).toMatchObject({ email: VERA });
  });

  it("refuses another role's action: who may only look can do nothing", async () => {
    const added = await fetch(`${system.controlPlaneUrl}/admin-registry/users`, {
      method: "POST",
      headers: { "content-type": "application/json", "X-Agency-OS-Internal-Token": system.internalToken },
      body: JSON.stringify({ name: "Vera", email: VERA, role: "viewer" }),
    });
    expect(added.status).toBe(201);
    const headers = {
      origin: system.webUrl,
      "content-type": "application/json",
      [WRITE_PASS_HEADER]: await passOf(system.webUrl),
    };
    const post = (path: string) =>
      codeOf(fetch(`${system.webUrl}/api${path}`, { method: "POST", headers, body: '{"reason":"x"}' }));
    expect(await post("/team-agent-runs/tar_1/kill")).toEqual([403, "not_allowed"]);
    expect(await post("/internal/holds")).toEqual([403, "ops_only"]);
    expect(await codeOf(fetch(`${system.webUrl}/api/internal/ops`))).toEqual([403, "ops_only"]);
  });
});

/** Status and code of a refusal. */
async function codeOf(reply: Promise<Response>): Promise<[number, string]> {
  const response = await reply;
  return [response.status, v.parse(ProblemSchema, await response.json()).code];
}

async function passOf(webUrl: string): Promise<string> {
  return (await fetch(`${webUrl}/api/me`)).headers.get(WRITE_PASS_HEADER) ?? "";
}

/** Status with which an upgrade is answered; `fetch` may not send one. */
function upgradeStatus(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { ...headers, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" } });
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on("error", reject);
  });
}
