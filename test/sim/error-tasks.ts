/** The error tasks of a simulation: the fake behind a line that breaks. Two open ones of one kind must never lie there. */
import { type FakeAsanaOwnTasks, fakeAsanaOwnTasks } from "../../src/ports/asana/fake-own-tasks.ts";
import type { AsanaOwnTasksPort } from "../../src/ports/asana/own-tasks.ts";
import { JESSIE } from "../support/run-cases.ts";
import { ERRORS } from "../support/run-world.ts";
import type { Caller, Line } from "./line.ts";

export class SimErrorTasks {
  readonly fake: FakeAsanaOwnTasks;
  readonly #line: Line;
  readonly #violated: (what: string) => void;

  constructor(line: Line, now: () => number, violated: (what: string) => void) {
    this.#line = line;
    this.#violated = violated;
    this.fake = fakeAsanaOwnTasks({ meGid: JESSIE.gid, projectGids: [ERRORS], now: () => new Date(now()) });
  }

  /** The port as one process of ours sees it. */
  portOf(caller: Caller): AsanaOwnTasksPort {
    const { fake } = this;
    const call = <T>(verb: string, work: () => Promise<T>) => this.#line.call(caller, "asana", verb, work);
    return {
      tasksOf: (projectGid, since) => call("tasksOf", () => fake.tasksOf(projectGid, since)),
      ownTask: (gid) => call(`ownTask ${gid}`, () => fake.ownTask(gid)),
      createTask: (projectGid, task) =>
        call(`createTask ${task.name}`, async () => {
          const twin = fake.all().find(({ name, completedAt }) => name === task.name && completedAt === null);
          if (twin !== undefined) this.#violated(`the error task ${task.name} is there twice`);
          return fake.createTask(projectGid, task);
        }),
      updateTask: (gid, change) => call(`updateTask ${gid}`, () => fake.updateTask(gid, change)),
    };
  }
}
