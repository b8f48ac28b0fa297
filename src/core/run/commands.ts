/** What the outside tells a run, and what it answers. Refusals are values. */
import type { FailureRecord } from "../errors.ts";
import type { AppraisalAct } from "../wire-artifact.ts";
import type { AssessmentInput, TaskReading } from "./assess.ts";
import type { ItemAnswer } from "./brief.ts";
import type { Amounts, BudgetKind, Settlement } from "./budget.ts";
import type { Effect } from "./effects.ts";
import type { OpsAction, RunEvent } from "./events.ts";
import type { Hold } from "./holds.ts";
import type { FinishedWork } from "./lease.ts";
import type { Phase } from "./restart.ts";
import type { Cause, FeedbackKind, PanelAnswer, RunArtifact, RunState } from "./types.ts";

/** What an attempt is about to do: a step, or a write to the outside. */
export interface NextWork {
  readonly kind: "step" | "effect";
  readonly key: string;
  readonly label: string;
}

/** A human or own comment as read from the task. */
export interface CommentReading {
  readonly gid: string;
  readonly text: string;
  readonly authorGid: string | null;
  readonly authorName: string;
  readonly createdAt: string;
  /** Said in the panel, by staff whose right to steer was looked up there; absent: written on the task. */
  readonly panel?: "staff" | "lead";
}

/** Who speaks in the panel. */
export type Speaker = Pick<PanelAnswer, "authorGid" | "authorName" | "lead">;

export type RunCommand =
  /** Something happened on the task; `quiet` ones come from the reconciler. */
  | { readonly type: "deliver"; readonly taskGid: string; readonly what: string; readonly quiet: boolean }
  /** The task and its comments were read; null: the task is gone. */
  | {
      readonly type: "task_read";
      readonly task: TaskReading | null;
      readonly comments: readonly CommentReading[];
      readonly assessment: Pick<AssessmentInput, "units" | "skills" | "missingSecrets" | "today">;
    }
  | { readonly type: "tick" }
  | { readonly type: "acquire"; readonly attempt: number }
  | { readonly type: "begin_step"; readonly epoch: number; readonly key: string; readonly label: string }
  | ({ readonly type: "commit_step"; readonly epoch: number } & FinishedWork)
  | { readonly type: "intend_effect"; readonly epoch: number; readonly key: string; readonly label: string }
  /** Steps and effects that are finished, oldest first, and what begins next. */
  | {
      readonly type: "advance";
      readonly epoch: number;
      readonly done: readonly FinishedWork[];
      readonly next: NextWork | null;
    }
  | { readonly type: "heartbeat"; readonly epoch: number }
  | {
      readonly type: "finish";
      readonly epoch: number;
      readonly artifact: RunArtifact;
      readonly answers: readonly ItemAnswer[];
    }
  /** A revision that could meet none of its items: the version there is stays. */
  | { readonly type: "decline"; readonly epoch: number; readonly answers: readonly ItemAnswer[] }
  | { readonly type: "refuse"; readonly epoch: number; readonly cause: Cause }
  | { readonly type: "continue"; readonly epoch: number }
  /** The process that the attempt shared with its actor is gone. */
  | { readonly type: "cut_off"; readonly epoch: number }
  | { readonly type: "fail"; readonly epoch: number; readonly failure: FailureRecord; readonly jitter: number }
  | {
      readonly type: "classified";
      readonly roundId: string;
      readonly kind: FeedbackKind;
      readonly items: readonly string[];
    }
  | { readonly type: "replied"; readonly roundId: string; readonly reply: string }
  | { readonly type: "cancel"; readonly by: string; readonly reason: string }
  | { readonly type: "kill"; readonly by: string; readonly reason: string }
  | { readonly type: "pause"; readonly by: string; readonly reason: string }
  | { readonly type: "resume"; readonly by: string; readonly reason: string }
  | { readonly type: "retry"; readonly by: string; readonly reason?: string }
  /** A hold that was found on the run's work, or that there is none any more. */
  | { readonly type: "held"; readonly hold: Hold }
  | { readonly type: "unheld" }
  /** The holds have changed. */
  | { readonly type: "check_holds" }
  /** Somebody wonders whether the run is alive. */
  | { readonly type: "poke" }
  /** Staff answer in the panel; `to` is the id of the question they saw, null: whichever their words answer. */
  | {
      readonly type: "answer";
      readonly text: string;
      readonly to: string | null;
      readonly speaker: Speaker;
    }
  | { readonly type: "restart"; readonly from: Phase; readonly by: string; readonly reason: string }
  | { readonly type: "comment_posted"; readonly key: string; readonly storyGid: string }
  | { readonly type: "status_posted"; readonly storyGid: string | null }
  | { readonly type: "incident_reported"; readonly taskGid: string; readonly url: string | null }
  | { readonly type: "park"; readonly key: string; readonly error: string }
  /** A parked effect was sent after all. */
  | { readonly type: "unpark"; readonly key: string }
  /** A parked effect is not tried any more. */
  | { readonly type: "drop"; readonly key: string; readonly error: string }
  /** Sets aside `amounts` before they are spent, and as much of `upTo` as is left; `holder` as in `Reservation`. */
  | {
      readonly type: "reserve";
      readonly holder: string;
      readonly epoch: number;
      readonly amounts: Amounts;
      readonly upTo: Amounts;
      /** What was used up before, told in the same turn. */
      readonly settlement: Settlement | null;
    }
  | { readonly type: "settle"; readonly holder: string; readonly epoch: number; readonly settlement: Settlement }
  /** The attempt was refused `asked` of a kind and stops; `ledger` is the run whose budget it was, null its own. */
  | {
      readonly type: "exhausted";
      readonly holder: "lease";
      readonly epoch: number;
      readonly kind: BudgetKind;
      readonly asked: number;
      readonly ledger: string | null;
    }
  | {
      readonly type: "set_budget";
      readonly by: string;
      readonly kind: BudgetKind;
      readonly limit: number;
      readonly reason: string;
    }
  /** Somebody decides about a report outside its review; `version`: the register's, as they saw it. */
  | {
      readonly type: "appraise";
      readonly artifactId: string;
      readonly act: AppraisalAct;
      readonly by: string;
      readonly reason: string;
      readonly version: number | null;
    }
  /** A person who runs the system acts on the run; `promises`: rows that stand in its outbox. */
  | {
      readonly type: "ops";
      readonly action: OpsAction;
      readonly by: string;
      readonly reason: string;
      readonly promises: number;
    };

