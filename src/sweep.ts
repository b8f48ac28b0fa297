/**
 * Every hour: runs whose wake time is long past are woken, and held ones asked. The timers of a run are in its actor and the platform's alarm
 * is a hint; this finds the one in a million whose hint got lost and whom nobody spoke to since.
 */
import { failureRecord } from "./core/errors.ts";
import type { SweptRow } from "./d1/overdue.ts";
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
}

/** An alarm may be some minutes late without being lost. */
const OVERDUE_MS = 10 * 60_000;
/** Runs of one page. */
export const PAGE = 100;
/** Pages of one sweep. An invocation may make a bounded number of calls; the next sweep goes on with the rest. */
export const MAX_PAGES = 8;
/** Actors woken at the same time. */
const SIDE_BY_SIDE = 8;

export interface Swept {
  poked: number;
  /** Rows that lead to no run. They stay: what they say may be all that is left of it. */
  nobody: number;
  failed: number;
  /** True: there were more than one sweep takes. */
  more: boolean;
}

/** `asked`: nothing says that its alarm is lost; it is asked to be sure. */
type Why = "forgotten" | "asked";

/** One sweep. A run that cannot be woken stops no other. */
export async function sweep(deps: SweepDeps, at: Date): Promise<Swept> {
  const walk = walkOf<SweptRow>(
    "run",
    ({ taskGid }) => deps.poke(taskGid),
    ({ runId }) => runId,
  );
  const before = overdueBefore(at);
  await sweepList(walk, "forgotten", (after) => deps.overdue(before, after, PAGE));
  await sweepList(walk, "forgotten", (after) => deps.wakeless(after, PAGE));
  await sweepList(walk, "asked", (after) => deps.held(after, PAGE));
  log.info("sweep.done", { ...walk.swept });
  return walk.swept;
}

/** A Business Unit whose wake time is past. */
export interface SweptUnit {
  readonly businessUnitId: string;
  readonly at: string;
}

export interface UnitSweepDeps {
  /** Units whose wake time lies before `before`, longest forgotten first. */
  overdue(before: string, after: SweptUnit | null, limit: number): Promise<readonly SweptUnit[]>;
  poke(businessUnitId: string): Promise<"poked" | "nobody">;
}

/** The same for Business Units: a daily refresh must not be lost with an alarm. */
export async function sweepUnits(deps: UnitSweepDeps, at: Date): Promise<Swept> {
  const idOf = ({ businessUnitId }: SweptUnit) => businessUnitId;
  const walk = walkOf<SweptUnit>("unit", (row) => deps.poke(idOf(row)), idOf);
  const before = overdueBefore(at);
  await sweepList(walk, "forgotten", (after) => deps.overdue(before, after, PAGE));
  log.info("sweep.units_done", { ...walk.swept });
  return walk.swept;
}

const overdueBefore = (at: Date): string => new Date(at.getTime() - OVERDUE_MS).toISOString();

/** What a sweep knows while it goes through lists of one kind. */
interface Walk<Row> {
  readonly kind: "run" | "unit";
  readonly swept: Swept;
  pagesLeft: number;
  poke(row: Row): Promise<"poked" | "copy" | "nobody">;
  idOf(row: Row): string;
}

function walkOf<Row>(kind: Walk<Row>["kind"], poke: Walk<Row>["poke"], idOf: Walk<Row>["idOf"]): Walk<Row> {
  return { kind, poke, idOf, swept: { poked: 0, nobody: 0, failed: 0, more: false }, pagesLeft: MAX_PAGES };
}

async function sweepList<Row extends { readonly at: string }>(
  walk: Walk<Row>,
  why: Why,
  page: (after: Row | null) => Promise<readonly Row[]>,
): Promise<void> {
  let after: Row | null = null;
  do {
    if (walk.pagesLeft === 0) {
      walk.swept.more = true;
      return;
    }
    walk.pagesLeft -= 1;
    const rows: readonly Row[] = await page(after);
    await pokeAll(walk, why, rows);
    after = rows.length < PAGE ? null : (rows.at(-1) ?? null);
  } while (after !== null);
}

async function pokeAll<Row extends { readonly at: string }>(
  walk: Walk<Row>,
  why: Why,
  rows: readonly Row[],
): Promise<void> {
  const waiting = [...rows];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) await pokeOne(walk, why, row);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}

async function pokeOne<Row extends { readonly at: string }>(walk: Walk<Row>, why: Why, row: Row): Promise<void> {
  const { kind, swept } = walk;
  const named = { [kind === "run" ? "runId" : "businessUnitId"]: walk.idOf(row) };
  try {
    const found = await walk.poke(row);
    if (found === "poked") {
      swept.poked += 1;
      if (why === "forgotten") log.warn(`sweep.forgotten_${kind}`, { ...named, since: row.at });
    } else if (found === "nobody") {
      swept.nobody += 1;
      log.error(`sweep.row_without_${kind}`, { ...named, since: row.at });
    }
  } catch (thrown) {
    swept.failed += 1;
    log.warn("sweep.poke_failed", { ...named, code: failureRecord(thrown).code });
  }
}
