import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { PROJECTS, SECTIONS } from "../../sandbox/seed.ts";
import { ask, baseOf, officialClient, startAsana } from "./asana-support.ts";

let sandbox: Sandbox;
let time: Date;
beforeEach(async () => {
  time = new Date("2026-11-20T10:00:00.000Z");
  sandbox = await startAsana({ now: () => time });
});
afterEach(() => sandbox.stop());

const jessie = () => officialClient(sandbox, PATS.jessie);
const maya = () => playAsana(baseOf(sandbox), PATS.maya);
const get = (path: string, pat: string = PATS.jessie) => ask(sandbox, pat, "GET", path);
const message = (answer: { body: { errors: { message: string }[] } }) => answer.body.errors[0]?.message;

const seoTask = () =>
  maya().createTask({
    name: "SEO report October",
    notes: "As usual & <b>please</b>",
    client: "Plunkett",
    skill: "SEO report",
    period: "October 2026",
  });

describe("modified_at", () => {
  const modifiedAt = async (gid: string) => (await get(`/tasks/${gid}?opt_fields=modified_at`)).body.data.modified_at;

  it("moves with fields, not with comments and not with places", async () => {
    const { gid } = await seoTask();
    const before = await modifiedAt(gid);
    time = new Date("2026-11-20T11:00:00.000Z");
    await maya().comment(gid, "hello");
    await jessie().sections.addTaskForSection(SECTIONS.working.gid, { body: { data: { task: gid } } });
    await jessie().tasks.addProjectForTask({ data: { project: PROJECTS.errors.gid } }, gid);
    expect(await modifiedAt(gid)).toBe(before);
    await maya().update(gid, { name: "Other name" });
    expect(await modifiedAt(gid)).toBe("2026-11-20T11:00:00.000Z");
  });
});

describe("places", () => {
  const order = async () =>
    (await get(`/sections/${SECTIONS.working.gid}/tasks`)).body.data.map((task: { name: string }) => task.name);
  const add = (gid: string, place: object) =>
    ask(sandbox, PATS.maya, "POST", `/tasks/${gid}/addProject`, {
      project: PROJECTS.intake.gid,
      section: SECTIONS.working.gid,
      ...place,
    });

  it("a task stands once in a project: on top, at the bottom, or beside another", async () => {
    const a = await maya().createTask({ name: "a" });
    const b = await maya().createTask({ name: "b" });
    const c = await maya().createTask({ name: "c" });
    await add(a.gid, {});
    await add(b.gid, {});
    await add(c.gid, { insert_before: null });
    expect(await order()).toEqual(["b", "a", "c"]);
    await add(c.gid, { insert_after: b.gid });
    expect(await order()).toEqual(["b", "c", "a"]);
    expect((await add(c.gid, { insert_after: null, insert_before: null })).status).toBe(400);
  });

  it("a task leaves a project by removeProject, and only when it is in it", async () => {
    const { gid } = await seoTask();
    await jessie().tasks.removeProjectForTask({ data: { project: PROJECTS.intake.gid } }, gid);
    expect((await get(`/tasks/${gid}?opt_fields=projects`)).body.data.projects).toEqual([]);
    const again = await ask(sandbox, PATS.maya, "POST", `/tasks/${gid}/removeProject`, {
      project: PROJECTS.intake.gid,
    });
    expect(again.status).toBe(400);
  });

  it("cannot be changed by an update of the task", async () => {
    const { gid } = await seoTask();
    const answer = await ask(sandbox, PATS.maya, "PUT", `/tasks/${gid}`, { projects: [] });
    expect(answer.status).toBe(400);
    expect(message(answer)).toContain("addProject");
  });
});

describe("stories", () => {
  const post = (gid: string, data: object, pat: string = PATS.jessie) =>
    ask(sandbox, pat, "POST", `/tasks/${gid}/stories`, data);

  it("tell in system stories what happened", async () => {
    const { gid } = await seoTask();
    await maya().complete(gid);
    await maya().assign(gid, null);
    const subtypes = (await maya().stories(gid)).map((story) => story.resource_subtype);
    expect(subtypes).toEqual(["added_to_project", "assigned", "marked_complete", "unassigned"]);
  });

  it("a comment with html_text keeps its markup and derives its text", async () => {
    const { gid } = await seoTask();
    const created = await jessie().stories.createStoryForTask(
      { data: { html_text: "<body><strong>Ready</strong> &amp; done<ul><li>one</li><li>two</li></ul></body>" } },
      gid,
      { opt_fields: "text,html_text,type,created_by.name" },
    );
    expect(created.data).toMatchObject({
      type: "comment",
      text: "Ready & done\none\ntwo",
      html_text: "<body><strong>Ready</strong> &amp; done<ul><li>one</li><li>two</li></ul></body>",
      created_by: { name: "Jessie" },
    });
  });

  it("a refused html_text posts nothing", async () => {
    const { gid } = await seoTask();
    for (const html of [
      "<body><p>x</p></body>",
      "<body>a & b</body>",
      "no body",
      '<body><strong class="x">y</strong></body>',
    ]) {
      expect((await post(gid, { html_text: html })).status).toBe(400);
    }
    expect((await post(gid, { text: "a", html_text: "<body>a</body>" })).status).toBe(400);
    expect((await post(gid, {})).status).toBe(400);
    expect(await maya().comments(gid)).toEqual([]);
  });

  it("a comment can be edited and deleted by its author alone", async () => {
    const { gid } = await seoTask();
    const comment = await maya().comment(gid, "first");
    const foreign = await ask(sandbox, PATS.jessie, "PUT", `/stories/${comment.gid}`, { text: "mine now" });
    expect([foreign.status, message(foreign)]).toEqual([403, "You can only edit your own comments"]);
    expect((await ask(sandbox, PATS.jessie, "DELETE", `/stories/${comment.gid}`)).status).toBe(403);
    expect((await ask(sandbox, PATS.maya, "PUT", `/stories/${comment.gid}`, { text: "second" })).status).toBe(200);
    expect(await maya().comments(gid)).toMatchObject([{ text: "second", is_edited: true }]);
    expect((await ask(sandbox, PATS.maya, "DELETE", `/stories/${comment.gid}`)).status).toBe(200);
    expect((await get(`/stories/${comment.gid}`)).status).toBe(404);
  });

  it("a system story cannot be edited", async () => {
    const { gid } = await seoTask();
    const [system] = await maya().stories(gid);
    expect((await ask(sandbox, PATS.maya, "PUT", `/stories/${system?.gid}`, { text: "x" })).status).toBe(400);
  });
});

