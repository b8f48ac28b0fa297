/** Keeps a lease alive while a step takes long, and notices when it is lost. */
import { log } from "../lib/log.ts";
import type { RunActor } from "./lease.ts";

/** Renews three times per lease, so that one lost renewal costs nothing. */
export function startHeartbeat(actor: RunActor, epoch: number, leaseMs: number): () => void {
  const timer = setInterval(
    () => {
      actor
        .heartbeat(epoch)
        .then((answer) => {
          if (!answer.ok) clearInterval(timer);
        })
        // The next renewal, or the next commit, says what happened.
        .catch(() => log.warn("runner.heartbeat_missed", { epoch }));
    },
    Math.max(250, Math.floor(leaseMs / 3)),
  );
  return () => clearInterval(timer);
}
