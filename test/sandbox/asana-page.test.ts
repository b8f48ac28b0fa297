import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { CUSTOM_FIELDS, PROJECTS, USERS } from "../../sandbox/seed.ts";
import { launchBrowser } from "../web/support/browser.ts";
import { ask, baseOf, startAsana, startReceiver } from "./asana-support.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startAsana();
});
afterEach(() => sandbox.stop());

const maya = () => playAsana(baseOf(sandbox), PATS.maya);
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(sandbox.url + path, { method: "POST", body: new URLSearchParams(form), redirect: "manual", headers });
const text = async (path: string) => (await fetch(sandbox.url + path)).text();
const attach = async (taskGid: string, name: string, type: string, content: string) => {
  const form = new FormData();
  form.set("parent", taskGid);
  form.set("file", new File([content], name, { type }));
  const headers = { authorization: `Bearer ${PATS.jessie}` };
  const answer = await fetch(`${baseOf(sandbox)}/attachments`, { method: "POST", headers, body: form });
  return (await answer.json()).data.gid;
};

describe("the page's forms", () => {
  it("create a task for Jessie through the same code as the API, so the webhook fires", async () => {
    const receiver = await startReceiver();
    await playAsana(baseOf(sandbox), PATS.jessie).hook(receiver.url);
    const answer = await post(`/asana/projects/${PROJECTS.intake.gid}/tasks`, {
      name: "SEO report",
      notes: "line one\r\nline two",
      [`field-${CUSTOM_FIELDS.client.gid}`]: CUSTOM_FIELDS.client.options[0].gid,
      [`field-${CUSTOM_FIELDS.skill.gid}`]: "",
      [`field-${CUSTOM_FIELDS.period.gid}`]: "October 2026",
      assignee: USERS.jessie.gid,
    });
    expect(answer.status).toBe(303);
    const gid = /\/asana\/tasks\/(\d+)$/.exec(answer.headers.get("location") ?? "")?.[1];
    const task = (await ask(sandbox, PATS.jessie, "GET", `/tasks/${gid}`)).body.data;
    expect(task).toMatchObject({ name: "SEO report", notes: "line one\nline two", assignee: { name: "Jessie" } });
    expect(task.custom_fields.map((field: { display_value: string }) => field.display_value)).toEqual([
      "Strategic Settlements",
      null,
      "October 2026",
    ]);
    const events = await receiver.until((all) => all.length > 0);
    expect(events[0]?.resource.gid).toBe(gid);
    await receiver.stop();
  });

  it("comment as the chosen person", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const acting = await post("/asana/acting", { user: USERS.tom.gid, back: `/asana/tasks/${gid}` });
    expect(acting.headers.get("location")).toBe(`/asana/tasks/${gid}`);
    const cookie = acting.headers.get("set-cookie")?.split(";")[0] ?? "";
    await post(`/asana/tasks/${gid}/comment`, { text: "From Tom" }, { cookie });
    await post(`/asana/tasks/${gid}/comment`, { text: "From Maya" });
    const comments = (await maya().comments(gid)).map((comment) => [comment.created_by?.name, comment.text]);
    expect(comments).toEqual([
      ["Tom Achebe", "From Tom"],
      ["Maya Lindqvist", "From Maya"],
    ]);
  });

  it("never let anybody act as Jessie, nor redirect to another place", async () => {
    const acting = await post("/asana/acting", { user: USERS.jessie.gid, back: "https://evil.example/" });
    expect([acting.headers.get("location"), acting.headers.get("set-cookie")]).toEqual(["/asana/", null]);
    expect((await post("/asana/acting", { user: USERS.tom.gid, back: "//evil.example" })).headers.get("location")).toBe(
      "/asana/",
    );
  });

  it("assign, unassign, complete, reopen and edit, and keep a rich description that was not touched", async () => {
    const made = await ask(sandbox, PATS.maya, "POST", "/tasks", {
      name: "x",
      html_notes: "<body><strong>bold</strong> words</body>",
      projects: [PROJECTS.intake.gid],
    });
    const { gid } = made.body.data;
    const read = async () =>
      (await ask(sandbox, PATS.jessie, "GET", `/tasks/${gid}?opt_fields=name,completed,assignee,html_notes`)).body.data;
    await post(`/asana/tasks/${gid}/assign`, { assignee: USERS.jessie.gid });
    await post(`/asana/tasks/${gid}/complete`, { completed: "true" });
    await post(`/asana/tasks/${gid}`, { name: "renamed", notes: "bold words" });
    expect(await read()).toMatchObject({
      name: "renamed",
      completed: true,
      assignee: { gid: USERS.jessie.gid },
      html_notes: "<body><strong>bold</strong> words</body>",
    });
    await post(`/asana/tasks/${gid}/assign`, { assignee: "" });
    await post(`/asana/tasks/${gid}/complete`, { completed: "false" });
    expect(await read()).toMatchObject({ completed: false, assignee: null });
  });

  it("come back with the reason and what was typed when they are refused", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const answer = await post(`/asana/tasks/${gid}`, {
      name: "typed <title>",
      notes: "typed",
      [`field-${CUSTOM_FIELDS.client.gid}`]: "7",
    });
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(page).toContain("Not a valid enum option");
    expect(page).toContain('value="typed &lt;title&gt;"');
    expect((await post("/asana/tasks/77/comment", { text: "x" })).status).toBe(404);
  });

  it("are refused from another site and under another host name", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const foreign = await post(`/asana/tasks/${gid}/comment`, { text: "x" }, { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    expect(await maya().comments(gid)).toEqual([]);
  });
});

