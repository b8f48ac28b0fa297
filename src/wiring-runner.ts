/** Composition of the runner: the model, and where an attempt puts what it makes. */
import { type Config, readConfig, secret } from "./config.ts";
import { ConfigError } from "./core/errors.ts";
import { taskGidOf } from "./core/ids.ts";
import { doors } from "./doors.ts";
import { liveModel } from "./ports/model/live.ts";
import { r2Snapshots } from "./ports/snapshots/live.ts";
import type { RunnerDeps } from "./runner/execute.ts";
import type { ModelPrices } from "./runner/metered-model.ts";
import { r2Artifacts, r2Results } from "./runner/stores.ts";
import { SKILLS } from "./skills/registry.ts";
import type { SkillPorts } from "./skills/skill.ts";
import { transport } from "./transport.ts";
import { asanaOf } from "./wiring-asana.ts";
import { sourcePorts } from "./wiring-sources.ts";

/** What a skill reads; made once per invocation. */
function skillPorts(env: Env, config: Config): SkillPorts {
  const { searchConsole, ga4, accuranker } = sourcePorts(env, config);
  const snapshots = r2Snapshots(env.CLIENT_DATA_PLANE_BUCKET);
  return { searchConsole, ga4, accuranker, model: modelOf(env, config), snapshots };
}

/** What the model costs, for the budget. */
export function pricesOf(config: Config): ModelPrices {
  return { model: config.modelName, unknown: config.unknownModelPrice };
}

/** The model, called through the gateway of the account when there is one. */
export function modelOf(env: Env, config: Config): SkillPorts["model"] {
  return liveModel({
    ...transport,
    ...(config.baseUrls.model === undefined ? {} : { baseUrl: config.baseUrls.model }),
    apiKey: () => secret(env, "AGENCY_OS_OPENAI_API_KEY"),
    gatewayToken: () => secret(env, "AGENCY_OS_AI_GATEWAY_TOKEN"),
    model: config.modelName,
    payloadLogging: config.modelPayloadLogging,
  });
}

/** What the runner needs for one message. */
export function runnerDeps(env: Env): RunnerDeps {
  const config = readConfig(env);
  const bucket = env.CLIENT_DATA_PLANE_BUCKET;
  return {
    actor: (runId) => {
      const taskGid = taskGidOf(runId);
      if (taskGid === null) throw new ConfigError("bad_run_id", `${runId} names no run.`);
      return doors(env).run(taskGid);
    },
    skills: SKILLS,
    ports: skillPorts(env, config),
    prices: pricesOf(config),
    asana: (client, taskGid, epoch) => asanaOf(env, config, () => ({ client, taskGid, epoch })),
    results: r2Results(bucket),
    artifacts: r2Artifacts(bucket),
    now: () => Date.now(),
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
  };
}
