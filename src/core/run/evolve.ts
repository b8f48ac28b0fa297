/** State and event in, next state out. Total, pure, and the only place a run changes. */
import { patched } from "../../lib/patched.ts";
import { appraised, undismissed } from "./appraisal.ts";
import { NEW_CONVERSATION } from "./conversation.ts";
import { type EventOf, isLogged, type RunEvent } from "./events.ts";
import { accounted, applyBudget } from "./evolve-budget.ts";
import { withTalk } from "./evolve-conversation.ts";
import { applyExecution } from "./evolve-execution.ts";
import { applyFeedback, merged } from "./evolve-feedback.ts";
import { agendaAfter, HOLD_LOOK_MS, lookPace } from "./look.ts";
import { openRevision } from "./queries.ts";
import type { Instant, RunArtifact, RunState, RunStatus } from "./types.ts";

function born(event: Extract<RunEvent, { type: "run.observed" }>, now: Instant): RunState {
  return {
    runId: event.runId,
    taskGid: event.taskGid,
    status: "observed",
    version: 1,
    createdAt: now,
    updatedAt: now,
    statusSince: now,
    task: null,
    brief: null,
    skillTitle: null,
    deliverables: [],
    question: null,
    questionCount: 0,
    conversationFrom: null,
    agreedPeriod: null,
    findings: [],
    cause: null,
    execution: null,
    lease: null,
    epoch: 0,
    attempts: [],
    barrenAttempts: 0,
    steps: [],
    stepAtWork: null,
    rounds: [],
    artifacts: [],
    seenStories: [],
    statusStoryGid: null,
    answers: [],
    postedComments: {},
    registryVersion: 0,
    stopping: null,
    paused: null,
    held: null,
    stops: 0,
    agenda: { lookAt: now + lookPace("observed", 0), looks: 0, holdLookAt: null },
    parked: [],
    errorTask: null,
    budget: null,
    talk: NEW_CONVERSATION,
  };
}

/** The state after `event`. The first event of a run is `run.observed`; anything else on nothing is a bug. */
export function evolve(state: RunState | null, event: RunEvent, now: Instant): RunState {
  if (state === null) {
    if (event.type !== "run.observed") throw new Error(`A run begins with run.observed, not with ${event.type}.`);
    return born(event, now);
  }
  const applied = withTalk(state, accounted(state, apply(state, event, now), event, now), event, now);
  const agenda = agendaAfter(state, applied, now);
  const statusSince = applied.status === state.status ? state.statusSince : now;
  if (!isLogged(event)) return patched(applied, { agenda, statusSince });
  const version = state.version + 1;
  const registers = applied.artifacts !== state.artifacts || applied.rounds !== state.rounds;
  const registryVersion = registers ? version : state.registryVersion;
  return { ...applied, agenda, version, updatedAt: now, statusSince, registryVersion };
}

function apply(state: RunState, event: RunEvent, now: Instant): RunState {
  switch (event.type) {
    case "run.observed":
    case "task.noticed":
    case "team.noted":
    case "run.sponsored":
    case "quiet.began":
    case "quiet.extended":
    case "quiet.over":
    case "quiet.ended":
    case "run.escalated":
    case "reminder.due":
    case "reminder.put_off":
    case "change.noticed":
    case "change.withdrawn":
    case "change.kept":
    case "ops.acted":
      return state;
    case "task.read":
      return { ...state, task: event.task };
    case "comments.seen":
    case "comments.passed":
    case "steering.refused":
      return { ...state, seenStories: merged(state.seenStories, event.storyGids) };
    case "answer.given": {
      const { type: _type, ...answer } = event;
      return { ...state, answers: [...state.answers, { ...answer, at: now }] };
    }
    case "comment.posted":
      return { ...state, postedComments: { ...state.postedComments, [event.key]: event.storyGid } };
    case "status.posted":
      return { ...state, statusStoryGid: event.storyGid };
    case "incident.reported":
      return { ...state, errorTask: { gid: event.taskGid, url: event.url } };
    case "effect.unparked":
    case "effect.dropped":
      return { ...state, parked: state.parked.filter((row) => row.key !== event.key) };
    case "run.reopened":
      return { ...state, status: reopened(state), cause: null };
    case "effect.parked":
      return {
        ...state,
        parked: [...state.parked.filter((row) => row.key !== event.key), { key: event.key, error: event.error }],
      };
    case "assessment.started":
    case "assessment.ignored":
    case "assessment.blocked":
    case "assessment.question":
    case "assessment.ready":
      return applyAssessment(state, event, now);
    case "budget.opened":
    case "budget.reserved":
    case "budget.settled":
    case "budget.exhausted":
    case "budget.limit_set":
      return applyBudget(state, event, now);
    case "feedback.opened":
    case "feedback.classified":
    case "feedback.answered":
    case "feedback.held":
    case "rounds.extended":
      return applyFeedback(state, event, now);
    case "artifact.appraised":
      return {
        ...state,
        artifacts: state.artifacts.map((one) =>
          one.artifactId === event.artifactId ? appraised(one, event, now) : one,
        ),
      };
    case "run.blocked":
      return ended(state, "blocked", { findings: event.findings, cause: event.cause });
    case "run.accepted":
      return accepted(state, event, now);
    case "run.cancelled":
      return ended(state, "cancelled", { ...UNBRAKED, cause: event.cause, stops: state.stops + 1 });
    case "run.failed":
      return ended(state, "failed", { ...UNBRAKED, cause: event.cause });
    case "run.stopping":
      return { ...state, stopping: { cause: event.cause, requestedAt: now, by: event.by } };
    case "run.stop_withdrawn":
      return { ...state, stopping: null };
    case "run.paused":
      return { ...state, paused: { by: event.by, reason: event.reason, at: now } };
    case "run.resumed":
      return { ...state, paused: null };
    case "run.held":
      return {
        ...state,
        held: { hold: event.hold, since: now },
        agenda: { ...state.agenda, holdLookAt: now + HOLD_LOOK_MS },
      };
    case "run.unheld":
      return { ...state, held: null, agenda: { ...state.agenda, holdLookAt: null } };
    case "look.planned":
      return { ...state, agenda: { ...state.agenda, lookAt: event.at, looks: event.looks } };
    case "hold.planned":
      return { ...state, agenda: { ...state.agenda, holdLookAt: event.at } };
    case "run.retried":
      return { ...state, status: resumed(state), cause: null, findings: [], barrenAttempts: 0 };
    case "run.restarted": {
      const status = event.owed.kind === "revision" ? "revision_requested" : "ready";
      return { ...state, status, cause: null, findings: [], barrenAttempts: 0 };
    }
    case "change.applied":
      return startedOver(state);
    default:
      return applyExecution(state, event, now);
  }
}

