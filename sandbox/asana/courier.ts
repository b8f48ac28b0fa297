/**
 * Delivers events to webhooks: signed, in batches, again until acknowledged. What is owed is stored with the change that
 * caused it, so a restart only continues. A webhook that was not acknowledged for 24 hours is deleted.
 */
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type DeliveryFaults, type Parcel, planDelivery } from "./delivery-plan.ts";
import type { PendingRecord, WebhookRecord } from "./records.ts";
import { WEBHOOK_GRACE_MS } from "./views.ts";
import { deleteWebhook, RECEIVER_TIMEOUT_MS } from "./webhooks.ts";
import type { World } from "./world.ts";

/** Times of the courier, in milliseconds; options of the sandbox change them. */
export interface CourierPace {
  /** Events of this span travel together (`webhook-batch-ms`). */
  readonly batchMs: number;
  /** First wait after a failure; doubles each time (`webhook-retry-ms`). */
  readonly retryMs: number;
  /** Longest wait between attempts (`webhook-retry-max-ms`). */
  readonly retryMaxMs: number;
  /** Span between heartbeats (`webhook-heartbeat-ms`); Asana's is eight hours. */
  readonly heartbeatMs: number;
}

const MAX_EVENTS = 100;
const MAX_FAILURE_TEXT = 500;
/** Timers cannot wait longer than 2^31 ms. */
const MAX_TIMER_MS = 2_000_000_000;

