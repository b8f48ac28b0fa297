/** Entry of the bench: each path is one floor or one subject. Composition only. */
import { fanout } from "./fanout.ts";
import { floorHmac } from "./floor-hmac.ts";
import { steps } from "./steps.ts";

export { RunBoard, TeamAgentRun } from "../../test/support/worker.ts";
export { FloorFanout } from "./floor-fanout.ts";
export { FloorSteps } from "./floor-steps.ts";

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    switch (url.pathname.split("/")[1]) {
      case "hmac":
        return floorHmac(request, env);
      case "steps":
        return steps(url, env);
      case "fanout":
        return fanout(request, url, env);
      default:
        return new Response("no such race", { status: 404 });
    }
  },
} satisfies ExportedHandler<BenchEnv>;
