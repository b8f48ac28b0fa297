/** What operators meet: an overview of a bad day, of a good one, and the inside of an actor. */
import type { OpsOverview, WebhookHealth } from "../../../src/core/wire-ops.ts";
import { type Answer, json } from "./panel.ts";
import { ago, detail, NOW, summary } from "./runs.ts";

const DAY = 86_400;
const day = (back: number): string => ago(back * DAY).slice(0, 10);
const none = { count: 0, more: false, items: [] };

/** Nothing needs anybody. */
export const calmDay: OpsOverview = {
  at: ago(4),
  since: day(13),
  states: [
    { status: "running", count: 2, more: false },
    { status: "review_ready", count: 5, more: false },
  ],
  waits: [
    { kind: "worker", count: 2, more: false },
    { kind: "person", count: 5, more: false },
  ],
  failures: [],
  stuck: none,
  parked: none,
  failed: none,
  quarantined: none,
  deadLetters: none,
  holds: [],
  webhooks: { all: 2, unhealthy: 0 },
};

const failed = (n: number, code: string, what: string) =>
  summary(n, { status: "failed", cause: { code, detail: what }, updatedAt: ago(n * 4_000) });

/** Something of everything. */
export const badDay: OpsOverview = {
  ...calmDay,
  states: [
    { status: "observed", count: 3, more: false },
    { status: "blocked", count: 14, more: false },
    { status: "needs_clarification", count: 9, more: false },
    { status: "ready", count: 41, more: false },
    { status: "running", count: 22, more: false },
    { status: "review_ready", count: 1_204, more: false },
    { status: "revision_running", count: 3, more: false },
  ],
  waits: [
    { kind: "person", count: 1_213, more: false },
    { kind: "retry", count: 17, more: false },
    { kind: "queue", count: 24, more: false },
    { kind: "worker", count: 25, more: false },
    { kind: "hold", count: 12, more: false },
    { kind: "budget", count: 2, more: false },
  ],
  failures: [
    { day: day(12), code: "token_expired", count: 1 },
    { day: day(9), code: "quota_exceeded", count: 3 },
    { day: day(6), code: "token_expired", count: 2 },
    { day: day(6), code: "quarantined", count: 1 },
    { day: day(4), code: "asana_unreachable", count: 5 },
    { day: day(4), code: "quota_exceeded", count: 2 },
    { day: day(1), code: "token_expired", count: 9 },
    { day: day(1), code: "no_progress", count: 2 },
    { day: day(0), code: "token_expired", count: 4 },
    { day: day(0), code: "bad_reply", count: 1 },
    { day: day(0), code: "model_refused", count: 1 },
  ],
  stuck: {
    count: 2,
    more: false,
    items: [
      summary(21, { wakeAt: ago(2_900), updatedAt: ago(3_600), clientName: "Plunkett" }),
      summary(22, {
        status: "revision_requested",
        wakeAt: ago(-300),
        updatedAt: ago(9_000),
        waitingOn: { kind: "queue", who: null, detail: "Waiting for a free worker.", since: ago(9_000), until: null },
      }),
    ],
  },
  parked: {
    count: 1,
    more: false,
    items: [
      summary(23, {
        status: "review_ready",
        parked: 2,
        waitingOn: {
          kind: "retry",
          who: "Asana",
          detail: "Could not carry out comment:review:2, trying every hour: Asana answered 403",
          since: ago(7_000),
          until: null,
        },
      }),
    ],
  },
  failed: {
    count: 28,
    more: false,
    items: [
      failed(31, "token_expired", "Google refused the refresh token. Somebody has to connect the account again."),
      failed(32, "quota_exceeded", "Search Console has no quota left for this site today."),
      failed(33, "token_expired", "Google refused the refresh token. Somebody has to connect the account again."),
    ],
  },
  quarantined: {
    count: 1,
    more: false,
    items: [failed(35, "quarantined", "Three attempts ended their workers at the step “Narrative”.")],
  },
  deadLetters: {
    count: 1,
    more: false,
    items: [
      {
        deadLetterId: "d1",
        queue: "agency-os-dev-team-agent-runs",
        reason: "does not parse: taskGid: expected string",
        body: '{"type":"team-agent-run","schemaVersion":1,"taskGid":42,"events":[]}',
        receivedAt: ago(5_400),
        replayedAt: null,
        replayedBy: null,
        replayReason: null,
      },
    ],
  },
  holds: [
    {
      holdId: "h1",
      scope: "client",
      value: "Plunkett",
      reason: "The contract is being renewed.",
      by: "tom@agency.example",
      createdAt: ago(2 * DAY),
    },
    {
      holdId: "h2",
      scope: "upstream",
      value: "search_console",
      reason: "Google reports an incident.",
      by: "maya@agency.example",
      createdAt: ago(1_900),
    },
  ],
  webhooks: { all: 2, unhealthy: 1 },
};

