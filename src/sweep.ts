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
  const before = new Date(at.getTime() - OVERDUE_MS).toISOString();
  const swept: Swept = { poked: 0, nobody: 0, failed: 0, more: false };
  const left = { pages: MAX_PAGES };
  await sweepList(deps, swept, left, "forgotten", (after) => deps.overdue(before, after, PAGE));
  await sweepList(deps, swept, left, "forgotten", (after) => deps.wakeless(after, PAGE));
  await sweepList(deps, swept, left, "asked", (after) => deps.held(after, PAGE));
  log.info("sweep.done", { ...swept });
  return swept;
}

async function sweepList(
  deps: SweepDeps,
  swept: Swept,
  left: { pages: number },
  why: Why,
  page: (after: SweptRow | null) => Promise<readonly SweptRow[]>,
): Promise<void> {
  let after: SweptRow | null = null;
  do {
    if (left.pages === 0) {
      swept.more = true;
      return;
    }
    left.pages -= 1;
    const rows: readonly SweptRow[] = await page(after);
    await pokeAll(deps, swept, why, rows);
    after = rows.length < PAGE ? null : (rows.at(-1) ?? null);
  } while (after !== null);
}

async function pokeAll(deps: SweepDeps, swept: Swept, why: Why, rows: readonly SweptRow[]): Promise<void> {
  const waiting = [...rows];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) await pokeOne(deps, swept, why, row);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}

async function pokeOne(deps: SweepDeps, swept: Swept, why: Why, { taskGid, runId, at }: SweptRow): Promise<void> {
  try {
    const found = await deps.poke(taskGid);
    if (found === "poked") {
      swept.poked += 1;
      if (why === "forgotten") log.warn("sweep.forgotten_run", { runId, since: at });
    } else if (found === "nobody") {
      swept.nobody += 1;
      log.error("sweep.row_without_run", { runId, since: at });
    }
  } catch (thrown) {
    swept.failed += 1;
    log.warn("sweep.poke_failed", { runId, code: failureRecord(thrown).code });
  }
}
