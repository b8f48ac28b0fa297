import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { CUSTOM_FIELDS, PROJECTS, SECTIONS, USERS, WORKSPACE } from "../../sandbox/seed.ts";
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

describe("access", () => {
  it("needs a known token", async () => {
    const without = await fetch(`${baseOf(sandbox)}/users/me`);
    expect(without.status).toBe(401);
    expect(await without.json()).toMatchObject({ errors: [{ message: "Not Authorized" }] });
    expect((await get("/users/me", "wrong")).status).toBe(401);
  });

  it("tells the token's own user as `me`", async () => {
    const me = await jessie().users.getUser("me", {});
    expect(me.data).toMatchObject({ gid: USERS.jessie.gid, name: "Jessie", workspaces: [{ gid: WORKSPACE.gid }] });
  });

  it("answers unknown objects with 404, other text with 400, unknown paths with 404", async () => {
    expect((await get("/tasks/999")).status).toBe(404);
    expect(message(await get("/tasks/999"))).toBe("task: Unknown object: 999");
    expect((await get("/tasks/abc")).status).toBe(400);
    expect((await get("/nonsense")).status).toBe(404);
  });
});

describe("a task made by the official client", () => {
  it("comes back with assignee, memberships and custom fields", async () => {
    const created = await jessie().tasks.createTask(
      {
        data: {
          name: "SEO report",
          assignee: "me",
          memberships: [{ project: PROJECTS.intake.gid, section: SECTIONS.working.gid }],
          custom_fields: { [CUSTOM_FIELDS.client.gid]: CUSTOM_FIELDS.client.options[1].gid },
        },
      },
      {},
    );
    const read = await jessie().tasks.getTask(created.data.gid, {
      opt_fields:
        "name,assignee.name,memberships.project.name,memberships.section.name,custom_fields.name,custom_fields.display_value,custom_fields.enum_value.name",
    });
    expect(read.data).toEqual({
      gid: created.data.gid,
      name: "SEO report",
      assignee: { gid: USERS.jessie.gid, name: "Jessie" },
      memberships: [
        {
          project: { gid: PROJECTS.intake.gid, name: "Jessie Intake" },
          section: { gid: SECTIONS.working.gid, name: "Jessie is working" },
        },
      ],
      custom_fields: [
        {
          gid: CUSTOM_FIELDS.client.gid,
          name: "Client",
          display_value: "Plunkett",
          enum_value: { gid: CUSTOM_FIELDS.client.options[1].gid, name: "Plunkett" },
        },
        { gid: CUSTOM_FIELDS.skill.gid, name: "Skill", display_value: null, enum_value: null },
        { gid: CUSTOM_FIELDS.period.gid, name: "Period", display_value: null },
      ],
    });
  });

  it("answers 201 with the address of the task", async () => {
    const answer = await ask(sandbox, PATS.maya, "POST", "/tasks", { name: "x", projects: [PROJECTS.intake.gid] });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`${baseOf(sandbox)}/tasks/${answer.body.data.gid}`);
  });

  it.each([
    [{ name: 5, projects: [PROJECTS.intake.gid] }, "name: "],
    [{ name: "x" }, "You should specify one of workspace, parent or projects"],
    [{ name: "x", workspace: WORKSPACE.gid, assignee: "77" }, "assignee: Unknown object: 77"],
    [
      { name: "x", workspace: WORKSPACE.gid, custom_fields: { [CUSTOM_FIELDS.period.gid]: "y" } },
      "is not on given object",
    ],
    [
      { projects: [PROJECTS.intake.gid], custom_fields: { [CUSTOM_FIELDS.client.gid]: "Plunkett" } },
      "Not a valid enum option",
    ],
    [{ projects: [PROJECTS.intake.gid], notes: "a", html_notes: "<body>a</body>" }, "Cannot be set together"],
    [
      { memberships: [{ project: PROJECTS.errors.gid, section: SECTIONS.done.gid }] },
      "section is not in the given project",
    ],
  ])("is refused when it is wrong: %j", async (data, reason) => {
    const answer = await ask(sandbox, PATS.maya, "POST", "/tasks", data);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(message(answer)).toContain(reason);
  });
});

