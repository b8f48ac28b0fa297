/** What must hold after every step, and once all is quiet. */
import { isDeepStrictEqual } from "node:util";
import type { ArchiveStub } from "../../src/actors/run/archive-rows.ts";
import { movingOf } from "../../src/actors/run/parts.ts";
import { RunStore } from "../../src/actors/run/store.ts";
import { unreadAnswers } from "../../src/core/run/answer.ts";
import { BUDGET_KINDS, type Budget, takenOf } from "../../src/core/run/budget.ts";
import { ARCHIVE_AFTER_MS, hasLeft, isTerminal, openRound } from "../../src/core/run/queries.ts";
import { MAX_REMINDERS, waitsForPerson } from "../../src/core/run/reminders.ts";
import type { RunState } from "../../src/core/run/types.ts";
import { summaryOf } from "../../src/core/run/view.ts";
import { waitingOn } from "../../src/core/run/waiting.ts";
import { shownWakeAt, wakeAt } from "../../src/core/run/wake.ts";
import { JOURNAL_MISSING } from "../../src/runner/journal.ts";
import { INTAKE, JESSIE } from "../support/run-cases.ts";
import { PAID } from "./bills.ts";
import type { ActorHost } from "./host.ts";
import { standIn } from "./platform.ts";
import { checkWords } from "./words.ts";
import type { World } from "./world.ts";

const DAY = 24 * 60 * 60_000;
/** What is parked is tried every hour. */
const PARKED_FOR = 60 * 60_000;

/** States as they were read last, and as of which write. */
const READ = new WeakMap<ActorHost, { readonly touched: number; readonly state: RunState | null }>();

/** The state of a run as an actor would find it that is born now; null when there is none. */
export function stateOf(host: ActorHost): RunState | null {
  const { touched, reader } = host.storage;
  const before = READ.get(host);
  if (before?.touched === touched) return before.state;
  const state = new RunStore(standIn<DurableObjectStorage>(reader)).readState();
  READ.set(host, { touched, state });
  return state;
}

/** Where the run lies when it is in the archive. */
function stubOf(host: ActorHost): ArchiveStub | null {
  return stateOf(host) === null ? new RunStore(standIn<DurableObjectStorage>(host.storage.reader)).stub() : null;
}

/** How a run ended, in a word. */
export function endOf(host: ActorHost): string {
  return stateOf(host)?.status ?? (stubOf(host) === null ? "nothing" : "archived");
}

const LEASE_EVENTS = "'lease.granted', 'lease.lapsed', 'attempt.ended'";
/** With less working time a lease may end before its term. */
const PLENTY_OF_TIME = 3_600_000;

const numberIn = (row: Record<string, unknown> | undefined, name: string): number => Number(row?.[name] ?? 0);

/** Looks at every actor that was touched since the last time. */
export class Checker {
  readonly #world: World;
  readonly #seen = new Map<string, number>();
  readonly #versions = new Map<string, number>();
  readonly #losses = new Map<string, number>();
  /** Runs at work, by their logs. */
  readonly #leased = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  afterStep(): void {
    for (const host of this.#world.hosts.values()) {
      const happened = host.storage.touched + this.#world.bills.entries;
      if (this.#seen.get(host.taskGid) === happened) continue;
      this.#seen.set(host.taskGid, happened);
      this.#actor(host);
    }
  }

  #actor(host: ActorHost): void {
    const { taskGid, storage } = host;
    // What is remembered is what decides next.
    const state = host.remembered() ?? stateOf(host);
    if (state === null) {
      this.#putAway(host);
      return;
    }
    this.#dense(host, state);
    this.#forgetsNothing(host, state);
    this.#withinBudget(state);
    if (state.status === "failed" && !this.#world.ledger.mayFail(taskGid, state.cause?.code ?? ""))
      this.#world.violated(`${taskGid} failed (${state.cause?.code}) although its attempts got further`);
    // What a store lost is made once more.
    if (state.status === "failed" && state.cause?.code === JOURNAL_MISSING)
      this.#world.violated(`${taskGid} failed because a recorded result is gone`);
    const timer = wakeAt(state);
    if (timer === null && !isTerminal(state.status))
      this.#world.violated(`${taskGid} is ${state.status} and has no wake time`);
    const due = storage.peek("SELECT min(due_at) AS due FROM outbox")[0]?.due;
    const wake = Math.min(timer ?? Number.POSITIVE_INFINITY, typeof due === "number" ? due : Number.POSITIVE_INFINITY);
    if (wake === Number.POSITIVE_INFINITY) return;
    if (storage.alarm === null || storage.alarm > Math.max(wake, 0))
      this.#world.violated(`${taskGid} is ${state.status}, has to wake at ${wake} and its alarm is ${storage.alarm}`);
  }