/** Reads the pace from options; a value that is no number is refused at start. */
export function courierPace(options: Readonly<Record<string, string>>): CourierPace {
  const read = (name: string, standard: number) => {
    const text = options[name];
    if (text === undefined) return standard;
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a number of milliseconds, not ${text}`);
    return Number(text);
  };
  return {
    batchMs: read("webhook-batch-ms", 50),
    retryMs: read("webhook-retry-ms", 1_000),
    retryMaxMs: read("webhook-retry-max-ms", 60_000),
    heartbeatMs: read("webhook-heartbeat-ms", 8 * 3_600_000),
  };
}

/** The wait after the n-th failure in a row (from 1). */
export function backoffMs(pace: CourierPace, failures: number): number {
  return Math.min(pace.retryMaxMs, pace.retryMs * 2 ** Math.min(failures - 1, 30));
}

/** Starts delivering; the returned function ends it and waits for what is in flight. */
export function startCourier(world: World, pace: CourierPace): () => Promise<void> {
  const stopping = new AbortController();
  const busy = new Map<string, Promise<void>>();
  let batches = 0;
  let timer: NodeJS.Timeout | undefined;

  const attend = () => {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    let next = MAX_TIMER_MS;
    for (const webhook of world.webhooks.all()) {
      if (busy.has(webhook.gid)) continue;
      const due = dueIn(world, pace, webhook);
      if (due > 0) next = Math.min(next, due);
      else
        busy.set(
          webhook.gid,
          deliver(webhook)
            .catch(report)
            .finally(() => {
              busy.delete(webhook.gid);
              attend();
            }),
        );
    }
    timer = setTimeout(attend, next);
  };
  const report = (error: unknown) => {
    if (!stopping.signal.aborted) console.error("sandbox: a webhook delivery failed", error);
  };
  const deliver = async (webhook: WebhookRecord) => {
    await pause(pace.batchMs, undefined, { signal: stopping.signal });
    const owed = world.pending.group(webhook.gid).slice(0, MAX_EVENTS);
    batches += 1;
    const faults = owed.length === 0 ? null : deliveryFaults(world, webhook);
    const parcels: readonly Parcel<PendingRecord>[] =
      faults === null ? [{ events: [], delayMs: 0, lost: false }] : planDelivery(owed, faults, batches);
    const results = await Promise.all(parcels.map((parcel) => sendParcel(webhook, parcel, stopping.signal)));
    if (!stopping.signal.aborted) settle(world, pace, webhook.gid, results);
  };

  world.onChange(attend);
  attend();
  return async () => {
    stopping.abort();
    clearTimeout(timer);
    await Promise.all(busy.values());
  };
}

/** Milliseconds until the webhook needs a delivery: owed events at once, a retry or a heartbeat at its time. */
function dueIn(world: World, pace: CourierPace, webhook: WebhookRecord): number {
  const now = world.context.now().getTime();
  if (webhook.nextAttemptAfter !== null) return Date.parse(webhook.nextAttemptAfter) - now;
  if (world.pending.group(webhook.gid).length > 0 || webhook.lastHeartbeatAt === null) return 0;
  return Date.parse(webhook.lastHeartbeatAt) + pace.heartbeatMs - now;
}

function deliveryFaults(world: World, webhook: WebhookRecord): DeliveryFaults {
  const take = (name: string) =>
    world.context.customFault({ method: "DELIVER", path: `/webhooks/${webhook.gid}` }, name);
  return {
    duplicate: take("duplicate"),
    reorder: take("reorder"),
    split: take("split"),
    delay: take("delay"),
    drop: take("drop"),
  };
}

interface ParcelResult {
  readonly parcel: Parcel<PendingRecord>;
  /** null: acknowledged. */
  readonly failure: string | null;
}

async function sendParcel(
  webhook: WebhookRecord,
  parcel: Parcel<PendingRecord>,
  stopping: AbortSignal,
): Promise<ParcelResult> {
  if (parcel.delayMs > 0) await pause(parcel.delayMs, undefined, { signal: stopping });
  if (parcel.lost) return { parcel, failure: null };
  const body = JSON.stringify({ events: parcel.events.map((pending) => pending.body) });
  const signature = createHmac("sha256", webhook.secret).update(body).digest("hex");
  try {
    const answer = await fetch(webhook.target, {
      method: "POST",
      headers: { "Content-Type": "application/json; charset=UTF-8", "X-Hook-Signature": signature },
      body,
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(RECEIVER_TIMEOUT_MS), stopping]),
    });
    const text = (await answer.text()).slice(0, MAX_FAILURE_TEXT);
    return { parcel, failure: answer.status === 200 || answer.status === 204 ? null : `${answer.status} ${text}` };
  } catch (error) {
    return {
      parcel,
      failure: String(error instanceof Error ? (error.cause ?? error.message) : error).slice(0, MAX_FAILURE_TEXT),
    };
  }
}

/** Writes down what arrived. Events of a failed request stay owed; a copy that arrived settles them. */
function settle(world: World, pace: CourierPace, gid: string, results: readonly ParcelResult[]): void {
  const webhook = world.webhooks.get(gid);
  if (webhook === undefined) return;
  const failure = results.find((result) => result.failure !== null)?.failure ?? null;
  const isGivenUp =
    failure !== null &&
    webhook.failingSince !== null &&
    world.context.now().getTime() - Date.parse(webhook.failingSince) >= WEBHOOK_GRACE_MS;
  if (isGivenUp) {
    deleteWebhook(world, webhook);
    return;
  }
  world.change(() => {
    for (const { parcel, failure: why } of results) {
      if (why === null) for (const pending of parcel.events) world.pending.remove(pending.gid);
    }
    world.webhooks.put(failure === null ? succeeded(world, webhook) : failed(world, pace, webhook, failure));
  });
}

function succeeded(world: World, webhook: WebhookRecord): WebhookRecord {
  const now = world.now();
  return {
    ...webhook,
    lastSuccessAt: now,
    lastHeartbeatAt: now,
    retryCount: 0,
    nextAttemptAfter: null,
    failingSince: null,
  };
}

function failed(world: World, pace: CourierPace, webhook: WebhookRecord, failure: string): WebhookRecord {
  const now = world.context.now();
  const retryCount = webhook.retryCount + 1;
  return {
    ...webhook,
    lastFailureAt: now.toISOString(),
    lastFailureContent: failure,
    retryCount,
    nextAttemptAfter: new Date(now.getTime() + backoffMs(pace, retryCount)).toISOString(),
    failingSince: webhook.failingSince ?? now.toISOString(),
  };
}
