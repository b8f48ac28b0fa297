/** What passes between a Business Unit's actor and the attempt that holds the lease of its refresh. */
import type { FailureRecord } from "../errors.ts";
import type { JournalEntry } from "../run/lease.ts";
import type {
  Cause,
  Day,
  DayRange,
  Instant,
  Quota,
  RefreshKind,
  SourceName,
  SourcePlan,
  SourceProgress,
} from "./types.ts";

/** What curation has to know of the unit, as it holds on the day of the refresh. */
export interface RefreshContext {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly brandTerms: readonly string[];
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
}

/** What an attempt gets with the lease. */
export interface RefreshGrant {
  readonly epoch: number;
  readonly attempt: number;
  readonly leaseMs: number;
  readonly businessUnitId: string;
  readonly ingestionRunId: string;
  readonly kind: RefreshKind;
  /** Also the time under which facts are recorded, so that a killed and an undisturbed refresh give equal rows. */
  readonly requestedAt: Instant;
  readonly range: DayRange;
  /** What is still to be read, in order; what earlier attempts finished is not in it. */
  readonly plan: readonly SourcePlan[];
  /** How far each source of the plan got. */
  readonly sources: Readonly<Partial<Record<SourceName, SourceProgress>>>;
  readonly context: RefreshContext;
  readonly quotas: Readonly<Partial<Record<SourceName, Quota>>>;
  readonly barrenAttempts: number;
  readonly journal: readonly JournalEntry[];
}

/** How far a source is, in whole numbers from its beginning, so that telling it twice changes nothing. */
export interface SourceCounts {
  readonly chunksDone: number;
  readonly chunksTotal: number;
  readonly rows: number;
  readonly facts: number;
  /** Facts whose value or definition changed. */
  readonly changed: number;
}

/** A check of the sums of one source: failing ones open a quality round, passing ones close it. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** How the attempt at one source ended. */
export type SourceOutcome =
  | { readonly status: "done" /** The last day with mature data. */; readonly coveredTo: Day }
  /** A retryable failure is tried again by the actor, later and later; any other waits for the next refresh. */
  | { readonly status: "failed"; readonly failure: FailureRecord }
  /** Nothing is wrong, it only has to wait: for quota until `until`, or for a secret (`until` null: the next refresh). */
  | { readonly status: "postponed"; readonly cause: Cause; readonly until: Instant | null }
  /** A check of the sums stopped a chunk; what other chunks published stays. `coveredTo` null: the newest was stopped. */
  | { readonly status: "held_back"; readonly cause: Cause; readonly coveredTo: Day | null };
