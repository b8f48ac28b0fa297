/** What Harvest is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { HarvestClient, TimeEntriesPage, TimeEntry } from "./port.ts";

/** Harvest's own limit of a page. */
export const MAX_PAGE = 2_000;

const Id = v.pipe(v.number(), v.integer());
const Named = v.object({ id: Id, name: v.string() });

export const ClientSchema = v.object({
  id: Id,
  name: v.string(),
  currency: v.optional(v.nullable(v.string()), null),
  is_active: v.optional(v.boolean(), true),
});

export const EntriesSchema = v.object({
  time_entries: v.array(
    v.object({
      id: Id,
      spent_date: v.string(),
      hours: v.number(),
      rounded_hours: v.optional(v.nullable(v.number()), null),
      billable: v.boolean(),
      is_running: v.optional(v.boolean(), false),
      client: v.object({ id: Id }),
      project: Named,
      task: Named,
    }),
  ),
  total_entries: v.pipe(v.number(), v.integer()),
  links: v.object({ next: v.optional(v.nullable(v.string()), null) }),
});
type EntriesAnswer = v.InferOutput<typeof EntriesSchema>;

const refuse = (what: string) => new PermanentError("harvest_bad_request", `Harvest: ${what}.`);
const strange = (what: string) => new PermanentError("harvest_unexpected_reply", `Harvest: ${what}.`);

/** A client id that may go into a path. Errors: PermanentError `harvest_bad_request`. */
export function clientPath(clientId: string): string {
  if (!/^[1-9]\d{0,18}$/.test(clientId)) throw refuse("a client id is digits");
  return `/clients/${clientId}`;
}

/**
 * The query of a page. Harvest gives the next one as an address, by page or by cursor: of that address the query alone is
 * used, and never to ask for another client or other days. Errors: PermanentError `harvest_bad_request`.
 */
export function entriesQuery(
  clientId: string,
  range: { readonly from: string; readonly to: string },
  next: string | null,
  pageSize: number,
): Record<string, string> {
  clientPath(clientId);
  if (daysIn(range.from, range.to) === 0) throw refuse("the range must be days in order");
  const place = next === null ? {} : Object.fromEntries(new URLSearchParams(next));
  if (next !== null && !("page" in place) && !("cursor" in place)) throw refuse("the next page is none");
  return { per_page: String(pageSize), ...place, client_id: clientId, from: range.from, to: range.to };
}

export function toClient(
  { id, name, currency, is_active }: v.InferOutput<typeof ClientSchema>,
  raw: RawReply,
): HarvestClient {
  return { id: String(id), name, currency, isActive: is_active, raw };
}

/** Errors: PermanentError `harvest_unexpected_reply` for an entry of another client, or a next page that is none. */
export function toEntries(clientId: string, answer: EntriesAnswer, raw: RawReply): TimeEntriesPage {
  const stranger = answer.time_entries.find(({ client }) => String(client.id) !== clientId);
  if (stranger !== undefined) throw strange(`entry ${stranger.id} belongs to another client than was asked for`);
  const entries = answer.time_entries.map(toEntry);
  // An empty page that names a next one would be walked for ever.
  const more = entries.length > 0 ? answer.links.next : null;
  return { entries, total: answer.total_entries, next: more === null ? null : placeIn(more), raw };
}

function toEntry(entry: EntriesAnswer["time_entries"][number]): TimeEntry {
  return {
    id: String(entry.id),
    date: entry.spent_date,
    hours: entry.hours,
    roundedHours: entry.rounded_hours ?? entry.hours,
    billable: entry.billable,
    isRunning: entry.is_running,
    projectId: String(entry.project.id),
    projectName: entry.project.name,
    taskId: String(entry.task.id),
    taskName: entry.task.name,
  };
}

function placeIn(address: string): string {
  if (!URL.canParse(address)) throw strange("the address of the next page is none");
  return new URL(address).search.slice(1);
}
