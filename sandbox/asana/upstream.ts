/** Asana: REST API 1.0 for the demo agency, webhooks, and a web page to play the consultant on. */
import type { Upstream } from "../kit/upstream.ts";
import { API_PREFIX } from "./api.ts";
import { courierPace, startCourier } from "./courier.ts";
import { asanaLimits } from "./limits.ts";
import { pageRoutes } from "./page/routes.ts";
import { errorReply } from "./refusals.ts";
import { downloadRoute, storyRoutes } from "./routes/stories.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { workspaceRoutes } from "./routes/workspace.ts";
import { seedWorld } from "./seed.ts";
import { worldOf } from "./world.ts";

export const asana: Upstream = {
  name: "asana",
  prefix: API_PREFIX,
  baseUrlVariables: { ASANA_BASE_URL: "" },
  routes: (context) => {
    const world = worldOf(context);
    return [...workspaceRoutes(world), ...taskRoutes(world), ...storyRoutes(world), ...webhookRoutes(world)];
  },
  pages: (context) => [downloadRoute(worldOf(context)), ...pageRoutes(worldOf(context))],
  errorReply,
  limits: asanaLimits,
  seed: (context) => seedWorld(worldOf(context)),
  start: (context) => startCourier(worldOf(context), courierPace(context.options)),
};
