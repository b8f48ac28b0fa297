/** Harvest: hours of a month, by project. Days are booked by hand and lie in no zone. */
import * as v from "valibot";
import { ChunkFacts, monthOf } from "./chunk.ts";
import { order } from "./member.ts";
import { bodyOf } from "./read.ts";
import { PageTally, type Tally, tallied } from "./tally.ts";
import type { CuratedChunk, CuratedSnapshot, Curation, CurationContext } from "./types.ts";

const BodySchema = v.object({
  total_entries: v.optional(v.number()),
  time_entries: v.optional(
    v.array(
      v.object({
        spent_date: v.string(),
        hours: v.number(),
        billable: v.boolean(),
        is_running: v.optional(v.boolean(), false),
        project: v.object({ id: v.union([v.number(), v.string()]), name: v.string() }),
      }),
    ),
    [],
  ),
});

export interface HoursCarried {
  readonly context: CurationContext;
  readonly rows: number;
  /** By project id; null: not asked. */
  readonly hours: Tally | null;
  readonly billable: Tally | null;
  readonly projects: readonly (readonly [id: string, name: string])[];
  readonly running: boolean;
}

function start(context: CurationContext): HoursCarried {
  return { context, rows: 0, hours: null, billable: null, projects: [], running: false };
}

function take(carried: HoursCarried, snapshot: CuratedSnapshot): HoursCarried {
  if (snapshot.document.query !== "time_entries") return carried;
  const { total_entries, time_entries } = bodyOf(BodySchema, snapshot);
  const { start: first, end } = carried.context.range;
  const [hours, billable] = [new PageTally(snapshot.key), new PageTally(snapshot.key)];
  const projects = new Map(carried.projects);
  for (const [at, entry] of time_entries.entries()) {
    if (entry.spent_date < first || entry.spent_date > end) continue;
    const id = String(entry.project.id);
    const name = projects.get(id);
    if (name === undefined || entry.project.name < name) projects.set(id, entry.project.name);
    const place = { day: entry.spent_date, part: id };
    hours.add(entry.hours, `/body/time_entries/${at}/hours`, place);
    if (entry.billable) billable.add(entry.hours, `/body/time_entries/${at}/hours`, place);
  }
  const stated = { capped: snapshot.capped, stated: total_entries !== undefined };
  return {
    ...carried,
    rows: carried.rows + time_entries.length,
    hours: hours.onto(carried.hours, stated),
    billable: billable.onto(carried.billable, stated),
    projects: [...projects],
    running: carried.running || time_entries.some(({ is_running }) => is_running),
  };
}

const NO_ROW = "Harvest returned no answer to add up.";

function finish({ context, rows, hours, billable, projects, running }: HoursCarried): CuratedChunk {
  const { timeZone, currency } = context;
  const caveats = running ? ["harvest_running"] : [];
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats });
  const month = monthOf(context);
  if (month !== null && hours !== null && billable !== null) {
    facts.month("harvest.hours", month, tallied(hours, hours.whole, NO_ROW));
    facts.month("harvest.billable_hours", month, tallied(billable, billable.whole, NO_ROW));
    const [all, paid] = [new Map(hours.parts), new Map(billable.parts)];
    for (const [id, member] of membersOf(projects)) {
      facts.part("harvest.hours", month, ["project", member], tallied(hours, all.get(id), NO_ROW));
      facts.part("harvest.billable_hours", month, ["project", member], tallied(billable, paid.get(id), NO_ROW));
    }
  }
  return { facts: facts.all(), checks: [], tasks: null, rows };
}

/** Of two projects with one name the older one, which has the smaller id, keeps the plain name. */
function membersOf(projects: HoursCarried["projects"]): readonly (readonly [id: string, member: string])[] {
  const names = new Set<string>();
  const byAge = [...projects].sort(([a], [b]) => a.length - b.length || order(a, b));
  return byAge.map(([id, name]) => {
    const member = names.has(name) ? `${name} #${id}` : name;
    names.add(name);
    return [id, member];
  });
}

/** The fold of Harvest. */
export const HARVEST_CURATION: Curation<HoursCarried> = {
  source: "harvest",
  transform: "harvest.2",
  start,
  take,
  finish,
};