describe("attachments", () => {
  const dir = mkdtempSync(join(tmpdir(), "asana-attachments-"));
  const file = join(dir, "report.html");
  beforeEach(() => writeFileSync(file, "<h1>Report</h1>"));
  /** The client's types know text only; its code takes streams. */
  const fileOf = <T extends object>(options: T): T => Object.assign(options, { file: createReadStream(file) });
  afterEach(() => rmSync(file, { force: true }));

  it("uploaded by the official client come back byte for byte from a fresh address", async () => {
    const { gid } = await seoTask();
    const client = jessie();
    await client.attachments.createAttachmentForObject(fileOf({ parent: gid, name: "Report.html" }));
    const listed = await client.attachments.getAttachmentsForObject(gid, {});
    expect(listed.data).toEqual([
      { gid: expect.any(String), resource_type: "attachment", name: "Report.html", resource_subtype: "asana" },
    ]);
    const whole = await client.attachments.getAttachment(listed.data[0].gid, {});
    expect(whole.data).toMatchObject({ size: 15, host: "asana", parent: { gid, resource_type: "task" } });
    const download = await fetch(whole.data.download_url);
    expect([await download.text(), download.headers.get("content-type")]).toEqual(["<h1>Report</h1>", "text/html"]);
  });

  it("are stored with status 200 and a name outside of ASCII", async () => {
    const { gid } = await seoTask();
    const form = new FormData();
    form.set("parent", gid);
    form.set("file", new File(["x"], encodeURIComponent("Résumé – März.csv"), { type: "text/csv" }));
    const answer = await fetch(`${baseOf(sandbox)}/attachments`, {
      method: "POST",
      headers: { authorization: `Bearer ${PATS.jessie}` },
      body: form,
    });
    expect(answer.status).toBe(200);
    expect((await maya().attachments(gid)).map(({ name }) => name)).toEqual(["Résumé – März.csv"]);
  });

  it("have a download address that ends after two minutes and cannot be made up", async () => {
    const { gid } = await seoTask();
    await jessie().attachments.createAttachmentForObject(fileOf({ parent: gid }));
    const [attachment] = await maya().attachments(gid);
    const address = attachment?.download_url ?? "";
    time = new Date(time.getTime() + 119_000);
    expect((await fetch(address)).status).toBe(200);
    time = new Date(time.getTime() + 1_000);
    const late = await fetch(address);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
    expect((await fetch(`${address}0`)).status).toBe(403);
    expect(await maya().download(attachment?.gid ?? "")).toHaveLength(15);
  });

  it.each([
    [
      "without a parent",
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n',
      "parent: Missing input",
    ],
    [
      "without a file",
      '--b\r\nContent-Disposition: form-data; name="parent"\r\n\r\n1\r\n--b--\r\n',
      "file: Missing input",
    ],
    ["with bare line feeds", '--b\nContent-Disposition: form-data; name="parent"\n\n1\n--b--\n', "CRLF"],
    ["cut in the middle", '--b\r\nContent-Disposition: form-data; name="parent"\r\n\r\n1', "does not end"],
  ])("are refused %s", async (_what, body, reason) => {
    const answer = await fetch(`${baseOf(sandbox)}/attachments`, {
      method: "POST",
      headers: { authorization: `Bearer ${PATS.jessie}`, "content-type": "multipart/form-data; boundary=b" },
      body,
    });
    expect(answer.status).toBe(400);
    expect((await answer.json()).errors[0].message).toContain(reason);
  });
});

describe("a deleted task", () => {
  it("is gone with everything on it", async () => {
    const { gid } = await seoTask();
    const comment = await maya().comment(gid, "hi");
    await maya().deleteTask(gid);
    expect((await get(`/tasks/${gid}`)).status).toBe(404);
    expect((await get(`/tasks/${gid}/stories`)).status).toBe(404);
    expect((await get(`/stories/${comment.gid}`)).status).toBe(404);
  });
});
