/** The actors of this environment by name. */
import { addresses } from "./actors/address.ts";
import type { BusinessUnitActor } from "./actors/business-unit/actor.ts";
import { stubsOf } from "./lib/stub.ts";

/** Typed stubs over the bound namespaces. */
export function doors(env: Env) {
  const units = stubsOf<BusinessUnitActor<Env>>(env.BUSINESS_UNIT);
  return addresses(env.TEAM_AGENT_RUN, units, env.RUN_BOARD, env.ASANA_GATEWAY);
}
