/** Keeps a lease alive while a step takes long, and notices when it is lost. */
import { log } from "../lib/log.ts";
import type { LeaseActor } from "./lease.ts";

/** Calls `work` every `ms` until the answer is called. */
export type Every = (ms: number, work: () => void) => () => void;

/** Renews three times per lease, so that one lost renewal costs nothing. */
export function startHeartbeat(
  actor: Pick<LeaseActor, "heartbeat">,
  epoch: number,
  leaseMs: number,
  every: Every,
): () => void {
  const stop = every(Math.max(250, Math.floor(leaseMs / 3)), () => {
    actor
      .heartbeat(epoch)
      .then((answer) => {
        if (!answer.ok) stop();
      })
      // The next renewal, or the next commit, says what happened.
      .catch(() => log.warn("runner.heartbeat_missed", { epoch }));
  });
  return stop;
}
