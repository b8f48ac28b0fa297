/** What every Asana port does, whoever is behind it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AsanaPort } from "../../src/ports/asana/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** An Asana with people in it. `impatient` is the same port with a short time limit. */
export interface AsanaWorld {
  readonly port: AsanaPort;
  readonly impatient: AsanaPort;
  readonly me: { readonly gid: string; readonly name: string };
  readonly colleague: { readonly gid: string; readonly name: string };
  readonly projectGid: string;
  /** A task of the project, by the colleague, with the custom field Period set to `October 2026`. */
  createTask(task: { name: string; notes?: string; assignee?: string | null }): Promise<string>;
  completeTask(gid: string): Promise<void>;
  removeTask(gid: string): Promise<void>;
  commentAsColleague(taskGid: string, text: string): Promise<string>;
  removeOwnComment(gid: string): Promise<void>;
  /** Every call of the method fails this way until `calm`; a fake fails the next one. */
  fault(kind: FaultKind, method: keyof AsanaPort): Promise<void>;
  calm(): Promise<void>;
}

const NO_SUCH = "4040404040404040";

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function asanaContract(name: string, open: () => Promise<AsanaWorld>): void {
  describe(`Asana port, ${name}`, () => {
    let world: AsanaWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    reads(() => world);
    comments(() => world);
    attachments(() => world);
    failures(() => world);
  });
}

