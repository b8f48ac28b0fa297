/** Webhooks: creation with the handshake, change, deletion. Deliveries are the courier's. */
import { randomBytes } from "node:crypto";
import type { UserRecord, WebhookFilterRecord, WebhookRecord } from "./records.ts";
import { badRequest, forbidden, unknownObject } from "./refusals.ts";
import type { World } from "./world.ts";

/** How long Asana waits for a receiver. */
export const RECEIVER_TIMEOUT_MS = 10_000;

export interface WebhookInput {
  readonly resource: string;
  readonly target: string;
  readonly filters?: readonly WebhookFilterRecord[] | undefined;
}

/**
 * Creates a webhook after the target proved that it expects it: it has to echo `X-Hook-Secret`. Unlike Asana, this takes
 * loopback targets, and only those: nothing of the sandbox leaves the machine.
 */
export async function createWebhook(world: World, actor: UserRecord, input: WebhookInput): Promise<WebhookRecord> {
  const resourceType = hookableType(world, input.resource);
  const target = checkTarget(input.target);
  checkFilters(input.filters ?? []);
  const secret = world.context.options["webhook-secret"] ?? randomBytes(32).toString("hex");
  await handshake(target, secret);
  return world.change(() => {
    const webhook: WebhookRecord = {
      gid: world.newGid(),
      resource: input.resource,
      resourceType,
      target: input.target,
      secret,
      filters: input.filters ?? [],
      createdBy: actor.gid,
      createdAt: world.now(),
      lastSuccessAt: null,
      lastFailureAt: null,
      lastFailureContent: null,
      retryCount: 0,
      nextAttemptAfter: null,
      failingSince: null,
      lastHeartbeatAt: null,
    };
    world.webhooks.put(webhook);
    return webhook;
  });
}

/** Replaces the whole list of filters. */
export function replaceFilters(
  world: World,
  webhook: WebhookRecord,
  filters: readonly WebhookFilterRecord[],
): WebhookRecord {
  checkFilters(filters);
  return world.change(() => {
    const changed = { ...webhook, filters };
    world.webhooks.put(changed);
    return changed;
  });
}

/** Deletes a webhook and what it still had to deliver; a delivery in flight may still arrive. */
export function deleteWebhook(world: World, webhook: WebhookRecord): void {
  world.change(() => {
    world.webhooks.remove(webhook.gid);
    for (const pending of world.pending.group(webhook.gid)) world.pending.remove(pending.gid);
  });
}

function hookableType(world: World, gid: string): WebhookRecord["resourceType"] {
  if (world.projects.get(gid) !== undefined) return "project";
  if (world.tasks.get(gid) !== undefined) return "task";
  throw unknownObject("resource", gid);
}

function checkTarget(target: string): URL {
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) throw badRequest("target: Not a valid URL");
  if (!/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    throw forbidden("target: The sandbox delivers to loopback addresses only");
  }
  return url;
}

function checkFilters(filters: readonly WebhookFilterRecord[]): void {
  const wrong = filters.find((filter) => filter.fields !== undefined && filter.action !== "changed");
  if (wrong !== undefined) throw badRequest("filters: fields can only be used with the action changed");
}

async function handshake(target: URL, secret: string): Promise<void> {
  const refusal = "target: The remote server did not respond with the handshake secret.";
  const signal = AbortSignal.timeout(RECEIVER_TIMEOUT_MS);
  const answer = await fetch(target, {
    method: "POST",
    headers: { "X-Hook-Secret": secret },
    redirect: "manual",
    signal,
  }).catch(() => null);
  if (answer === null) throw badRequest(refusal);
  await answer.body?.cancel();
  const acknowledged = answer.status === 200 || answer.status === 204;
  if (!acknowledged || answer.headers.get("x-hook-secret") !== secret) throw badRequest(refusal);
}
