/** What happened to a run. Logged events form the append-only log; quiet ones only move the state on. */
import type { AppraisalAct } from "../wire-artifact.ts";
import type { Brief, ItemAnswer } from "./brief.ts";
import type { Amounts, BudgetKind, Limits, Settlement } from "./budget.ts";
import type { Escalation, Making, Refused, TaskChange, Team } from "./conversation.ts";
import type { Hold } from "./holds.ts";
import type { Phase } from "./restart.ts";
import type {
  AttemptOutcome,
  Cause,
  ExecutionKind,
  FeedbackKind,
  Instant,
  PanelAnswer,
  RunArtifact,
  RunFinding,
  TaskFacts,
} from "./types.ts";

/** What people who run the system may do to a single run: the names of `POST /internal/actors/…/:action`. */
export type OpsAction = "release-lease" | "requeue" | "cancel" | "fire-timers" | "flush-outbox" | "reproject";

export type RunEvent =
  | { readonly type: "run.observed"; readonly runId: string; readonly taskGid: string }
  | { readonly type: "task.noticed"; readonly what: string }
  | { readonly type: "task.read"; readonly task: TaskFacts }
  | { readonly type: "assessment.started" }
  | { readonly type: "assessment.ignored"; readonly cause: Cause }
  | { readonly type: "assessment.blocked"; readonly findings: readonly RunFinding[]; readonly cause: Cause }
  | {
      readonly type: "assessment.question";
      readonly text: string;
      /** Absent in events of an earlier release. */
      readonly about?: string;
      readonly suggestedPeriod: string | null;
      readonly agreedPeriod: string | null;
    }
  | {
      readonly type: "assessment.ready";
      readonly brief: Brief;
      readonly skillTitle: string;
      readonly deliverables: readonly string[];
      readonly agreedPeriod: string | null;
      /** The day words such as “last month” were read on. */
      readonly today: string;
    }
  /** Words of staff that were taken into account without a round of their own. */
  | { readonly type: "comments.seen"; readonly storyGids: readonly string[] }
  /** Words of somebody who may not steer and knows it. */
  | { readonly type: "comments.passed"; readonly storyGids: readonly string[] }
  | ConversationEvent
  | {
      readonly type: "execution.promised";
      readonly attempt: number;
      readonly kind: ExecutionKind;
      readonly roundId: string | null;
      readonly dueAt: Instant;
      readonly reason: string | null;
    }
  | { readonly type: "execution.resent"; readonly attempt: number }
  | { readonly type: "lease.granted"; readonly epoch: number; readonly attempt: number; readonly expiresAt: Instant }
  | { readonly type: "lease.renewed"; readonly expiresAt: Instant }
  | { readonly type: "lease.lapsed"; readonly epoch: number }
  | { readonly type: "step.begun"; readonly key: string; readonly label: string }
  | {
      readonly type: "step.done";
      readonly key: string;
      readonly label: string;
      readonly startedAt: Instant;
      readonly expiresAt: Instant;
    }
  | { readonly type: "effect.intended"; readonly key: string; readonly label: string; readonly expiresAt: Instant }
  | {
      readonly type: "attempt.ended";
      readonly outcome: AttemptOutcome;
      readonly detail: string | null;
    }
  | { readonly type: "artifact.produced"; readonly artifact: RunArtifact; readonly answers: readonly ItemAnswer[] }
  /** Outside its review, see `appraisal.ts`. */
  | {
      readonly type: "artifact.appraised";
      readonly artifactId: string;
      readonly act: AppraisalAct;
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly type: "feedback.opened";
      readonly roundId: string;
      readonly n: number;
      readonly storyGids: readonly string[];
      readonly authorName: string;
      readonly authorGid: string | null;
      readonly comment: string;
      readonly commentedAt: Instant;
    }
  | {
      readonly type: "feedback.classified";
      readonly roundId: string;
      readonly kind: FeedbackKind;
      readonly decidedBy: "rules" | "model";
      readonly items: readonly { readonly id: string; readonly text: string }[];
    }
  /** `answers`: a revision came to nothing, each item is answered and the version stays. */
  | {
      readonly type: "feedback.answered";
      readonly roundId: string;
      readonly reply: string | null;
      readonly answers?: readonly ItemAnswer[];
    }
  | { readonly type: "run.blocked"; readonly cause: Cause; readonly findings: readonly RunFinding[] }
  | { readonly type: "run.accepted"; readonly artifactId: string; readonly sha256: string; readonly by: string }
  | { readonly type: "run.cancelled"; readonly cause: Cause }
  | { readonly type: "run.failed"; readonly cause: Cause }
  /** `reason` is absent in events of before it was asked for. */
  | { readonly type: "run.retried"; readonly by: string; readonly reason?: string }
  /** Stops at the next boundary; `by` null: the task left Jessie. */
  | { readonly type: "run.stopping"; readonly cause: Cause; readonly by: string | null }
  /** The task is Jessie's again before the stop took place. */
  | { readonly type: "run.stop_withdrawn" }
  | { readonly type: "run.paused"; readonly by: string; readonly reason: string }
  | { readonly type: "run.resumed"; readonly by: string; readonly reason: string }
  | { readonly type: "run.held"; readonly hold: Hold }
  | { readonly type: "run.unheld" }
  | { readonly type: "look.planned"; readonly at: Instant; readonly looks: number }
  | { readonly type: "hold.planned"; readonly at: Instant }
  | { readonly type: "comment.posted"; readonly key: string; readonly storyGid: string }
  | { readonly type: "status.posted"; readonly storyGid: string | null }
  /** The failure stands in an error task. */
  | { readonly type: "incident.reported"; readonly taskGid: string; readonly url: string | null }
  | { readonly type: "effect.parked"; readonly key: string; readonly error: string }
  | { readonly type: "effect.unparked"; readonly key: string }
  /** A parked effect was tried in vain for two weeks and is not tried any more. */
  | { readonly type: "effect.dropped"; readonly key: string; readonly error: string }
  /** A person who runs the system acted on the run; what it led to follows. */
  | { readonly type: "ops.acted"; readonly action: OpsAction; readonly by: string; readonly reason: string }
  /** The task came back to Jessie after it had left her. */
  | { readonly type: "run.reopened" }
  | { readonly type: "budget.opened"; readonly limits: Limits }
  | {
      readonly type: "budget.reserved";
      readonly n: number;
      readonly holder: string;
      readonly epoch: number;
      readonly amounts: Amounts;
      readonly settlement: Settlement | null;
    }
  | { readonly type: "budget.settled"; readonly settlement: Settlement }
  /** The run stops and asks; `n` counts the questions. */
  | {
      readonly type: "budget.exhausted";
      readonly n: number;
      readonly kind: BudgetKind;
      readonly asked: number;
      readonly used: number;
      readonly limit: number;
      readonly ledger: string | null;
    }
  | {
      readonly type: "budget.limit_set";
      readonly kind: BudgetKind;
      readonly limit: number;
      readonly by: string;
      readonly reason: string;
    };

