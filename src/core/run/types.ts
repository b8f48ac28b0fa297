/**
 * A Team Agent Run: one per Asana task, from the first event to acceptance.
 * Everything here is plain JSON; the actor stores it, `evolve` is the only thing that changes it.
 */

import type { RunStatus } from "../wire.ts";
import type { Brief, ChannelProvenance, ItemAnswer } from "./brief.ts";
import type { Amounts, Budget, Limits } from "./budget.ts";
import type { Conversation } from "./conversation.ts";
import type { Hold } from "./holds.ts";

export type { RunStatus };

/** Milliseconds since the epoch. Core never reads a clock; every command carries `now`. */
export type Instant = number;

/** What the run was told by configuration; handed in with every command. */
export interface RunSettings {
  readonly jessieUserGid: string;
  readonly intakeProjectGid: string;
  /** A lease that is not renewed for this long is taken back. */
  readonly leaseMs: number;
  /** What a run may spend where its skill declares nothing else. */
  readonly budget: Limits;
  /** By skill id: limits that differ from those. */
  readonly skillBudgets: Readonly<Record<string, Amounts>>;
  /** Comments that come within this time of one another are one round. */
  readonly quietMs: number;
  /** Revisions before a named person has to allow more. */
  readonly feedbackRoundLimit: number;
}

/** A code for machines and words for people. */
export interface Cause {
  readonly code: string;
  readonly detail: string;
}

/** Something that is missing or wrong before work can start, and who can fix it. */
export interface RunFinding {
  readonly code: string;
  readonly what: string;
  readonly fix: string;
}

/** The task as last read, bounded. All text is untrusted. */
export interface TaskFacts {
  readonly name: string;
  readonly url: string | null;
  readonly requesterName: string | null;
  readonly requesterGid: string | null;
}

/** The question a run waits on. */
export interface Question {
  /** Counts questions of the run, part of the comment's marker. */
  readonly n: number;
  readonly text: string;
  /** What was missing, as the assessment names it; absent in a question of an earlier release. */
  readonly about?: string;
  /** Period to use when the answer is a plain yes; null when nothing was suggested. */
  readonly suggestedPeriod: string | null;
  readonly askedAt: Instant;
  /** How many stories were seen when it was asked; what comes after them answers it. */
  readonly seen: number;
}

export type ExecutionKind = "initial" | "revision";

/** Work that is promised to the execution queue or under way. */
export interface Execution {
  readonly attempt: number;
  readonly kind: ExecutionKind;
  readonly roundId: string | null;
  /** When to put the message on the queue; later than now while backing off. */
  readonly dueAt: Instant;
  /** Send the message again when nobody took the lease by then. */
  readonly startBy: Instant;
  /** How often it was sent again; each time the wait doubles. */
  readonly resends: number;
  /** Why the previous attempt did not finish; null on a first attempt. */
  readonly waitReason: string | null;
}

/** The right to write for the run. An old epoch can write nothing. */
export interface Lease {
  readonly epoch: number;
  readonly attempt: number;
  readonly expiresAt: Instant;
}

export type AttemptOutcome =
  | "finished"
  | "continued"
  | "retry"
  | "lapsed"
  /** Its process went, and the actor with it. */
  | "cut_off"
  | "failed"
  | "blocked"
  | "cancelled"
  /** A budget is used up. */
  | "budget"
  /** Ended at a boundary by a pause, by a hold. */
  | "paused"
  | "held";

export interface Attempt {
  readonly n: number;
  readonly kind: ExecutionKind;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly outcome: AttemptOutcome | null;
  readonly detail: string | null;
}

/** A stop that was asked for while somebody works: it takes place at the next boundary. */
export interface Stopping {
  readonly cause: Cause;
  readonly requestedAt: Instant;
  /** The member of staff who asked; null for a signal of the task. */
  readonly by: string | null;
}

/** When the run looks by itself, and how often it has in this status. Changes without a line in the log. */
export interface Agenda {
  readonly lookAt: Instant;
  readonly looks: number;
  /** The next look at the holds; null when none holds the run. */
  readonly holdLookAt: Instant | null;
}

