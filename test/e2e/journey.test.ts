import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { USERS } from "../../sandbox/seed.ts";
import { type Consultant, consult, marked, sha256 } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem();
  maya = consult(system);
});
afterAll(() => system.stop());

describe("the main job, end to end", () => {
  it("a task becomes a report, is revised when a person asks, and is accepted bound to its bytes", async () => {
    const created = Date.now();
    const task = await maya.ask();
    await maya.until(task, "the brief stands", (run) => run.brief !== null);
    const first = await maya.reviewed(task, 1);

    const comments = await maya.jessiesComments(task);
    const [status] = marked(comments, "status");
    expect(marked(comments, "status")).toHaveLength(1);
    expect(Date.parse(status?.created_at ?? "") - created).toBeLessThan(10_000);
    expect(status?.text).toContain("Delegation Confirmation");
    expect(status?.text).toContain("Strategic Settlements");
    expect(status?.text).toContain("Ready for your review");
    expect(marked(comments, "review-v1")).toHaveLength(1);
    expect(comments).toHaveLength(2);

    await expectStoredAsRegistered(task, first.artifacts.at(-1)?.files ?? []);
    expect(first.artifacts.at(-1)?.provenance.map((channel) => [channel.channel, channel.status])).toEqual([
      ["search_console", "used"],
      ["ga4", "used"],
      ["accuranker", "used"],
    ]);

    await maya.asana.comment(task, "Please focus on the Guides pages.\nAlso make it sing and dance.");
    const second = await maya.reviewed(task, 2);
    expect(second.artifacts.map((artifact) => artifact.lifecycle)).toEqual(["superseded", "in_review"]);
    expect(second.rounds[0]?.items.map((item) => item.outcome)).toEqual(["done", "declined"]);
    expect(second.rounds[0]?.items.every((item) => (item.reason ?? "").length > 10)).toBe(true);

    await maya.asana.comment(task, "Looks good, accepted.");
    const over = await maya.until(task, "the run is accepted", (run) => run.status === "accepted");
    const accepted = over.artifacts.at(-1);
    expect(accepted).toMatchObject({ lifecycle: "accepted", acceptedBy: USERS.maya.name });
    const report = (await maya.asana.attachments(task)).find((file) => file.name === accepted?.files[0]?.name);
    expect(sha256(await maya.asana.download(report?.gid ?? ""))).toBe(accepted?.sha256);

    const listed = await (await maya.get(`/report-artifacts?taskGid=${task}`)).json();
    expect(listed).toMatchObject({
      items: [
        { version: 2, lifecycle: "accepted" },
        { version: 1, lifecycle: "superseded" },
      ],
    });
  });

  it("a task that leaves out client and period gets one question, and the answer resumes the same run", async () => {
    const task = (await maya.asana.createTask({ name: "SEO report please" })).gid;
    const asked = await maya.until(task, "a question is asked", (run) => run.status === "needs_clarification");
    expect(asked.question).toContain("which client");
    expect(asked.question).toContain("which period");
    await maya.asana.comment(task, "It is for Plunkett, last month please");
    const done = await maya.reviewed(task, 1);
    expect(done.runId).toBe(asked.runId);
    expect(done.clientName).toBe("Plunkett");
    expect(done.artifacts[0]?.provenance.find((one) => one.channel === "accuranker")?.status).toBe("not_configured");
    expect(marked(await maya.jessiesComments(task), "question-1")).toHaveLength(1);
  });

  it("a task that is not assigned to Jessie is ignored without a word, and taken up when it is", async () => {
    const task = await maya.ask({ assignee: null });
    await maya.until(task, "it is ignored", (run) => run.status === "ignored");
    expect(await maya.asana.comments(task)).toEqual([]);
    await maya.asana.assign(task, USERS.jessie.gid);
    await maya.reviewed(task, 1);
  });

  it("a question about the report is answered from its evidence, new work is turned into a proposal", async () => {
    const task = await maya.ask();
    await maya.reviewed(task, 1);
    await maya.asana.comment(task, "Why did clicks change compared with the previous month?");
    await maya.until(
      task,
      "the question is answered",
      (run) => run.rounds[0]?.closedAt !== null && run.rounds.length === 1,
    );
    await maya.asana.comment(task, "Can you also do a Google Ads report for this client?");
    const proposed = await maya.until(
      task,
      "a proposal is made",
      (run) => run.rounds[1]?.closedAt !== null && run.rounds.length === 2,
    );
    expect(proposed.rounds.map((round) => round.kind)).toEqual(["discussion", "scope_change"]);
    expect(proposed.status).toBe("review_ready");
    expect(proposed.artifacts).toHaveLength(1);
  });

  it("a third version keeps what the second one changed", async () => {
    const task = await maya.ask();
    await maya.reviewed(task, 1);
    expect(await reportText(task, "-v1.html")).toContain(">Rankings<");
    await maya.asana.comment(task, "Please remove the rankings section.");
    await maya.reviewed(task, 2);
    expect(await reportText(task, "-v2.html")).not.toContain(">Rankings<");
    await maya.asana.comment(task, "Please show more rows in the query table.");
    await maya.reviewed(task, 3);
    expect(await reportText(task, "-v3.html")).not.toContain(">Rankings<");
  });

  it("staff can stop a run, and a stopped run says so in its one comment", async () => {
    await maya.faults([{ upstream: "search-console", kind: "slow", delayMs: 1_500 }]);
    const task = await maya.ask();
    await maya.until(task, "it is at work", (run) => run.status === "running");
    expect((await maya.post(`/team-agent-runs/tar_${task}/cancel`, { reason: "wrong client" })).status).toBe(202);
    const over = await maya.until(task, "it is cancelled", (run) => run.status === "cancelled");
    await maya.clearFaults();
    expect(over.cause?.code).toBe("cancelled_by_staff");
    expect((await maya.post(`/team-agent-runs/tar_${task}/cancel`)).status).toBe(409);
    expect(await maya.asana.attachments(task)).toEqual([]);
  });

  it("all but health and the webhook refuse requests without the token", async () => {
    const routes = [
      "/team-agent-runs",
      "/team-agent-runs/tar_1",
      "/report-artifacts",
      "/internal/dead-letters",
      "/nowhere",
    ];
    for (const route of routes) {
      expect((await fetch(system.controlPlaneUrl + route)).status).toBe(401);
      const wrong = { headers: { "X-Agency-OS-Internal-Token": "not-the-token" } };
      expect((await fetch(system.controlPlaneUrl + route, wrong)).status).toBe(403);
    }
    expect((await fetch(`${system.controlPlaneUrl}/health`)).status).toBe(200);
  });
});

async function expectStoredAsRegistered(
  task: string,
  files: readonly { name: string; sha256: string }[],
): Promise<void> {
  const attached = await maya.asana.attachments(task);
  expect(attached.map((file) => file.name).sort()).toEqual(files.map((file) => file.name).sort());
  for (const file of files) {
    const gid = attached.find((one) => one.name === file.name)?.gid ?? "";
    expect(sha256(await maya.asana.download(gid))).toBe(file.sha256);
  }
}

async function reportText(task: string, ending: string): Promise<string> {
  const file = (await maya.asana.attachments(task)).find((one) => one.name.endsWith(ending));
  return new TextDecoder().decode(await maya.asana.download(file?.gid ?? ""));
}
