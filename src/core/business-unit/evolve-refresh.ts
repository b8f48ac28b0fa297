/** What requests, leases, sources and endings do to the refresh of a Business Unit. */
import type { EventOf } from "./events.ts";
import type { SourceCounts } from "./lease.ts";
import { externalIdOf } from "./queries.ts";
import type { Cause, Instant, Refresh, SourceName, SourcePlan, SourceProgress, UnitState } from "./types.ts";

/** How long a promised attempt may stay without a lease before its message is sent again. */
export const START_WITHIN_MS = 20_000;
const MAX_START_WAIT_MS = 10 * 60_000;

type RefreshEvent = EventOf<
  | "refresh.requested"
  | "refresh.promised"
  | "refresh.resent"
  | "refresh.put_off"
  | "lease.granted"
  | "lease.renewed"
  | "lease.lapsed"
  | "step.begun"
  | "step.done"
  | "source.progressed"
  | "source.finished"
  | "refresh.ended"
>;

export function applyRefresh(state: UnitState, event: RefreshEvent, now: Instant): UnitState {
  if (event.type === "refresh.requested") return begun(state, event, now);
  const { refresh } = state;
  // The log of a unit that has no refresh tells of none.
  if (refresh === null) return state;
  switch (event.type) {
    case "refresh.promised":
      return { ...state, refresh: promised(refresh, event, now) };
    case "refresh.resent":
      return { ...state, refresh: resent(refresh, now) };
    case "refresh.put_off": {
      const { dueAt, cause } = event;
      return { ...state, refresh: { ...refresh, dueAt, cause, startBy: dueAt + START_WITHIN_MS, resends: 0 } };
    }
    case "lease.granted": {
      const { epoch, attempt, expiresAt } = event;
      const lease = { epoch, attempt, expiresAt, progressed: false };
      return { ...state, epoch, refresh: { ...refresh, status: "running", lease, startBy: null, resends: 0 } };
    }
    case "lease.renewed":
      return { ...state, refresh: withLease(refresh, { expiresAt: event.expiresAt }) };
    case "lease.lapsed":
      return { ...state, refresh: { ...refresh, lease: null, stepAtWork: null } };
    case "step.begun":
      return { ...state, refresh: { ...refresh, stepAtWork: event.label } };
    case "step.done":
      return { ...state, refresh: { ...withLease(refresh, { progressed: true }), stepAtWork: null } };
    case "source.progressed":
      return { ...state, refresh: withSource(refresh, event.source, { status: "running", ...event.counts }) };
    case "source.finished":
      return finished(state, refresh, event, now);
    case "refresh.ended":
      return ended(state, refresh, event, now);
  }
}

function waiting({ chunks }: SourcePlan): SourceProgress {
  const none: SourceCounts = { chunksDone: 0, chunksTotal: chunks.length, rows: 0, facts: 0, changed: 0 };
  return { status: "waiting", cause: null, nextTryAt: null, tries: 0, ...none };
}

function begun(state: UnitState, event: EventOf<"refresh.requested">, now: Instant): UnitState {
  const { ingestionRunId, kind, by, reason, range, plan, day } = event;
  const refresh: Refresh = {
    ingestionRunId,
    kind,
    requestedBy: by,
    reason,
    requestedAt: now,
    range,
    plan,
    status: "queued",
    attempt: 1,
    barrenAttempts: 0,
    dueAt: now,
    startBy: now + START_WITHIN_MS,
    resends: 0,
    lease: null,
    stepAtWork: null,
    sources: Object.fromEntries(plan.map((one) => [one.source, waiting(one)])),
    cause: null,
    finishedAt: null,
  };
  const agenda = day === null ? state.agenda : { ...state.agenda, lastDay: day };
  return { ...state, refresh, refreshes: state.refreshes + 1, agenda };
}

function promised(refresh: Refresh, event: EventOf<"refresh.promised">, now: Instant): Refresh {
  const { attempt, dueAt, cause, barrenAttempts, again } = event;
  const reopened = again.reduce(
    (at, source) => withSource(at, source, { status: "waiting", nextTryAt: null }),
    refresh,
  );
  return {
    ...reopened,
    status: "queued",
    attempt,
    barrenAttempts,
    dueAt,
    startBy: Math.max(dueAt, now) + START_WITHIN_MS,
    resends: 0,
    lease: null,
    stepAtWork: null,
    cause,
    finishedAt: null,
  };
}

/** The queue may only be slow: each further message waits twice as long, or a backlog would feed itself. */
function resent(refresh: Refresh, now: Instant): Refresh {
  const resends = refresh.resends + 1;
  const wait = Math.min(START_WITHIN_MS * 2 ** Math.min(resends, 10), MAX_START_WAIT_MS);
  return { ...refresh, resends, startBy: now + wait };
}

function withLease(refresh: Refresh, change: { expiresAt?: Instant; progressed?: true }): Refresh {
  return refresh.lease === null ? refresh : { ...refresh, lease: { ...refresh.lease, ...change } };
}

function withSource(refresh: Refresh, source: SourceName, change: Partial<SourceProgress>): Refresh {
  const known = refresh.sources[source];
  return known === undefined
    ? refresh
    : { ...refresh, sources: { ...refresh.sources, [source]: { ...known, ...change } } };
}

function finished(state: UnitState, refresh: Refresh, event: EventOf<"source.finished">, now: Instant): UnitState {
  const { source, counts, status, cause, nextTryAt, coveredTo } = event;
  const before = refresh.sources[source]?.tries ?? 0;
  const tries = status === "failed" ? before + 1 : status === "done" ? 0 : before;
  const next = withSource(withLease(refresh, { progressed: true }), source, {
    ...counts,
    status,
    cause,
    nextTryAt,
    tries,
  });
  // A back-fill of last year makes nothing older than it was.
  const known = state.freshness[source]?.coveredTo ?? "";
  // Changed while it was read, the new asset was never read: its first refresh has to read all of it.
  const read = refresh.plan.find((one) => one.source === source)?.externalId;
  if (coveredTo === null || coveredTo < known || read !== externalIdOf(state, source))
    return { ...state, refresh: next };
  const fresh = { ingestionRunId: refresh.ingestionRunId, at: now, coveredTo };
  return { ...state, refresh: next, freshness: { ...state.freshness, [source]: fresh } };
}

/** After a stop the epoch is another one, so that nothing the worker still holds in its hands reaches the facts. */
function ended(state: UnitState, refresh: Refresh, event: EventOf<"refresh.ended">, now: Instant): UnitState {
  const { status, cause } = event;
  const sources = Object.entries(refresh.sources).map(([source, progress]) => [source, atEnd(progress, status, cause)]);
  const epoch = status === "cancelled" ? state.epoch + 1 : state.epoch;
  return {
    ...state,
    epoch,
    refresh: {
      ...refresh,
      status,
      cause,
      lease: null,
      startBy: null,
      stepAtWork: null,
      sources: Object.fromEntries(sources),
      finishedAt: now,
    },
  };
}

function atEnd(progress: SourceProgress, status: Refresh["status"], cause: Cause | null): SourceProgress {
  const unread = progress.status === "waiting" || progress.status === "running";
  if (unread) return { ...progress, status: "failed", cause, nextTryAt: null };
  return status === "cancelled" ? { ...progress, nextTryAt: null } : progress;
}