/** A journalled step as people see it; results live in the journal table. */
export interface StepMark {
  readonly key: string;
  readonly label: string;
  readonly round: number;
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

export interface StoredFile {
  readonly fileId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly role: "report" | "evidence" | "table";
  readonly bytes: number;
  readonly sha256: string;
  readonly objectKey: string;
  readonly attachmentGid: string | null;
}

/** What people decided about a report outside its review. */
export interface Appraisal {
  readonly dismissed: Word | null;
  /** Whether it may be used again; null: nobody said. */
  readonly reuse: (Word & { readonly reusable: boolean }) | null;
}

interface Word {
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

/** Whom and which days a report is about. */
export interface ReportSubject {
  readonly businessUnitId: string;
  readonly clientName: string;
  readonly skill: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

export interface RunArtifact {
  readonly artifactId: string;
  readonly version: number;
  readonly lifecycle: "in_review" | "accepted" | "superseded";
  /** Digest of the HTML report. */
  readonly sha256: string;
  readonly supersedes: string | null;
  readonly narrator: "model" | "mixed" | "rules";
  readonly answer: readonly string[];
  readonly lookAt: readonly string[];
  readonly files: readonly StoredFile[];
  readonly provenance: readonly ChannelProvenance[];
  readonly createdAt: Instant;
  readonly acceptedAt: Instant | null;
  readonly acceptedBy: string | null;
  /** From the brief it was made with: an edit of the task may lead to another one. Absent on versions of before it was kept. */
  readonly about?: ReportSubject;
  /** Absent: nobody said anything. */
  readonly appraisal?: Appraisal;
}

export type FeedbackKind = "acceptance" | "revision" | "discussion" | "scope_change" | "no_op" | "unclear";

/** One round of feedback: the human comments that were claimed together and what became of them. */
export interface FeedbackRound {
  readonly roundId: string;
  readonly n: number;
  readonly storyGids: readonly string[];
  readonly authorName: string;
  readonly authorGid: string | null;
  readonly comment: string;
  /** When the last of its comments was written, by Asana's clock. */
  readonly commentedAt: Instant;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly artifactId: string;
  readonly kind: FeedbackKind | null;
  readonly decidedBy: "rules" | "model" | null;
  readonly items: readonly { readonly id: string; readonly text: string }[];
  readonly answers: readonly ItemAnswer[];
  readonly reply: string | null;
}

/** Words of staff that were said in the panel. */
export interface PanelAnswer {
  /** Counts answers of the run, part of the mirror comment's mark. */
  readonly n: number;
  /** Id of the question they answer. */
  readonly to: string;
  readonly text: string;
  /** gid of the speaker's Asana user, or `staff:` and their id where none is known. */
  readonly authorGid: string;
  readonly authorName: string;
  /** May allow what goes beyond the rules of a run. */
  readonly lead: boolean;
  readonly at: Instant;
}

export interface RunState {
  readonly runId: string;
  readonly taskGid: string;
  readonly status: RunStatus;
  /** Sequence number of the last logged event. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** When the present status began. */
  readonly statusSince: Instant;
  readonly task: TaskFacts | null;
  readonly brief: Brief | null;
  readonly skillTitle: string | null;
  readonly deliverables: readonly string[];
  readonly question: Question | null;
  readonly questionCount: number;
  /** How many stories were seen before the first question; later ones are the conversation. null: nothing was asked. */
  readonly conversationFrom: number | null;
  /** Suggested by Jessie and agreed to by a person; null: nothing was. */
  readonly agreedPeriod: string | null;
  readonly findings: readonly RunFinding[];
  readonly cause: Cause | null;
  readonly execution: Execution | null;
  readonly lease: Lease | null;
  /** Last epoch granted; never reused. */
  readonly epoch: number;
  readonly attempts: readonly Attempt[];
  /** Attempts in a row that recorded nothing new. */
  readonly barrenAttempts: number;
  readonly steps: readonly StepMark[];
  /** The step at work, for the panel; not logged. */
  readonly stepAtWork: { readonly key: string; readonly label: string; readonly startedAt: Instant } | null;
  readonly rounds: readonly FeedbackRound[];
  readonly artifacts: readonly RunArtifact[];
  /** Comments that were taken into account, so that none is acted on twice. */
  readonly seenStories: readonly string[];
  /** What was said in the panel, oldest first. */
  readonly answers: readonly PanelAnswer[];
  /** gid of the one living status comment. */
  readonly statusStoryGid: string | null;
  /** Comments by purpose key, e.g. `review-v1` → story gid. */
  readonly postedComments: Readonly<Record<string, string>>;
  /** Sequence number of the last event that changed a report or a round: the version of their rows in the registry. */
  readonly registryVersion: number;
  readonly stopping: Stopping | null;
  readonly paused: { readonly by: string; readonly reason: string; readonly at: Instant } | null;
  readonly held: { readonly hold: Hold; readonly since: Instant } | null;
  /** How often the run was stopped; each stop has one comment. */
  readonly stops: number;
  readonly agenda: Agenda;
  /** Effects that ran out of tries, with the last error. */
  readonly parked: readonly { readonly key: string; readonly error: string }[];
  /** The error task in Asana that tells of the run's last failure. */
  readonly errorTask: { readonly gid: string; readonly url: string | null } | null;
  /** What the run may spend and has spent; null until it first needs to. */
  readonly budget: Budget | null;
  /** Who may steer, what was asked, what waits for a word. */
  readonly talk: Conversation;
}
