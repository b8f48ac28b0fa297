/** The Team Agent Run: a shell around `core/run`. What intake, staff and ops say to it; `leasing.ts` has the runner's part. */
import type { TeamAgentRunMessage } from "../../core/messages.ts";
import type { BudgetKind } from "../../core/run/budget.ts";
import type { RunCommand, Speaker } from "../../core/run/commands.ts";
import type { OpsAction } from "../../core/run/events.ts";
import type { Answer } from "../../core/run/lease.ts";
import type { Phase } from "../../core/run/restart.ts";
import { timersOf } from "../../core/run/timers.ts";
import { detailOf, detailOfCopy, summaryOf, summaryOfCopy } from "../../core/run/view.ts";
import { wakeAt } from "../../core/run/wake.ts";
import type { Visit } from "../../core/visit.ts";
import { MOST_ANSWERED, type RunDetail, type RunEventView } from "../../core/wire.ts";
import type { AppraisalAct } from "../../core/wire-artifact.ts";
import type { RunRecord } from "./archive.ts";
import { LeaseDoor } from "./leasing.ts";
import { eventView, SNAPSHOT_EVENTS } from "./watchers.ts";

/** Long values of a request are cut here, at the border of the actor. */
const MAX_REASON = 300;

/** The newest entries of the log that ops see beside the state. */
const INSPECTED_EVENTS = 50;

export abstract class TeamAgentRunActor<E> extends LeaseDoor<E> {
  /**
   * A message about the task. A run that lies in the archive is put back first, unless the message leaves it as it is; a copy of
   * another system's is not.
   */
  async deliver(message: TeamAgentRunMessage): Promise<"new" | "known"> {
    const { turns } = this;
    if (turns.store.stub() !== null && !(await turns.wouldStir(message))) return "known";
    return (await turns.archive.bringBack()) ? turns.deliver(message) : "known";
  }

  override alarm(): Promise<void> {
    return this.turns.wake();
  }

