/** A run as the interface shows it. */
import { artifactIdOf } from "../ids.ts";
import type { RunDetail, RunStep, RunSummary } from "../wire.ts";
import type { Artifact } from "../wire-artifact.ts";
import { unreadAnswers } from "./answer.ts";
import { lifecycleOf } from "./appraisal.ts";
import { asksOf } from "./asks.ts";
import { BUDGET_KINDS, type BudgetKind, takenOf } from "./budget.ts";
import { leaseBegan } from "./lease.ts";
import { currentRound } from "./queries.ts";
import { changeQuestion } from "./task-change.ts";
import type { FeedbackRound, Instant, RunArtifact, RunState } from "./types.ts";
import { parkedWords, waitingOn } from "./waiting.ts";
import { shownWakeAt } from "./wake.ts";

const iso = (at: Instant): string => new Date(at).toISOString();

/** One row of a list. */
export function summaryOf(state: RunState): RunSummary {
  const wakes = shownWakeAt(state);
  return {
    runId: state.runId,
    taskGid: state.taskGid,
    version: state.version,
    status: state.status,
    title: state.task?.name ?? `Task ${state.taskGid}`,
    skill: state.brief?.skill ?? null,
    clientName: state.brief?.clientName ?? null,
    businessUnitId: state.brief?.businessUnitId ?? null,
    requester: state.task?.requesterName ?? null,
    waitingOn: waitingOn(state),
    wakeAt: wakes === null ? null : iso(wakes),
    parked: state.parked.length,
    parkedDetail: parkedWords(state),
    copy: false,
    cause: state.cause === null ? null : { code: state.cause.code, detail: state.cause.detail },
    progress: progressOf(state),
    taskUrl: state.task?.url ?? null,
    createdAt: iso(state.createdAt),
    updatedAt: iso(state.updatedAt),
  };
}

/**
 * The row of a copy of another system's run. Nobody has to act on it and nothing here ever wakes it: left as it was, it
 * would stand among the stuck runs for good.
 */
export function summaryOfCopy(state: RunState): RunSummary {
  const summary = summaryOf(state);
  const detail = "A copy of another system's run; nothing here moves it.";
  const since = summary.updatedAt;
  return {
    ...summary,
    waitingOn: summary.waitingOn === null ? null : { kind: "hold", who: null, detail, since, until: null },
    wakeAt: null,
    parked: 0,
    parkedDetail: null,
    copy: true,
  };
}

function progressOf(state: RunState): RunSummary["progress"] {
  if (state.execution === null) return null;
  const round = currentRound(state);
  const done = state.steps.filter((step) => step.round === round).length;
  const first = state.steps.filter((step) => step.round === 0).length;
  return { done, total: round > 0 && first > 0 ? first : null, label: state.stepAtWork?.label ?? null };
}

/** The whole run. */
export function detailOf(state: RunState): RunDetail {
  return {
    ...summaryOf(state),
    brief: briefView(state),
    question: state.question?.text ?? changeQuestion(state),
    findings: state.findings.map((finding) => ({ ...finding })),
    lease:
      state.lease === null
        ? null
        : { epoch: state.lease.epoch, attempt: state.lease.attempt, expiresAt: iso(state.lease.expiresAt) },
    attempts: state.attempts.map((attempt) => ({
      n: attempt.n,
      kind: attempt.kind,
      startedAt: iso(attempt.startedAt),
      endedAt: attempt.endedAt === null ? null : iso(attempt.endedAt),
      outcome: attempt.outcome,
      detail: attempt.detail,
    })),
    steps: stepsOf(state),
    rounds: state.rounds.map(roundView),
    artifacts: state.artifacts.map((artifact) => artifactView(state, artifact)),
    errorTaskUrl: state.errorTask?.url ?? null,
    budget: budgetView(state),
    asks: asksOf(state).map((ask) => ({ ...ask, choices: [...ask.choices] })),
    unread: unreadAnswers(state).map(({ authorName, text, at }) => ({ author: authorName, text, at: iso(at) })),
  };
}

/** The whole of a copy of another system's run. */
export function detailOfCopy(state: RunState): RunDetail {
  return { ...detailOf(state), ...summaryOfCopy(state), asks: [], unread: [] };
}

const UNITS: Readonly<Record<BudgetKind, RunDetail["budget"][number]["unit"]>> = {
  modelTokens: "tokens",
  modelMicroUsd: "micro_usd",
  upstreamCalls: "calls",
  wallMs: "ms",
  crawlPages: "pages",
};

