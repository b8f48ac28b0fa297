/** Webhooks and the event stream in memory, with the rules of the real ones that callers depend on. */
import { PermanentError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import type { AsanaEvent } from "../../core/intake/asana-events.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { AsanaWatchPort, AsanaWebhook } from "./port.ts";

export interface FakeWatchScript {
  readonly projectGids: readonly string[];
  /** The target's answer to the handshake of a new webhook; true when it echoes the secret. */
  readonly handshake?: (target: string, secret: string) => Promise<boolean>;
}

/** The port, and the hands of Asana itself. */
export interface FakeAsanaWatch extends AsanaWatchPort {
  readonly faults: FaultScript<keyof AsanaWatchPort>;
  /** Something happens in a project. */
  happen(projectGid: string, event: AsanaEvent): void;
  /** Every token given so far stops being good. */
  loseTokens(): void;
  /** Changes what Asana says about a webhook. */
  putWebhook(gid: string, change: Partial<AsanaWebhook>): void;
}

const PAGE = 100;

/** A fake whose projects are quiet until something happens in them. */
export function fakeAsanaWatch(script: FakeWatchScript): FakeAsanaWatch {
  const faults = faultScript<keyof AsanaWatchPort>();
  const hooks = new Map<string, AsanaWebhook & { readonly project: string }>();
  const log: { readonly project: string; readonly event: AsanaEvent }[] = [];
  let age = 0;
  let lastGid = 700_000;
  const tokenAt = (project: string, seq: number) => `${age}:${project}:${seq}`;
  const mustExist = (project: string) => {
    if (!isGid(project)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
    if (!script.projectGids.includes(project))
      throw new PermanentError("asana_not_found", `There is no Asana project ${project}.`);
  };
  return {
    faults,
    happen: (project, event) => void log.push({ project, event }),
    loseTokens: () => {
      age += 1;
    },
    putWebhook: (gid, change) => {
      const found = hooks.get(gid);
      if (found !== undefined) hooks.set(gid, { ...found, ...change });
    },
    webhooks: (project) =>
      faults.run("webhooks", [project], () => {
        mustExist(project);
        return [...hooks.values()].filter((hook) => hook.project === project).map(withoutProject);
      }),
    createWebhook: (project, target) =>
      faults.run("createWebhook", [project, target], async () => {
        mustExist(project);
        lastGid += 1;
        if (script.handshake !== undefined && !(await script.handshake(target, `secret-of-${lastGid}`)))
          throw new PermanentError("asana_bad_request", "The target did not answer the handshake.");
        const hook = newWebhook(String(lastGid), target);
        hooks.set(hook.gid, { ...hook, project });
        return hook;
      }),
    deleteWebhook: (gid) => faults.run("deleteWebhook", [gid], () => (hooks.delete(gid) ? "deleted" : "gone")),
    events: (project, sync) =>
      faults.run("events", [project, sync], () => {
        mustExist(project);
        const start = tokenAt(project, 0).slice(0, -1);
        if (sync === null || !sync.startsWith(start)) return { kind: "stale", sync: tokenAt(project, log.length) };
        const from = Number(sync.slice(start.length));
        const after = log.flatMap((one, seq) => (seq >= from && one.project === project ? [{ ...one, seq }] : []));
        const page = after.slice(0, PAGE);
        const hasMore = after.length > page.length;
        const until = hasMore ? (page.at(-1)?.seq ?? 0) + 1 : log.length;
        return { kind: "page", events: page.map((one) => one.event), sync: tokenAt(project, until), hasMore };
      }),
  };
}

function newWebhook(gid: string, target: string): AsanaWebhook {
  const never = { lastSuccessAt: null, lastFailureAt: null, lastFailureContent: null, deletionAt: null };
  return { gid, target, active: true, retryCount: 0, ...never };
}

function withoutProject({ project: _, ...hook }: AsanaWebhook & { readonly project: string }): AsanaWebhook {
  return hook;
}
