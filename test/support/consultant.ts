/** A consultant and a member of staff at a running system: writes in Asana, reads runs, waits for what should happen. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { type AsanaPlayer, type NewTask, type PlayedStory, playAsana } from "../../sandbox/asana/play.ts";
import { SANDBOX_CREDENTIALS, USERS } from "../../sandbox/seed.ts";
import { runIdOf } from "../../src/core/ids.ts";
import { type RunDetail, RunDetailSchema, type RunEventView, RunEventViewSchema } from "../../src/core/wire.ts";
import type { System } from "./system.ts";

/** How long a test waits for something before it fails with what it saw. */
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 60;

export interface Consultant {
  readonly asana: AsanaPlayer;
  readonly jessie: AsanaPlayer;
  /** A task as the demo creates it, assigned to Jessie. */
  ask(task?: Partial<NewTask>): Promise<string>;
  run(taskGid: string): Promise<RunDetail | null>;
  events(taskGid: string): Promise<readonly RunEventView[]>;
  /** The run once `met` holds; fails with the run as it stood when patience ends. */
  until(taskGid: string, what: string, met: (run: RunDetail) => boolean): Promise<RunDetail>;
  /** The run once a version is in review and Jessie has asked for the review on the task. */
  reviewed(taskGid: string, version: number): Promise<RunDetail>;
  jessiesComments(taskGid: string): Promise<readonly PlayedStory[]>;
  get(path: string): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
  faults(faults: readonly Record<string, unknown>[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Has Asana carry out the next such write and say nothing; settles when that is so. */
  unanswered(route: string): Promise<void>;
  /** The newest calls of an upstream. */
  requests(upstream: string): Promise<readonly PlayedRequest[]>;
}

const PlayedRequestSchema = v.object({
  method: v.string(),
  path: v.string(),
  status: v.number(),
  fault: v.nullable(v.string()),
});

/** A call as the sandbox saw it; status 0: it was never answered. */
export type PlayedRequest = v.InferOutput<typeof PlayedRequestSchema>;

export const REQUEST: NewTask = {
  name: "SEO report, please",
  notes: "Monthly report for the client.",
  client: "Strategic Settlements",
  skill: "SEO report",
  period: lastMonth(new Date()),
};

/** The newest month whose data is complete in every source, e.g. `October 2026`. */
export function lastMonth(today: Date): string {
  const settled = new Date(today.getTime() - 5 * 86_400_000);
  const first = new Date(Date.UTC(settled.getUTCFullYear(), settled.getUTCMonth() - 1, 1));
  return first.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

export function consult(system: System): Consultant {
  const asanaUrl = system.variables.ASANA_BASE_URL ?? "";
  const asana = playAsana(asanaUrl, "sandbox-asana-pat-maya");
  const headers = { "X-Agency-OS-Internal-Token": system.internalToken };
  const get = (path: string) => fetch(system.controlPlaneUrl + path, { headers });
  const post = (path: string, body?: unknown) =>
    fetch(system.controlPlaneUrl + path, {
      method: "POST",
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const sandbox = async (body: unknown) => {
    const answer = await fetch(`${system.sandboxUrl}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The sandbox refused the faults: ${await answer.text()}`);
  };
  const sandboxItems = async <const S extends v.GenericSchema>(path: string, item: S) => {
    const answer = await fetch(`${system.sandboxUrl}/_sandbox/${path}`);
    return v.parse(v.object({ items: v.array(item) }), await answer.json()).items;
  };
  const run = async (taskGid: string) => {
    const answer = await get(`/team-agent-runs/${runIdOf(taskGid)}`);
    if (answer.status === 404) return null;
    return v.parse(RunDetailSchema, await answer.json());
  };
  const jessiesComments = async (taskGid: string) =>
    (await asana.comments(taskGid)).filter((comment) => comment.created_by?.gid === USERS.jessie.gid);
  return {
    asana,
    jessie: playAsana(asanaUrl, SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT),
    ask: async (task) => (await asana.createTask({ ...REQUEST, ...task })).gid,
    run,
    events: async (taskGid) => {
      const answer = await get(`/team-agent-runs/${runIdOf(taskGid)}/events`);
      return v.parse(v.object({ items: v.array(RunEventViewSchema) }), await answer.json()).items;
    },
    until: (taskGid, what, met) => settled(what, () => run(taskGid), met),
    reviewed: (taskGid, version) =>
      settled(
        `version ${version} is in review`,
        async () => {
          const asked = marked(await jessiesComments(taskGid), `review-v${version}`).length > 0;
          return asked ? run(taskGid) : null;
        },
        inReview(version),
      ),
    jessiesComments,
    get,
    post,
    faults: (faults) => sandbox({ faults }),
    clearFaults: () => sandbox({ clear: true }),
    unanswered: async (route) => {
      await sandbox({ faults: [{ upstream: "asana", route, kind: "hold_after", times: 1 }] });
      const held = await sandboxItems(`held?wait=${PATIENCE_MS / 1_000}`, v.unknown());
      if (held.length === 0) throw new Error(`Waited in vain for somebody to call ${route}.`);
    },
    requests: (upstream) => sandboxItems(`requests?upstream=${upstream}&limit=5000`, PlayedRequestSchema),
  };
}

/** Looks until it holds. A system that is down in between is looked at again. */
async function settled(
  what: string,
  look: () => Promise<RunDetail | null>,
  met: (run: RunDetail) => boolean,
): Promise<RunDetail> {
  const deadline = Date.now() + PATIENCE_MS;
  let seen: RunDetail | null = null;
  for (;;) {
    seen = await look().catch(() => seen);
    if (seen !== null && met(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`Waited in vain until ${what}. The run: ${JSON.stringify(seen, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

export const inReview = (version: number) => (run: RunDetail) =>
  run.status === "review_ready" && run.artifacts.at(-1)?.version === version && run.waitingOn?.kind === "person";

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Jessie's comments of one purpose, by the mark they carry. */
export function marked(comments: readonly PlayedStory[], key: string): readonly PlayedStory[] {
  return comments.filter((comment) => comment.text.includes(`:${key}]`));
}
