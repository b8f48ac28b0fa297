/** How old what is shown is, source by source. */
import { addDays, daysBetween } from "../facts/days.ts";
import type { DashboardView } from "../wire-dashboard.ts";
import type { BoardInput, BoardSource } from "./types.ts";

/** A source that is this many days behind what it could have is stale. */
const STALE_AFTER = 2;

type Shown = DashboardView["freshness"][number];

/** @param maturityDays days after which the source calls its values final */
function shown(one: BoardSource, today: string, maturityDays: number): Shown {
  const { source, externalId, coveredTo, refreshedAt, trouble } = one;
  const base = { source, externalId, coveredTo, refreshedAt };
  if (externalId === null) return { ...base, status: "not_configured", detail: "This source is not set up." };
  if (trouble !== null) return { ...base, status: trouble.status, detail: trouble.detail };
  if (coveredTo === null) return { ...base, status: "never", detail: "It was never read." };
  const behind = daysBetween(coveredTo, addDays(today, -1 - maturityDays));
  if (behind > STALE_AFTER)
    return { ...base, status: "stale", detail: `It is ${behind} days behind what it could have.` };
  return { ...base, status: "fresh", detail: `Final to ${coveredTo}.` };
}

/** The sources as they stand on `today`. */
export function freshnessOf(
  input: Pick<BoardInput, "sources" | "today">,
  maturityOf: (source: BoardSource["source"]) => number,
): readonly Shown[] {
  return input.sources.map((one) => shown(one, input.today, maturityOf(one.source)));
}
