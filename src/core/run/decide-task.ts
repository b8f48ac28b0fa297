/** The task was read: is it still Jessie's, what does it ask for, what did people say? */
import { panelWords } from "./answer.ts";
import { notEligible, type TaskReading } from "./assess.ts";
import { stopRun } from "./boundary.ts";
import { type Decision, events, NOTHING, type RunCommand } from "./commands.ts";
import { CLOSED_KEY } from "./comments.ts";
import { assessed, wokenFromBlock } from "./decide-assessment.ts";
import { budgetAnswered } from "./decide-budget.ts";
import { openFeedback, reading } from "./decide-feedback.ts";
import type { RunEvent } from "./events.ts";
import { readByRules } from "./feedback.ts";
import { hasLeft, isTerminal, openRound } from "./queries.ts";
import { afterQuiet } from "./quiet.ts";
import { promised, workOwed } from "./restart.ts";
import { extension, extensionRefused } from "./round-limit.ts";
import { type Said, saidSince, unseen } from "./said.ts";
import { maySteer, strangersTold, teamNoted, teamNotedOnce, teamOf } from "./staff.ts";
import { type ChangeAnswer, changeAnswered, changeNoticed } from "./task-change.ts";
import type { Instant, RunSettings, RunState, TaskFacts } from "./types.ts";
import { withdrawn } from "./withdrawal.ts";

type TaskRead = Extract<RunCommand, { type: "task_read" }>;

export function decideTaskRead(state: RunState, command: TaskRead, now: Instant, settings: RunSettings): Decision {
  return read(state, { ...command, comments: [...command.comments, ...panelWords(state)] }, now, settings);
}

/** The same with all that was said, on the task and in the panel. */
function read(state: RunState, command: TaskRead, now: Instant, settings: RunSettings): Decision {
  const { task } = command;
  if (hasLeft(state))
    return task === null || notEligible(task, settings) !== null ? NOTHING : back(state, command, task);
  if (state.status === "accepted") return task === null ? NOTHING : afterword(state, command, settings);
  if (isTerminal(state.status)) return NOTHING;
  if (task === null) return gone(state);
  const team = teamOf(state, task, command.assessment.units);
  const noted = [...taskNoted(state, task), ...teamNoted(state, team)];
  const said = unseen(state, command.comments, settings.jessieUserGid);
  const people = said.filter((one) => maySteer(team, one));
  const known: RunState = { ...state, talk: { ...state.talk, team } };
  const unfit = notEligible(task, settings);
  if (unfit !== null) return lastWord(known, noted, people, settings) ?? notOurs(known, noted, unfit);
  const strangers = said.filter((one) => !maySteer(team, one));
  const told = [...noted, ...strangersTold(state, strangers)];
  const decision = ofJessies(known, command, task, people, now, settings);
  return { ...decision, events: teamNotedOnce([...told, ...decision.events]) };
}

/** A task that is Jessie's, by what the run is doing; `people` are unread comments of staff. */
function ofJessies(
  state: RunState,
  command: TaskRead,
  task: TaskReading,
  people: readonly Said[],
  now: Instant,
  settings: RunSettings,
): Decision {
  const { budget } = state;
  const end = withdrawn(state, people);
  if (budget !== null && budget.question !== null) {
    const allowed = budgetAnswered(state, budget, budget.question, people);
    if (end === null || isCancelled(allowed)) return outOfBudget(state, command, task, people, allowed);
  }
  if (end !== null) return events(...end);
  switch (state.status) {
    case "ready":
    case "running":
    case "review_ready":
    case "revision_requested":
    case "revision_running":
      return also(stopWithdrawn(state), atWork(state, command, task, people, now, settings));
    case "blocked":
      return state.brief === null && state.cause?.code !== "ping_pong"
        ? assessed(state, command, task, people)
        : wokenFromBlock(state, command, task, people);
    default:
      return assessed(state, command, task, people);
  }
}

function isCancelled(decided: readonly RunEvent[]): boolean {
  return decided.some(({ type }) => type === "run.cancelled");
}

/**
 * Work that waits for more budget. Whoever is asked whether to go on may have edited the task instead: the edit is asked
 * about and answered as at any other time, before more is spent on what was agreed. Comments about anything else stay
 * unread: they are feedback on the report to come.
 */
function outOfBudget(
  state: RunState,
  command: TaskRead,
  task: TaskReading,
  people: readonly Said[],
  allowed: readonly RunEvent[],
): Decision {
  if (isCancelled(allowed)) return events(...allowed);
  const change = changeRead(state, command, task, people);
  // Starting over promises the work itself.
  const granted = change.applied ? allowed.filter(({ type }) => type !== "execution.promised") : allowed;
  return events(...granted, ...change.events);
}

