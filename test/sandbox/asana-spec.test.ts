import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { CUSTOM_FIELDS, PROJECTS, SECTIONS, WORKSPACE } from "../../sandbox/seed.ts";
import { openAsanaSpec } from "./asana-spec.ts";
import { ask, baseOf, type Receiver, startAsana, startReceiver } from "./asana-support.ts";

let sandbox: Sandbox;
let receiver: Receiver;
let gids: Record<"task" | "story" | "attachment" | "webhook", string>;

beforeAll(async () => {
  sandbox = await startAsana();
  receiver = await startReceiver();
  const maya = playAsana(baseOf(sandbox), PATS.maya);
  const task = await maya.createTask({ name: "SEO report", client: "Plunkett", skill: "SEO report", period: "May" });
  const story = await maya.comment(task.gid, "hello");
  const form = new FormData();
  form.set("parent", task.gid);
  form.set("file", new File(["x"], "x.csv", { type: "text/csv" }));
  const headers = { authorization: `Bearer ${PATS.maya}` };
  await fetch(`${baseOf(sandbox)}/attachments`, { method: "POST", headers, body: form });
  const [attachment] = await maya.attachments(task.gid);
  const webhook = await playAsana(baseOf(sandbox), PATS.jessie).hook(receiver.url);
  gids = { task: task.gid, story: story.gid, attachment: attachment?.gid ?? "", webhook: webhook.gid };
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
});

describe("answers have the shape of Asana's own document", () => {
  const compare = openAsanaSpec();
  const cases: readonly (readonly [schema: string, from: string, path: () => string])[] = [
    ["TaskResponse", "a task", () => `/tasks/${gids.task}`],
    ["TaskCompact", "tasks of a project", () => `/tasks?project=${PROJECTS.intake.gid}`],
    ["TaskCompact", "a search", () => `/workspaces/${WORKSPACE.gid}/tasks/search?text=seo`],
    ["StoryResponse", "a story", () => `/stories/${gids.story}`],
    ["AttachmentResponse", "an attachment", () => `/attachments/${gids.attachment}`],
    ["AttachmentCompact", "attachments of a task", () => `/attachments?parent=${gids.task}`],
    ["WebhookResponse", "a webhook", () => `/webhooks/${gids.webhook}`],
    ["WebhookResponse", "webhooks", () => `/webhooks?workspace=${WORKSPACE.gid}`],
    ["UserResponse", "me", () => "/users/me"],
    ["UserCompact", "users", () => "/users"],
    ["ProjectResponse", "a project", () => `/projects/${PROJECTS.intake.gid}`],
    ["ProjectCompact", "projects", () => "/projects"],
    ["SectionCompact", "sections of a project", () => `/projects/${PROJECTS.intake.gid}/sections`],
    ["SectionResponse", "a section", () => `/sections/${SECTIONS.done.gid}`],
    [
      "CustomFieldSettingResponse",
      "settings of a project",
      () => `/projects/${PROJECTS.intake.gid}/custom_field_settings`,
    ],
    ["CustomFieldResponse", "a custom field", () => `/custom_fields/${CUSTOM_FIELDS.client.gid}`],
    ["WorkspaceResponse", "a workspace", () => `/workspaces/${WORKSPACE.gid}`],
  ];
  for (const [schema, from, path] of cases) {
    it(`${schema}: ${from}`, async () => {
      if (compare === null) return;
      const answer = await ask(sandbox, PATS.jessie, "GET", path());
      expect(answer.status).toBe(200);
      const records: unknown[] = Array.isArray(answer.body.data) ? answer.body.data : [answer.body.data];
      expect(records.length).toBeGreaterThan(0);
      expect(records.flatMap((record) => compare(schema, record))).toEqual([]);
    });
  }

  it("events of webhooks and of the stream are EventResponse", async () => {
    if (compare === null) return;
    const sync = (await ask(sandbox, PATS.jessie, "GET", `/events?resource=${PROJECTS.intake.gid}`)).body.sync;
    await playAsana(baseOf(sandbox), PATS.maya).createTask({ name: "event" });
    const stream = await ask(sandbox, PATS.jessie, "GET", `/events?resource=${PROJECTS.intake.gid}&sync=${sync}`);
    const delivered = await receiver.until((events) => events.length > 3);
    for (const event of [...stream.body.data, ...delivered]) {
      // The document forgets the subtype, but live events carry it.
      const strangers = compare("EventResponse", event).filter((line) => !line.includes("resource_subtype"));
      expect(strangers).toEqual([]);
    }
  });

  it("refusals are ErrorResponse", async () => {
    if (compare === null) return;
    for (const path of ["/tasks/1", "/tasks/x", "/users?limit=0"]) {
      expect(compare("ErrorResponse", (await ask(sandbox, PATS.jessie, "GET", path)).body)).toEqual([]);
    }
  });
});
