/** What the outside tells a Business Unit, and what it decides. Refusals are values. */
import type { FailureRecord } from "../errors.ts";
import type { NextWork } from "../run/commands.ts";
import type { OpsAction } from "../run/events.ts";
import type { EditRequest, FieldWrite, NewUnit, RefreshRequest, UnitRefusal } from "./answers.ts";
import type { Effect } from "./effects.ts";
import type { UnitEvent } from "./events.ts";
import type { CheckResult, SourceCounts, SourceOutcome } from "./lease.ts";
import type { AssetKind, AssetTest, Cause, Instant, Quota, SourceName, Surface } from "./types.ts";

/** A unit that stands in D1 since before it had an actor. */
export interface SeededUnit {
  readonly businessUnitId: string;
  readonly clientId: string;
  readonly slug: string;
  readonly createdAt: Instant;
  readonly archivedAt: Instant | null;
  readonly fields: readonly FieldWrite[];
  readonly surface: Surface | null;
  /** Refreshes it had, so that their ids are not used again. */
  readonly refreshes: number;
}

/** What holds of the people who run the system keep from being worked on. */
export interface HeldWork {
  /** The whole refresh; null: it may begin. */
  readonly all: Cause | null;
  readonly sources: readonly { readonly source: SourceName; readonly cause: Cause }[];
}

export type UnitCommand =
  | { readonly type: "create"; readonly unit: NewUnit }
  | { readonly type: "adopt"; readonly unit: SeededUnit }
  | ({ readonly type: "edit"; readonly restores: string | null } & EditRequest)
  | { readonly type: "note_test"; readonly kind: AssetKind; readonly test: Omit<AssetTest, "at"> }
  | { readonly type: "create_surface"; readonly by: string }
  | ({ readonly type: "request_refresh" } & RefreshRequest)
  | { readonly type: "cancel_refresh"; readonly by: string; readonly reason: string }
  | { readonly type: "tick" }
  /** Somebody wonders whether the unit is alive. */
  | { readonly type: "poke" }
  | {
      readonly type: "acquire";
      readonly ingestionRunId: string;
      readonly attempt: number;
      /** Holds that catch the refresh as a whole, or sources of it. */
      readonly held: HeldWork;
    }
  | { readonly type: "begin_step"; readonly epoch: number; readonly label: string }
  /** Steps that are finished, and what begins next. */
  | { readonly type: "advance"; readonly epoch: number; readonly done: number; readonly next: NextWork | null }
  | { readonly type: "heartbeat"; readonly epoch: number }
  | {
      readonly type: "source_progress";
      readonly epoch: number;
      readonly source: SourceName;
      readonly counts: SourceCounts;
      readonly quota: Omit<Quota, "at"> | null;
    }
  | {
      readonly type: "checked";
      readonly epoch: number;
      readonly source: SourceName;
      readonly checks: readonly CheckResult[];
    }
  | {
      readonly type: "finish_source";
      readonly epoch: number;
      readonly source: SourceName;
      readonly counts: SourceCounts;
      readonly outcome: SourceOutcome;
      readonly jitter: number;
    }
  | { readonly type: "finish"; readonly epoch: number }
  | { readonly type: "fail"; readonly epoch: number; readonly failure: FailureRecord; readonly jitter: number }
  | { readonly type: "continue"; readonly epoch: number }
  /** The process that the attempt shared with its actor is gone. */
  | { readonly type: "cut_off"; readonly epoch: number }
  | { readonly type: "park"; readonly key: string; readonly error: string }
  /** A parked effect was sent after all. */
  | { readonly type: "unpark"; readonly key: string }
  /** One that failed for weeks is given up. */
  | { readonly type: "drop"; readonly key: string; readonly error: string }
  /** Ids of upstreams were claimed and are not used after all. */
  | { readonly type: "check_claims" }
  /** A person who runs the system acts on the unit; `promises`: rows that stand in its outbox. */
  | {
      readonly type: "ops";
      readonly action: OpsAction;
      readonly by: string;
      readonly reason: string;
      readonly promises: number;
    };

/** Commands of the given types. */
export type CommandOf<T extends UnitCommand["type"]> = Extract<UnitCommand, { type: T }>;

/** What was told by configuration; handed in with every command. */
export interface UnitSettings {
  /** A lease that is not renewed for this long is taken back. */
  readonly leaseMs: number;
}

export interface Decision {
  readonly events: readonly UnitEvent[];
  /** Effects that follow from the command itself; those that follow from events come from `effectsOf`. */
  readonly effects: readonly Effect[];
  readonly refusal: UnitRefusal | null;
}

export const NOTHING: Decision = { events: [], effects: [], refusal: null };

type PlainRefusal = Exclude<
  UnitRefusal["code"],
  "stale_write" | "bad_field" | "refresh_in_progress" | "source_belongs_elsewhere"
>;

export function refused(code: PlainRefusal, detail: string): Decision {
  return refusedWith({ code, detail });
}

export function refusedWith(refusal: UnitRefusal): Decision {
  return { events: [], effects: [], refusal };
}

export function events(...list: readonly UnitEvent[]): Decision {
  return { events: list, effects: [], refusal: null };
}
