/** The webhooks through which Asana reports: asked for, confirmed, checked and repaired, each with a secret of its own. */
import { ConfigError, failureRecord, RetryableError } from "./core/errors.ts";
import { type CheckWish, type Finding, HANDSHAKE_MS, isOpen, planWebhooks, targetOf } from "./core/intake/webhooks.ts";
import type { WebhookCheck } from "./core/wire-ops.ts";
import type { Index } from "./d1/schema.ts";
import {
  confirmRegistration,
  eraseSecrets,
  forgetRegistrations,
  noteDelivery,
  noteFinding,
  registrationsOf,
  requestRegistration,
  type StoredRegistration,
  sealedSecretOf,
} from "./d1/webhooks.ts";
import { log } from "./lib/log.ts";
import { Memory } from "./lib/memory.ts";
import { open, seal } from "./lib/seal.ts";
import type { AsanaWatchPort, AsanaWebhook } from "./ports/asana/port.ts";

export interface RegistryDeps {
  readonly index: Index;
  /** Gids of the projects that have to report. */
  readonly projects: readonly string[];
  readonly asana: AsanaWatchPort;
  /** Values of `AGENCY_OS_WEBHOOK_KEY`; the first seals. */
  keys(): Promise<readonly string[]>;
  newId(): string;
  now(): Date;
  readonly memory: RegistryMemory;
}

/** What an isolate remembers, so that a delivery costs no query. */
export interface RegistryMemory {
  /** Secrets opened lately; null for a registration that has none. */
  readonly secrets: Memory<string | null>;
  /** Registrations whose delivery was noted lately. */
  readonly noted: Memory<true>;
}

const REMEMBER_MS = 60_000;
const MOST_REMEMBERED = 200;
const KEEP_ENDED_MS = 14 * 24 * 3_600_000;
const NEVER_ASKED =
  "No webhook was ever asked for. Say under which address Asana reaches the control plane: npm run asana -- webhooks.";

export function registryMemory(): RegistryMemory {
  return { secrets: new Memory(REMEMBER_MS, MOST_REMEMBERED), noted: new Memory(REMEMBER_MS, MOST_REMEMBERED) };
}

export type WebhookRegistry = ReturnType<typeof webhookRegistry>;

/** The registry over its table. */
export function webhookRegistry(deps: RegistryDeps) {
  const { index, memory } = deps;
  return {
    /** The secret of a webhook we asked for; null when there is none we can open. */
    registeredSecret: (id: string) => memory.secrets.get(id, deps.now().getTime(), () => readSecret(deps, id)),
    /** Takes the secret of a handshake that is awaited, once; false otherwise. */
    async confirmWebhook(id: string, offered: string): Promise<boolean> {
      const keys = await deps.keys();
      if (keys.length === 0) return false;
      memory.secrets.forget(id);
      const since = new Date(deps.now().getTime() - HANDSHAKE_MS).toISOString();
      return confirmRegistration(index, id, await seal(keys, offered, id), since);
    },
    /** A signed delivery arrived; written down at most once a minute. Never throws: what it brought matters more. */
    async noteDelivery(id: string): Promise<void> {
      await memory.noted.get(id, deps.now().getTime(), async () => {
        try {
          await noteDelivery(index, id, deps.now().toISOString());
        } catch (thrown) {
          log.warn("webhooks.delivery_not_noted", { registrationId: id, code: failureRecord(thrown).code });
        }
        return true;
      });
    },
    /** Checks every project, or replaces the webhooks of those named; one that fails does not stop the others. */
    async checkWebhooks(wish: CheckWish): Promise<readonly WebhookCheck[]> {
      const checks: WebhookCheck[] = [];
      const named = wish.rotate ?? [];
      for (const projectGid of named.length > 0 ? named : deps.projects)
        checks.push(await checked(deps, projectGid, wish));
      await forgetRegistrations(index, new Date(deps.now().getTime() - KEEP_ENDED_MS).toISOString());
      return checks;
    },
  };
}

async function readSecret(deps: RegistryDeps, id: string): Promise<string | null> {
  const sealed = await sealedSecretOf(deps.index, id);
  return sealed === null ? null : open(await deps.keys(), sealed, id);
}