/** Two projects, one of them in trouble. */
export const webhookHealth: WebhookHealth = {
  items: [
    {
      registrationId: "w1",
      webhookGid: "120000000000041",
      target: "https://control.agency.example/webhooks/asana",
      state: "active",
      requestedAt: ago(900_000),
      checkedAt: ago(200),
      lastDeliveryAt: ago(70),
      projectGid: "1200000000000100",
      health: "healthy",
      problem: null,
      lastSuccessAt: ago(70),
      lastFailureAt: null,
      lastFailureContent: null,
      retryCount: 0,
      deletionAt: null,
    },
    {
      registrationId: "w2",
      webhookGid: "120000000000042",
      target: "https://control.agency.example/webhooks/asana",
      state: "active",
      requestedAt: ago(900_000),
      checkedAt: ago(200),
      lastDeliveryAt: ago(70),
      projectGid: "1200000000000101",
      health: "failing",
      problem: null,
      lastSuccessAt: ago(40_000),
      lastFailureAt: ago(300),
      lastFailureContent: "503 Service Unavailable",
      retryCount: 6,
      deletionAt: new Date(NOW + 46 * 3_600_000).toISOString(),
    },
  ],
  streams: [{ projectGid: "1200000000000101", syncedAt: ago(60), comparedAt: ago(240), problem: null }],
};

/** What the actor of a run tells of itself. */
export const inside = {
  state: detail(),
  epoch: 3,
  lease: { epoch: 3, attempt: 1, expiresAt: NOW + 22_000 },
  wakeAt: NOW + 22_000,
  outbox: [
    {
      key: "comment:review:2",
      lane: "asana",
      generation: 1,
      attempts: 12,
      due_at: NOW + 1_800_000,
      parked: 1,
      last_error: "forbidden: Asana answered 403",
    },
    { key: "project", lane: "index", generation: 4, attempts: 0, due_at: NOW, parked: 0, last_error: null },
  ],
  journal: [
    { key: "gather.search", status: "done" },
    { key: "attach.report", status: "intended" },
  ],
  rounds: [],
  parked: [{ key: "comment:review:2", error: "Asana answered 403" }],
  events: [{ seq: 12, at: ago(30), type: "step.done", summary: "Done: Search Console: queries (2.4 s)." }],
};

/** A control plane with this overview behind it. */
export function opsDesk(overview: OpsOverview): Answer {
  return (request, path) => {
    if (path === "/internal/ops") return json(overview);
    if (path === "/internal/webhooks") return json(webhookHealth);
    if (path.startsWith("/internal/actors/")) return request.method === "GET" ? json(inside) : json({}, 202);
    if (path === "/internal/dead-letters") return json({ items: overview.deadLetters.items, nextCursor: null });
    if (path === "/team-agent-runs") return json(failedPage(overview, new URL(request.url).searchParams.get("cursor")));
    return null;
  };
}

/** Two pages of failed runs. */
function failedPage(overview: OpsOverview, cursor: string | null) {
  const { items } = overview.failed;
  if (cursor === null) return { items, nextCursor: "more" };
  return { items: items.map((run) => ({ ...run, runId: `${run.runId}_2` })), nextCursor: null };
}
