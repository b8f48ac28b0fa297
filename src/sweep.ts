/**
 * Every hour: runs whose wake time is long past are woken, and held ones asked. The timers of a run are in its actor and the platform's alarm
 * is a hint; this finds the one in a million whose hint got lost and whom nobody spoke to since. A row of the index knows timers, not
 * what an actor still owes the outside, so every actor is visited now and then as well, whatever its row says (ADR 048).
 */
import { failureRecord } from "./core/errors.ts";
import { isTerminal } from "./core/run/queries.ts";
import { LATE_MS, type Visit } from "./core/visit.ts";
import type { SweptRow } from "./d1/overdue.ts";
import type { NextVisit, RunToVisit, UnitToVisit } from "./d1/visits.ts";
import { log } from "./lib/log.ts";

export interface SweepDeps {
  /** Runs that have not ended and whose wake time lies before `before`, longest forgotten first. */
  overdue(before: string, after: SweptRow | null, limit: number): Promise<readonly SweptRow[]>;
  /** Runs that have not ended and have no wake time. */
  wakeless(after: SweptRow | null, limit: number): Promise<readonly SweptRow[]>;
  /** Runs that are held. Each looks at the holds every minute, and no row follows that, so none of them is ever overdue. */
  held(after: SweptRow | null, limit: number): Promise<readonly SweptRow[]>;
  /** Sets the run's alarm and rights its row; `nobody`: there is no such run, `copy`: another system's, to look at. */
  poke(taskGid: string): Promise<"poked" | "copy" | "nobody">;
  /** Runs whose visit is due at `by`, longest waiting first. */
  toVisit(by: string, after: SweptRow | null, limit: number): Promise<readonly RunToVisit[]>;
  /** Sees that the run's alarm stands for what it owes. */
  visit(taskGid: string): Promise<Visit>;
  noteVisits(visits: readonly NextVisit[]): Promise<void>;
}

/** Runs of one page. */
export const PAGE = 100;
/** Pages of one sweep. An invocation may make a bounded number of calls; the next sweep goes on with the rest. */
export const MAX_PAGES = 8;
/** Actors woken at the same time. */
const SIDE_BY_SIDE = 8;

const HOUR_MS = 60 * 60_000;
/** At the latest after this long an actor is visited again, unless there are more than the sweeps of that time take. */
export const VISIT_EVERY_MS = 6 * HOUR_MS;
/** A run that ended or was ignored some days ago owes hardly anything. */
export const QUIET_VISIT_EVERY_MS = 24 * HOUR_MS;
const QUIET_AFTER_MS = 3 * 24 * HOUR_MS;
/** Actors that were visited together come apart: of three in a row one is visited an hour earlier, one two. */
const APART = 3;

export interface Swept {
  poked: number;
  /** Actors that were seen, whatever the index said of them. */
  visited: number;
  /** Rows that lead to no run. They stay: what they say may be all that is left of it. */
  nobody: number;
  failed: number;
  /** True: there were more than one sweep takes. */
  more: boolean;
}

/** `asked`: nothing says that its alarm is lost; it is asked to be sure. */
type Why = "forgotten" | "asked";

/** One sweep, with `visits` or by what the rows say alone. A run that cannot be woken stops no other. */
export async function sweep(deps: SweepDeps, at: Date, visits = true): Promise<Swept> {
  const walk = walkOf<SweptRow>("run", ({ runId }) => runId);
  const before = overdueBefore(at);
  const poke = (why: Why) => (row: SweptRow) => pokeOne(walk, why, row, () => deps.poke(row.taskGid));
  await sweepList(walk, (after, limit) => deps.overdue(before, after, limit), poke("forgotten"));
  await sweepList(walk, (after, limit) => deps.wakeless(after, limit), poke("forgotten"));
  if (visits) {
    await visitAll<RunToVisit>(walk, at, {
      due: (by, after, limit) => deps.toVisit(by, after, limit),
      visit: ({ taskGid }) => deps.visit(taskGid),
      everyMs: (run) => (isQuiet(run, at) ? QUIET_VISIT_EVERY_MS : VISIT_EVERY_MS),
      note: (next) => deps.noteVisits(next),
    });
  }
  await sweepList(walk, (after, limit) => deps.held(after, limit), poke("asked"));
  log.info("sweep.done", { ...walk.swept });
  return walk.swept;
}

function isQuiet({ status, updatedAt }: RunToVisit, at: Date): boolean {
  const over = isTerminal(status) || status === "ignored";
  return over && Date.parse(updatedAt) < at.getTime() - QUIET_AFTER_MS;
}

export interface UnitSweepDeps {
  /** Units whose wake time lies before `before`, longest forgotten first. */
  overdue(before: string, after: UnitToVisit | null, limit: number): Promise<readonly UnitToVisit[]>;
  poke(businessUnitId: string): Promise<"poked" | "nobody">;
  /** Units whose visit is due at `by`, longest waiting first. */
  toVisit(by: string, after: UnitToVisit | null, limit: number): Promise<readonly UnitToVisit[]>;
  /** Sees that the unit's alarm stands for what it owes. `nobody`: it stands in the index and has no actor yet. */
  visit(businessUnitId: string): Promise<Visit>;
  noteVisits(visits: readonly NextVisit[]): Promise<void>;
}

