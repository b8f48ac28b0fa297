/** What holds keep a refresh from reading. */
import { isUnread } from "../../core/business-unit/attempt.ts";
import type { HeldWork } from "../../core/business-unit/commands.ts";
import type { Cause, Refresh } from "../../core/business-unit/types.ts";
import { HELD } from "../../core/business-unit/view.ts";
import { type Hold, heldWords } from "../../core/run/holds.ts";
import type { UnitDeps } from "./deps.ts";

/** What a hold on a skill names to catch refreshes. */
const REFRESHING = "data-refresh";

const causeOf = (hold: Hold): Cause => ({
  code: HELD,
  detail: `${hold.by} holds ${heldWords(hold)}: ${hold.reason}`,
});

/** Asks once for everything, and source by source only when a hold catches any of it. */
export async function heldOf(businessUnitId: string, refresh: Refresh, deps: UnitDeps): Promise<HeldWork> {
  const on = (upstreams: readonly string[]) => deps.holdOn({ businessUnitId, skill: REFRESHING, upstreams });
  const unread = refresh.plan.map(({ source }) => source).filter((source) => isUnread(refresh.sources[source]));
  const any = await on(unread);
  if (any === null) return { all: null, sources: [] };
  const all = await on([]);
  if (all !== null) return { all: causeOf(all), sources: [] };
  const holds = await Promise.all(unread.map(async (source) => ({ source, hold: await on([source]) })));
  return {
    all: null,
    sources: holds.flatMap(({ source, hold }) => (hold === null ? [] : [{ source, cause: causeOf(hold) }])),
  };
}