async function checked(deps: RegistryDeps, projectGid: string, wish: CheckWish): Promise<WebhookCheck> {
  try {
    return await checkProject(deps, projectGid, wish);
  } catch (thrown) {
    const { code, message } = failureRecord(thrown);
    log.warn("webhooks.check_failed", { projectGid, code });
    return { projectGid, outcome: "failed", detail: `${code}: ${message}`.slice(0, 300) };
  }
}

async function checkProject(deps: RegistryDeps, projectGid: string, wish: CheckWish): Promise<WebhookCheck> {
  if (!deps.projects.includes(projectGid))
    throw new ConfigError("no_such_project", "Agency OS works on no project with this gid.");
  const origin = wish.origin ?? originOf(await registrationsOf(deps.index, projectGid));
  if (origin === null) return { projectGid, outcome: "none", detail: NEVER_ASKED };
  const listed = await deps.asana.webhooks(projectGid);
  // Read after the list: what another check made meanwhile is known here, or it would be removed as nobody's.
  const stored = await registrationsOf(deps.index, projectGid);
  const keys = await deps.keys();
  const readable = ({ registrationId, secret }: StoredRegistration) =>
    secret === null ? false : open(keys, secret, registrationId).then((text) => text !== null);
  const registrations = await Promise.all(stored.map(async (one) => ({ ...one, readable: await readable(one) })));
  const replace = wish.rotate !== undefined && wish.rotate.length > 0;
  const plan = planWebhooks(registrations, listed, origin, deps.now().getTime(), replace);
  if (replace && plan.underWay)
    throw new RetryableError("webhook_under_way", "One is just being made. Rotate again in five minutes.");
  await noteAll(deps, plan.findings, listed);
  const detail = plan.findings.flatMap(({ problem }) => (problem === null ? [] : [problem])).join(" ");
  if (!wish.repair) return { projectGid, outcome: plan.create ? "missing" : "works", detail };
  if (plan.create) await create(deps, projectGid, origin);
  // After the new one works, so that nothing is lost in between.
  for (const gid of plan.remove) await deps.asana.deleteWebhook(gid);
  const atWork = new Set(plan.findings.filter(({ state }) => isOpen(state)).map((one) => one.registrationId));
  await forgetSecrets(
    deps,
    stored.filter((one) => one.secret !== null && !atWork.has(one.registrationId)),
  );
  return { projectGid, outcome: plan.create ? "created" : "works", detail };
}

/** What Asana has no more must not sign deliveries either: its secret may be why it was replaced. */
async function forgetSecrets(deps: RegistryDeps, over: readonly StoredRegistration[]): Promise<void> {
  const ids = over.map(({ registrationId }) => registrationId);
  if (ids.length > 0) await eraseSecrets(deps.index, ids);
  for (const id of ids) deps.memory.secrets.forget(id);
}

async function create(deps: RegistryDeps, projectGid: string, origin: string): Promise<void> {
  if ((await deps.keys()).length === 0)
    throw new ConfigError("webhook_key_missing", "The secret AGENCY_OS_WEBHOOK_KEY is not set.");
  const registrationId = deps.newId();
  const target = targetOf(origin, projectGid, registrationId);
  await requestRegistration(deps.index, { registrationId, projectGid, target, at: deps.now().toISOString() });
  try {
    const { gid } = await deps.asana.createWebhook(projectGid, target);
    await noteAll(deps, [{ registrationId, state: "active", webhookGid: gid, problem: null }], []);
    log.info("webhooks.created", { projectGid, registrationId });
  } catch (thrown) {
    const { kind, code } = failureRecord(thrown);
    // An answer that got lost leaves a webhook behind: the next check finds it by its target.
    if (kind !== "retryable")
      await noteAll(deps, [{ registrationId, state: "failed", webhookGid: null, problem: code }], []);
    throw thrown;
  }
}

async function noteAll(
  deps: RegistryDeps,
  findings: readonly Finding[],
  listed: readonly AsanaWebhook[],
): Promise<void> {
  const at = deps.now().toISOString();
  for (const finding of findings) {
    const there = listed.find((hook) => hook.gid === finding.webhookGid) ?? null;
    await noteFinding(deps.index, finding, there, at);
  }
}

/** The address of the newest registration that was made. */
function originOf(stored: readonly StoredRegistration[]): string | null {
  const newest = stored.find((one) => one.state !== "failed" && one.state !== "requested");
  return newest === undefined ? null : new URL(newest.target).origin;
}
