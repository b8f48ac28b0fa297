/** One simulated agency: the real actor, runner, queues' consumers, reconciler and index, over far sides in memory. */
import { TeamAgentRunActor } from "../../src/actors/run/actor.ts";
import type { RunDeps } from "../../src/actors/run/deps.ts";
import type { RunTurns } from "../../src/actors/run/turning.ts";
import { PermanentError, RetryableError } from "../../src/core/errors.ts";
import { LEASE_LOST } from "../../src/core/gateway/passport.ts";
import { runMessage } from "../../src/core/intake/candidates.ts";
import type { TaskEvent } from "../../src/core/messages.ts";
import type { RunSettings, RunState } from "../../src/core/run/types.ts";
import { holdOnWork } from "../../src/d1/holds.ts";
import { registerArtifacts } from "../../src/d1/register.ts";
import { projectRun } from "../../src/d1/runs.ts";
import { type Index, openIndex } from "../../src/d1/schema.ts";
import { reportIncident } from "../../src/error-desk.ts";
import { fakeAccuranker } from "../../src/ports/accuranker/fake.ts";
import { fakeGa4 } from "../../src/ports/ga4/fake.ts";
import { fakeSnapshots } from "../../src/ports/snapshots/fake.ts";
import { consume, type QueueDeps } from "../../src/queue.ts";
import type { RunnerDeps } from "../../src/runner/execute.ts";
import { PLUNKETT, SEO, SETTINGS } from "../support/run-cases.ts";
import { ERRORS } from "../support/run-world.ts";
import { SimAsana } from "./asana.ts";
import { answered, Bills, drawBudget, PRICES, paidModel, paidSearch } from "./bills.ts";
import { SimBoard } from "./board.ts";
import { Clock, newProcess, type Process } from "./clock.ts";
import { Crons } from "./crons.ts";
import { SimErrorTasks } from "./error-tasks.ts";
import { drawWeather, type Weather } from "./faults.ts";
import { type Actor, ActorHost } from "./host.ts";
import type { IndexDatabase } from "./index-database.ts";
import { Ledger } from "./ledger.ts";
import { type Caller, Line } from "./line.ts";
import type { Mutant } from "./mutants.ts";
import { SimObjects } from "./objects.ts";
import { Operators } from "./operators.ts";
import { comeBack } from "./person.ts";
import { standIn } from "./platform.ts";
import { SimQueue } from "./queue.ts";
import { Random } from "./random.ts";
import { simSkill } from "./skill.ts";
import type { ActorEnd } from "./sockets.ts";
import { SimStorage } from "./storage.ts";
import type { Watcher } from "./watcher.ts";

/** The first morning of every simulation: a Thursday, far from any change of the clocks. */
export const BEGIN = Date.UTC(2040, 10, 22, 9);

/** What one actor of a simulation is lent, in the memory it lives in. */
interface SimEnv {
  readonly deps: RunDeps;
}

export class SimRun extends TeamAgentRunActor<SimEnv> {
  protected override deps(): RunDeps {
    return this.env.deps;
  }

  /** Lets a mutant at the turns. */
  change(work: (turns: RunTurns) => void): void {
    work(this.turns);
  }

  /** What it holds of its state in memory, for a checker. */
  remembered(): RunState | null {
    return this.turns.store.readState();
  }
}

/** What outlives a seed because making it anew costs more than emptying it. */
export interface Reused {
  readonly index: IndexDatabase;
  readonly storages: SimStorage[];
  readonly board: SimStorage;
}

