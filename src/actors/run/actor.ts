/** The Team Agent Run: a shell around `core/run`. What intake, staff and ops say to it; `leasing.ts` has the runner's part. */
import type { TeamAgentRunMessage } from "../../core/messages.ts";
import type { BudgetKind } from "../../core/run/budget.ts";
import type { Answer } from "../../core/run/lease.ts";
import type { Phase } from "../../core/run/restart.ts";
import { currentRound } from "../../core/run/types.ts";
import { detailOf } from "../../core/run/view.ts";
import { wakeAt } from "../../core/run/wake.ts";
import type { RunDetail, RunEventView } from "../../core/wire.ts";
import { LeaseDoor } from "./leasing.ts";
import { eventView, SNAPSHOT_EVENTS } from "./watchers.ts";

/** Long values of a request are cut here, at the border of the actor. */
const MAX_REASON = 300;

export abstract class TeamAgentRunActor<E> extends LeaseDoor<E> {
  /** A message about the task. */
  deliver(message: TeamAgentRunMessage): "new" | "known" {
    return this.turns.deliver(message);
  }

  override alarm(): Promise<void> {
    return this.turns.wake();
  }

  /** Stops at the next boundary; what is done by then is kept. */
  cancel(by: string, reason: string): Answer<null> {
    return this.turns.told({ type: "cancel", by, reason: reason.slice(0, MAX_REASON) });
  }

  /** Staff allow more of a kind, or less, as long as it covers what is taken. */
  setBudget(by: string, kind: BudgetKind, limit: number, reason: string): Answer<null> {
    return this.turns.told({ type: "set_budget", by, kind, limit, reason: reason.slice(0, MAX_REASON) });
  }

  /** Stops at once: the worker's lease is over. */
  kill(by: string, reason: string): Answer<null> {
    return this.turns.told({ type: "kill", by, reason: reason.slice(0, MAX_REASON) });
  }

  pause(by: string, reason: string): Answer<null> {
    return this.turns.told({ type: "pause", by, reason: reason.slice(0, MAX_REASON) });
  }

  resume(by: string, reason: string): Answer<null> {
    return this.turns.told({ type: "resume", by, reason: reason.slice(0, MAX_REASON) });
  }

  retry(by: string, reason = ""): Answer<null> {
    return this.turns.told({ type: "retry", by, reason: reason.slice(0, MAX_REASON) });
  }

  /** The holds are others now; the run looks at them. */
  holdsChanged(): void {
    this.turns.take({ type: "check_holds" });
  }

  /** Is anybody there? Whatever is due is done, and the index gets a row that is true now. */
  poke(): void {
    this.turns.take({ type: "poke" });
  }

  /** The newest version is made again, or the first one, from a phase of the work on. */
  restart(from: Phase, by: string, reason: string): Answer<null> {
    return this.turns.told({ type: "restart", from, by, reason: reason.slice(0, MAX_REASON) });
  }

  /** The run as the interface shows it; null when nobody ever reported the task. */
  view(): RunDetail | null {
    const state = this.turns.store.readState();
    return state === null ? null : detailOf(state);
  }

  events(since: number, limit: number): readonly RunEventView[] | null {
    if (this.turns.store.readState() === null) return null;
    return this.turns.store.eventsSince(since, limit).map(eventView);
  }

  /** State, lease, timers, outbox and journal as JSON, for ops. No credential is in any of them. */
  inspect(): string | null {
    const { store } = this.turns;
    const state = store.readState();
    if (state === null) return null;
    const round = currentRound(state);
    return JSON.stringify({
      state: detailOf(state),
      epoch: state.epoch,
      wakeAt: wakeAt(state),
      outbox: store.outbox(),
      journal: store.journal(round).map(({ key, status }) => ({ key, status })),
      parked: state.parked,
    });
  }

  /** WebSocket of the live panel. */
  override async fetch(request: Request): Promise<Response> {
    const { store, watchers } = this.turns;
    const state = store.readState();
    if (state === null) return new Response("no such run", { status: 404 });
    const asked = new URL(request.url).searchParams;
    const since = sinceOf(asked.get("since"), state.version);
    const from = since ?? Math.max(0, state.version - SNAPSHOT_EVENTS);
    return watchers.accept(
      state,
      store.eventsSince(from, Number.MAX_SAFE_INTEGER),
      since,
      asked.get("frames") === "batch" ? "batch" : "each",
    );
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 may not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}

/** A number a client may resume from; anything else starts afresh. */
function sinceOf(text: string | null, version: number): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const since = Number(text);
  return since <= version ? since : null;
}
