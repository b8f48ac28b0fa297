/** A full board, and runs in the states a reader meets them in. */
import type { RunDetail, RunSummary } from "../../../src/core/wire.ts";
import { ago, artifact, detail, NOW, steps, summary } from "./runs.ts";

/** A board with something in every column. */
export function busyBoard(): RunSummary[] {
  return [
    summary(1, {
      status: "running",
      title: "SEO report for Strategic Settlements, October 2026",
      progress: { done: 4, total: 9, label: "GA4: organic sessions" },
      updatedAt: ago(3),
    }),
    summary(2, {
      status: "revision_running",
      title: "Plunkett: organic search, third quarter",
      clientName: "Plunkett",
      progress: { done: 2, total: 5, label: "Narrative" },
      updatedAt: ago(12),
    }),
    summary(3, {
      status: "running",
      title: "Monthly search report",
      clientName: "Plunkett",
      progress: { done: 2, total: 9, label: "Search Console: queries" },
      waitingOn: {
        kind: "retry",
        who: null,
        detail: "Search Console asked to wait",
        since: ago(8),
        until: new Date(NOW + 31_000).toISOString(),
      },
      updatedAt: ago(8),
    }),
    summary(4, {
      status: "needs_clarification",
      title: "Can you do the SEO numbers for us?",
      clientName: null,
      skill: "seo-reporting",
      waitingOn: {
        kind: "person",
        who: null,
        detail: "Maya Lindqvist has to say which client and month the report is about",
        since: ago(840),
        until: null,
      },
      updatedAt: ago(840),
    }),
    summary(5, {
      status: "blocked",
      title: "SEO report Plunkett November",
      clientName: "Plunkett",
      cause: {
        code: "source_missing",
        detail: "Plunkett has no GA4 property. Tom Achebe can add it to the Business Unit.",
      },
      updatedAt: ago(5400),
    }),
    summary(6, {
      status: "ready",
      title: "SEO report for Strategic Settlements, September 2026",
      waitingOn: { kind: "queue", who: null, detail: "Starts as soon as a runner is free", since: ago(5), until: null },
      updatedAt: ago(5),
    }),
    summary(7, {
      status: "review_ready",
      title: "SEO report for Plunkett, October 2026",
      clientName: "Plunkett",
      waitingOn: {
        kind: "person",
        who: null,
        detail: "Maya Lindqvist reviews version 2",
        since: ago(4200),
        until: null,
      },
      updatedAt: ago(4200),
    }),
    summary(8, {
      status: "review_ready",
      title: "Search performance, week 46",
      waitingOn: {
        kind: "person",
        who: null,
        detail: "Tom Achebe reviews the report",
        since: ago(90_000),
        until: null,
      },
      updatedAt: ago(90_000),
    }),
    summary(9, {
      status: "accepted",
      title: "SEO report for Strategic Settlements, August 2026",
      updatedAt: ago(260_000),
    }),
    summary(10, {
      status: "failed",
      title: "SEO report for Plunkett, August 2026",
      clientName: "Plunkett",
      cause: {
        code: "token_expired",
        detail: "Google refused the refresh token. An administrator has to connect the account again.",
      },
      updatedAt: ago(190_000),
    }),
    summary(11, {
      status: "cancelled",
      title: "Draft, please ignore",
      clientName: null,
      skill: null,
      cause: { code: "cancelled_by_staff", detail: "Cancelled by Maya Lindqvist." },
      updatedAt: ago(400_000),
    }),
    summary(12, {
      status: "ignored",
      title: "Order new chairs",
      clientName: null,
      skill: null,
      cause: { code: "not_assigned", detail: "The task is not assigned to Jessie." },
      updatedAt: ago(7000),
    }),
  ];
}

/** A second version waits for its reviewer. */
export const reviewed: RunDetail = detail({
  status: "review_ready",
  progress: null,
  lease: null,
  steps: steps(9),
  artifacts: [artifact(2), artifact(1, { lifecycle: "superseded" })],
  asks: [{ id: "review-v2", kind: "review", text: "Version 2 waits for a review.", choices: ["accept"], free: true }],
  waitingOn: { kind: "person", who: null, detail: "Maya Lindqvist reviews version 2", since: ago(300), until: null },
  rounds: [
    {
      roundId: "rnd_1",
      n: 1,
      openedAt: ago(900),
      closedAt: ago(300),
      author: "Maya Lindqvist",
      comment: "Add the top pages, drop the rankings.",
      kind: "revision",
      decidedBy: "rules",
      items: [
        { id: "1", text: "Add the top pages", outcome: "done", reason: null },
        { id: "2", text: "Drop the rankings", outcome: "declined", reason: "They are part of the agreed report" },
      ],
      reply: "Version 2 is attached.",
    },
  ],
});

/** Jessie asked which month. */
export const asking: RunDetail = detail({
  status: "needs_clarification",
  brief: null,
  progress: null,
  steps: [],
  lease: null,
  attempts: [],
  question: "Which month is the report about?",
  asks: [
    {
      id: "question-1",
      kind: "question",
      text: "Which month is the report about?",
      choices: ["yes, please"],
      free: true,
    },
  ],
});

/** A source is missing. */
export const blocked: RunDetail = detail({
  status: "blocked",
  findings: [
    { code: "source_missing", what: "Plunkett has no GA4 property", fix: "Tom Achebe can add it to the Business Unit" },
  ],
  progress: null,
  lease: null,
});

/** The upstream refused. */
export const failed: RunDetail = detail({
  status: "failed",
  progress: null,
  lease: null,
  cause: { code: "token", detail: "Google refused the refresh token." },
});

/** Its workers died three times at the same step. */
export const quarantined: RunDetail = {
  ...failed,
  cause: { code: "quarantined", detail: "Three attempts ended their workers at the step “Narrative”." },
  findings: [],
};

/** All calls it may make are made, and Maya was asked. */
export const stopped: RunDetail = detail({
  lease: null,
  waitingOn: {
    kind: "budget",
    who: "Maya Lindqvist",
    detail: "400 of 400 calls to the data sources are used. Maya Lindqvist says whether to go on.",
    since: ago(1_900),
    until: null,
  },
  asks: [
    { id: "budget-1", kind: "budget", text: "400 of 400 calls are used.", choices: ["go on", "stop"], free: false },
  ],
  budget: detail().budget.map((line) => (line.kind === "upstreamCalls" ? { ...line, used: 400, reserved: 0 } : line)),
});