export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  readonly settings: RunSettings;
  readonly line: Line;
  readonly asana: SimAsana;
  readonly errorTasks: SimErrorTasks;
  readonly ledger: Ledger;
  readonly bills = new Bills();
  readonly hosts = new Map<string, ActorHost>();
  /** Who looks on. */
  readonly watchers: Watcher[] = [];
  readonly objects: SimObjects;
  readonly board: SimBoard;
  readonly operators: Operators;
  readonly crons: Crons;
  readonly intake: SimQueue;
  readonly executions: SimQueue;
  readonly index: Index;
  /** Everything that must never happen and did; the first one ends the seed. */
  readonly violations: string[] = [];
  readonly #mutant: Mutant;
  readonly #gateway = newProcess("gateway");
  /** Who looked for its watchers last. */
  #telling: ActorHost | null = null;
  /** What was reported last of each task. */
  readonly #reported = new Map<string, TaskEvent>();
  readonly reused: Reused;
  /** Days go by in which nothing happens: what comes again and again comes less often. */
  unhurried = false;
  /** Tasks somebody came back to in the quiet weeks. */
  readonly stirred = new Set<string>();
  readonly webOrigin = "https://panel.example";

  constructor(seed: number, mutant: Mutant, reused: Reused, say: ((line: string) => void) | null) {
    this.reused = reused;
    this.#mutant = mutant;
    this.random = new Random(seed);
    this.weather = drawWeather(this.random);
    this.settings = {
      ...SETTINGS,
      budget: { ...SETTINGS.budget, ...drawBudget(this.random) },
      quietMs: this.random.pick([0, 90_000]),
      feedbackRoundLimit: this.random.pick([1, 2, 5]),
    };
    this.clock = new Clock(BEGIN, say);
    this.line = new Line(this);
    const loses = (): boolean => this.random.chance(this.weather.messageLost);
    this.objects = new SimObjects(this.line, this.violated, loses, mutant.swaps);
    this.board = new SimBoard(this.line, reused.board);
    this.operators = new Operators(this);
    this.crons = new Crons(this);
    this.ledger = new Ledger(this);
    this.asana = new SimAsana(this.line, mutant.asana ?? ((port) => port), () => this.clock.now, {
      violated: (what) => this.violated(what),
      looked: (taskGid) => this.ledger.looked(taskGid),
    });
    this.errorTasks = new SimErrorTasks(this.line, () => this.clock.now, this.violated);
    reused.index.reset();
    reused.index.rewrite = mutant.rewrite ?? ((query) => query);
    this.index = openIndex(standIn<D1Database>(reused.index));
    this.intake = this.#queue("agency-os-dev-team-agent-runs");
    this.executions = this.#queue("agency-os-dev-team-agent-executions");
  }

  readonly violated = (what: string): void => {
    this.clock.note(`VIOLATED: ${what}`);
    this.violations.push(what);
  };

  /** The actor of a task; its storage appears with the first word to it. */
  host(taskGid: string): ActorHost {
    let host = this.hosts.get(taskGid);
    if (host === undefined) {
      const storage = this.reused.storages[this.hosts.size] ?? new SimStorage();
      this.reused.storages[this.hosts.size] = storage;
      storage.reset();
      const { clock, random, weather, violated } = this;
      host = new ActorHost(taskGid, storage, { clock, random, weather, violated, birth: this.#birth });
      this.hosts.set(taskGid, host);
    }
    return host;
  }

  readonly #birth = (taskGid: string, storage: SimStorage, process: Process): Actor => {
    const host = this.host(taskGid);
    const caller: Caller = { process, commit: () => host.commit() };
    const ctx = {
      storage,
      id: { name: taskGid },
      getWebSockets: (tag?: string) => {
        this.#telling = host;
        return host.sockets.get(tag);
      },
      acceptWebSocket: (end: ActorEnd, tags: readonly string[]) => {
        this.#mutant.socket?.(end);
        host.sockets.accept(end, tags);
      },
      setWebSocketAutoResponse: () => undefined,
      getWebSocketAutoResponseTimestamp: () => new Date(this.clock.now),
      waitUntil: () => undefined,
      blockConcurrencyWhile: (work: () => Promise<unknown>) => work(),
    };
    // Half of a first schema would be read by nobody.
    if (storage.peek("SELECT 1 FROM sqlite_master WHERE name = 'run_events'").length > 0)
      storage.rollsBack = this.#mutant.rollsBack ?? true;
    const run = new SimRun(standIn<DurableObjectState>(ctx), { deps: this.#runDeps(taskGid, caller) });
    run.change((turns) => this.#mutant.turns?.(turns, this.clock, process));
    return run;
  };

  #runDeps(taskGid: string, caller: Caller): RunDeps {
    const { line, index, random, clock, webOrigin } = this;
    const mutant = this.#mutant;
    const call = <T>(upstream: string, verb: string, work: () => T | Promise<T>) =>
      line.call(caller, upstream, verb, work, { late: upstream === "d1" });
    return {
      settings: this.settings,
      webOrigin,
      asana: this.asana.portOf(caller),
      skills: [SEO],
      now: () => clock.now,
      random: () => random.unit(),
      units: () => call("d1", "units", () => [PLUNKETT]),
      missingSecrets: async () => ({}),
      holdOn: mutant.holdOn ?? ((target) => call("d1", "holds", () => holdOnWork(index, target))),
      reportIncident: (incident) =>
        reportIncident(incident, {
          index,
          tasks: this.errorTasks.portOf(caller),
          projectGid: ERRORS,
          jessieUserGid: SETTINGS.jessieUserGid,
          webOrigin,
          now: () => clock.now,
        }),
      enqueueExecution: (message) => call("queue", "send execution", () => this.executions.send(message)),
      project: (summary, archived) =>
        call("d1", `project v${summary.version}`, async () => {
          await projectRun(index, summary, archived);
          this.ledger.projected(summary, this.reused.index.rows("SELECT run_id, version FROM team_agent_runs"));
        }),
      showOnBoard: (summary, archived) => this.board.put(caller, summary, archived),
      register: (state) =>
        call("d1", `register v${state.version}`, () =>
          registerArtifacts(standIn<D1Database>(this.reused.index), state),
        ),
      archive: this.objects.archive(caller, () => comeBack(this, taskGid)),
      classify: async (runId, comment, purse) => {
        if (!(await answered(caller, this, "classify_feedback", runId, purse))) return null;
        const kind = random.pick(["acceptance", "revision", "discussion", "no_op"] as const);
        return random.chance(0.1) ? null : { kind, confidence: random.pick([0.5, 0.9, 0.99]), items: [comment] };
      },
      discuss: async ({ runId }, _, purse) =>
        (await answered(caller, this, "discuss", runId, purse)) ? ["The evidence says so."] : ["By rule."],
    };
  }

  #queue(name: string): SimQueue {
    const { clock, random, weather } = this;
    return new SimQueue(name, {
      clock,
      random,
      weather,
      consume: (message, process) => consume(name, [message], this.#consumerDeps(process)),
      gaveUp: () => clock.note(`${name} gives up on a message`),
    });
  }

  #consumerDeps(process: Process): QueueDeps {
    return {
      deliver: async (message) => {
        const host = this.host(message.taskGid);
        const deliver = (actor: Actor) => actor.deliver(message);
        await host.call(process, "deliver", deliver, (answer) => this.ledger.delivered(message, answer, host));
      },
      runner: () => this.#runnerDeps(process),
      // Nobody is refreshed in this world.
      refresh: async () => undefined,
      noteBuild: async () => undefined,
      bury: async () => undefined,
      now: () => new Date(this.clock.now),
    };
  }

  #runnerDeps(process: Process): RunnerDeps {
    const caller: Caller = { process, commit: () => undefined };
    const { clock, line, random } = this;
    return {
      actor: (runId) => {
        const actor = this.ledger.leasing(this.host(runId.slice("tar_".length)), process);
        return this.#mutant.attempt?.(actor) ?? actor;
      },
      skills: [
        simSkill(caller, {
          line,
          random,
          bills: this.bills,
          violated: this.violated,
          pause: (ms) => clock.pause(process, ms, `${process.name} computes`),
          now: () => clock.now,
          returned: (key) => this.ledger.told.returned(process, key),
          made: (made) => this.ledger.anew.made(process, made),
        }),
      ],
      ports: {
        searchConsole: paidSearch(caller, this),
        ga4: fakeGa4(),
        accuranker: fakeAccuranker(),
        model: paidModel(caller, this),
        snapshots: fakeSnapshots(),
      },
      prices: PRICES,
      asana: (_, taskGid, epoch) => this.asana.portOf(caller, () => this.#barred(taskGid, epoch)),
      results: this.objects.results(caller),
      artifacts: this.objects.artifacts(caller),
      now: () => clock.now,
      every: (ms, work) => clock.every(process, ms, `${process.name} heartbeat`, work),
    };
  }

  /** The gateway's question before a write of a runner leaves: does its lease still hold? */
  async #barred(taskGid: string, epoch: number): Promise<Error | null> {
    const ask = this.ledger.holds(this.host(taskGid), this.#gateway, epoch);
    const holds = await ask.catch(() => null);
    if (holds === null) return new RetryableError("upstream_down", "The run did not say whether the lease holds.");
    return holds ? null : new PermanentError(LEASE_LOST, "The lease of this attempt is over; nothing was written.");
  }

  /** A timer of the runtime. An actor sets one while it gathers news for its watchers, right after it looked for them. */
  later(ms: number, work: () => void): () => void {
    if (this.#telling === null) throw new Error("Nobody can tell whose timer this is.");
    return this.#telling.later(ms, work);
  }

  /** What people of this agency do oftener than others. */
  get habits(): Readonly<Record<string, number>> {
    return this.#mutant.habits ?? {};
  }

  /** False: nobody sweeps in this version. */
  get sweeps(): boolean {
    return this.#mutant.sweeps ?? true;
  }

  /** False: the sweep of this version believes the rows. */
  get visits(): boolean {
    return this.#mutant.visits ?? true;
  }

  /** Asana reports that something happened on a task; the report may be lost, late or repeated. */
  report(taskGid: string, event: Partial<TaskEvent>): void {
    const createdAt = new Date(this.clock.now).toISOString();
    const one = { action: "changed", resourceType: "task", resourceGid: taskGid, createdAt, ...event };
    this.crons.happen(taskGid, one);
    // Asana puts into one delivery what happened close together, and may tell of something again.
    const before = this.#reported.get(taskGid);
    const events = before !== undefined && this.random.chance(0.3) ? [before, one] : [one];
    this.#reported.set(taskGid, one);
    this.intake.send(runMessage({ taskGid, events }, { correlationId: "sim", receivedAt: createdAt }));
  }
}
