/** Bindings of `wrangler.jsonc` beside this file. */
interface BenchEnv {
  readonly ASANA_WEBHOOK_SECRET: string;
  readonly FLOOR_STEPS: DurableObjectNamespace<import("./floor-steps.ts").FloorSteps>;
  readonly PEER_STEPS: DurableObjectNamespace<import("./peer-steps.ts").PeerSteps>;
  readonly FLOOR_FANOUT: DurableObjectNamespace<import("./floor-fanout.ts").FloorFanout>;
  readonly TEAM_AGENT_RUN: DurableObjectNamespace<import("../../test/support/worker.ts").TeamAgentRun>;
  readonly RUN_BOARD: DurableObjectNamespace<import("../../test/support/worker.ts").RunBoard>;
  readonly PLATFORM_BUILD_DB: D1Database;
}
