import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { asana as asanaSimulator } from "../../sandbox/asana/upstream.ts";
import { PROJECTS, SANDBOX_CREDENTIALS, USERS } from "../../sandbox/seed.ts";
import { fakeAsana } from "../../src/ports/asana/fake.ts";
import { liveAsana, MAX_ATTACHMENT_BYTES } from "../../src/ports/asana/live.ts";
import { type AsanaWorld, asanaContract } from "./asana.contract.ts";
import { errorFor, expectedOf, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const TOKEN = SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT;
const token = async () => TOKEN;
const { maya, jessie } = USERS;

asanaContract("fake", async (): Promise<AsanaWorld> => {
  const me = { gid: jessie.gid, name: jessie.name };
  const fake = fakeAsana({ me: { ...me, email: jessie.email }, projectGids: [PROJECTS.intake.gid] });
  const colleague = { gid: maya.gid, name: maya.name };
  let gid = 5_000_000;
  return {
    port: fake,
    impatient: fake,
    me,
    colleague,
    projectGid: PROJECTS.intake.gid,
    createTask: async ({ name, notes = "", assignee = null }) => {
      gid += 1;
      const customFields = [{ name: "Period", displayValue: "October 2026" }];
      const projectGids = [PROJECTS.intake.gid];
      fake.putTask({
        gid: String(gid),
        name,
        notes,
        assigneeGid: assignee,
        createdBy: colleague,
        projectGids,
        customFields,
      });
      return String(gid);
    },
    completeTask: async (task) => void fake.putTask({ gid: task, completed: true }),
    removeTask: async (task) => fake.removeTask(task),
    commentAsColleague: async (task, text) => fake.commentAs(colleague, task, text).gid,
    removeOwnComment: async (story) => fake.removeComment(story),
    fault: async (kind, method) => fake.faults.fail(method, errorFor("asana", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
beforeAll(async () => {
  sandbox = await openSandbox([asanaSimulator]);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  const transport = sandbox.transport({ timeoutMs });
  return { transport, port: liveAsana({ baseUrl: variable(sandbox, "ASANA_BASE_URL"), token, ...transport }) };
}

asanaContract("live", async (): Promise<AsanaWorld> => {
  await sandbox.reset();
  const baseUrl = variable(sandbox, "ASANA_BASE_URL");
  const player = playAsana(baseUrl, "sandbox-asana-pat-maya");
  return {
    port: live().port,
    impatient: live(400).port,
    me: { gid: jessie.gid, name: jessie.name },
    colleague: { gid: maya.gid, name: maya.name },
    projectGid: PROJECTS.intake.gid,
    createTask: async ({ name, notes = "", assignee = null }) =>
      (await player.createTask({ name, notes, assignee, period: "October 2026" })).gid,
    completeTask: (task) => player.complete(task),
    removeTask: (task) => player.deleteTask(task),
    commentAsColleague: async (task, text) => (await player.comment(task, text)).gid,
    removeOwnComment: async (story) => {
      await fetch(`${baseUrl}/stories/${story}`, { method: "DELETE", headers: { authorization: `Bearer ${TOKEN}` } });
    },
    fault: (kind) => sandbox.faults({ upstream: "asana", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  };
});

describe("Asana port, live alone", () => {
  it("waits out a short rate limit and asks again", async () => {
    await sandbox.faults({ upstream: "asana", kind: "status", status: 429, retryAfter: 2, times: 1 });
    const { port, transport } = live();
    expect((await port.me()).name).toBe(jessie.name);
    expect(transport.slept).toEqual([2000]);
  });

  it("gets over two failures of the network", async () => {
    await sandbox.faults(
      { upstream: "asana", kind: "truncate", times: 1 },
      { upstream: "asana", kind: "drop_after", times: 1 },
    );
    const { port, transport } = live();
    expect((await port.me()).name).toBe(jessie.name);
    expect(transport.slept).toHaveLength(2);
  });

  it("asks for a fresh address when a download address has expired", async () => {
    let later = 0;
    const old = await openSandbox([asanaSimulator], () => new Date(Date.now() + later));
    const baseUrl = variable(old, "ASANA_BASE_URL");
    const task = await playAsana(baseUrl, "sandbox-asana-pat-maya").createTask({ name: "t" });
    const transport = old.transport();
    const { fetch } = transport;
    // The clock of Asana jumps between the first address and its use.
    const slow: typeof fetch = async (url, init) => {
      if (url.includes("/asana/download/") && later === 0) later = 180_000;
      return fetch(url, init);
    };
    const port = liveAsana({ ...transport, baseUrl, token, fetch: slow });
    const made = await port.attach(task.gid, { name: "a.txt", mediaType: "text/plain", bytes: new Uint8Array([7]) });
    expect(await port.download(made.gid)).toEqual(new Uint8Array([7]));
    expect(old.recorded.filter((request) => request.url.includes("/asana/download/"))).toHaveLength(2);
    await old.stop();
  });

  it("sends its token to Asana and to nobody else", async () => {
    const file = "http://files.example/signed?sig=a%2Fb";
    const script = scriptFetch(json({ data: { gid: "1", download_url: file } }), new Response("bytes"));
    await liveAsana({ token, ...stillTransport(script.fetch) }).download("1");
    expect(script.sent.map((request) => [request.url, request.headers.get("authorization")])).toEqual([
      ["https://app.asana.com/api/1.0/attachments/1?opt_fields=download_url", `Bearer ${TOKEN}`],
      [file, null],
    ]);
  });

  it.each([
    ["report v1.html", 'filename="report v1.html"'],
    ["résumé – Zoë.pdf", 'filename="r%C3%A9sum%C3%A9%20%E2%80%93%20Zo%C3%AB.pdf"'],
  ])("a file named %s travels under a name of plain characters, lines ended by CRLF", async (name, header) => {
    const script = scriptFetch(json({ data: { gid: "1", name } }));
    const file = { name, mediaType: "text/html", bytes: new Uint8Array([60, 62]) };
    await liveAsana({ token, ...stillTransport(script.fetch) }).attach("7", file);
    expect(script.sent[0]?.body).toContain(`Content-Disposition: form-data; name="file"; ${header}\r\n`);
    expect(script.sent[0]?.body).toContain('name="parent"\r\n\r\n7\r\n');
  });

  it("an attachment without an address is final", async () => {
    const script = scriptFetch(json({ data: { gid: "1", download_url: null } }));
    const failure = await failureOf(liveAsana({ token, ...stillTransport(script.fetch) }).download("1"));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_no_download" });
  });

  it("a listing that hands out the same offset again is ended, not followed", async () => {
    const script = scriptFetch(json({ data: [], next_page: { offset: "same" } }));
    const failure = await failureOf(liveAsana({ token, ...stillTransport(script.fetch) }).comments("1"));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_endless_list" });
    expect(script.sent).toHaveLength(2);
  });

  it("fields and words it does not know do no harm, absent ones neither", async () => {
    const story = { gid: "7", resource_subtype: "never_heard_of", created_at: "2026-11-01T00:00:00.000Z", shiny: 1 };
    const comment = { ...story, gid: "8", resource_subtype: "comment_added", text: "hi", created_by: null };
    const script = scriptFetch(json({ data: [story, comment], brand_new: true }));
    const comments = await liveAsana({ token, ...stillTransport(script.fetch) }).comments("1");
    expect(comments).toMatchObject([{ gid: "8", text: "hi", htmlText: "", authorGid: null, authorName: "" }]);
  });

  it("what an app wrote has no author, what a person wrote has", async () => {
    const story = { resource_subtype: "comment_added", text: "Accepted", created_at: "2026-11-01T00:00:00.000Z" };
    const by = (gid: string, type?: string) => ({ ...story, gid, created_by: { gid, name: "N", resource_type: type } });
    const script = scriptFetch(json({ data: [by("1", "app"), by("2", "user"), by("3")] }));
    const comments = await liveAsana({ token, ...stillTransport(script.fetch) }).comments("1");
    expect(comments?.map((comment) => comment.authorGid)).toEqual([null, "2", "3"]);
  });

  it.each([
    [402, "ConfigError", "asana_payment_required"],
    [451, "PermanentError", "asana_legally_blocked"],
  ])("%i is %s %s", async (status, name, code) => {
    const script = scriptFetch(json({ errors: [{ message: "no" }] }, status));
    expect(await failureOf(liveAsana({ token, ...stillTransport(script.fetch) }).task("1"))).toMatchObject({
      name,
      code,
    });
  });

  it.each([[null], [""], ["two\nlines"]])(
    "a token such as %j is named as the secret to set, and nothing is sent",
    async (value) => {
      const script = scriptFetch(json({}));
      const failure = await failureOf(liveAsana({ token: async () => value, ...stillTransport(script.fetch) }).me());
      expect(failure).toMatchObject({ name: "ConfigError", code: "asana_missing" });
      expect(failure.message).toContain("AGENCY_OS_ASANA_AGENT_PAT");
      expect(script.sent).toEqual([]);
    },
  );

  it("a wrong token is told without the token", async () => {
    await sandbox.faults();
    const wrong = liveAsana({
      ...sandbox.transport(),
      baseUrl: variable(sandbox, "ASANA_BASE_URL"),
      token: async () => "wrong-token-1",
    });
    const failure = await failureOf(wrong.me());
    expect(failure).toMatchObject(expectedOf("asana", "unauthorised"));
    expect(failure.message).not.toContain("wrong-token-1");
  });

  it("a file above Asana's limit is refused before it travels", async () => {
    const script = scriptFetch(json({}));
    const bytes = new Uint8Array(MAX_ATTACHMENT_BYTES + 1);
    const port = liveAsana({ token, ...stillTransport(script.fetch) });
    const failure = await failureOf(port.attach("1", { name: "big.bin", mediaType: "text/plain", bytes }));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_attachment_too_large" });
    expect(script.sent).toEqual([]);
  });

  itMatchesTheSpec(
    "Asana",
    () => ({ file: "asana.openapi.json", kind: "openapi", baseUrl: variable(sandbox, "ASANA_BASE_URL") }),
    () => sandbox.recorded,
  );
});