  /** An actor that lost its memory now would find what this one remembers, but for the step at work. */
  #forgetsNothing(host: ActorHost, state: RunState): void {
    // The rows say the same: comparing the whole would take as long as all else.
    if (host.storage.peek("SELECT state FROM run_now")[0]?.state === JSON.stringify(movingOf(state))) return;
    const stored = new Map(Object.entries(stateOf(host) ?? {}));
    const lost = Object.entries(state).filter(
      ([field, value]) => field !== "stepAtWork" && !isDeepStrictEqual(stored.get(field), value),
    );
    if (lost.length > 0)
      this.#world.violated(`${host.taskGid} remembers what nothing tells: ${lost.map(([field]) => field).join()}`);
  }

  /**
   * What was granted stays within the limits; what a far side reported above that is counted apart. And what was spent, by the
   * books of those who are paid, had all been set aside.
   */
  #withinBudget({ runId, taskGid, budget }: RunState): void {
    for (const kind of PAID) {
      const spent = this.#world.bills.spentOn(taskGid, kind);
      const taken = budget === null ? 0 : takenOf(budget, kind);
      if (spent > taken) this.#world.violated(`${runId} spent ${spent} ${kind} and has put down ${taken}`);
    }
    if (budget === null) return;
    for (const kind of BUDGET_KINDS) {
      const granted = takenOf(budget, kind) - budget.beyond[kind];
      if (granted > budget.limits[kind])
        this.#world.violated(`${runId} was granted ${granted} ${kind} of ${budget.limits[kind]}`);
    }
  }

  /** What was accepted went into the archive with the run. */
  #putAway(host: ActorHost): void {
    const [was, lies] = [this.#versions.get(host.taskGid) ?? 0, stubOf(host)?.version ?? null];
    if (lies !== null && lies < was)
      this.#world.violated(`${host.taskGid} was at version ${was} and was put away at ${lies}`);
  }

  /** Of two leases the first ended before the second began, and none is taken back before its time. */
  #leases({ taskGid, storage }: ActorHost, since: number, { limits }: Pick<Budget, "limits">): void {
    const rows = storage.peek(
      `SELECT at, type, event ->> '$.epoch' AS epoch FROM run_events WHERE seq > ${since} AND type IN (${LEASE_EVENTS}) ORDER BY seq`,
    );
    for (const { at, type, epoch } of rows) {
      if (type === "lease.granted" && this.#leased.has(taskGid))
        this.#world.violated(`epoch ${epoch} of ${taskGid} was granted while another attempt was at work`);
      if (type === "lease.granted") this.#leased.add(taskGid);
      else this.#leased.delete(taskGid);
      const expiry = type === "lease.lapsed" ? this.#world.ledger.expiryOf(taskGid, Number(epoch)) : null;
      // Working time that is used up ends a lease as well.
      if (expiry !== null && expiry > Number(at) && limits.wallMs >= PLENTY_OF_TIME)
        this.#world.violated(`the lease ${epoch} of ${taskGid} was taken back at ${at}; it ran until ${expiry}`);
    }
  }

  /** The log has every number from 1 to the version of the state, once. */
  #dense(host: ActorHost, state: RunState): void {
    const since = this.#versions.get(host.taskGid) ?? 0;
    // As much may have been written again since something was lost.
    const { losses } = host.storage;
    const lost = state.version < since || losses !== (this.#losses.get(host.taskGid) ?? losses);
    this.#losses.set(host.taskGid, losses);
    if (since === state.version && !lost) return;
    this.#versions.set(host.taskGid, state.version);
    // What a dead actor had not made durable is gone from the log as well.
    if (lost) this.#leased.delete(host.taskGid);
    if (state.budget !== null) this.#leases(host, lost ? 0 : since, state.budget);
    const log = host.storage.peek("SELECT count(*) AS n, min(seq) AS first, max(seq) AS last FROM run_events")[0];
    if (numberIn(log, "n") !== state.version || numberIn(log, "last") !== state.version)
      this.#world.violated(
        `the log of ${host.taskGid} has ${numberIn(log, "n")} events up to ${numberIn(log, "last")}, its state is at ${state.version}`,
      );
  }
}