/** The same for Business Units: a daily refresh must not be lost with an alarm. */
export async function sweepUnits(deps: UnitSweepDeps, at: Date, visits = true): Promise<Swept> {
  const walk = walkOf<UnitToVisit>("unit", ({ businessUnitId }) => businessUnitId);
  const before = overdueBefore(at);
  await sweepList<UnitToVisit>(
    walk,
    (after, limit) => deps.overdue(before, after, limit),
    (row) => pokeOne(walk, "forgotten", row, () => deps.poke(row.businessUnitId)),
  );
  if (visits) {
    await visitAll<UnitToVisit>(walk, at, {
      due: (by, after, limit) => deps.toVisit(by, after, limit),
      visit: ({ businessUnitId }) => deps.visit(businessUnitId),
      everyMs: () => VISIT_EVERY_MS,
      note: (next) => deps.noteVisits(next),
    });
  }
  log.info("sweep.units_done", { ...walk.swept });
  return walk.swept;
}

const overdueBefore = (at: Date): string => new Date(at.getTime() - LATE_MS).toISOString();

interface Tally {
  readonly swept: Swept;
  /** Actors that may still be spoken to. */
  left: number;
}

/** What a sweep knows while it goes through lists of one kind. */
interface Walk<Row> extends Tally {
  readonly kind: "run" | "unit";
  idOf(row: Row): string;
}

function walkOf<Row>(kind: Walk<Row>["kind"], idOf: Walk<Row>["idOf"]): Walk<Row> {
  const swept = { poked: 0, visited: 0, nobody: 0, failed: 0, more: false };
  return { kind, idOf, swept, left: MAX_PAGES * PAGE };
}

/** Goes through a list page by page; `pageDone` is told the rows of each. */
async function sweepList<Row>(
  tally: Tally,
  page: (after: Row | null, limit: number) => Promise<readonly Row[]>,
  work: (row: Row) => Promise<void>,
  pageDone: (rows: readonly Row[]) => Promise<void> = async () => undefined,
): Promise<void> {
  let after: Row | null = null;
  do {
    const limit = Math.min(PAGE, tally.left);
    if (limit === 0) {
      tally.swept.more = true;
      return;
    }
    const rows: readonly Row[] = await page(after, limit);
    tally.left -= rows.length;
    await sideBySide(rows, work);
    await pageDone(rows);
    after = rows.length < limit ? null : (rows.at(-1) ?? null);
  } while (after !== null);
}

async function sideBySide<Row>(rows: readonly Row[], work: (row: Row) => Promise<void>): Promise<void> {
  const waiting = [...rows];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) await work(row);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}

/** Who is meant, in the log. */
function named<Row>({ kind, idOf }: Walk<Row>, row: Row): Readonly<Record<string, string>> {
  return { [kind === "run" ? "runId" : "businessUnitId"]: idOf(row) };
}

async function pokeOne<Row extends { readonly at: string }>(
  walk: Walk<Row>,
  why: Why,
  row: Row,
  poke: () => Promise<"poked" | "copy" | "nobody">,
): Promise<void> {
  const { kind, swept } = walk;
  try {
    const found = await poke();
    if (found === "poked") {
      swept.poked += 1;
      if (why === "forgotten") log.warn(`sweep.forgotten_${kind}`, { ...named(walk, row), since: row.at });
    } else if (found === "nobody") withoutActor(walk, row);
  } catch (thrown) {
    swept.failed += 1;
    log.warn("sweep.poke_failed", { ...named(walk, row), code: failureRecord(thrown).code });
  }
}

function withoutActor<Row extends { readonly at: string }>(walk: Walk<Row>, row: Row): void {
  walk.swept.nobody += 1;
  log.error(`sweep.row_without_${walk.kind}`, { ...named(walk, row), since: row.at });
}

/** The visits of one kind of actor. */
interface Visits<Row> {
  due(by: string, after: Row | null, limit: number): Promise<readonly Row[]>;
  visit(row: Row): Promise<Visit>;
  everyMs(row: Row): number;
  note(visits: readonly NextVisit[]): Promise<void>;
}

async function visitAll<Row extends { readonly at: string }>(
  walk: Walk<Row>,
  at: Date,
  visits: Visits<Row>,
): Promise<void> {
  const by = at.toISOString();
  const found = new Map<Row, Visit["found"] | "failed">();
  await sweepList<Row>(
    walk,
    (after, limit) => visits.due(by, after, limit),
    async (row) => void found.set(row, await visitOne(walk, row, () => visits.visit(row))),
    (rows) => visits.note(rows.map((row, n) => ({ id: walk.idOf(row), at: next(row, n) }))),
  );

  function next(row: Row, n: number): string | null {
    const answer = found.get(row);
    // Tried again by the next sweep and not by this one, after those that wait longer.
    if (answer === "failed") return new Date(at.getTime() + 1).toISOString();
    // An archived run does nothing by itself, and a row without an actor was told of; whoever stirs writes its row.
    if (walk.kind === "run" && (answer === "archived" || answer === "nobody")) return null;
    return new Date(at.getTime() + visits.everyMs(row) - (n % APART) * HOUR_MS).toISOString();
  }
}

async function visitOne<Row extends { readonly at: string }>(
  walk: Walk<Row>,
  row: Row,
  visit: () => Promise<Visit>,
): Promise<Visit["found"] | "failed"> {
  const { kind, swept } = walk;
  try {
    const { found, since } = await visit();
    swept.visited += 1;
    if (found === "forgotten" && since !== null)
      log.warn(`sweep.forgotten_${kind}`, { ...named(walk, row), since: new Date(since).toISOString() });
    if (found === "nobody" && kind === "run") withoutActor(walk, row);
    return found;
  } catch (thrown) {
    swept.failed += 1;
    log.warn("sweep.visit_failed", { ...named(walk, row), code: failureRecord(thrown).code });
    return "failed";
  }
}
