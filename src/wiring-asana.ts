/** Composition of everything about Asana: the way through the gateway, and the webhooks we asked for. */
import { throughGateway } from "./actors/asana-gateway/door.ts";
import type { RunDeps } from "./actors/run/deps.ts";
import { type Config, readConfig, secret, secrets } from "./config.ts";
import type { Passport } from "./core/gateway/passport.ts";
import { type Index, openIndex } from "./d1/schema.ts";
import { doors } from "./doors.ts";
import { reportIncident } from "./error-desk.ts";
import type { AsanaClientTasksPort } from "./ports/asana/client-tasks.ts";
import { ASANA_BASE_URL, type LiveAsanaOptions, liveAsana } from "./ports/asana/live.ts";
import { liveAsanaClientTasks } from "./ports/asana/live-client-tasks.ts";
import { liveAsanaOwnTasks } from "./ports/asana/live-own-tasks.ts";
import { liveAsanaWatch } from "./ports/asana/live-watch.ts";
import type { AsanaPort } from "./ports/asana/port.ts";
import { transport } from "./transport.ts";
import { registryMemory, type WebhookRegistry, webhookRegistry } from "./webhook-registry.ts";

/** The way to Asana for one caller; every call goes through the gateway of the token. */
export function wayToAsana(env: Env, config: Config, passport: () => Passport): LiveAsanaOptions {
  const baseUrl = config.baseUrls.asana ?? ASANA_BASE_URL;
  return {
    ...transport,
    fetch: throughGateway(baseUrl, (name) => doors(env).asanaGateway(name), passport, transport.fetch),
    baseUrl,
    token: () => secret(env, "AGENCY_OS_ASANA_AGENT_PAT"),
  };
}

/** The Asana port of one caller. */
export function asanaOf(env: Env, config: Config, passport: () => Passport): AsanaPort {
  return liveAsana(wayToAsana(env, config, passport));
}

/** The tasks a client may see, read for its Business Unit. */
export function clientTasksOf(env: Env, config: Config, passport: () => Passport): AsanaClientTasksPort {
  return liveAsanaClientTasks({ ...wayToAsana(env, config, passport), flag: config.clientVisibleField });
}

/** Calls that belong to no run. */
export const house = (client: string) => (): Passport => ({ client, taskGid: null, epoch: null });

/** Where failures are reported. The gateway takes the error tasks for a client of their own. */
export function errorDeskOf(env: Env, config: Config, index: Index): RunDeps["reportIncident"] {
  const { errorProjectGid: projectGid, jessieUserGid, webOrigin } = config;
  const tasks = liveAsanaOwnTasks(wayToAsana(env, config, house("errors")));
  const deps = { index, tasks, projectGid, jessieUserGid, webOrigin, now: () => Date.now() };
  return (incident) => reportIncident(incident, deps);
}

/** This isolate's memory of webhooks. */
const MEMORY = registryMemory();

/** The webhooks we asked for. */
export function registryOf(env: Env, config: Config, index: Index): WebhookRegistry {
  return webhookRegistry({
    index,
    projects: [config.intakeProjectGid, config.platformBuildProjectGid].filter((gid) => gid !== ""),
    asana: liveAsanaWatch(wayToAsana(env, config, house("webhooks"))),
    keys: () => secrets(env, "AGENCY_OS_WEBHOOK_KEY"),
    newId: () => crypto.randomUUID(),
    now: () => new Date(),
    memory: MEMORY,
  });
}

/** Checks the webhooks and repairs them under the address they have. */
export async function keepWebhooks(env: Env): Promise<void> {
  const registry = registryOf(env, readConfig(env), openIndex(env.PLATFORM_BUILD_DB));
  await registry.checkWebhooks({ origin: null, repair: true });
}