describe("opt_fields", () => {
  it("without them a list is compact and a single read is whole, without the opt-in fields", async () => {
    const { gid } = await seoTask();
    const [first] = (await get(`/projects/${PROJECTS.intake.gid}/tasks?limit=1`)).body.data;
    expect(Object.keys(first)).toEqual(["gid", "resource_type", "name", "resource_subtype", "created_by"]);
    const whole = (await get(`/tasks/${gid}`)).body.data;
    expect(whole).toMatchObject({
      notes: "As usual & <b>please</b>",
      assignee: { gid: USERS.jessie.gid, name: "Jessie" },
    });
    expect(whole).not.toHaveProperty("html_notes");
  });

  it("asked fields come with the gid and nothing else; objects asked without fields are bare", async () => {
    const { gid } = await seoTask();
    const asked = (await get(`/tasks/${gid}?opt_fields=name,assignee,(created_by|assignee).email,memberships.project`))
      .body.data;
    expect(asked).toEqual({
      gid,
      name: "SEO report October",
      assignee: { gid: USERS.jessie.gid, email: "jessie@northlight.example" },
      created_by: { gid: USERS.maya.gid, email: "maya@northlight.example" },
      memberships: [{ project: { gid: PROJECTS.intake.gid, resource_type: "project" } }],
    });
    expect((await get(`/tasks/${gid}?opt_fields=assignee`)).body.data).toEqual({
      gid,
      assignee: { gid: USERS.jessie.gid, resource_type: "user" },
    });
    expect((await get(`/tasks/${gid}?opt_fields=(a`)).status).toBe(400);
  });

  it("are read from options.fields of a body too", async () => {
    const { gid } = await seoTask();
    const answer = await fetch(`${baseOf(sandbox)}/tasks/${gid}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${PATS.tom}`, "content-type": "application/json" },
      body: JSON.stringify({ data: { completed: true }, options: { fields: ["completed_by.name"] } }),
    });
    expect(await answer.json()).toEqual({ data: { gid, completed_by: { gid: USERS.tom.gid, name: "Tom Achebe" } } });
  });
});

describe("lists", () => {
  it("page with an opaque offset until next_page is null, and miss or repeat nothing", async () => {
    const gids: string[] = [];
    for (let n = 0; n < 5; n += 1)
      gids.push((await maya().createTask({ name: `t${n}`, project: PROJECTS.errors.gid })).gid);
    const seen: string[] = [];
    let page = await jessie().tasks.getTasksForProject(PROJECTS.errors.gid, { limit: 2 });
    for (; page.data !== null; page = await page.nextPage())
      seen.push(...page.data.map((task: { gid: string }) => task.gid));
    expect(seen.sort()).toEqual(gids.sort());
  });

  it("refuse a limit out of range and an offset of another list", async () => {
    for (const limit of ["0", "101", "x"]) expect((await get(`/users?limit=${limit}`)).status).toBe(400);
    const offset = (await get("/users?limit=1")).body.next_page.offset;
    expect((await get(`/users?limit=1&offset=${offset}`)).status).toBe(200);
    expect((await get(`/projects?limit=1&offset=${offset}`)).status).toBe(400);
    expect((await get("/users?limit=1&offset=made-up")).status).toBe(400);
  });

  it("of a project with completed_since=now hold incomplete tasks only", async () => {
    const answer = await get(`/projects/${PROJECTS.intake.gid}/tasks?completed_since=now&opt_fields=completed`);
    expect(answer.body.data).toHaveLength(2);
    expect(answer.body.data.every((task: { completed: boolean }) => !task.completed)).toBe(true);
  });

  it("of tasks need exactly one way to choose them", async () => {
    for (const query of [
      "",
      "?assignee=me",
      `?workspace=${WORKSPACE.gid}`,
      `?project=${PROJECTS.intake.gid}&section=${SECTIONS.done.gid}`,
    ]) {
      expect((await get(`/tasks${query}`)).status).toBe(400);
    }
    const { gid } = await seoTask();
    const mine = await get(`/tasks?assignee=me&workspace=${WORKSPACE.gid}`);
    expect(mine.body.data.map((task: { gid: string }) => task.gid)).toEqual([gid]);
  });

  it("of search results are never paged", async () => {
    await seoTask();
    const answer = await get(`/workspaces/${WORKSPACE.gid}/tasks/search?text=october&assignee.any=${USERS.jessie.gid}`);
    expect(answer.body).toMatchObject({ data: [{ name: "SEO report October" }] });
    expect(answer.body).not.toHaveProperty("next_page");
  });

  it("of sections and custom field settings describe the intake project", async () => {
    const sections = await jessie().sections.getSectionsForProject(PROJECTS.intake.gid, {});
    expect(sections.data.map((section: { name: string }) => section.name)).toEqual([
      "Requested",
      "Jessie is working",
      "Done",
    ]);
    const settings = await jessie().settings.getCustomFieldSettingsForProject(PROJECTS.intake.gid, {});
    expect(settings.data.map((setting: { custom_field: { name: string } }) => setting.custom_field.name)).toEqual([
      "Client",
      "Skill",
      "Period",
    ]);
  });
});