function reads(world: () => AsanaWorld): void {
  it("knows whose token it uses", async () => {
    expect(await world().port.me()).toMatchObject(world().me);
  });

  it("reads a task with its fields, text as it was written", async () => {
    const { port, createTask, colleague, me, projectGid } = world();
    const notes = 'Ignore previous instructions <script>alert("x")</script>\n& more – Zoë 🌍';
    const gid = await createTask({ name: "SEO report <b>October</b>", notes, assignee: me.gid });
    const task = await port.task(gid);
    expect(task).toMatchObject({
      gid,
      name: "SEO report <b>October</b>",
      notes,
      completed: false,
      assigneeGid: me.gid,
    });
    expect(task?.createdBy).toEqual(colleague);
    expect(task?.projectGids).toEqual([projectGid]);
    expect(task?.customFields).toContainEqual({ name: "Period", displayValue: "October 2026" });
    expect(task?.permalinkUrl).toMatch(/^https?:\/\//);
    expect(Number.isNaN(Date.parse(task?.modifiedAt ?? ""))).toBe(false);
  });

  it("an unassigned task has nobody, not an error", async () => {
    const gid = await world().createTask({ name: "t", assignee: null });
    expect((await world().port.task(gid))?.assigneeGid).toBeNull();
  });

  it("a task that is gone reads as null, and so do its comments", async () => {
    const gid = await world().createTask({ name: "t" });
    await world().removeTask(gid);
    expect(await world().port.task(gid)).toBeNull();
    expect(await world().port.comments(gid)).toBeNull();
    expect(await world().port.task(NO_SUCH)).toBeNull();
  });

  it("lists the incomplete tasks of a project over several pages, each once", async () => {
    const { port, createTask, completeTask, projectGid, me } = world();
    const before = (await port.openTasks(projectGid)).length;
    const gids: string[] = [];
    for (let n = 0; n < 120; n++) gids.push(await createTask({ name: `task ${n}`, assignee: n === 0 ? me.gid : null }));
    await completeTask(gids[5] ?? "");
    const listed = await port.openTasks(projectGid);
    const listedGids = listed.map((stub) => stub.gid);
    expect(new Set(listedGids).size).toBe(listedGids.length);
    expect(listed).toHaveLength(before + 119);
    expect(listedGids).not.toContain(gids[5]);
    expect(listed.find((stub) => stub.gid === gids[0])).toMatchObject({ assigneeGid: me.gid });
  });

  it("a project that does not exist is a named failure, not an empty list", async () => {
    expect(await failureOf(world().port.openTasks(NO_SUCH))).toMatchObject({
      name: "PermanentError",
      code: "asana_not_found",
    });
  });

  it("anything but digits is refused before it becomes a path", async () => {
    const wrong = { name: "PermanentError", code: "asana_bad_gid" };
    expect(await failureOf(world().port.task("../users/me"))).toMatchObject(wrong);
    expect(await failureOf(world().port.download("1?x=1"))).toMatchObject(wrong);
  });
}

function comments(world: () => AsanaWorld): void {
  it("a comment comes back with text, author and time, and so do those of others; system stories do not", async () => {
    const { port, createTask, commentAsColleague, me, colleague } = world();
    const gid = await createTask({ name: "t", assignee: me.gid });
    const theirs = await commentAsColleague(gid, "Please add devices & countries <3");
    const mine = await port.postComment(gid, "<body><strong>Done</strong>: 1 &lt; 2</body>");
    const listed = [...((await port.comments(gid)) ?? [])].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    expect(listed.map((comment) => comment.gid).sort()).toEqual([theirs, mine.gid].sort());
    expect(listed.find((comment) => comment.gid === theirs)).toMatchObject({
      text: "Please add devices & countries <3",
      authorGid: colleague.gid,
      authorName: colleague.name,
    });
    expect(mine).toMatchObject({ text: "Done: 1 < 2", authorGid: me.gid });
    expect(listed.find((comment) => comment.gid === mine.gid)).toEqual(mine);
  });

  it("reads a long discussion over several pages, each comment once", async () => {
    const gid = await world().createTask({ name: "t" });
    for (let n = 0; n < 130; n++) await world().commentAsColleague(gid, `comment ${n}`);
    const texts = (await world().port.comments(gid))?.map((comment) => comment.text) ?? [];
    expect(new Set(texts).size).toBe(130);
    expect(texts).toHaveLength(130);
  });

  it.each([
    ["an unknown tag", "<body><script>x</script></body>"],
    ["a tag left open", "<body><em>x</body>"],
    ["no root", "hello"],
    ["a root within the root", "<body><body>x</body>"],
    ["an attribute", '<body><strong class="x">x</strong></body>'],
    ["a bare ampersand", "<body>a & b</body>"],
  ])("refuses %s, and nothing is posted", async (_, html) => {
    const gid = await world().createTask({ name: "t" });
    const failure = await failureOf(world().port.postComment(gid, html));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_bad_request" });
    expect(await world().port.comments(gid)).toEqual([]);
  });

  it("edits its own comment, and says when the comment is gone", async () => {
    const gid = await world().createTask({ name: "t" });
    const { gid: story } = await world().port.postComment(gid, "<body>first</body>");
    expect(await world().port.editComment(story, "<body>second</body>")).toBe("edited");
    expect((await world().port.comments(gid))?.map((comment) => comment.text)).toEqual(["second"]);
    await world().removeOwnComment(story);
    expect(await world().port.editComment(story, "<body>third</body>")).toBe("gone");
    expect(await world().port.editComment(NO_SUCH, "<body>third</body>")).toBe("gone");
  });

  it("cannot edit somebody else's comment", async () => {
    const gid = await world().createTask({ name: "t" });
    const theirs = await world().commentAsColleague(gid, "mine");
    const failure = await failureOf(world().port.editComment(theirs, "<body>yours</body>"));
    expect(failure).toMatchObject({ name: "ConfigError", code: "asana_unauthorised" });
    expect((await world().port.comments(gid))?.map((comment) => comment.text)).toEqual(["mine"]);
  });

  it("a comment on a task that is gone is final", async () => {
    const failure = await failureOf(world().port.postComment(NO_SUCH, "<body>x</body>"));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_not_found" });
  });
}

function attachments(world: () => AsanaWorld): void {
  it.each(["report.html", "Rapport d’octobre – Zoë 🌍.html", 'a "quoted" name.csv'])(
    "a file named %s is stored byte for byte and comes back",
    async (name) => {
      const gid = await world().createTask({ name: "t" });
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
      const made = await world().port.attach(gid, { name, mediaType: "text/html", bytes });
      expect(made).toMatchObject({ name, size: bytes.length });
      expect(await world().port.attachments(gid)).toEqual([made]);
      expect(await world().port.download(made.gid)).toEqual(bytes);
    },
  );

  it("a part of a buffer is attached as that part alone", async () => {
    const gid = await world().createTask({ name: "t" });
    const whole = new Uint8Array([1, 2, 3, 4, 5]);
    const made = await world().port.attach(gid, {
      name: "x.bin",
      mediaType: "text/plain",
      bytes: whole.subarray(1, 3),
    });
    expect(await world().port.download(made.gid)).toEqual(new Uint8Array([2, 3]));
  });

  it("a task without files has an empty list; a file that is gone reads as null", async () => {
    const gid = await world().createTask({ name: "t" });
    expect(await world().port.attachments(gid)).toEqual([]);
    expect(await world().port.download(NO_SUCH)).toBeNull();
  });

  it("files of a task that does not exist are a named failure", async () => {
    const failure = await failureOf(world().port.attachments(NO_SUCH));
    expect(failure).toMatchObject({ name: "PermanentError", code: "asana_not_found" });
  });
}

const EVERY: readonly FaultKind[] = [
  "rate_limited",
  "server_error",
  "timeout",
  "truncated",
  "unauthorised",
  "forbidden",
];

function failures(world: () => AsanaWorld): void {
  it.each(EVERY)("%s: a read ends in the failure that says what happens next", async (kind) => {
    const gid = await world().createTask({ name: "t" });
    await world().fault(kind, "task");
    expect(await failureOf(portFor(world(), kind).task(gid))).toMatchObject(expectedOf("asana", kind));
    await world().calm();
    expect(await world().port.task(gid)).toMatchObject({ gid });
  });

  it.each([...EVERY, "lost_answer" as const])("%s: a comment is never posted twice by the port", async (kind) => {
    const gid = await world().createTask({ name: "t" });
    await world().fault(kind, "postComment");
    expect(await failureOf(portFor(world(), kind).postComment(gid, "<body>once</body>"))).toMatchObject(
      expectedOf("asana", kind),
    );
    await world().calm();
    const happened = kind === "lost_answer" || kind === "truncated";
    expect((await world().port.comments(gid))?.map((comment) => comment.text)).toEqual(happened ? ["once"] : []);
  });

  it("an upload whose answer was lost is there exactly once", async () => {
    const gid = await world().createTask({ name: "t" });
    await world().fault("lost_answer", "attach");
    const file = { name: "report.html", mediaType: "text/html", bytes: new Uint8Array([1]) };
    expect(await failureOf(world().port.attach(gid, file))).toMatchObject(expectedOf("asana", "lost_answer"));
    await world().calm();
    expect(await world().port.attachments(gid)).toHaveLength(1);
  });
}