/** Work that is promised, under way or in review: has the task changed, and what is said about the version there is? */
function atWork(
  state: RunState,
  command: TaskRead,
  task: TaskReading,
  people: readonly Said[],
  now: Instant,
  settings: RunSettings,
): Decision {
  const { events: before, taken, applied } = changeRead(state, command, task, people);
  if (applied) return events(...before);
  if (state.status !== "review_ready") return also(before, state.execution === null ? promisedAgain(state) : NOTHING);
  if (openRound(state) !== null) return also(before, NOTHING);
  const rest = people.filter((one) => !taken.includes(one.gid));
  const extended = extension(state, rest, settings) ?? extensionRefused(state, rest);
  return also(before, extended === null ? afterQuiet(state, rest, now, settings) : events(...extended));
}

/** What is to be said about an edit of the task: the answer to the question about it, or that there is one. */
function changeRead(state: RunState, command: TaskRead, task: TaskReading, people: readonly Said[]): ChangeAnswer {
  const { understood } = state.talk;
  const answers = saidSince(state.conversationFrom, state, command.comments, [], understood?.seen);
  const noticed = changeNoticed(state, task, command.assessment, answers);
  const answer = changeAnswered(state, people, command.assessment.units);
  if (noticed.length === 0) return answer;
  // The task says something else by now: what was said about the edit before is no answer to this one.
  const { taken } = answer;
  const seen: readonly RunEvent[] = taken.length === 0 ? [] : [{ type: "comments.seen", storyGids: taken }];
  return { events: [...seen, ...noticed], taken, applied: false };
}

/** The task came back before the stop it had asked for took place. A stop that a person asked for stands. */
function stopWithdrawn({ stopping }: RunState): readonly RunEvent[] {
  return stopping === null || stopping.by !== null ? [] : [{ type: "run.stop_withdrawn" }];
}

/** The task is Jessie's again. What was reviewed stays in review, an open revision is queued, anything else begins anew. */
function back(state: RunState, command: TaskRead, task: TaskReading): Decision {
  const reopened: RunEvent = { type: "run.reopened" };
  if (workOwed(state) !== null && state.artifacts.length > 0) return also([reopened], promisedAgain(state));
  if (state.artifacts.length > 0)
    return { events: [reopened], effects: [...reading(openRound(state)), { kind: "look" }], refusal: null };
  return also([reopened], assessed({ ...state, status: "assessing", cause: null }, command, task, []));
}

/** A comment on an accepted report that asks for something: answered once, so that nobody waits in vain. */
function afterword(state: RunState, command: TaskRead, settings: RunSettings): Decision {
  const people = unseen(state, command.comments, settings.jessieUserGid);
  const asks = people.some((one) => {
    const kind = readByRules(one.text, state.artifacts.length)?.kind;
    return kind !== "no_op" && kind !== "acceptance";
  });
  const told = state.postedComments[CLOSED_KEY] !== undefined;
  if (!asks || told) return NOTHING;
  const seen: RunEvent = { type: "comments.seen", storyGids: people.map((one) => one.gid) };
  return { events: [seen], effects: [{ kind: "closed_comment" }], refusal: null };
}

/** Queues what is promised and not there yet. */
function promisedAgain(state: RunState): Decision {
  const owed = workOwed(state);
  return owed === null ? NOTHING : events(promised(state, owed, 0));
}

function gone(state: RunState): Decision {
  const cause = { code: "task_deleted", detail: "The task was deleted or Jessie can no longer see it." };
  if (state.brief === null) return changedIgnored(state, cause);
  return events(...stopRun(state, cause, null));
}

/**
 * People accept and tick the task off in one go: an acceptance was meant and counts before the task is let go. What
 * only the model can read may be one, so it is read first; the look that follows the reading lets go.
 */
function lastWord(
  state: RunState,
  noted: readonly RunEvent[],
  people: readonly Said[],
  settings: RunSettings,
): Decision | null {
  if (state.status !== "review_ready") return null;
  const round = openRound(state);
  if (round !== null) return round.kind === null ? also(noted, NOTHING) : null;
  const feedback = openFeedback(state, people, settings);
  const mayAccept = feedback.effects.length > 0 || feedback.events.some((event) => event.type === "run.accepted");
  return mayAccept ? also(noted, feedback) : null;
}

/** Before any work is promised the task may come and go; work that is promised or done is stopped. */
function notOurs(state: RunState, noted: readonly RunEvent[], cause: { code: string; detail: string }): Decision {
  if (state.brief === null) return also(noted, changedIgnored(state, cause));
  return events(...noted, ...stopRun(state, cause, null));
}

function changedIgnored(state: RunState, cause: { code: string; detail: string }): Decision {
  if (state.status === "ignored" && state.cause?.code === cause.code) return NOTHING;
  return events({ type: "assessment.ignored", cause });
}

function taskNoted(state: RunState, task: TaskReading): readonly RunEvent[] {
  const facts: TaskFacts = {
    name: task.name.slice(0, 300),
    url: task.url,
    requesterName: task.requester?.name.slice(0, 120) ?? null,
    requesterGid: task.requester?.gid ?? null,
  };
  const before = state.task;
  const same =
    before !== null &&
    before.name === facts.name &&
    before.url === facts.url &&
    before.requesterGid === facts.requesterGid;
  return same ? [] : [{ type: "task.read", task: facts }];
}

function also(first: readonly RunEvent[], decision: Decision): Decision {
  return { ...decision, events: [...first, ...decision.events] };
}
