/** A client's project in memory. */
import { PermanentError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { RawReply } from "../raw.ts";
import type { AsanaClientTasksPort } from "./client-tasks.ts";
import { isFlag, noProject, type RawClientTask, toPage } from "./client-tasks-reply.ts";

export interface FakeClientProject {
  readonly gid: string;
  readonly name: string;
  /** Names of its custom fields. */
  readonly fields: readonly string[];
  readonly tasks: readonly RawClientTask[];
}

export interface FakeAsanaClientTasks extends AsanaClientTasksPort {
  readonly faults: FaultScript<keyof AsanaClientTasksPort>;
}

const PAGE_SIZE = 100;

/** A fake that knows the given projects. */
export function fakeAsanaClientTasks(script: {
  readonly flag: string;
  readonly projects: readonly FakeClientProject[];
  readonly now?: () => Date;
}): FakeAsanaClientTasks {
  const faults = faultScript<keyof AsanaClientTasksPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));

  function find(projectGid: string): FakeClientProject {
    if (!isGid(projectGid)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
    const found = script.projects.find(({ gid }) => gid === projectGid);
    if (found === undefined) throw noProject(projectGid);
    return found;
  }

  function rawOf(path: string, query: Readonly<Record<string, string>>, body: string): RawReply {
    return { body, request: { method: "GET", path, body: query }, fetchedAt: now().toISOString() };
  }

  return {
    faults,
    clientProject: (projectGid) =>
      faults.run("clientProject", [projectGid], () => {
        const { gid, name, fields } = find(projectGid);
        const hasField = fields.some((field) => isFlag(field, script.flag));
        return { gid, name, hasField, raw: rawOf(`/projects/${gid}`, {}, JSON.stringify({ data: { gid, name } })) };
      }),
    visibleTasks: (projectGid, since, next = null) =>
      faults.run("visibleTasks", [projectGid, since, next], () => {
        const listed = find(projectGid).tasks.filter(
          ({ completed_at }) => completed_at === null || completed_at >= since,
        );
        const start = Number(next ?? 0);
        const end = start + PAGE_SIZE;
        const asked = { projectGid, flag: script.flag, next: end < listed.length ? String(end) : null };
        const path = `/projects/${projectGid}/tasks`;
        return toPage(listed.slice(start, end), asked, (body) => rawOf(path, { completed_since: since }, body));
      }),
  };
}
