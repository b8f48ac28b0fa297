/**
 * Delivery of promised effects: one at a time within a lane, lanes side by side, backing off, parked after a bounded
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
  /** `retryAt` null: parked. A person is told once, and the row is tried again only now and then. */
  failed(item: OutboxItem<E>, error: { readonly code: string; readonly message: string }, retryAt: number | null): void;
  /** Calls back whenever something new was promised while the drain runs; answers how to stop that. */
  listen(promised: () => void): () => void;
  now(): number;
  /** 0 to 1 */
  jitter(): number;
}

/** Tries before an effect is parked: about twenty minutes of a far side that is down. */
export const MAX_TRIES = 12;
const POLICY = { baseMs: 1_000, capMs: 5 * 60_000 };
/** A drain that never ends would hold the alarm; what is left is due at once and continues in the next. */
const MAX_SENDS = 500;

export interface DrainReport {
  readonly sent: number;
  readonly failed: number;
  readonly parked: number;
}

/**
 * Sends what is due, until nothing is. A lane sends one row at a time, oldest first, and starts as soon as something is
 * due in it, whatever the other lanes wait for. A row that failed does not hold up those behind it. Throws what the rows
 * throw when they cannot be written, once nothing is under way any more: what went on beside the drain that follows would
 * send the same rows as that one.
 */
export async function drain<E>(deps: DrainDeps<E>): Promise<DrainReport> {
  const report = { sent: 0, failed: 0, parked: 0 };
  const busy = new Map<string, Promise<void>>();
  let left = MAX_SENDS;
  const broken: unknown[] = [];
  const sendLane = async (lane: string): Promise<void> => {
    try {
      for (let item = next(lane); item !== undefined; item = next(lane)) {
        left -= 1;
        report[await sendOne(deps, item)] += 1;
        startLanes();
      }
    } catch (thrown) {
      left = 0;
      broken.push(thrown);
    }
    busy.delete(lane);
  };
  const next = (lane: string) => (left > 0 ? deps.due().find((item) => item.lane === lane) : undefined);
  const startLanes = (): void => {
    for (const { lane } of deps.due()) {
      if (!busy.has(lane) && left > 0) {
        busy.set(
          lane,
          Promise.resolve().then(() => sendLane(lane)),
        );
      }
    }
  };
  const unlisten = deps.listen(startLanes);
  startLanes();
  while (busy.size > 0) await Promise.race(busy.values());
  unlisten();
  if (broken.length > 0) throw broken[0];
  return report;
}

async function sendOne<E>(deps: DrainDeps<E>, item: OutboxItem<E>): Promise<keyof DrainReport> {
  deps.begin(item);
  try {
    await deps.send(item);
    deps.sent(item);
    return "sent";
  } catch (thrown) {
    return recordFailure(deps, item, thrown) ? "parked" : "failed";
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