/** Why a command was not carried out. */
export type Refusal =
  | { readonly code: "no_such_run"; readonly detail: string }
  | { readonly code: "no_such_artifact"; readonly detail: string }
  /** The caller saw an older version of what it changes. */
  | { readonly code: "stale_write"; readonly detail: string }
  /** The caller's lease is over; it must stop writing at once. */
  | { readonly code: "fenced"; readonly detail: string }
  | { readonly code: "lease_held"; readonly detail: string }
  | { readonly code: "stale_attempt"; readonly detail: string }
  /** Paused or held: nothing may be worked on. */
  | { readonly code: "withheld"; readonly detail: string }
  | { readonly code: "reason_needed"; readonly detail: string }
  | { readonly code: "wrong_state"; readonly detail: string }
  /** The question an answer was meant for is not open any more. */
  | { readonly code: "answered_meanwhile"; readonly detail: string }
  | { readonly code: "not_an_answer"; readonly detail: string }
  | { readonly code: "too_many"; readonly detail: string }
  /** `kind` is what there is not enough of. */
  | { readonly code: "budget_exhausted"; readonly detail: string; readonly kind: BudgetKind };

export interface Decision {
  readonly events: readonly RunEvent[];
  /** Effects that follow from the command itself; those that follow from events come from `effectsOf`. */
  readonly effects: readonly Effect[];
  readonly refusal: Refusal | null;
}

export const NOTHING: Decision = { events: [], effects: [], refusal: null };

export function refused(code: Exclude<Refusal["code"], "budget_exhausted">, detail: string): Decision {
  return { events: [], effects: [], refusal: { code, detail } };
}

export function events(...list: readonly RunEvent[]): Decision {
  return { events: list, effects: [], refusal: null };
}

/** Closes the attempt under way, if any, so that the log never shows one that neither ended nor runs. */
export function endAttempt(
  state: RunState,
  outcome: "cancelled" | "failed" | "blocked",
  detail: string,
): readonly RunEvent[] {
  return state.lease === null ? [] : [{ type: "attempt.ended", outcome, detail }];
}
