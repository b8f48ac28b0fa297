/** Entry of the bench: each path is one floor or one subject. Composition only. */
import { RunBoard as TestBoard, TeamAgentRun as TestRun } from "../../test/support/worker.ts";
import { fanout } from "./fanout.ts";
import { FloorFanout as Fanout } from "./floor-fanout.ts";
import { floorHmac } from "./floor-hmac.ts";
import { FloorSteps as Steps } from "./floor-steps.ts";
import { growth } from "./growth.ts";
import { PeerSteps as Peer } from "./peer-steps.ts";
import { steps } from "./steps.ts";

export class TeamAgentRun extends TestRun {}
export class RunBoard extends TestBoard {}
export class FloorFanout extends Fanout {}
export class FloorSteps extends Steps {}
export class PeerSteps extends Peer {}

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    try {
      return await race(request, url, env, ctx);
    } catch (thrown) {
      // With its reason: a race that ends with "Internal Server Error" says nothing about what broke.
      return new Response(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), { status: 500 });
    }
  },
} satisfies ExportedHandler<BenchEnv>;

async function race(request: Request, url: URL, env: BenchEnv, ctx: ExecutionContext): Promise<Response> {
  switch (url.pathname.split("/")[1]) {
    case "hmac":
      return floorHmac(request, env);
    case "steps":
      return steps(url, env, ctx);
    case "growth":
      return growth(url, env);
    case "fanout":
      return fanout(request, url, env);
    default:
      return new Response("no such race", { status: 404 });
  }
}
