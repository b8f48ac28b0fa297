/** The lease of a refresh, what is told under it, and how an attempt ends. */
import { backoffMs } from "../delivery/backoff.ts";
import type { FailureRecord } from "../errors.ts";
import { type CommandOf, type Decision, events, NOTHING, refused, type UnitSettings } from "./commands.ts";
import type { UnitEvent } from "./events.ts";
import type { SourceOutcome } from "./lease.ts";
import { isActive } from "./queries.ts";
import type { Cause, Instant, Lease, Refresh, SourceName, SourceProgress, UnitState } from "./types.ts";

/** Attempts in a row without a newly recorded step before a refresh is given up until the next one. */
export const MAX_BARREN_ATTEMPTS = 5;
/** Tries of one source in a row before it waits for the next refresh. */
export const MAX_SOURCE_TRIES = 5;
const RETRY = { baseMs: 2_000, capMs: 5 * 60_000 };
const SOURCE_RETRY = { baseMs: 10 * 60_000, capMs: 6 * 60 * 60_000 };
/** How long a refresh that a hold catches waits until it looks whether it still does; and a source of one. */
const HELD_LOOK_MS = 5 * 60_000;
const HELD_SOURCE_MS = 30 * 60_000;
/** An upstream that says "in a second" is not believed. */
const LEAST_POSTPONED_MS = 60_000;

export type AttemptCommand = CommandOf<
  | "acquire"
  | "begin_step"
  | "advance"
  | "heartbeat"
  | "source_progress"
  | "checked"
  | "finish_source"
  | "finish"
  | "fail"
  | "continue"
  | "cut_off"
>;

interface Work {
  readonly state: UnitState;
  readonly refresh: Refresh;
  readonly lease: Lease;
  readonly now: Instant;
}

/** What an attempt says; refused as `fenced` when its lease is over. */
export function decideAttempt(
  state: UnitState,
  command: AttemptCommand,
  now: Instant,
  settings: UnitSettings,
): Decision {
  const expiresAt = now + settings.leaseMs;
  if (command.type === "acquire") return decideAcquire(state, command, now, expiresAt);
  const { refresh } = state;
  const lease = refresh?.lease ?? null;
  if (refresh === null || lease === null || lease.epoch !== command.epoch || lease.expiresAt <= now)
    return refused("fenced", `The lease of epoch ${command.epoch} is over.`);
  return underLease({ state, refresh, lease, now }, command, { type: "lease.renewed", expiresAt });
}

function underLease(work: Work, command: Exclude<AttemptCommand, { type: "acquire" }>, renewed: UnitEvent): Decision {
  switch (command.type) {
    case "begin_step":
      return events({ type: "step.begun", label: command.label }, renewed);
    case "advance": {
      const done = Array.from({ length: command.done }, (): UnitEvent => ({ type: "step.done" }));
      const begun: UnitEvent[] = command.next === null ? [] : [{ type: "step.begun", label: command.next.label }];
      return events(...done, ...begun, renewed);
    }
    case "heartbeat":
      return events(renewed);
    case "source_progress":
      return decideProgress(work, command, renewed);
    case "checked":
      return events(...checked(work.state, command), renewed);
    case "finish_source":
      return decideFinishSource(work, command, renewed);
    case "finish":
      return events(...ended(work.refresh));
    case "fail":
      return decideFail(work, command);
    case "continue":
      return events(...again(work, null));
    case "cut_off":
      return events(...again(work, null, AT_ONCE, CUT_OFF));
  }
}

function decideAcquire(
  state: UnitState,
  { ingestionRunId, attempt, held }: CommandOf<"acquire">,
  now: Instant,
  expiresAt: Instant,
): Decision {
  const { refresh } = state;
  if (!isActive(refresh) || refresh.ingestionRunId !== ingestionRunId || refresh.attempt !== attempt)
    return refused("stale_attempt", `Attempt ${attempt} of ${ingestionRunId} is not wanted.`);
  if (refresh.lease !== null) return refused("lease_held", "Another attempt is at work until its lease ends.");
  if (refresh.dueAt > now) return refused("stale_attempt", `Attempt ${attempt} is due later.`);
  if (held.all !== null) return events({ type: "refresh.put_off", dueAt: now + HELD_LOOK_MS, cause: held.all });
  const without = held.sources.flatMap(({ source, cause }) => heldSource(refresh.sources[source], source, cause, now));
  return events({ type: "lease.granted", epoch: state.epoch + 1, attempt, expiresAt }, ...without);
}