/** How what fails for a while fails in this world. */
const PASSING = /^(?:upstream_down|rate_limited|timed_out):/u;

/** A run that a person or a used-up budget holds up waits with its work promised. */
const PAUSES: ReadonlySet<string> = new Set(["budget", "pause", "hold"]);

/**
 * True when no list knows the run: its alarm was forgotten before its first row was written. It is found by its task, when that is
 * Jessie's; otherwise it owes nothing to anybody (ADR 048).
 */
function isUnheardOf(world: World, { taskGid, forgottenAt }: ActorHost): boolean {
  if (forgottenAt === 0) return false;
  return world.reused.index.rows("SELECT 1 FROM team_agent_runs WHERE task_gid = ?", taskGid).length === 0;
}

/** Why a run is not at rest; null when nothing but a person moves it on. */
export function unrestOf(world: World, host: ActorHost): string | null {
  const state = stateOf(host);
  if (state === null) return isJessies(world, host.taskGid) && stubOf(host) === null ? "nobody noticed its task" : null;
  if (isUnheardOf(world, host) && !isJessies(world, host.taskGid)) return null;
  const rows = host.storage.peek("SELECT key, last_error, parked FROM outbox WHERE key <> 'archive'");
  // What never can be kept stays parked; what only failed long enough is tried again.
  const owed = rows.filter(({ parked, last_error }) => parked === 0 || PASSING.test(String(last_error)));
  const [row] = owed;
  if (row !== undefined) return `${owed.length} promises are not kept, ${row.key} for one (${row.last_error})`;
  if (world.ledger.isOwed(host.taskGid) && !isTerminal(state.status)) return "a message was taken and no look followed";
  const left = leftBehind(world, state);
  if (left !== null || isTerminal(state.status)) return left;
  if (state.lease !== null) return "a lease is out";
  if (state.held !== null && !world.operators.stands) return "it is held, and no hold stands";
  if (PAUSES.has(waitingOn(state)?.kind ?? "")) return null;
  if (state.execution !== null) return `attempt ${state.execution.attempt} is promised and ${waitingOn(state)?.detail}`;
  if (state.status === "review_ready" && openRound(state) !== null) return `round ${openRound(state)?.n} is open`;
  if (state.status === "observed" || state.status === "assessing") return "it was never assessed";
  return unread(world, state);
}

/** A comment that nobody ever took into account although the run waits for one. */
function unread(world: World, state: RunState): string | null {
  if (state.status !== "review_ready" && state.status !== "needs_clarification") return null;
  const seen = new Set(state.seenStories);
  const missed = world.asana.humanComments(state.taskGid, JESSIE.gid).find((comment) => !seen.has(comment.gid));
  if (missed !== undefined) return `comment ${missed.gid} (${missed.text}) was never read`;
  const [answer] = unreadAnswers(state);
  return answer === undefined ? null : `answer ${answer.n} of the panel (${answer.text}) was never read`;
}

function isJessies(world: World, taskGid: string): boolean {
  const task = world.asana.fake.peek(taskGid);
  return task !== null && !task.completed && task.assigneeGid === JESSIE.gid && task.projectGids.includes(INTAKE);
}

/** A task that is Jessie's again goes on by itself, whatever it was stopped or ignored for. */
function leftBehind(world: World, state: RunState): string | null {
  const waits = state.status === "ignored" || hasLeft(state);
  return waits && isJessies(world, state.taskGid) ? "its task is Jessie's, and nobody noticed" : null;
}

