/** What happened to a Business Unit. Logged events form the append-only log; quiet ones only move the state on. */
import type { OpsAction } from "../run/events.ts";
import type { SourceCounts } from "./lease.ts";
import type {
  AssetKind,
  AssetTest,
  Cause,
  Day,
  DayRange,
  FieldChange,
  Instant,
  Quota,
  Refresh,
  RefreshKind,
  SourceName,
  SourcePlan,
  SourceProgress,
  Surface,
} from "./types.ts";

interface Birth {
  readonly businessUnitId: string;
  readonly clientId: string;
  readonly slug: string;
  readonly changes: readonly FieldChange[];
}

export type UnitEvent =
  | (Birth & { readonly type: "unit.created"; readonly by: string; readonly reason: string })
  /** It stood in D1 before it had an actor. */
  | (Birth & {
      readonly type: "unit.adopted";
      readonly createdAt: Instant;
      readonly archivedAt: Instant | null;
      readonly surface: Surface | null;
      readonly refreshes: number;
    })
  | {
      readonly type: "unit.edited";
      readonly changes: readonly FieldChange[];
      readonly by: string;
      readonly reason: string;
      /** The edit it sets back. */
      readonly restores: string | null;
    }
  | { readonly type: "source.tested"; readonly kind: AssetKind; readonly test: Omit<AssetTest, "at"> }
  | { readonly type: "surface.created"; readonly surfaceId: string; readonly by: string }
  | {
      readonly type: "refresh.requested";
      readonly ingestionRunId: string;
      readonly kind: RefreshKind;
      readonly by: string;
      readonly reason: string;
      readonly range: DayRange;
      readonly plan: readonly SourcePlan[];
      /** The day of the schedule it is begun for; null: nobody's but its requester's. */
      readonly day: Day | null;
    }
  /** Another attempt; `again`: sources that had ended and are read again. */
  | {
      readonly type: "refresh.promised";
      readonly attempt: number;
      readonly dueAt: Instant;
      readonly cause: Cause | null;
      readonly barrenAttempts: number;
      readonly again: readonly SourceName[];
    }
  /** A hold catches it: it is looked at again then. */
  | { readonly type: "refresh.put_off"; readonly dueAt: Instant; readonly cause: Cause }
  | { readonly type: "refresh.resent"; readonly attempt: number }
  | { readonly type: "lease.granted"; readonly epoch: number; readonly attempt: number; readonly expiresAt: Instant }
  | { readonly type: "lease.renewed"; readonly expiresAt: Instant }
  | { readonly type: "lease.lapsed"; readonly epoch: number }
  | { readonly type: "step.begun"; readonly label: string }
  | { readonly type: "step.done" }
  | { readonly type: "source.progressed"; readonly source: SourceName; readonly counts: SourceCounts }
  | { readonly type: "quota.noted"; readonly source: SourceName; readonly quota: Omit<Quota, "at"> }
  | {
      readonly type: "source.finished";
      readonly source: SourceName;
      readonly counts: SourceCounts;
      readonly status: Exclude<SourceProgress["status"], "waiting" | "running">;
      readonly cause: Cause | null;
      readonly nextTryAt: Instant | null;
      /** Only when done. */
      readonly coveredTo: Day | null;
    }
  | { readonly type: "quality.opened"; readonly source: SourceName; readonly check: string; readonly detail: string }
  | { readonly type: "quality.closed"; readonly roundId: string }
  | {
      readonly type: "refresh.ended";
      readonly status: Exclude<Refresh["status"], "queued" | "running">;
      readonly cause: Cause | null;
    }
  | { readonly type: "schedule.put_off"; readonly nextAt: Instant }
  | { readonly type: "effect.parked"; readonly key: string; readonly error: string }
  | { readonly type: "effect.unparked"; readonly key: string }
  /** It failed for weeks and is not tried any more. */
  | { readonly type: "effect.dropped"; readonly key: string; readonly error: string }
  /** A person who runs the system acted on the unit; what it led to follows. */
  | { readonly type: "ops.acted"; readonly action: OpsAction; readonly by: string; readonly reason: string };

/** Events of the given types. */
export type EventOf<T extends UnitEvent["type"]> = Extract<UnitEvent, { type: T }>;

const QUIET: ReadonlySet<UnitEvent["type"]> = new Set<UnitEvent["type"]>([
  "lease.renewed",
  "step.begun",
  "step.done",
  "source.progressed",
  "quota.noted",
  "schedule.put_off",
  "refresh.put_off",
]);

/**
 * Quiet events change the state but are not worth a line in the log: a unit is refreshed every day for years, and its
 * steps are in the journal while they matter.
 */
export function isLogged(event: UnitEvent): boolean {
  return !QUIET.has(event.type);
}

/** Events that stand in the edit history. */
export function isEdit(event: UnitEvent): event is EventOf<"unit.created" | "unit.adopted" | "unit.edited"> {
  return event.type === "unit.created" || event.type === "unit.adopted" || event.type === "unit.edited";
}
