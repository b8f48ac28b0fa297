/** `GET /internal/ops`: what needs an operator, in one reply. */
import type { OpsOverview } from "../core/wire-ops.ts";
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
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json } from "./problem.ts";

/** The overview looks back this many days, today included: what failed before that is history. */
const DAYS = 14;
const MOST = 1_000;
const FIRST_ITEMS = 10;

export async function opsOverview(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { index } = deps;
  const now = deps.now();
  const since = new Date(now.getTime() - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10);
  const [states, waits, failures, stuck, parked, failed, quarantined, deadLetters, holds] = await Promise.all([
    statesOf(index),
    waitsOf(index),
    failuresSince(index, since),
    stuckRuns(index, now.getTime()),
    parkedRuns(index),
    failedRuns(index, since),
    quarantinedRuns(index, since),
    waitingDeadLetters(index, MOST, FIRST_ITEMS),
    holdsInForce(index),
  ]);
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
  };
  return json(overview);
}
