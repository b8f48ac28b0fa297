/** The outside as the actor of a Business Unit needs it: verbs, lent by the composition; tests lend fakes. */
import type { ClaimedKind } from "../../core/business-unit/answers.ts";
import type { SeededUnit, UnitSettings } from "../../core/business-unit/commands.ts";
import type { UnitProjection } from "../../core/business-unit/projection.ts";
import type { BusinessUnitRefreshMessage } from "../../core/messages.ts";
import type { Hold, HoldTarget } from "../../core/run/holds.ts";

/** An id of an upstream. */
export interface ClaimedId {
  readonly kind: ClaimedKind;
  readonly externalId: string;
}

/** Whose unit wants the ids. */
export interface Claimant {
  readonly businessUnitId: string;
  readonly clientId: string;
}

/** Who has the id: another client's unit, which keeps it, or units of the same client, which share it. */
export interface ClaimAnswer {
  readonly elsewhere: string | null;
  readonly siblings: readonly string[];
}

export interface UnitDeps {
  readonly settings: UnitSettings;
  now(): number;
  /** 0 to 1, for jitter. */
  random(): number;
  /** The rows of a unit that was in D1 before it had an actor; null when there are none. */
  seeded(businessUnitId: string): Promise<SeededUnit | null>;
  /** Writes the rows of the index, guarded by the version. */
  project(projection: UnitProjection): Promise<void>;
  /** Notes the unit where it is found when the index is lost; again changes nothing. */
  enlist(businessUnitId: string): Promise<void>;
  /** From now on D1 takes facts of the unit under this epoch alone; an older one never takes its place. */
  fence(businessUnitId: string, epoch: number): Promise<void>;
  /** Takes an id for a unit, unless it is another client's. */
  claim(claimant: Claimant, id: ClaimedId): Promise<ClaimAnswer>;
  /** Gives back what the unit has claimed, but for `kept`. */
  releaseClaims(businessUnitId: string, kept: readonly ClaimedId[]): Promise<void>;
  /** The hold that catches this work; null when none does. */
  holdOn(target: HoldTarget): Promise<Hold | null>;
  enqueueRefresh(message: BusinessUnitRefreshMessage): Promise<void>;
}
