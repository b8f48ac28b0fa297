/** What a run remembers of its talk with people: who may steer it, what was asked, what waits for a word. */
import type { Brief } from "./brief.ts";
import type { ExecutionKind, Instant } from "./types.ts";

/** A member of staff who may start and steer runs of a Business Unit. */
export interface StaffMember {
  /** gid of the Asana user. */
  readonly gid: string;
  readonly name: string;
  /** Role on the Business Unit, e.g. `approver`; `admin` for somebody who may steer any. */
  readonly role: string;
}

/** The people of a run's Business Unit and the clock they live by. */
export interface Team {
  readonly timeZone: string;
  readonly staff: readonly StaffMember[];
}

/** A stretch in which further comments are waited for, so that they are read together. */
export interface QuietWindow {
  readonly since: Instant;
  readonly until: Instant;
  /** True once its end was noticed and the task is being read. */
  readonly over: boolean;
}

/** Reminders of the present wait for a person. */
export interface Nudge {
  readonly since: Instant;
  readonly sent: number;
  /** null: everything was said that there is to say. */
  readonly dueAt: Instant | null;
}

/** A run that a named person has to decide about. */
export interface Escalation {
  /** Counts escalations of the run, part of the comment's mark. */
  readonly n: number;
  readonly reason: "round_limit" | "no_answer";
  /** null: nobody with an Asana user is known. */
  readonly gid: string | null;
  readonly name: string;
  readonly since: Instant;
}

/** What the task asks for now, where that is not what the run works on. */
export interface TaskChange {
  /** Counts changes that were asked about, part of the comment's mark. */
  readonly n: number;
  /** Identity of the changed inputs: the same change is asked about once. */
  readonly key: string;
  /** Plain words, one difference each. */
  readonly differences: readonly string[];
  readonly brief: Brief;
  readonly skillTitle: string;
  readonly deliverables: readonly string[];
  readonly since: Instant;
  /** Names of those who may apply it, where it is about another Business Unit; absent: whoever steers the run. */
  readonly whoMayApply?: string;
}

/** How often each phase of the work was asked for anew; part of the journal's keys. */
export interface Generations {
  readonly fetch: number;
  readonly compute: number;
  readonly narrate: number;
}

/** An execution that makes a version: the first report, a round's revision, or either of them anew. */
export interface Making {
  readonly kind: ExecutionKind;
  readonly roundId: string | null;
  /** Why it is made anew, plain words; null: it is not. */
  readonly anew: string | null;
}

/** Somebody who was told that it is not for them to decide. */
export interface Refused {
  readonly gid: string;
  readonly name: string;
  /** What they asked for, where they may steer the run otherwise: another round, or an edit that leads to another client. */
  readonly about?: "rounds" | "client";
}

export interface Conversation {
  readonly team: Team;
  /** gids of staff who let a task begin that was created by somebody who may not. */
  readonly sponsors: readonly string[];
  /** gids of people who were told that they may not steer this run. */
  readonly refused: readonly Refused[];
  readonly quiet: QuietWindow | null;
  /** Comments of Jessie's since the last word of a member of staff. */
  readonly monologue: number;
  readonly nudge: Nudge | null;
  /** Reminders of the whole run. */
  readonly reminders: number;
  readonly escalation: Escalation | null;
  readonly escalations: number;
  /** Rounds beyond the limit whose changes wait for permission, oldest first. */
  readonly held: readonly string[];
  /** Rounds allowed beyond the limit. */
  readonly allowance: number;
  /** The day the brief was read on, and how many stories had been seen: both decide what words mean. */
  readonly understood: { readonly today: string; readonly seen: number } | null;
  readonly change: TaskChange | null;
  readonly changes: number;
  /** Keys of changes that were asked about, newest last. */
  readonly askedChanges: readonly string[];
  /** Keys of changes a person decided to leave out. */
  readonly keptChanges: readonly string[];
  readonly generations: Generations;
  /** What made the newest version. */
  readonly madeBy: Making | null;
  /** A version that is to be made anew and is not there yet. */
  readonly owed: Making | null;
}

export const NEW_CONVERSATION: Conversation = {
  team: { timeZone: "UTC", staff: [] },
  sponsors: [],
  refused: [],
  quiet: null,
  monologue: 0,
  nudge: null,
  reminders: 0,
  escalation: null,
  escalations: 0,
  held: [],
  allowance: 0,
  understood: null,
  change: null,
  changes: 0,
  askedChanges: [],
  keptChanges: [],
  generations: { fetch: 0, compute: 0, narrate: 0 },
  madeBy: null,
  owed: null,
};
