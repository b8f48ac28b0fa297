/**
 * Delivery of promised effects: in order within a lane, lanes side by side, backing off, giving up after a bounded
 * number of tries. No I/O of its own; the caller lends the verbs.
 */
import { failureRecord } from "../errors.ts";
import { backoffMs } from "./backoff.ts";

/** A promised effect as it is due. */
export interface OutboxItem<E> {
  readonly key: string;
  readonly effect: E;
  readonly lane: string;
  /** Grows when the effect is asked for again; a send confirms only the generation it started with. */
  readonly generation: number;
  /** Tries so far. */
  readonly attempts: number;
}

export interface DrainDeps<E> {
  due(): readonly OutboxItem<E>[];
  /** Counts the try durably before anything leaves, so that a replay after a crash knows it may have happened. */
  begin(item: OutboxItem<E>): void;
  /** `attempts` of the item is the number of tries before this one. */
  send(item: OutboxItem<E>): Promise<void>;
  sent(item: OutboxItem<E>): void;
  /** `retryAt` null: parked; a person is told once. */
  failed(item: OutboxItem<E>, error: { readonly code: string; readonly message: string }, retryAt: number | null): void;
  now(): number;
  /** 0 to 1 */
  jitter(): number;
}

/** Tries before an effect is parked: about twenty minutes of a far side that is down. */
export const MAX_TRIES = 12;
const POLICY = { baseMs: 1_000, capMs: 5 * 60_000 };
/** A drain that never ends would hold the alarm; what is left is due at once and continues in the next. */
const MAX_PASSES = 25;

/** Sends what is due, until nothing is. Answers how many were sent, failed and parked. */
export async function drain<E>(deps: DrainDeps<E>): Promise<{ sent: number; failed: number; parked: number }> {
  const report = { sent: 0, failed: 0, parked: 0 };
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const lanes = byLane(deps.due());
    if (lanes.length === 0) return report;
    await Promise.all(lanes.map((lane) => sendLane(deps, lane, report)));
  }
  return report;
}

function byLane<E>(items: readonly OutboxItem<E>[]): readonly (readonly OutboxItem<E>[])[] {
  return [...Map.groupBy(items, (item) => item.lane).values()];
}

async function sendLane<E>(
  deps: DrainDeps<E>,
  lane: readonly OutboxItem<E>[],
  report: { sent: number; failed: number; parked: number },
): Promise<void> {
  for (const item of lane) {
    deps.begin(item);
    try {
      await deps.send(item);
      deps.sent(item);
      report.sent += 1;
    } catch (thrown) {
      const parked = recordFailure(deps, item, thrown);
      report[parked ? "parked" : "failed"] += 1;
    }
  }
}

function recordFailure<E>(deps: DrainDeps<E>, item: OutboxItem<E>, thrown: unknown): boolean {
  const failure = failureRecord(thrown);
  const tries = item.attempts + 1;
  const park = failure.kind === "permanent" || tries >= MAX_TRIES;
  const retryAt = park ? null : deps.now() + backoffMs(POLICY, tries, deps.jitter(), failure.retryAfterMs);
  deps.failed(item, { code: failure.code, message: failure.message }, retryAt);
  return park;
}