describe("the page's content", () => {
  it("leads from the root to the intake project", async () => {
    expect(await text("/")).toContain("<h1>Jessie Intake</h1>");
    expect((await fetch(`${sandbox.url}/asana/tasks/77`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/asana/static/..%2Froutes.ts`)).status).toBe(404);
  });

  it("shows text from people as text", async () => {
    const { gid } = await maya().createTask({
      name: "<img src=x onerror=alert(1)>",
      notes: "<script>alert(2)</script>",
    });
    await maya().comment(gid, "</textarea><b>hi</b>");
    const page = (await text(`/asana/tasks/${gid}`)) + (await text("/"));
    expect(page).not.toMatch(/<img|<script>|<b>/);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  it("links to the web and to mail alone", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const html = '<body><a href="javascript:alert(1)">bad</a><a href="https://example.com/">good</a></body>';
    await ask(sandbox, PATS.jessie, "POST", `/tasks/${gid}/stories`, { html_text: html });
    const page = await text(`/asana/tasks/${gid}`);
    expect(page).not.toContain("javascript:");
    expect(page).toContain('<a href="https://example.com/" target="_blank" rel="noopener noreferrer">good</a>');
  });

  it("opens attached HTML in a sandbox and downloads what a browser should not show", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const report = await fetch(`${sandbox.url}/asana/files/${await attach(gid, "r.html", "text/html", "<h1>hi</h1>")}`);
    expect(report.headers.get("content-security-policy")).toMatch(
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
    );
    expect(report.headers.get("content-disposition")).toContain("inline");
    const svg = await fetch(`${sandbox.url}/asana/files/${await attach(gid, "r.svg", "image/svg+xml", "<svg/>")}`);
    expect(svg.headers.get("content-type")).toBe("application/octet-stream");
    expect(svg.headers.get("content-disposition")).toContain("attachment");
  });
});

// Two cores shared with everything else: a browser may take its time.
describe("in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser.close());
  afterEach(() => page.close());
  const open = async (path: string, options: Parameters<Browser["newPage"]>[0] = {}) => {
    page = await browser.newPage(options);
    await page.goto(sandbox.url + path);
  };

  it("a person asks Jessie, comments and completes without the API", async () => {
    await open("/");
    await page.getByText("New request").click();
    await page.getByLabel("Title").fill("SEO report October");
    await page.getByLabel("Client").selectOption("Plunkett");
    await page.getByRole("button", { name: "Create as Maya Lindqvist" }).click();
    await page.getByRole("heading", { name: "SEO report October" }).waitFor();
    await page.getByRole("button", { name: "Tom Achebe" }).click();
    await page.getByLabel("Comment as Tom Achebe").fill("Looks good");
    await page.getByRole("button", { name: "Post comment" }).click();
    await page.getByRole("article", { name: "Comment by Tom Achebe" }).waitFor();
    await page.getByRole("button", { name: "Mark complete" }).click();
    await page.getByRole("button", { name: "Reopen" }).waitFor();
    expect(await page.getByLabel("Assignee").inputValue()).toBe(USERS.jessie.gid);
  });

  it("news appear by themselves while typed text stays", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    await open(`/asana/tasks/${gid}`);
    await page.getByLabel(/^Comment as/).fill("half a thought");
    await playAsana(baseOf(sandbox), PATS.jessie).comment(gid, "The report is ready");
    await page.getByText("The report is ready").waitFor();
    expect(await page.getByLabel(/^Comment as/).inputValue()).toBe("half a thought");
    await page.reload();
    expect(await page.getByLabel(/^Comment as/).inputValue()).toBe("half a thought");
  });

  it("scripts in an attached report do not run", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    const file = await attach(
      gid,
      "r.html",
      "text/html",
      "<h1>Report</h1><script>document.body.textContent='PWNED'</script>",
    );
    await open(`/asana/files/${file}`);
    expect(await page.locator("body").textContent()).toContain("Report");
  });

  it.each(["light", "dark"] as const)("is accessible and fits a narrow screen in %s", async (colorScheme) => {
    const { gid } = await maya().createTask({ name: "A".repeat(120), client: "Plunkett", notes: "words ".repeat(40) });
    await maya().comment(gid, "a-very-long-word-".repeat(20));
    await attach(gid, `${"long-name-".repeat(12)}.html`, "text/html", "x");
    for (const path of ["/", `/asana/tasks/${gid}`]) {
      const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 800 } });
      page = await context.newPage();
      await page.goto(sandbox.url + path);
      for (const details of await page.locator("details").all())
        await details.evaluate((node) => node.setAttribute("open", ""));
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await context.close();
    }
  });
});
