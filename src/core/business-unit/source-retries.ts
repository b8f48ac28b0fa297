/** Sources that failed or were put off while the rest of a refresh went through: each is tried again by itself. */
import { type Decision, events, NOTHING } from "./commands.ts";
import { externalIdOf, isActive } from "./queries.ts";
import type { Instant, Refresh, SourceName, UnitState } from "./types.ts";

/** Sources of a refresh that is over which the actor tries again by itself, with when. */
function retries(state: UnitState): readonly { readonly source: SourceName; readonly at: Instant }[] {
  const { refresh } = state;
  if (refresh === null || isActive(refresh) || state.archivedAt !== null) return [];
  return refresh.plan.flatMap(({ source, externalId }) => {
    const at = refresh.sources[source]?.nextTryAt ?? null;
    // Another asset since then: the next refresh reads that one.
    return at === null || externalIdOf(state, source) !== externalId ? [] : [{ source, at }];
  });
}

/** When a source is tried again. */
export function retryAt(state: UnitState): Instant | null {
  const times = retries(state).map(({ at }) => at);
  return times.length === 0 ? null : Math.min(...times);
}

/** Sources that are due are tried again, in an attempt of their own on the same journal. */
export function decideRetry(state: UnitState, now: Instant, upTo: Instant): Decision {
  const due = retries(state).flatMap(({ source, at }) => (at <= upTo ? [source] : []));
  return state.refresh === null || due.length === 0 ? NOTHING : readAgain(state.refresh, due, now);
}

/** Reads sources of a refresh that is over once more. */
export function readAgain(refresh: Refresh, sources: readonly SourceName[], now: Instant): Decision {
  const attempt = refresh.attempt + 1;
  return events({ type: "refresh.promised", attempt, dueAt: now, cause: null, barrenAttempts: 0, again: sources });
}