  /** Stops at the next boundary; what is done by then is kept. */
  async cancel(by: string, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "cancel", by, reason: reason.slice(0, MAX_REASON) });
  }

  /** Staff allow more of a kind, or less, as long as it covers what is taken. */
  async setBudget(by: string, kind: BudgetKind, limit: number, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "set_budget", by, kind, limit, reason: reason.slice(0, MAX_REASON) });
  }

  /** Stops at once: the worker's lease is over. */
  async kill(by: string, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "kill", by, reason: reason.slice(0, MAX_REASON) });
  }

  async pause(by: string, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "pause", by, reason: reason.slice(0, MAX_REASON) });
  }

  async resume(by: string, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "resume", by, reason: reason.slice(0, MAX_REASON) });
  }

  async retry(by: string, reason = ""): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "retry", by, reason: reason.slice(0, MAX_REASON) });
  }

  /** The holds are others now; the run looks at them. */
  holdsChanged(): void {
    this.turns.take({ type: "check_holds" });
  }

  /** Is anybody there? Whatever is due is done, and the index gets a row that is true now. A copy has nothing to do. */
  poke(): "poked" | "copy" | "nobody" {
    if (this.turns.store.stub() !== null) return "copy";
    // Who asks has a reason to think that the alarm was lost.
    this.turns.store.forgetAlarm();
    return this.turns.take({ type: "poke" }).state === null ? "nobody" : "poked";
  }

  /** The sweep comes by, whatever the index says: is the alarm set for what the run owes? */
  visit(): Promise<Visit> {
    return this.turns.visit();
  }

  /** The newest version is made again, or the first one, from a phase of the work on. */
  async restart(from: Phase, by: string, reason: string): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "restart", from, by, reason: reason.slice(0, MAX_REASON) });
  }

  /** Staff answer what the run asks. One that has ended asks nothing, so nothing is brought back from the archive for it. */
  answer(text: string, to: string | null, speaker: Speaker): Answer<null> {
    return this.turns.told({ type: "answer", text: text.slice(0, MOST_ANSWERED), to, speaker });
  }

  /** What somebody decides about a report outside its review; `version`: the register's, as they saw it. */
  async appraise(
    artifactId: string,
    act: AppraisalAct,
    by: string,
    reason: string,
    version: number | null,
  ): Promise<Answer<null>> {
    await this.turns.archive.bringBack();
    return this.turns.told({ type: "appraise", artifactId, act, by, reason: reason.slice(0, MAX_REASON), version });
  }

  /** An act of the people who run the system; it goes into the log with who and why. */
  async act(action: OpsAction, by: string, reason: string): Promise<Answer<null>> {
    const { archive, store } = this.turns;
    await archive.bringBack();
    const promises = store.exists ? store.promises() : 0;
    const command: RunCommand = { type: "ops", action, by, reason: reason.slice(0, MAX_REASON), promises };
    return this.turns.told(command, () => {
      if (action === "flush-outbox") store.flush(this.turns.deps().now());
    });
  }

  /** The run as the interface shows it; null when nobody ever reported the task. */
  async view(): Promise<RunDetail | null> {
    const run = await this.turns.archive.record();
    return run === null ? null : shown(run);
  }

  async events(since: number, limit: number): Promise<readonly RunEventView[] | null> {
    const run = await this.turns.archive.record();
    return run === null ? null : run.events(since, limit).map(eventView);
  }

  /** The whole run as a file, JSON; null when nobody ever reported the task. */
  exported(): Promise<string | null> {
    return this.turns.archive.exported();
  }

  /** Takes in another system's run as a copy to look at. Answers why not, or null. */
  async importCopy(bundle: string): Promise<string | null> {
    const refusal = await this.turns.archive.importCopy(bundle);
    if (refusal === null) await this.reproject();
    return refusal;
  }

  /** Writes the run's rows of the index and its place on the board anew, as they are. False: there is no run. */
  async reproject(): Promise<boolean> {
    const run = await this.turns.archive.record();
    if (run === null) return false;
    const { project, showOnBoard, register } = this.turns.deps();
    const copy = run.stub?.imported === true;
    const summary = copy ? summaryOfCopy(run.state) : summaryOf(run.state);
    // The files of a copy's reports are not here: nobody should find them in the list.
    await Promise.all([
      project(summary, run.stub !== null),
      showOnBoard(summary, run.stub !== null),
      copy ? null : register(run.state, true),
    ]);
    return true;
  }

  /** State, timers, lease, outbox, journal, rounds and newest events as JSON, for ops. No credential is in any of them. */
  async inspect(): Promise<string | null> {
    const run = await this.turns.archive.record();
    if (run === null) return null;
    const { state, stub } = run;
    const { journal } = run.bundle();
    return JSON.stringify({
      state: shown(run),
      epoch: state.epoch,
      lease: state.lease,
      execution: state.execution,
      wakeAt: stub === null ? wakeAt(state) : null,
      timers: stub === null ? timersOf(state) : [],
      alarmAt: await this.ctx.storage.getAlarm(),
      outbox: this.turns.store.outbox(),
      journal: journal.map(({ result: _result, ...entry }) => entry),
      rounds: state.rounds,
      parked: state.parked,
      events: run.events(Math.max(0, state.version - INSPECTED_EVENTS), INSPECTED_EVENTS).map(eventView),
      archived: stub,
    });
  }

  /** WebSocket of the live panel. */
  override async fetch(request: Request): Promise<Response> {
    const run = await this.turns.archive.record();
    if (run === null) return new Response("no such run", { status: 404 });
    const { version } = run.state;
    const asked = new URL(request.url).searchParams;
    const since = sinceOf(asked.get("since"), version);
    const from = since ?? Math.max(0, version - SNAPSHOT_EVENTS);
    return this.turns.watchers.accept(
      shown(run),
      run.events(from, Number.MAX_SAFE_INTEGER),
      since,
      asked.get("frames") === "batch" ? "batch" : "each",
    );
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    this.turns.watchers.left(socket, code);
  }
}

function shown({ state, stub }: RunRecord): RunDetail {
  return stub?.imported === true ? detailOfCopy(state) : detailOf(state);
}

/** A number a client may resume from; anything else starts afresh. */
function sinceOf(text: string | null, version: number): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const since = Number(text);
  return since <= version ? since : null;
}