/** True for a source that is still to be read. */
export function isUnread(progress: SourceProgress | undefined): progress is SourceProgress {
  return progress?.status === "waiting" || progress?.status === "running";
}

/** A source nothing may be asked of for now is tried again by itself, like one that has no quota left. */
function heldSource(
  progress: SourceProgress | undefined,
  source: SourceName,
  cause: Cause,
  now: Instant,
): readonly UnitEvent[] {
  if (!isUnread(progress)) return [];
  const { chunksDone, chunksTotal, rows, facts, changed } = progress;
  const counts = { chunksDone, chunksTotal, rows, facts, changed };
  const nextTryAt = now + HELD_SOURCE_MS;
  return [{ type: "source.finished", source, counts, status: "postponed", cause, nextTryAt, coveredTo: null }];
}

function progressOf({ refresh }: Work, source: SourceName): SourceProgress | null {
  return refresh.sources[source] ?? null;
}

const notPlanned = (source: SourceName): Decision => refused("wrong_state", `This refresh does not read ${source}.`);

function decideProgress(work: Work, command: CommandOf<"source_progress">, renewed: UnitEvent): Decision {
  const { source, counts, quota } = command;
  if (progressOf(work, source) === null) return notPlanned(source);
  const noted: UnitEvent[] = quota === null ? [] : [{ type: "quota.noted", source, quota }];
  return events({ type: "source.progressed", source, counts }, ...noted, renewed);
}

/** A failing check opens a round, once; a passing one closes it. */
function checked(state: UnitState, { source, checks }: CommandOf<"checked">): readonly UnitEvent[] {
  return checks.flatMap(({ check, ok, detail }): readonly UnitEvent[] => {
    const open = state.quality.find(
      (round) => round.closedAt === null && round.source === source && round.check === check,
    );
    if (ok) return open === undefined ? [] : [{ type: "quality.closed", roundId: open.roundId }];
    return open === undefined ? [{ type: "quality.opened", source, check, detail }] : [];
  });
}

function decideFinishSource(work: Work, command: CommandOf<"finish_source">, renewed: UnitEvent): Decision {
  const { source, counts, outcome, jitter } = command;
  const progress = progressOf(work, source);
  if (progress === null) return notPlanned(source);
  const finished: UnitEvent = {
    type: "source.finished",
    source,
    counts,
    ...endOf(outcome, progress, jitter, work.now),
  };
  return events(finished, renewed);
}

type SourceEnd = Pick<Extract<UnitEvent, { type: "source.finished" }>, "status" | "cause" | "nextTryAt" | "coveredTo">;

function endOf(outcome: SourceOutcome, { tries }: SourceProgress, jitter: number, now: Instant): SourceEnd {
  const { status } = outcome;
  switch (status) {
    case "done":
      return { status, cause: null, nextTryAt: null, coveredTo: outcome.coveredTo };
    case "held_back":
      return { status, cause: outcome.cause, nextTryAt: null, coveredTo: outcome.coveredTo };
    case "postponed": {
      const { cause, until } = outcome;
      const nextTryAt = until === null ? null : Math.max(until, now + LEAST_POSTPONED_MS);
      return { status, cause, nextTryAt, coveredTo: null };
    }
    case "failed": {
      const { code, message, kind, retryAfterMs } = outcome.failure;
      const hopeless = kind === "permanent" || kind === "config" || tries + 1 >= MAX_SOURCE_TRIES;
      const nextTryAt = hopeless ? null : now + backoffMs(SOURCE_RETRY, tries + 1, jitter, retryAfterMs);
      return { status, cause: { code, detail: message }, nextTryAt, coveredTo: null };
    }
  }
}

