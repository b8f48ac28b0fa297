/** Composition of Business Units: what their actors are lent, and what the sweep asks. */
import type { UnitDeps } from "./actors/business-unit/deps.ts";
import { readConfig } from "./config.ts";
import { forgetAccesses } from "./d1/access-log.ts";
import { holdOnWork } from "./d1/holds.ts";
import { openIndex } from "./d1/schema.ts";
import { claimId, releaseClaims, writeFence } from "./d1/unit-claims.ts";
import { overdueUnits, seededUnit, unitsAtWork } from "./d1/unit-rows.ts";
import { projectUnit } from "./d1/units.ts";
import { noteUnitVisits, unitsToVisit } from "./d1/visits.ts";
import { doors } from "./doors.ts";
import { BOARD, INDEX, inTime, QUEUE } from "./lib/in-time.ts";
import type { UnitSweepDeps } from "./sweep.ts";

/** What the actor of a Business Unit needs. */
export function unitDeps(env: Env): UnitDeps {
  const database = env.PLATFORM_BUILD_DB;
  return {
    settings: { leaseMs: readConfig(env).leaseMs },
    now: () => Date.now(),
    random: () => Math.random(),
    seeded: (businessUnitId) => inTime(INDEX, seededUnit(openIndex(database), businessUnitId)),
    project: (projection) => inTime(INDEX, projectUnit(database, projection)),
    enlist: async (businessUnitId) => {
      await inTime(BOARD, doors(env).board().enlistUnit(businessUnitId));
    },
    fence: (businessUnitId, epoch) => inTime(INDEX, writeFence(database, businessUnitId, epoch)),
    // Without a limit: a release that came late would give away an id that was claimed meanwhile.
    claim: (claimant, id) => claimId(database, claimant, id, new Date().toISOString()),
    releaseClaims: (businessUnitId, kept) => releaseClaims(database, businessUnitId, kept),
    holdOn: (target) => inTime(INDEX, holdOnWork(openIndex(database), target)),
    enqueueRefresh: async (message) => {
      await inTime(QUEUE, env.TEAM_AGENT_EXECUTION_QUEUE.send(message));
    },
  };
}

/** What the hourly sweep needs for units. */
export function unitSweepDeps(env: Env): UnitSweepDeps {
  const index = openIndex(env.PLATFORM_BUILD_DB);
  return {
    overdue: (before, after, limit) => overdueUnits(index, before, after, limit),
    poke: (businessUnitId) => doors(env).unit(businessUnitId).poke(),
    toVisit: (by, after, limit) => unitsToVisit(index, by, after, limit),
    visit: (businessUnitId) => doors(env).unit(businessUnitId).visit(),
    noteVisits: (visits) => noteUnitVisits(index, visits),
  };
}

/** How long it can be told who read what: a year, and the month in which somebody asks about the same month of last year. */
const READS_KEPT_MS = 400 * 24 * 60 * 60_000;

/** Forgets lines of the log of reads whose time is over. */
export function forgetOldAccesses(env: Env, at: Date): Promise<number> {
  return forgetAccesses(openIndex(env.PLATFORM_BUILD_DB), new Date(at.getTime() - READS_KEPT_MS).toISOString());
}

/** The same for refreshes as `touchRunsAtWork` for runs. */
export async function touchUnitsAtWork(env: Env, queueLost: boolean): Promise<void> {
  const units = await unitsAtWork(openIndex(env.PLATFORM_BUILD_DB));
  await Promise.allSettled(units.map((businessUnitId) => doors(env).unit(businessUnitId).touch(queueLost)));
}
