/** `GET /internal/ops`: what needs an operator, in one reply. */
import type { OpsOverview, WebhookView } from "../core/wire-ops.ts";
import { waitingDeadLetters } from "../d1/dead-letters.ts";
import {
  failedRuns,
  failuresSince,
  holdsInForce,
  parkedRuns,
  quarantinedRuns,
  statesOf,
  stuckRuns,
  waitsOf,
} from "../d1/ops.ts";
import { listWebhooks } from "../d1/webhooks.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json } from "./problem.ts";

/** The overview looks back this many days, today included: what failed before that is history. */
const DAYS = 14;
const MOST = 1_000;
const FIRST_ITEMS = 10;

/** One per project, the newest: what is left of earlier ones troubles nobody. */
function webhooksOf(newestFirst: readonly WebhookView[]): OpsOverview["webhooks"] {
  const newest = new Map<string, WebhookView>();
  for (const one of newestFirst) if (!newest.has(one.projectGid)) newest.set(one.projectGid, one);
  const unhealthy = [...newest.values()].filter((one) => one.health !== "healthy").length;
  return { all: newest.size, unhealthy };
}

export async function opsOverview(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { index } = deps;
  const now = deps.now();
  const since = new Date(now.getTime() - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10);
  const [states, waits, failures, stuck, parked, failed, quarantined, deadLetters, holds, webhooks] = await Promise.all(
    [
      statesOf(index),
      waitsOf(index),
      failuresSince(index, since),
      stuckRuns(index, now.getTime()),
      parkedRuns(index),
      failedRuns(index, since),
      quarantinedRuns(index, since),
      waitingDeadLetters(index, MOST, FIRST_ITEMS),
      holdsInForce(index),
      listWebhooks(index),
    ],
  );
  const overview: OpsOverview = {
    at: now.toISOString(),
    since,
    states: [...states],
    waits: [...waits],
    failures: [...failures],
    stuck,
    parked,
    failed,
    quarantined,
    deadLetters: { ...deadLetters, items: [...deadLetters.items] },
    holds: [...holds],
    webhooks: webhooksOf(webhooks),
  };
  return json(overview);
}
