/** Entry of the control plane: fetch, queue, scheduled, and the actor classes. Composition only. */
import { AsanaGatewayActor, type GatewayDeps } from "./actors/asana-gateway/actor.ts";
import { RunBoardActor } from "./actors/board/actor.ts";
import { BusinessUnitActor } from "./actors/business-unit/actor.ts";
import type { UnitDeps } from "./actors/business-unit/deps.ts";
import { TeamAgentRunActor } from "./actors/run/actor.ts";
import type { RunDeps } from "./actors/run/deps.ts";
import { EVERY_HOUR, runCrons } from "./crons.ts";
import { handleRequest } from "./http/router.ts";
import { consume } from "./queue.ts";
import { lookAtBlocked, reconcile } from "./reconciler.ts";
import { sweep, sweepUnits } from "./sweep.ts";
import { gatewayDeps, httpDeps, queueDeps, reconcilerDeps, runDeps, sweepDeps, touchRunsAtWork } from "./wiring.ts";
import { keepWebhooks } from "./wiring-asana.ts";
import { forgetOldAccesses, touchUnitsAtWork, unitDeps, unitSweepDeps } from "./wiring-unit.ts";

export class TeamAgentRun extends TeamAgentRunActor<Env> {
  protected override deps(): RunDeps {
    const taskGid = this.ctx.id.name ?? null;
    const client = () => this.turns.store.readState()?.brief?.businessUnitId ?? taskGid ?? "run";
    return runDeps(this.env, { client, taskGid });
  }
}

export class BusinessUnit extends BusinessUnitActor<Env> {
  protected override deps(): UnitDeps {
    return unitDeps(this.env);
  }
}

export class RunBoard extends RunBoardActor<Env> {}

export class AsanaGateway extends AsanaGatewayActor<Env> {
  protected override deps(): GatewayDeps {
    return gatewayDeps(this.env);
  }
}

/** How long a local system that boots leaves its processor to work that was cut off. */
const BOOT_REST_MS = 500;

export default {
  fetch: (request, env, ctx) => handleRequest(request, httpDeps(env, ctx)),
  queue: (batch, env) => consume(batch.queue, batch.messages, queueDeps(env)),
  scheduled: async (controller, env, ctx) => {
    const at = new Date(controller.scheduledTime);
    // A start has actors that are at work to wake; visits can wait for the next full hour.
    const visits = controller.cron === EVERY_HOUR;
    const hourly = {
      sweep: () => sweep(sweepDeps(env), at, visits),
      units: () => sweepUnits(unitSweepDeps(env), at, visits),
      accesses: () => forgetOldAccesses(env, at),
    };
    if (controller.cron === EVERY_HOUR) return runCrons(hourly);
    // A local system says so when it boots: its queue forgot what it held.
    const queueLost = controller.cron === "boot";
    await Promise.all([touchRunsAtWork(env, queueLost), touchUnitsAtWork(env, queueLost)]);
    // Who was cut off goes on first: what the crons compare and visit would take the one processor from them.
    if (queueLost) await scheduler.wait(BOOT_REST_MS);
    const deps = reconcilerDeps(env, ctx);
    await runCrons({
      webhooks: () => keepWebhooks(env),
      reconcile: () => reconcile(deps, at, queueLost),
      blocked: () => lookAtBlocked(deps, at),
      ...(queueLost ? hourly : {}),
    });
  },
} satisfies ExportedHandler<Env>;