/** What passes between a run and people, beyond questions and rounds. */
export type ConversationEvent =
  | { readonly type: "team.noted"; readonly team: Team }
  /** A member of staff let a task begin whose creator may not start one. */
  | { readonly type: "run.sponsored"; readonly gid: string; readonly name: string }
  | {
      readonly type: "steering.refused";
      readonly gid: string;
      readonly name: string;
      readonly storyGids: readonly string[];
      readonly about?: Refused["about"];
    }
  /** Said in the panel; read with the next look at the task. */
  | ({ readonly type: "answer.given" } & Omit<PanelAnswer, "at">)
  | { readonly type: "quiet.began"; readonly until: Instant }
  | { readonly type: "quiet.extended"; readonly until: Instant }
  | { readonly type: "quiet.over" }
  | { readonly type: "quiet.ended" }
  /** A revision beyond the limit: understood, and kept until somebody allows it. */
  | {
      readonly type: "feedback.held";
      readonly roundId: string;
      readonly decidedBy: "rules" | "model";
      readonly items: readonly { readonly id: string; readonly text: string }[];
    }
  | {
      readonly type: "run.escalated";
      readonly reason: Escalation["reason"];
      readonly gid: string | null;
      readonly name: string;
    }
  | { readonly type: "rounds.extended"; readonly by: string; readonly roundId: string; readonly rounds: number }
  | { readonly type: "reminder.due" }
  | { readonly type: "reminder.put_off"; readonly dueAt: Instant }
  | (Pick<TaskChange, "key" | "differences" | "brief" | "skillTitle" | "deliverables"> & {
      readonly type: "change.noticed";
      /** False for a change that was asked about before, then taken back, and is there again. */
      readonly ask: boolean;
      readonly whoMayApply?: string;
    })
  | { readonly type: "change.withdrawn" }
  | { readonly type: "change.kept"; readonly by: string }
  | { readonly type: "change.applied"; readonly by: string }
  | {
      readonly type: "run.restarted";
      readonly from: Phase;
      readonly by: string;
      readonly reason: string;
      readonly owed: Making;
    };

/** Events of the given types. */
export type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

const QUIET: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "lease.renewed",
  "step.begun",
  "budget.reserved",
  "budget.settled",
  "look.planned",
  "hold.planned",
]);

/**
 * Quiet events change the state but are not worth a line in the log: heartbeats would drown it. They may touch only what
 * `withoutQuiet` (`bundle.ts`) leaves out, so that the log alone tells the rest of the state.
 */
export function isLogged(event: RunEvent): boolean {
  return !QUIET.has(event.type);
}