function budgetView(state: RunState): RunDetail["budget"] {
  const budget = state.budget;
  if (budget === null) return [];
  const lease = state.lease === null ? 0 : state.lease.expiresAt - leaseBegan(state, state.lease.expiresAt);
  return BUDGET_KINDS.map((kind) => {
    const used = budget.used[kind] + budget.beyond[kind];
    const reserved = takenOf(budget, kind) - used + (kind === "wallMs" ? lease : 0);
    return { kind, used, reserved, limit: budget.limits[kind], unit: UNITS[kind] };
  });
}

function briefView(state: RunState): RunDetail["brief"] {
  const { brief } = state;
  if (brief === null) return null;
  const { primary, previous, yearAgo } = brief.periods;
  return {
    skill: brief.skill,
    skillTitle: state.skillTitle ?? brief.skill,
    clientName: brief.clientName,
    businessUnitName: brief.businessUnitName,
    period: { start: primary.start, end: primary.end, label: primary.label },
    comparison: `${previous.label}, and ${yearAgo.label}`,
    sources: brief.sources.map((source) => ({ kind: source.kind, externalId: source.externalId })),
    deliverables: [...state.deliverables],
  };
}

function stepsOf(state: RunState): RunStep[] {
  const done = state.steps.map(
    (step): RunStep => ({
      key: step.key,
      label: step.label,
      round: step.round,
      status: "done",
      startedAt: iso(step.startedAt),
      endedAt: iso(step.endedAt),
      attempt: step.attempt,
    }),
  );
  const { stepAtWork, lease } = state;
  if (stepAtWork === null || lease === null) return done;
  const { key, label, startedAt } = stepAtWork;
  return [
    ...done,
    {
      key,
      label,
      round: currentRound(state),
      status: "running",
      startedAt: iso(startedAt),
      endedAt: null,
      attempt: lease.attempt,
    },
  ];
}

function roundView(round: FeedbackRound): RunDetail["rounds"][number] {
  return {
    roundId: round.roundId,
    n: round.n,
    openedAt: iso(round.openedAt),
    closedAt: round.closedAt === null ? null : iso(round.closedAt),
    author: round.authorName,
    comment: round.comment,
    kind: round.kind,
    decidedBy: round.decidedBy,
    items: round.items.map((item) => {
      const answer = round.answers.find((one) => one.itemId === item.id);
      return { id: item.id, text: item.text, outcome: answer?.outcome ?? null, reason: answer?.reason ?? null };
    }),
    reply: round.reply,
  };
}

/** What people decided about it; null when nobody said anything. */
export function appraisalView({ appraisal }: RunArtifact): Artifact["appraisal"] {
  if (appraisal === undefined) return null;
  const { dismissed, reuse } = appraisal;
  return {
    dismissed: dismissed === null ? null : { ...dismissed, at: iso(dismissed.at) },
    reuse: reuse === null ? null : { ...reuse, at: iso(reuse.at) },
  };
}

/** An artifact as panel and registry show it. */
export function artifactView(state: RunState, artifact: RunArtifact): Artifact {
  return {
    artifactId: artifact.artifactId,
    runId: state.runId,
    taskGid: state.taskGid,
    version: artifact.version,
    lifecycle: lifecycleOf(artifact),
    sha256: artifact.sha256,
    supersedes:
      artifact.supersedes ?? (artifact.version > 1 ? artifactIdOf(state.taskGid, artifact.version - 1) : null),
    narrator: artifact.narrator,
    answer: [...artifact.answer],
    files: artifact.files.map(({ fileId, name, mediaType, role, bytes, sha256 }) => ({
      fileId,
      name,
      mediaType,
      role,
      bytes,
      sha256,
    })),
    provenance: artifact.provenance.map(
      ({ channel, status, detail, externalId, periodStart, periodEnd, fetchedAt, rowCount }) => ({
        channel,
        status,
        detail,
        externalId,
        periodStart,
        periodEnd,
        fetchedAt,
        rowCount,
      }),
    ),
    createdAt: iso(artifact.createdAt),
    acceptedAt: artifact.acceptedAt === null ? null : iso(artifact.acceptedAt),
    acceptedBy: artifact.acceptedBy,
    registryVersion: state.registryVersion,
    appraisal: appraisalView(artifact),
  };
}
