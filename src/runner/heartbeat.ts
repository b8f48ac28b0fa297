/** Keeps a lease alive while a step takes long, and notices when it is lost or when nothing gets on any more. */
import type { FailureRecord } from "../core/errors.ts";
import { log } from "../lib/log.ts";
import type { LeaseActor } from "./lease.ts";

/** Calls `work` every `ms` until the answer is called. */
export type Every = (ms: number, work: () => void) => () => void;

/**
 * An attempt that did nothing new for this long hangs. Whatever it asks of an upstream is given up much earlier: a read after 20
 * seconds, a write after 60 (`lib/http.ts`), a model after 90 (`ports/model/live.ts`). A bucket, D1 or another actor has no
 * such limit, and a call to them that is never answered would have its lease renewed until the working time is used up.
 */
export const MOST_STILL_MS = 5 * 60_000;

/** When an attempt last got on: a step or an effect began or was finished, or a call that is paid for began. */
export class Progress {
  readonly #now: () => number;
  #at: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  made(): void {
    this.#at = this.#now();
  }

  get stands(): boolean {
    return this.#now() - this.#at >= MOST_STILL_MS;
  }
}

const STANDS_STILL: FailureRecord = {
  kind: "retryable",
  code: "stands_still",
  message: `The attempt got no further for ${MOST_STILL_MS / 60_000} minutes: something it waits for does not answer.`,
  retryAfterMs: null,
};

interface KeptActor extends Pick<LeaseActor, "heartbeat"> {
  fail(epoch: number, failure: FailureRecord): Promise<unknown>;
}

/**
 * Renews three times per lease, so that one lost renewal costs nothing, as long as the attempt gets on. One that stands still
 * is over: the actor is told, and what still comes of it can write nothing.
 */
export function startHeartbeat(
  actor: KeptActor,
  { epoch, leaseMs }: { readonly epoch: number; readonly leaseMs: number },
  every: Every,
  progress: Progress,
): () => void {
  // The next renewal, or the next commit, says what happened.
  const missed = (): void => log.warn("runner.heartbeat_missed", { epoch });
  const stop = every(Math.max(250, Math.floor(leaseMs / 3)), () => {
    if (progress.stands) {
      stop();
      log.warn("runner.stands_still", { epoch });
      // Should nobody hear it, the lease runs out by itself.
      actor.fail(epoch, STANDS_STILL).catch(missed);
      return;
    }
    actor
      .heartbeat(epoch)
      .then((answer) => {
        if (!answer.ok) stop();
      })
      .catch(missed);
  });
  return stop;
}