/** Where a run goes on whose task came back: with the review, with the revision, or from the beginning. */
function reopened(state: RunState): RunStatus {
  return owedStatus(state) ?? (state.artifacts.length > 0 ? "review_ready" : "assessing");
}

/** Where work that is promised and not there yet waits; null: there is none, or it begins with the task. */
function owedStatus(state: RunState): RunStatus | null {
  if (openRevision(state) !== null) return "revision_requested";
  const { owed } = state.talk;
  if (owed === null) return null;
  return owed.kind === "revision" ? "revision_requested" : "ready";
}

/** The changed task takes the place of what was agreed; what was in work under the old brief is over. */
function startedOver(state: RunState): RunState {
  const { change } = state.talk;
  if (change === null) return state;
  const { brief, skillTitle, deliverables } = change;
  const status = openRevision(state) === null ? "ready" : "revision_requested";
  return { ...ended(state, status, { cause: null, findings: [] }), brief, skillTitle, deliverables, barrenAttempts: 0 };
}

function applyAssessment(
  state: RunState,
  event: EventOf<
    "assessment.started" | "assessment.ignored" | "assessment.blocked" | "assessment.question" | "assessment.ready"
  >,
  now: Instant,
): RunState {
  switch (event.type) {
    case "assessment.started":
      return { ...state, status: "assessing", cause: null, findings: [] };
    case "assessment.ignored":
      return { ...state, status: "ignored", cause: event.cause, question: null, findings: [] };
    case "assessment.blocked":
      return { ...state, status: "blocked", cause: event.cause, findings: event.findings, question: null };
    case "assessment.question": {
      const n = state.questionCount + 1;
      const seen = state.seenStories.length;
      const { text, about, suggestedPeriod } = event;
      return {
        ...state,
        status: "needs_clarification",
        question: { n, text, ...(about === undefined ? {} : { about }), suggestedPeriod, askedAt: now, seen },
        questionCount: n,
        conversationFrom: state.conversationFrom ?? seen,
        agreedPeriod: event.agreedPeriod,
        cause: null,
        findings: [],
      };
    }
    case "assessment.ready":
      return {
        ...state,
        status: "ready",
        brief: event.brief,
        skillTitle: event.skillTitle,
        deliverables: event.deliverables,
        agreedPeriod: event.agreedPeriod,
        question: null,
        cause: null,
        findings: [],
      };
  }
}

function accepted(state: RunState, event: EventOf<"run.accepted">, now: Instant): RunState {
  const artifacts = state.artifacts.map(
    (artifact): RunArtifact =>
      artifact.artifactId === event.artifactId
        ? { ...undismissed(artifact), lifecycle: "accepted", acceptedAt: now, acceptedBy: event.by }
        : artifact,
  );
  const version = artifacts.find((artifact) => artifact.artifactId === event.artifactId)?.version ?? 1;
  const cause = { code: "accepted", detail: `${event.by} accepted version ${version}.` };
  return ended({ ...state, artifacts }, "accepted", { ...UNBRAKED, cause });
}

/** A run that has ended is neither stopping nor paused nor held. */
const UNBRAKED = { stopping: null, paused: null, held: null } as const;

function ended(state: RunState, status: RunStatus, more: Partial<RunState>): RunState {
  return { ...state, status, execution: null, lease: null, stepAtWork: null, question: null, ...more };
}

/** Where a stopped run goes on when it is asked to. */
function resumed(state: RunState): RunStatus {
  const stopped = state.status === "failed" || state.status === "blocked" || state.status === "cancelled";
  if (!stopped) return state.status;
  if (state.brief === null) return "assessing";
  if (state.status === "cancelled") return reopened(state);
  return owedStatus(state) ?? (state.artifacts.length > 0 ? "review_ready" : "ready");
}