/** How a refresh ends whose sources are finished; what nobody read counts as failed. */
function ended({ sources }: Refresh): readonly UnitEvent[] {
  const all = Object.entries(sources);
  const unread = all.filter(([, progress]) => isUnread(progress));
  const cause: Cause | null =
    unread.length === 0
      ? firstCause(all.map(([, progress]) => progress))
      : { code: "not_read", detail: `${unread.map(([source]) => source).join(", ")}: not read.` };
  const states = all.map(([, { status }]) => status);
  if (states.every((status) => status === "done")) return [{ type: "refresh.ended", status: "done", cause: null }];
  const some = states.some((status) => status === "done" || status === "held_back");
  return [{ type: "refresh.ended", status: some ? "partial" : "failed", cause }];
}

function firstCause(sources: readonly SourceProgress[]): Cause | null {
  return sources.find(({ cause }) => cause !== null)?.cause ?? null;
}

function decideFail(work: Work, { failure, jitter }: CommandOf<"fail">): Decision {
  const cause = { code: failure.code, detail: failure.message };
  if (failure.kind === "permanent" || failure.kind === "config")
    return events({ type: "refresh.ended", status: "failed", cause });
  return events(...again(work, cause, backoffOf(failure, jitter)));
}

/** Each attempt that got nowhere waits longer. */
function backoffOf({ retryAfterMs }: FailureRecord, jitter: number): (barren: number) => number {
  return (barren) => backoffMs(RETRY, Math.max(1, barren), jitter, retryAfterMs);
}

const AT_ONCE = (_barren: number): number => 0;
/** Why an attempt ended that failed at nothing; said where it was one too many. */
const OUT_OF_TIME: Cause = { code: "out_of_time", detail: "The attempts ran out of time." };
const CUT_OFF: Cause = { code: "worker_lost", detail: "A restart cut the last attempt off." };
const RELEASED: Cause = { code: "lease_released", detail: "The lease of the last attempt was taken back by hand." };

/** The next attempt, or the end after too many that got nowhere. `cause` null: the attempt failed at nothing. */
function again(
  { refresh, lease, now }: Work,
  cause: Cause | null,
  wait = AT_ONCE,
  last = cause ?? OUT_OF_TIME,
): readonly UnitEvent[] {
  const barren = lease.progressed ? 0 : refresh.barrenAttempts + 1;
  if (barren >= MAX_BARREN_ATTEMPTS) return [givenUp(barren, last)];
  const dueAt = now + wait(barren);
  return [{ type: "refresh.promised", attempt: lease.attempt + 1, dueAt, cause, barrenAttempts: barren, again: [] }];
}

function givenUp(barren: number, { code, detail }: Cause): UnitEvent {
  return {
    type: "refresh.ended",
    status: "failed",
    cause: { code, detail: `${detail} (${barren} attempts in a row got no further)` },
  };
}

/** When the lease runs out. */
export function leaseAt({ refresh }: UnitState): Instant | null {
  return refresh?.lease?.expiresAt ?? null;
}

const LOST: Cause = {
  code: "worker_lost",
  detail: "The worker stopped without a word; another goes on from the last finished step.",
};

/** Takes back a lease that was not renewed. */
export function decideLease(state: UnitState, now: Instant, upTo: Instant): Decision {
  const { refresh } = state;
  const lease = refresh?.lease ?? null;
  if (refresh === null || lease === null || lease.expiresAt > upTo) return NOTHING;
  return events({ type: "lease.lapsed", epoch: lease.epoch }, ...again({ state, refresh, lease, now }, LOST));
}

/** The lease is taken back by a person, before it runs out. */
export function releaseLease(state: UnitState, now: Instant): Decision {
  const { refresh } = state;
  const lease = refresh?.lease ?? null;
  if (refresh === null || lease === null) return refused("wrong_state", "No attempt holds a lease.");
  const next = again({ state, refresh, lease, now }, null, AT_ONCE, RELEASED);
  return events({ type: "lease.lapsed", epoch: lease.epoch }, ...next);
}

/** When the message of promised work is sent again. */
export function startAt({ refresh }: UnitState): Instant | null {
  return refresh?.startBy ?? null;
}

export function decideStart(state: UnitState, _now: Instant, upTo: Instant): Decision {
  const { refresh } = state;
  if (refresh === null || refresh.startBy === null || refresh.startBy > upTo) return NOTHING;
  return events({ type: "refresh.resent", attempt: refresh.attempt });
}
