/** A Harvest in memory. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { HarvestPort, TimeEntry } from "./port.ts";
import { ClientSchema, clientPath, EntriesSchema, entriesQuery, MAX_PAGE, toClient, toEntries } from "./reply.ts";

export interface FakeHarvestClient {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly isActive: boolean;
  readonly entries: readonly TimeEntry[];
}

export interface FakeHarvest extends HarvestPort {
  readonly faults: FaultScript<keyof HarvestPort>;
}

/** A fake that knows the given clients; any other is not found, and nobody booked hours on it. */
export function fakeHarvest(
  script: {
    readonly clients?: readonly FakeHarvestClient[];
    readonly pageSize?: number;
    readonly now?: () => Date;
  } = {},
): FakeHarvest {
  const faults = faultScript<keyof HarvestPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));
  const pageSize = script.pageSize ?? MAX_PAGE;
  const find = (clientId: string) => script.clients?.find(({ id }) => id === clientId);

  function rawOf(answer: unknown, path: string, query: Readonly<Record<string, string>>) {
    const request = { method: "GET", path, body: query };
    return { body: JSON.stringify(answer), request, fetchedAt: now().toISOString() };
  }

  return {
    faults,
    client: (clientId) =>
      faults.run("client", [clientId], () => {
        const path = clientPath(clientId);
        const found = find(clientId);
        if (found === undefined) throw new PermanentError("harvest_not_found", `Harvest: nothing at ${path}.`);
        const { name, currency, isActive } = found;
        const answer = { id: Number(clientId), name, currency, is_active: isActive };
        return toClient(v.parse(ClientSchema, answer), rawOf(answer, path, {}));
      }),
    timeEntries: (clientId, range, next = null) =>
      faults.run("timeEntries", [clientId, range, next], () => {
        const query = entriesQuery(clientId, range, next, pageSize);
        const all = (find(clientId)?.entries ?? []).filter(({ date }) => date >= range.from && date <= range.to);
        const page = Number(query.page ?? 1);
        const answer = {
          time_entries: all.slice((page - 1) * pageSize, page * pageSize).map((entry) => wireOf(clientId, entry)),
          total_entries: all.length,
          links: {
            next: page * pageSize < all.length ? `https://harvest.example/v2/time_entries?page=${page + 1}` : null,
          },
        };
        return toEntries(clientId, v.parse(EntriesSchema, answer), rawOf(answer, "/time_entries", query));
      }),
  };
}

function wireOf(clientId: string, entry: TimeEntry) {
  return {
    id: Number(entry.id),
    spent_date: entry.date,
    hours: entry.hours,
    rounded_hours: entry.roundedHours,
    billable: entry.billable,
    is_running: entry.isRunning,
    client: { id: Number(clientId) },
    project: { id: Number(entry.projectId), name: entry.projectName },
    task: { id: Number(entry.taskId), name: entry.taskName },
  };
}
