/** What every port of the tasks a client may see does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AsanaClientTasksPort, ClientTask } from "../../src/ports/asana/client-tasks.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A project with tasks whose names tell whether they are for the client: only those without "Internal" are. */
export interface ClientTasksWorld {
  readonly port: AsanaClientTasksPort;
  readonly impatient: AsanaClientTasksPort;
  readonly projectGid: string;
  /** A project without the field. */
  readonly plainProjectGid: string;
  /** More tasks than a page, none of them flagged, before those that are. */
  crowd(): Promise<AsanaClientTasksPort>;
  /** The same world in which the flagged tasks are no longer so. */
  unflagged(): Promise<AsanaClientTasksPort>;
  fault(kind: FaultKind, method: keyof AsanaClientTasksPort): Promise<void>;
  calm(): Promise<void>;
}

const LONG_AGO = "2020-01-01T00:00:00.000Z";

async function everything(port: AsanaClientTasksPort, projectGid: string, since = LONG_AGO) {
  const tasks: ClientTask[] = [];
  const bodies: string[] = [];
  for (let next: string | null = null; ; ) {
    const page: Awaited<ReturnType<AsanaClientTasksPort["visibleTasks"]>> = await port.visibleTasks(
      projectGid,
      since,
      next,
    );
    tasks.push(...page.tasks);
    bodies.push(page.raw.body);
    if (page.next === null) return { tasks, bodies };
    next = page.next;
  }
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function clientTasksContract(name: string, open: () => Promise<ClientTasksWorld>): void {
  describe(`Asana client tasks port, ${name}`, () => {
    let world: ClientTasksWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    it("gives the flagged tasks alone, and nothing of the others is in the raw reply", async () => {
      const { tasks, bodies } = await everything(world.port, world.projectGid);
      expect(tasks.length).toBeGreaterThan(2);
      expect(bodies.join()).toContain(tasks[0]?.gid);
      expect(bodies.join()).not.toMatch(/Internal|custom_fields|assignee/);
      expect(JSON.stringify(tasks)).not.toContain("Internal");
    });

    it("a task tells its due day, its section, its link, and when it was done", async () => {
      const { tasks } = await everything(world.port, world.projectGid);
      const [open, done] = [tasks.find((task) => !task.completed), tasks.find((task) => task.completed)];
      expect(open).toMatchObject({
        completedAt: null,
        section: "Doing",
        dueOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
      expect(open?.permalink).toMatch(/^https?:\/\//);
      expect(done).toMatchObject({ section: "Done", completedAt: expect.stringMatching(/T/) });
    });

    it("tasks done before the asked time are left out, open ones are not", async () => {
      const { tasks } = await everything(world.port, world.projectGid, "2199-01-01T00:00:00.000Z");
      expect(tasks.length).toBeGreaterThan(0);
      expect(tasks.every(({ completed }) => !completed)).toBe(true);
    });

    it("a task whose flag is taken away is not given again", async () => {
      const { tasks } = await everything(await world.unflagged(), world.projectGid);
      expect(tasks).toEqual([]);
    });

    it("a page without a flagged task does not end the walk", async () => {
      const port = await world.crowd();
      expect((await everything(port, world.projectGid)).tasks.length).toBeGreaterThan(2);
      expect((await port.visibleTasks(world.projectGid, LONG_AGO)).next).not.toBeNull();
    });

    it("the project tells its name and whether it has the field; one that is not there is final", async () => {
      const { port, projectGid, plainProjectGid } = world;
      expect(await port.clientProject(projectGid)).toMatchObject({ gid: projectGid, hasField: true });
      expect(await port.clientProject(plainProjectGid)).toMatchObject({ hasField: false });
      expect(await failureOf(port.clientProject("4040"))).toMatchObject({ code: "asana_not_found" });
      expect(await failureOf(port.visibleTasks("4040", LONG_AGO))).toMatchObject({ code: "asana_not_found" });
      expect(await failureOf(port.visibleTasks("../users", LONG_AGO))).toMatchObject({ code: "asana_bad_gid" });
    });

    it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
      "%s: a read ends in the failure that says what happens next",
      async (kind) => {
        await world.fault(kind, "visibleTasks");
        const read = portFor(world, kind).visibleTasks(world.projectGid, LONG_AGO);
        expect(await failureOf(read)).toMatchObject(expectedOf("asana", kind));
      },
    );
  });
}
