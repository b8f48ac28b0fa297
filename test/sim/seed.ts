/** Plays one seed: trouble for some hours, then quiet, and every run has to come to rest. */
import {
  Checker,
  checkArchived,
  checkAwake,
  checkCopies,
  checkKept,
  checkReminded,
  endOf,
  stateOf,
  unrestOf,
} from "./checks.ts";
import { newProcess } from "./clock.ts";
import { calmDown } from "./faults.ts";
import type { Actor, ActorHost } from "./host.ts";
import { IndexDatabase } from "./index-database.ts";
import { type Mutant, SOUND } from "./mutants.ts";
import { act, askFor } from "./person.ts";
import { enterPlatform } from "./platform.ts";
import { SimStorage } from "./storage.ts";
import { writeAsVersionBefore } from "./version-before.ts";
import { Watcher } from "./watcher.ts";
import { BEGIN, type Reused, World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/**
 * After the trouble an effect that was parked is tried within the hour, and what it brings about within the next. What
 * the event stream lost is found by the comparison twice a day.
 */
const PATIENCE = 30 * HOUR;
/** The sweep comes every hour and leaves ten minutes to alarms that are only late. */
const OVERSLEPT = 2.5 * HOUR;
/** What an actor owes is seen by a visit, every six hours at the latest, and by no list. */
const UNSEEN = 7.5 * HOUR;
/** Who ended days ago is visited once a day. */
const UNSEEN_QUIET = 26 * HOUR;
const DAY = 24 * HOUR;
const MAX_STEPS = 40_000;

export interface Outcome {
  readonly seed: number;
  /** What went wrong, the first thing first; empty when nothing did. */
  readonly violations: readonly string[];
  readonly steps: number;
  readonly digest: string;
  /** How the runs ended, for a look at what the seeds reach. */
  readonly ends: readonly string[];
}

export interface PlayOptions {
  readonly mutant?: Mutant;
  readonly say?: (line: string) => void;
}

const reused: Reused = { index: new IndexDatabase(), storages: [], board: new SimStorage() };

/** Plays one seed to its end or to the first violation. Never more than one at a time. */
export async function play(seed: number, { mutant = SOUND, say }: PlayOptions = {}): Promise<Outcome> {
  const world = new World(seed, mutant, reused, say ?? null);
  const leave = enterPlatform((ms, work) => world.later(ms, work));
  try {
    return await playIn(world, seed);
  } finally {
    leave();
  }
}

async function playIn(world: World, seed: number): Promise<Outcome> {
  const { clock, random } = world;
  const checker = new Checker(world);
  const people = planPeople(world);
  const until = BEGIN + random.between(5, 60) * MINUTE;
  planHolds(world);
  planCron(world);
  planSweep(world, until, random.between(1, 60) * MINUTE);
  planOutages(world, until);
  planWatchers(world);
  const troubled = async (limit: number, trouble: boolean): Promise<void> => {
    while (world.violations.length === 0 && clock.steps < MAX_STEPS && (await clock.step(limit))) {
      checker.afterStep();
      if (trouble) strike(world);
      if (atRest(world)) return;
    }
  };
  await troubled(until, true);
  calmDown(world.weather);
  world.line.mend();
  clock.note("the trouble is over");
  // Now and then a hold stays: then the run has to rest under it.
  if (random.chance(0.8)) liftAll(world);
  await troubled(until + PATIENCE, false);
  if (world.violations.length === 0 && random.chance(0.04)) {
    const days = random.pick([14, 14, 14, 36]);
    await weeksPass(world, checker, days);
    if (days > 30) await somethingStirs(world, checker);
  }
  if (world.violations.length === 0) atTheEnd(world);
  const ends = [...world.hosts.values()].map(endOf);
  return {
    seed,
    violations: world.violations,
    steps: clock.steps,
    digest: clock.digest,
    ends: people === 0 ? [] : ends,
  };
}

/** Quiet weeks: nobody says anything, and now and then an alarm gets lost. */
async function weeksPass(world: World, checker: Checker, days: number): Promise<void> {
  const { clock, weather } = world;
  clock.note(`${days} days pass`);
  world.unhurried = true;
  weather.alarmLost = 0.2;
  const until = clock.now + days * DAY;
  while (world.violations.length === 0 && (await clock.step(until))) checker.afterStep();
  calmDown(weather);
  // Alarms that were lost at the very end are found within some hours.
  while (world.violations.length === 0 && !atRest(world) && (await clock.step(until + 12 * HOUR))) checker.afterStep();
  for (const host of world.hosts.values()) checkReminded(world, host);
}

/** What ended lies in the archive by now. People come back to it, in light weather, and all comes to rest once more. */
async function somethingStirs(world: World, checker: Checker): Promise<void> {
  const { clock, random, weather } = world;
  for (const host of world.hosts.values()) if (world.violations.length === 0) checkArchived(world, host, clock.now);
  clock.note("people come back to old runs");
  Object.assign(weather, { alarmLost: 0.1, refused: 0.05, answerLost: 0.05, killActor: 0.01, evict: 0.05 });
  for (const taskGid of world.hosts.keys())
    for (let acts = random.between(1, 3); acts > 0; acts -= 1)
      clock.after(random.between(0, 30 * MINUTE), `somebody acts on ${taskGid}`, () =>
        act(world, taskGid, stateOf(world.host(taskGid))),
      );
  const until = clock.now + HOUR;
  while (world.violations.length === 0 && (await clock.step(until))) {
    checker.afterStep();
    strike(world);
  }
  calmDown(weather);
  while (world.violations.length === 0 && !atRest(world) && (await clock.step(until + PATIENCE))) checker.afterStep();
}

/** One task, or two now and then, and what people do about them. */
function planPeople(world: World): number {
  const { random, clock } = world;
  const tasks = random.chance(0.1) ? 2 : 1;
  for (let n = 1; n <= tasks; n += 1) {
    const taskGid = String(7_000 + n);
    clock.after(random.between(0, MINUTE), `task ${taskGid}`, () => askFor(world, taskGid));
    let at = 0;
    for (let actions = random.between(0, 4); actions > 0; actions -= 1) {
      at += random.chance(0.4) ? random.between(1_000, 60_000) : random.between(MINUTE, 12 * MINUTE);
      clock.after(MINUTE + at, `somebody acts on ${taskGid}`, () => act(world, taskGid, stateOf(world.host(taskGid))));
    }
  }
  return tasks;
}

/** Now and then somebody looks on, at one run or at each; and a crowd with them where there is but one. */
function planWatchers(world: World): void {
  const { random, clock } = world;
  if (random.chance(0.75)) return;
  const crowd = random.chance(0.5) ? random.between(70, 150) : 0;
  clock.after(random.between(0, 10 * MINUTE), "somebody looks on", () => {
    for (const host of world.hosts.values()) {
      const state = stateOf(host);
      if (state !== null) host.sockets.crowd(crowd, state.version);
      const watcher = new Watcher(world, host.taskGid);
      world.watchers.push(watcher);
      watcher.open();
    }
  });
}

/** In some agencies operators hold work, and mostly let it go on again. */
function planHolds(world: World): void {
  const { random, clock, operators } = world;
  if (random.chance(0.7)) return;
  for (let holds = random.between(1, 3); holds > 0; holds -= 1) {
    const at = random.between(0, 15 * MINUTE);
    clock.after(at, "an operator holds work", () => void operators.place());
    if (random.chance(0.8))
      clock.after(at + random.between(1_000, 30 * MINUTE), "an operator lifts a hold", () => void operators.lift());
  }
}

/** Every hold goes, those included that are being placed at this moment. */
function liftAll(world: World): void {
  const { clock, operators } = world;
  clock.after(MINUTE, "an operator lifts a hold", () => {
    if (!operators.stands) return;
    void operators.lift().then(() => liftAll(world));
  });
}

function planCron(world: World): void {
  // Less often than in life: each pass reads every run again, and what it heals can wait.
  const minutes = world.random.between(5, 35) * (world.unhurried ? 40 : 1);
  world.clock.after(minutes * MINUTE, "cron", () => {
    planCron(world);
    void world.crons.reconcile();
  });
}

/** Every hour, and a look whether it left anybody asleep once it had time enough without trouble. */
function planSweep(world: World, until: number, wait: number = HOUR): void {
  const { clock } = world;
  clock.after(wait, "sweep", () => {
    planSweep(world, until);
    for (const host of world.hosts.values()) {
      if (clock.now < until + OVERSLEPT) continue;
      checkAwake(world, host, clock.now - OVERSLEPT, clock.now - UNSEEN);
      checkKept(world, host, clock.now - UNSEEN, clock.now - UNSEEN_QUIET);
    }
    if (world.sweeps) void world.crons.sweep();
  });
}

function planOutages(world: World, until: number): void {
  const { random, clock, weather, line } = world;
  if (weather.outageEvery === 0) return;
  const outage = (): void => {
    if (clock.now > until) return;
    line.takeDown(
      random.pick(["asana", "d1", "model", "search", "web", "r2", "queue", "board"]),
      random.between(1, 45) * MINUTE,
    );
    clock.after(random.between(1, 2 * weather.outageEvery) * MINUTE, "an outage begins", outage);
  };
  clock.after(random.between(0, weather.outageEvery) * MINUTE, "an outage begins", outage);
}

/** Death, standstill and deployment, between any two steps. */
function strike(world: World): void {
  const { random, weather, clock } = world;
  const hosts = [...world.hosts.values()];
  const invocations = [...world.executions.consumers, ...world.intake.consumers, ...world.crons.processes];
  if (random.chance(weather.deploy)) {
    clock.note("a deployment");
    for (const host of hosts) host.kill();
    // What is deployed is one version on: it meets rows that the version before it wrote.
    if (random.chance(0.5)) for (const host of hosts) writeAsVersionBefore(host.storage);
    for (const process of invocations) clock.kill(process);
    for (const host of hosts) begunElsewhere(world, host);
    return;
  }
  if (random.chance(weather.killActor)) {
    const host = hosts[random.between(0, hosts.length - 1)];
    host?.kill();
    // It comes to life in another process; whether its worker lived beside it cannot be told from there.
    if (host !== undefined && random.chance(0.3)) begunElsewhere(world, host);
  }
  if (random.chance(weather.socketBroken)) world.watchers[0]?.break();
  if (random.chance(weather.evict)) hosts[random.between(0, hosts.length - 1)]?.evict();
  const process = invocations[random.between(0, invocations.length - 1)];
  if (process === undefined) return;
  if (random.chance(weather.killInvocation)) {
    clock.note(`kill ${process.name}`);
    clock.kill(process);
  } else if (random.chance(weather.freeze)) {
    process.frozenUntil = clock.now + random.between(5_000, 120_000);
    clock.note(`${process.name} stands still until ${process.frozenUntil}`);
  }
}

/** The actor lives in a new process now, and the cron of that start looks after it. */
function begunElsewhere({ clock, random }: World, host: ActorHost): void {
  const { storage, taskGid } = host;
  if (storage.peek("SELECT 1 FROM sqlite_master WHERE name = 'home'").length === 0) return;
  storage.write("UPDATE home SET process = 'the one before'");
  storage.commit();
  const start = newProcess("start");
  const touch = (actor: Actor): void => actor.touch();
  const touched = (): void => {
    host.call(start, "touch", touch, () => undefined).catch(() => clock.note(`${taskGid} was not touched`));
  };
  clock.after(random.between(0, 3_000), `a start looks after ${taskGid}`, touched);
}

/** What comes again and again by itself, and alarms that are not due yet. */
const IDLE = /^(?:cron|sweep|an outage begins|alarm .*|.* heartbeat)$/u;

function atRest(world: World): boolean {
  if (world.clock.hasWork((label) => IDLE.test(label))) return false;
  return [...world.hosts.values()].every((host) => unrestOf(world, host) === null);
}

function atTheEnd(world: World): void {
  for (const host of world.hosts.values()) {
    const unrest = unrestOf(world, host);
    if (unrest !== null) world.violated(`${host.taskGid} (${stateOf(host)?.status}) does not come to rest: ${unrest}`);
    else checkCopies(world, host);
  }
  for (const watcher of world.watchers) watcher.check();
}