/** At rest the copies equal the truth. */
export function checkCopies(world: World, host: ActorHost): void {
  const state = stateOf(host);
  if (state === null || isUnheardOf(world, host)) return;
  const row = world.reused.index.rows("SELECT version, summary FROM team_agent_runs WHERE run_id = ?", state.runId)[0];
  const summary = JSON.stringify(summaryOf(state));
  if (row?.version !== state.version || row.summary !== summary)
    world.violated(`the index of ${state.runId} shows version ${row?.version}, the run is at ${state.version}`);
  if (world.board.shown(state.runId) !== summary)
    world.violated(`the board shows ${state.runId} as it no longer is: ${world.board.shown(state.runId)}`);
  const query = "SELECT artifact_id, lifecycle FROM report_artifacts WHERE run_id = ? ORDER BY version";
  const listed = world.reused.index.rows(query, state.runId).map((one) => `${one.artifact_id} ${one.lifecycle}`);
  const made = state.artifacts.map(({ artifactId, lifecycle }) => `${artifactId} ${lifecycle}`);
  checkWords(world, state);
  if (listed.join() !== made.join())
    world.violated(`the registry of ${state.runId} lists ${listed.join()}, the run made ${made.join()}`);
}

/**
 * Whatever became of its alarm, a run has acted by now on a timer that was due long before. The look at a hold stands in no row; the
 * sweep asks those that wait for a hold alone, and visits the others.
 */
export function checkAwake(world: World, host: ActorHost, before: number, visitedBefore: number): void {
  const state = stateOf(host);
  if (state === null) return;
  const held = waitingOn(state)?.kind === "hold";
  const [row] = world.reused.index.rows("SELECT version FROM team_agent_runs WHERE run_id = ?", state.runId);
  // The alarm that was to write its row may be the one that got lost: then no list tells of its timer, and a visit finds it.
  if (row?.version === state.version) checkAwakeAt(world, host, held ? wakeAt(state) : shownWakeAt(state), before);
  checkAwakeAt(world, host, wakeAt(state), visitedBefore);
}

function checkAwakeAt(world: World, host: ActorHost, wake: number | null, before: number): void {
  if (wake !== null && Math.max(wake, host.forgottenAt) < before && !isUnheardOf(world, host))
    world.violated(`${host.taskGid} had to wake at ${wake} and still sleeps`);
}

/**
 * Whatever became of its alarm, a run that the index knows has kept by now what it had to long before. The archive has time: who
 * ended long ago is visited once a day.
 */
export function checkKept(world: World, host: ActorHost, before: number, archivedBefore: number): void {
  const state = stateOf(host);
  if (state === null) return;
  checkOwed(world, host, "key <> 'archive'", before);
  if (isTerminal(state.status)) checkOwed(world, host, "key = 'archive'", archivedBefore);
}

function checkOwed(world: World, host: ActorHost, which: string, before: number): void {
  const [far] = host.storage.peek("SELECT key, due_at FROM outbox WHERE parked = 1 ORDER BY due_at DESC LIMIT 1");
  if (numberIn(far, "due_at") > world.clock.now + PARKED_FOR)
    world.violated(`${host.taskGid} has parked ${far?.key} until ${far?.due_at}`);
  const [row] = host.storage.peek(`SELECT key, due_at FROM outbox WHERE ${which} ORDER BY due_at LIMIT 1`);
  const due = numberIn(row, "due_at");
  if (row === undefined || Math.max(due, host.forgottenAt) >= before) return;
  if (!isUnheardOf(world, host)) world.violated(`${host.taskGid} owes ${row.key} since ${due}, and nobody came by`);
}

/** After two weeks of silence whoever is waited for was reminded three times. */
export function checkReminded(world: World, host: ActorHost): void {
  const state = stateOf(host);
  if (state === null || !waitsForPerson(state) || world.stirred.has(host.taskGid)) return;
  const sent = state.talk.nudge?.sent ?? 0;
  if (sent !== MAX_REMINDERS) world.violated(`${host.taskGid} waits for a person, who was reminded ${sent} times`);
}

/** A run whose time has come lies in the archive, and nobody visits it any more. */
export function checkArchived(world: World, host: ActorHost, now: number): void {
  const state = stateOf(host);
  const due = state !== null && isTerminal(state.status) ? state.updatedAt + ARCHIVE_AFTER_MS : now;
  if (Math.max(due, host.forgottenAt) < now - 2 * DAY)
    world.violated(`${host.taskGid} ended long ago and lies in no archive`);
  const stub = stubOf(host);
  const [row] = world.reused.index.rows("SELECT visit_at FROM team_agent_runs WHERE task_gid = ?", host.taskGid);
  if (stub !== null && stub.archivedAt < now - 2 * DAY && row?.visit_at !== null)
    world.violated(`${host.taskGid} lies in the archive and is to be visited at ${row?.visit_at}`);
}
