/** Entry of the control plane: fetch, queue, scheduled, and the actor classes. Composition only. */
import { RunBoardActor } from "./actors/board/actor.ts";
import { TeamAgentRunActor } from "./actors/run/actor.ts";
import type { RunDeps } from "./actors/run/deps.ts";
import { handleRequest } from "./http/router.ts";
import { consume } from "./queue.ts";
import { reconcile } from "./reconciler.ts";
import { httpDeps, queueDeps, reconcilerDeps, runDeps } from "./wiring.ts";

export class TeamAgentRun extends TeamAgentRunActor<Env> {
  protected override deps(): RunDeps {
    return runDeps(this.env);
  }
}

export class RunBoard extends RunBoardActor<Env> {}

export default {
  fetch: (request, env) => handleRequest(request, httpDeps(env)),
  queue: (batch, env) => consume(batch.queue, batch.messages, queueDeps(env)),
  scheduled: async (controller, env) => {
    await reconcile(reconcilerDeps(env), new Date(controller.scheduledTime));
  },
} satisfies ExportedHandler<Env>;
