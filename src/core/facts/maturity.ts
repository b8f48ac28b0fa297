/** When a source calls its values final. */
import type { SourceName } from "../business-unit/types.ts";
import { addDays } from "./days.ts";
import { MATURITY_DAYS } from "./periods.ts";

/** Days until the values of a day are final; single metrics may take longer, as the catalogue says. */
export const SOURCE_MATURITY_DAYS: Readonly<Record<SourceName, number>> = {
  search_console: MATURITY_DAYS,
  ga4: 3,
  accuranker: 0,
  google_ads: 3,
  meta: 3,
  // The search index lags, and records are merged.
  hubspot: 2,
  // People enter and correct their hours until the week is closed.
  harvest: 7,
  asana: 0,
};

/** True when the data of `day` is final on `today`, both in the source's zone. */
export function isMature(day: string, today: string, maturityDays: number): boolean {
  return day <= addDays(today, -maturityDays);
}
