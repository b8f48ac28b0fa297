/** What runs on the clock: the reconciler over Asana's event stream, which may lose events, and the hourly sweep. */

import { taskGidOf } from "../../src/core/ids.ts";
import type { AsanaEvent } from "../../src/core/intake/asana-events.ts";
import { candidatesOf } from "../../src/core/intake/candidates.ts";
import type { TaskEvent } from "../../src/core/messages.ts";
import { moveStream, noteStreamProblem, streamPosition } from "../../src/d1/event-streams.ts";
import { heldRuns, overdueRuns, wakelessRuns } from "../../src/d1/overdue.ts";
import { blockedTasks, knownTasks, unfinishedRuns } from "../../src/d1/runs.ts";
import { noteRunVisits, runsToVisit } from "../../src/d1/visits.ts";
import { fakeAsanaWatch } from "../../src/ports/asana/fake-watch.ts";
import { reconcile } from "../../src/reconciler.ts";
import { sweep } from "../../src/sweep.ts";
import { INTAKE, JESSIE } from "../support/run-cases.ts";
import { newProcess, type Process } from "./clock.ts";
import type { Caller } from "./line.ts";
import type { World } from "./world.ts";

/** Until the next sweep. */
const HOUR = 60 * 60_000;

export class Crons {
  readonly #world: World;
  readonly #watch = fakeAsanaWatch({ projectGids: [INTAKE] });
  /** What is under way now, and may die like anything else. */
  readonly processes = new Set<Process>();
  /** False: the stream is never at hand, so every pass compares everything. */
  readonly #streams: boolean;

  constructor(world: World) {
    this.#world = world;
    this.#streams = world.random.chance(0.5);
  }

  /** Does a job in memory of its own. */
  async #run(name: string, job: (caller: Caller) => Promise<unknown>): Promise<void> {
    const process = newProcess(name);
    this.processes.add(process);
    process.died = () => this.processes.delete(process);
    await job({ process, commit: () => undefined });
    this.processes.delete(process);
  }

  /** Asana enters something in the stream of the project, unless it loses it. */
  happen(taskGid: string, event: TaskEvent): void {
    const { random, weather } = this.#world;
    if (!random.chance(weather.messageLost)) this.#watch.happen(INTAKE, inAsanasWords(taskGid, event));
    if (random.chance(weather.messageLost / 10)) this.#watch.loseTokens();
  }

  /** What Asana tells, or shows, against what the index knows. */
  reconcile(): Promise<void> {
    return this.#run("reconciler", (caller) => this.#reconcile(caller));
  }

  async #reconcile(caller: Caller): Promise<void> {
    const { line, index, asana, intake, clock } = this.#world;
    const call = <T>(verb: string, work: () => T | Promise<T>) => line.call(caller, "d1", verb, work);
    const port = asana.portOf(caller);
    let untold = false;
    await reconcile(
      {
        jessieUserGid: JESSIE.gid,
        projects: { intake: INTAKE, platformBuild: "" },
        events: async (gid, sync) => {
          if (!this.#streams) return { kind: "stale", sync: "sim" };
          const page = await line.call(caller, "asana", "events", () => this.#watch.events(gid, sync));
          untold = page.kind === "page" && candidatesOf(page.events, JESSIE.gid).length > 0;
          return page;
        },
        position: (gid) => call("streamPosition", () => streamPosition(index, gid)),
        moveStream: (gid, moved) => {
          if (untold) this.#world.violated("the stream moves on, and the queue has not taken what it told");
          return call("moveStream", () => moveStream(index, gid, moved));
        },
        noteProblem: (gid, problem) =>
          noteStreamProblem(index, gid, problem).then(() => clock.note("the reconciler gave up for this time")),
        blockedTasks: (at) => call("blockedTasks", () => blockedTasks(index, at)),
        openTasks: (gid) => port.openTasks(gid),
        unfinishedRuns: () => call("unfinishedRuns", () => unfinishedRuns(index)),
        knownTasks: (gids) => call("knownTasks", () => knownTasks(index, gids)),
        notedBuilds: async () => new Set(),
        enqueueRuns: async (messages) => {
          for (const message of messages) intake.send(message);
          untold = false;
        },
        enqueueBuilds: async () => undefined,
      },
      new Date(clock.now),
      false,
    );
  }

  /** Wakes runs whose alarm got lost, and visits the others. */
  sweep(): Promise<void> {
    return this.#run("sweep", (caller) => this.#sweep(caller));
  }

  async #sweep(caller: Caller): Promise<void> {
    const { line, index, clock } = this.#world;
    const call = <T>(verb: string, work: () => T | Promise<T>) => line.call(caller, "d1", verb, work);
    const nothingBooked = (): void => undefined;
    /** Runs of which this sweep does not know yet how they are. */
    const unseen = new Set<string>();
    const done = sweep(
      {
        overdue: (before, after, limit) => call("overdue", () => overdueRuns(index, before, after, limit)),
        wakeless: (after, limit) => call("wakeless", () => wakelessRuns(index, after, limit)),
        held: (after, limit) => call("held", () => heldRuns(index, after, limit)),
        poke: (gid) => this.#world.host(gid).call(caller.process, "poke", (actor) => actor.poke(), nothingBooked),
        toVisit: (by, after, limit) => call("toVisit", () => runsToVisit(index, by, after, limit)),
        visit: async (gid) => {
          unseen.add(gid);
          const visit = await this.#world
            .host(gid)
            .call(caller.process, "visit", (actor) => actor.visit(), nothingBooked);
          unseen.delete(gid);
          return visit;
        },
        noteVisits: (visits) => {
          const putOff = visits.find(
            ({ id, at }) => unseen.has(taskGidOf(id) ?? "") && Date.parse(at ?? "") > clock.now + HOUR,
          );
          if (putOff !== undefined)
            this.#world.violated(`nobody saw ${putOff.id}, and it is to be visited at ${putOff.at}`);
          return call("noteVisits", () => noteRunVisits(index, visits));
        },
      },
      new Date(clock.now),
      this.#world.visits,
    );
    await done.catch(() => clock.note("the sweep gave up for this time"));
  }
}

function inAsanasWords(taskGid: string, event: TaskEvent): AsanaEvent {
  const task = { gid: taskGid, resource_type: "task" };
  const common = { action: event.action, created_at: event.createdAt };
  if (event.resourceType === "task")
    return { ...common, resource: task, change: event.field === undefined ? null : { field: event.field } };
  const story = { gid: event.resourceGid, resource_type: "story", resource_subtype: "comment_added" };
  return { ...common, resource: story, parent: task };
}
