/** What every port of our own Asana tasks does, whoever is behind it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AsanaOwnTasksPort } from "../../src/ports/asana/own-tasks.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

export interface OwnTasksWorld {
  readonly port: AsanaOwnTasksPort;
  /** The same port with a short time limit. */
  readonly impatient: AsanaOwnTasksPort;
  readonly meGid: string;
  readonly projectGid: string;
  /** A task of the project by somebody else. */
  createAsColleague(name: string): Promise<string>;
  complete(gid: string): Promise<void>;
  remove(gid: string): Promise<void>;
  /** The description as it lies there; null when the task is gone. */
  notesOf(gid: string): Promise<string | null>;
  fault(kind: FaultKind, method: keyof AsanaOwnTasksPort): Promise<void>;
  calm(): Promise<void>;
}

const NO_SUCH = "4040404040404040";
const LONG_AGO = "2026-01-01T00:00:00.000Z";
const NOTES = 'One.\n\n- <b>two</b> & "three" – Zoë 🌍\nhttps://panel.example/runs/tar_1';

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function asanaOwnTasksContract(name: string, open: () => Promise<OwnTasksWorld>): void {
  describe(`Asana own tasks port, ${name}`, () => {
    let world: OwnTasksWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    it("a task made is listed with its author and link, and holds its text as written", async () => {
      const { port, projectGid, meGid } = world;
      const made = await port.createTask(projectGid, { name: "Agency OS: x [incident:x-1]", notes: NOTES });
      expect(made).toMatchObject({ name: "Agency OS: x [incident:x-1]", completedAt: null, createdByGid: meGid });
      expect(made.url).toMatch(/^https?:\/\//);
      expect(await world.notesOf(made.gid)).toBe(NOTES);
      expect(await port.tasksOf(projectGid, LONG_AGO)).toContainEqual(made);
      expect(await port.ownTask(made.gid)).toEqual(made);
    });

    it("a task of somebody else is told from ours by its author", async () => {
      const gid = await world.createAsColleague("Agency OS: x [incident:x-1]");
      const listed = await world.port.tasksOf(world.projectGid, LONG_AGO);
      const author = listed.find((task) => task.gid === gid)?.createdByGid;
      expect(author).toMatch(/^\d+$/);
      expect(author).not.toBe(world.meGid);
    });

    it("a new description takes the place of the old one, and a task that is gone says so", async () => {
      const { port, projectGid } = world;
      const { gid } = await port.createTask(projectGid, { name: "x", notes: "first" });
      expect(await port.updateTask(gid, { notes: NOTES })).toBe("updated");
      expect(await world.notesOf(gid)).toBe(NOTES);
      await world.remove(gid);
      expect(await port.updateTask(gid, { notes: "late" })).toBe("gone");
      expect(await port.ownTask(gid)).toBeNull();
      expect(await port.ownTask(NO_SUCH)).toBeNull();
    });

    it("a completed task has its time, and is listed only to who asks from before that", async () => {
      const { port, projectGid } = world;
      const open = await port.createTask(projectGid, { name: "open", notes: "" });
      const { gid } = await port.createTask(projectGid, { name: "done", notes: "" });
      await world.complete(gid);
      const done = await port.ownTask(gid);
      const at = Date.parse(done?.completedAt ?? "");
      const gids = async (since: number) =>
        (await port.tasksOf(projectGid, new Date(since).toISOString())).map((task) => task.gid);
      expect(await gids(at - 1_000)).toEqual(expect.arrayContaining([open.gid, gid]));
      const later = await gids(at + 1_000);
      expect(later).toContain(open.gid);
      expect(later).not.toContain(gid);
    });

    it("lists a long project over several pages, each task once", async () => {
      for (let n = 0; n < 120; n += 1) await world.createAsColleague(`task ${n}`);
      const gids = (await world.port.tasksOf(world.projectGid, LONG_AGO)).map((task) => task.gid);
      expect(gids.length).toBeGreaterThanOrEqual(120);
      expect(new Set(gids).size).toBe(gids.length);
    });

    it("a project that does not exist, or is none, is a named failure", async () => {
      const task = { name: "x", notes: "" };
      expect(await failureOf(world.port.tasksOf(NO_SUCH, LONG_AGO))).toMatchObject({ code: "asana_not_found" });
      expect((await failureOf(world.port.createTask(NO_SUCH, task))).name).toBe("PermanentError");
      expect(await failureOf(world.port.createTask("../users", task))).toMatchObject({ code: "asana_bad_gid" });
      expect(await failureOf(world.port.updateTask("1?x=1", { notes: "" }))).toMatchObject({ code: "asana_bad_gid" });
    });

    it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "lost_answer"] as const)(
      "%s: a task is never made twice by the port",
      async (kind) => {
        const { projectGid } = world;
        await world.fault(kind, "createTask");
        const made = portFor(world, kind).createTask(projectGid, { name: "once", notes: "" });
        expect(await failureOf(made)).toMatchObject(expectedOf("asana", kind));
        await world.calm();
        const names = (await world.port.tasksOf(projectGid, LONG_AGO)).map((task) => task.name);
        const happened = kind === "lost_answer" || kind === "truncated";
        expect(names.filter((name) => name === "once")).toHaveLength(happened ? 1 : 0);
      },
    );
  });
}
