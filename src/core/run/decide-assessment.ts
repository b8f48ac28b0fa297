/** What follows from reading what a task asks for: a brief, a question, or a block. */
import { assess, type TaskReading } from "./assess.ts";
import { type Decision, events, NOTHING, type RunCommand } from "./commands.ts";
import type { Team } from "./conversation.ts";
import type { RunEvent } from "./events.ts";
import { openRevision } from "./queries.ts";
import { promised, workOwed } from "./restart.ts";
import { type Said, saidSince } from "./said.ts";
import { isGo } from "./short-words.ts";
import { isStaff, notMapped, teamNoted, teamOf } from "./staff.ts";
import type { Question, RunFinding, RunState } from "./types.ts";

type TaskRead = Extract<RunCommand, { type: "task_read" }>;

/** Reads what is asked for; `people` are comments of staff that were not taken into account yet. */
export function assessed(state: RunState, command: TaskRead, task: TaskReading, people: readonly Said[]): Decision {
  const { question, agreedPeriod } = state;
  const conversation = {
    question,
    agreedPeriod,
    answers: saidSince(state.conversationFrom, state, command.comments, people),
    replies: saidSince(question?.seen ?? null, state, command.comments, people),
  };
  const seen = [...seenNow(people), ...sponsored(state, people)];
  const sponsors = [...state.talk.sponsors, ...people.filter((one) => isGo(one.text)).map((one) => one.authorGid)];
  const everybody = teamOf({ ...state, brief: null }, task, command.assessment.units);
  const inPanel = new Set(state.answers.map((one) => one.authorGid));
  const vouched = (team: Team) => sponsors.some((gid) => inPanel.has(gid) || isStaff(team, gid));
  const stranger = notMapped(task, vouched(everybody), everybody, null);
  if (stranger !== null) return blocked(state, seen, { findings: [stranger], code: stranger.code });
  const outcome = assess({ ...command.assessment, ...conversation, runId: state.runId, task });
  switch (outcome.kind) {
    case "ready": {
      const { brief, skillTitle, deliverables } = outcome;
      const team = teamOf({ ...state, brief }, task, command.assessment.units);
      const outsider = notMapped(task, vouched(team), team, brief.businessUnitName);
      if (outsider !== null) return blocked(state, seen, { findings: [outsider], code: outsider.code });
      const { today } = command.assessment;
      return events(
        ...seen,
        ...teamNoted(state, team),
        { type: "assessment.ready", brief, skillTitle, deliverables, agreedPeriod: outcome.agreedPeriod, today },
        promised(state, { kind: "initial", roundId: null }, 0),
      );
    }
    case "question": {
      // By what is missing, not by its words: a suggested period grows every day, and who is asked for a week would be
      // asked each day anew, until the guard against ping-pong stops the run.
      const same = state.status === "needs_clarification" && isAsked(state.question, outcome);
      if (same && people.length === 0) return events(...seen);
      return events(...seen, {
        type: "assessment.question",
        text: outcome.text,
        about: outcome.about,
        suggestedPeriod: outcome.suggestedPeriod,
        agreedPeriod: outcome.agreedPeriod,
      });
    }
    case "blocked":
      return blocked(state, seen, { findings: outcome.findings, code: outcome.cause.code });
  }
}

function isAsked(
  question: Question | null,
  { text, about }: { readonly text: string; readonly about: string },
): boolean {
  return question !== null && (question.about === undefined ? question.text === text : question.about === about);
}

function seenNow(people: readonly Said[]): readonly RunEvent[] {
  return people.length === 0 ? [] : [{ type: "comments.seen", storyGids: people.map((one) => one.gid) }];
}

/** A "go" of staff vouches for a task of somebody who may not start one. */
function sponsored(state: RunState, people: readonly Said[]): readonly RunEvent[] {
  const known = new Set(state.talk.sponsors);
  return people.flatMap(({ text, authorGid, authorName }): readonly RunEvent[] => {
    if (!isGo(text) || known.has(authorGid)) return [];
    known.add(authorGid);
    return [{ type: "run.sponsored", gid: authorGid, name: authorName.slice(0, 120) }];
  });
}

function blocked(
  state: RunState,
  seen: readonly RunEvent[],
  { findings, code }: { readonly findings: readonly RunFinding[]; readonly code: string },
): Decision {
  const detail = findings.map((finding) => `${finding.what} ${finding.fix}`).join(" ");
  if (state.status === "blocked" && state.cause?.detail === detail) return events(...seen);
  return events(...seen, { type: "assessment.blocked", findings, cause: { code, detail } });
}

/**
 * A run that was blocked at work starts again only when a person said something or what is asked changed. Without
 * this the reconciler's regular look would start it, and post its failure, every few minutes.
 */
export function wokenFromBlock(
  state: RunState,
  command: TaskRead,
  task: TaskReading,
  people: readonly Said[],
): Decision {
  const last = people.at(-1);
  const owed = workOwed(state);
  if (last === undefined) {
    // Only a person ends a conversation with a machine, and only a person can say what a version in review is to become.
    if (state.cause?.code === "ping_pong" || openRevision(state) !== null || state.artifacts.length > 0) return NOTHING;
    return asksOther(state, command, task) ? assessed(state, command, task, people) : NOTHING;
  }
  if (state.artifacts.length === 0) return assessed(state, command, task, people);
  const retried: RunEvent = { type: "run.retried", by: last.authorName.slice(0, 120) };
  // In review again; the comments are read there.
  if (owed === null) return { events: [retried], effects: [{ kind: "look" }], refusal: null };
  return events(...seenNow(people), retried, promised(state, owed, 0));
}

function asksOther(state: RunState, command: TaskRead, task: TaskReading): boolean {
  const answers = saidSince(state.conversationFrom, state, command.comments, []);
  const conversation = { answers, replies: [], question: null, agreedPeriod: state.agreedPeriod };
  const outcome = assess({ ...command.assessment, ...conversation, runId: state.runId, task });
  return outcome.kind !== "ready" || JSON.stringify(outcome.brief) !== JSON.stringify(state.brief);
}
