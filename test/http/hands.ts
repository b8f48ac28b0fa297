/** Requests to the routes, with an outside a test can look at. */
import { env } from "cloudflare:workers";
import * as v from "valibot";
import type { PlatformBuildRunMessage, QueueMessage, TeamAgentRunMessage } from "../../src/core/messages.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { unitIds } from "../../src/d1/unit-rows.ts";
import type { HttpDeps } from "../../src/http/context.ts";
import { handleRequest } from "../../src/http/router.ts";
import { hmacSha256Hex } from "../../src/lib/hash.ts";
import { parseJson } from "../../src/lib/json.ts";
import { redacted } from "../../src/lib/redact.ts";
import { type FakeAsanaWatch, fakeAsanaWatch } from "../../src/ports/asana/fake-watch.ts";
import { type ReprojectDeps, reprojectPage } from "../../src/reproject.ts";
import { registryMemory, webhookRegistry } from "../../src/webhook-registry.ts";
import { unitOf } from "../actors/unit-hands.ts";
import { INTAKE, JESSIE, NOW } from "../support/run-cases.ts";
import { theWorld } from "../support/run-world.ts";

export const BUILDS = "101";
export const TOKEN = "live-token";

export interface Desk {
  readonly deps: HttpDeps;
  readonly runs: TeamAgentRunMessage[];
  readonly builds: PlatformBuildRunMessage[];
  readonly blobs: Map<string, string>;
  /** Messages that were put back. */
  readonly requeued: QueueMessage[];
  /** Asana, as far as webhooks are concerned; its handshakes come to these routes. */
  readonly asana: FakeAsanaWatch;
  /** Values of AGENCY_OS_WEBHOOK_KEY. */
  webhookKeys: readonly string[];
  now: number;
  tokens: readonly string[];
  secrets: readonly string[];
  missingSettings: readonly string[];
  /** Everybody who may use the routes of operators. */
  operators: readonly string[];
  /** Locally whoever is no member of staff may do everything. */
  strangersAreAdmins: boolean;
  /** Thrown by the queues instead of taking a message. */
  queueFailure: Error | null;
}

/** The routes over the real actors and the real index. */
export function newDesk(): Desk {
  const take = async <T>(box: T[], messages: readonly T[]) => {
    if (desk.queueFailure !== null) throw desk.queueFailure;
    box.push(...messages);
  };
  const asana = fakeAsanaWatch({
    projectGids: [INTAKE, BUILDS],
    handshake: async (target, secret) => {
      const headers = { "X-Hook-Secret": secret };
      const answer = await handleRequest(new Request(target, { method: "POST", headers }), desk.deps);
      return answer.status === 200 && answer.headers.get("X-Hook-Secret") === secret;
    },
  });
  const desk: Desk = {
    runs: [],
    builds: [],
    blobs: new Map(),
    requeued: [],
    asana,
    webhookKeys: ["the first key of this registry"],
    now: NOW,
    tokens: [TOKEN],
    secrets: ["s3cret"],
    missingSettings: [],
    operators: ["ops@agency.example"],
    strangersAreAdmins: true,
    queueFailure: null,
    deps: {
      version: "test",
      jessieUserGid: JESSIE.gid,
      projects: { intake: INTAKE, platformBuild: BUILDS },
      index: openIndex(env.PLATFORM_BUILD_DB),
      database: env.PLATFORM_BUILD_DB,
      run: (taskGid) => env.TEAM_AGENT_RUN.getByName(taskGid),
      unit: (businessUnitId) => unitOf(businessUnitId),
      board: () => env.RUN_BOARD.getByName("board"),
      internalTokens: async () => desk.tokens,
      webhookSecrets: async () => desk.secrets,
      readiness: async () => ({
        missingSecrets: {},
        missingIdentity: [],
        connectors: ["search_console_site", "ga4_property"],
      }),
      lookAt: async (kind) => ({ ok: kind !== "meta_ad_account", code: "looked", detail: "" }),
      missingSettings: async () => desk.missingSettings,
      ...registry(() => desk, asana),
      requeue: (message) => take(desk.requeued, [message]),
      importsAllowed: true,
      fixturesAllowed: true,
      redacted: async (text) => redacted(text, [TOKEN]),
      reprojectPage: (cursor) => reprojectPage(reprojectDepsOf(desk), cursor),
      isOps: (email) => desk.operators.includes(email),
      get strangersAreAdmins() {
        return desk.strangersAreAdmins;
      },
      enqueueRuns: (messages) => take(desk.runs, messages),
      enqueueBuilds: (messages) => take(desk.builds, messages),
      blob: async (key) => {
        const text = desk.blobs.get(key);
        return text === undefined ? null : new Response(text).body;
      },
      now: () => new Date(desk.now),
    },
  };
  return desk;
}

/** The registry of webhooks over the real table. */
function registry(desk: () => Desk, asana: FakeAsanaWatch) {
  return webhookRegistry({
    index: openIndex(env.PLATFORM_BUILD_DB),
    projects: [INTAKE, BUILDS],
    asana,
    keys: async () => desk().webhookKeys,
    newId: () => crypto.randomUUID(),
    now: () => new Date(desk().now),
    memory: registryMemory(),
  });
}

/** Where runs are looked for when the index is lost; the bucket's folders are those of `desk.blobs`. */
export function reprojectDepsOf(desk: Desk): ReprojectDeps {
  return {
    intakeProjectGid: INTAKE,
    roster: async (after, limit) => env.RUN_BOARD.getByName("board").roster(after, limit),
    folders: async (prefix) => {
      const keys = [...desk.blobs.keys()].filter((key) => key.startsWith(prefix));
      return { names: keys.map((key) => key.slice(0, key.indexOf("/", prefix.length) + 1)), cursor: null };
    },
    openTasks: async () => theWorld().asana.openTasks(INTAKE),
    reproject: async (taskGid) => env.TEAM_AGENT_RUN.getByName(taskGid).reproject(),
    units: (after, limit) => unitIds(openIndex(env.PLATFORM_BUILD_DB), after, limit),
    unitRoster: async (after, limit) => env.RUN_BOARD.getByName("board").unitRoster(after, limit),
    reprojectUnit: async (businessUnitId) => unitOf(businessUnitId).reproject(),
  };
}

/** A request with the service token. */
export function ask(desk: Desk, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("X-Agency-OS-Internal-Token")) headers.set("X-Agency-OS-Internal-Token", TOKEN);
  return handleRequest(new Request(`https://control.example${path}`, { ...init, method, headers }), desk.deps);
}

/** A request of a stranger. */
export function knock(
  desk: Desk,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return handleRequest(new Request(`https://control.example${path}`, { method, headers }), desk.deps);
}

/** A webhook delivery, signed with `secret`; null: not signed at all. */
export async function deliver(
  desk: Desk,
  body: string,
  options: { readonly secret?: string | null; readonly query?: string; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const { secret = "s3cret", query = "", headers = {} } = options;
  const signature = secret === null ? {} : { "X-Hook-Signature": await hmacSha256Hex(secret, body) };
  const request = new Request(`https://control.example/webhooks/asana${query}`, {
    method: "POST",
    body,
    headers: { ...signature, ...headers },
  });
  return handleRequest(request, desk.deps);
}

/** The body of a reply, checked against its schema. */
export async function bodyOf<const S extends v.GenericSchema>(
  response: Response,
  schema: S,
): Promise<v.InferOutput<S>> {
  const read = parseJson(await response.text());
  return v.parse(schema, read.ok ? read.value : null);
}
