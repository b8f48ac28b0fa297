/** The calls of the ops pages. They go through the edge to `/internal/*`, which lets operators in alone. */
import * as v from "valibot";
import { pageOf, type RunSummary } from "../../src/core/wire.ts";
import {
  type BulkPage,
  BulkPageSchema,
  type BulkPreview,
  BulkPreviewSchema,
  type DeadLetter,
  DeadLetterSchema,
  type Hold,
  type OpsOverview,
  OpsOverviewSchema,
  type RunAction,
  type RunFilterText,
  type WebhookCheck,
  WebhookCheckSchema,
  type WebhookHealth,
  WebhookHealthSchema,
} from "../../src/core/wire-ops.ts";
import type { Api, Page, Reply } from "./api.ts";

const Anything = v.unknown();
const ChecksSchema = v.object({ items: v.array(WebhookCheckSchema) });

/** What needs an operator. */
export function overview(api: Api): Promise<Reply<OpsOverview>> {
  return api.get("/api/internal/ops", OpsOverviewSchema);
}

/** Counts the runs a bulk action would reach. */
export function previewBulk(api: Api, action: RunAction, filter: RunFilterText): Promise<Reply<BulkPreview>> {
  return api.send("/api/internal/ops/bulk", "POST", { action, filter, dryRun: true }, BulkPreviewSchema);
}

/** What is to be done, and to how many by the count that was seen. */
export interface BulkOrder {
  readonly action: RunAction;
  readonly filter: RunFilterText;
  readonly reason: string;
  readonly expected: number;
}

/** Carries out one page of a bulk action. */
export function runBulk(api: Api, order: BulkOrder, cursor: string | null): Promise<Reply<BulkPage>> {
  return api.send("/api/internal/ops/bulk", "POST", { ...order, dryRun: false, cursor }, BulkPageSchema);
}

/** Sets a hold. */
export function setHold(api: Api, hold: Pick<Hold, "scope" | "value" | "reason">): Promise<Reply<unknown>> {
  return api.send("/api/internal/holds", "POST", hold, Anything);
}

/** Releases a hold. */
export function releaseHold(api: Api, holdId: string, reason: string): Promise<Reply<unknown>> {
  return api.send(`/api/internal/holds/${encodeURIComponent(holdId)}`, "DELETE", { reason }, Anything);
}

/** Messages nobody could use, newest first, one page. */
export function deadLetters(api: Api, cursor: string | null): Promise<Reply<Page<DeadLetter>>> {
  const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  return api.get(`/api/internal/dead-letters${query}`, pageOf(DeadLetterSchema));
}

/** Puts a dead letter back on its queue. */
export function replay(api: Api, deadLetterId: string, reason: string): Promise<Reply<unknown>> {
  const path = `/api/internal/dead-letters/${encodeURIComponent(deadLetterId)}/replay`;
  return api.send(path, "POST", { reason }, Anything);
}

/** How Asana's webhooks are. */
export function webhooks(api: Api): Promise<Reply<WebhookHealth>> {
  return api.get("/api/internal/webhooks", WebhookHealthSchema);
}

/** Asks Asana about each webhook and makes those that are missing; says what came of each. */
export function checkWebhooks(api: Api): Promise<Reply<{ readonly items: readonly WebhookCheck[] }>> {
  return api.send("/api/internal/webhooks/check", "POST", {}, ChecksSchema);
}

function actorPath(kind: string, name: string): string {
  return `/api/internal/actors/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`;
}

/** The inside of one actor, as it tells it. */
export function inspect(api: Api, kind: string, name: string): Promise<Reply<Record<string, unknown>>> {
  return api.get(actorPath(kind, name), v.record(v.string(), v.unknown()));
}

/** Asks an actor to do something out of turn. */
export function askActor(
  api: Api,
  actor: { readonly kind: string; readonly name: string },
  action: string,
  reason: string,
): Promise<Reply<unknown>> {
  return api.send(`${actorPath(actor.kind, actor.name)}/${action}`, "POST", { reason }, Anything);
}

/** Address of the page that shows the inside of a run's actor. */
export function actorPage(run: Pick<RunSummary, "taskGid">): string {
  return `/ops/actors/team-agent-run/${encodeURIComponent(run.taskGid)}`;
}
