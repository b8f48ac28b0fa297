/** The actors of this environment by name. */
import { addresses } from "./actors/address.ts";

/** Typed stubs over the bound namespaces. */
export function doors(env: Env) {
  return addresses(env.TEAM_AGENT_RUN, env.RUN_BOARD, env.ASANA_GATEWAY);
}
