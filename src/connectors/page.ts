/** What the connectors share: places in a list, and the words of a look. */
import type { DayRange } from "../core/business-unit/types.ts";
import { PermanentError } from "../core/errors.ts";
import type { AssetAnswer, ConnectorPage } from "../ports/connector.ts";

/** Rows of a list that are asked for at once, where the upstream allows so many. */
export const LIST_ROWS = 25_000;

/** Where a page begins. Errors: PermanentError `bad_page` for a place that no earlier page named. */
export function offsetIn(page: string | null): number {
  if (page === null) return 0;
  if (/^\d{1,9}$/.test(page)) return Number(page);
  throw new PermanentError("bad_page", "The place of the next page is none of this list.");
}

/** A query this version does not know: the plan is of another one. */
export function unknownQuery(source: string, query: string): PermanentError {
  return new PermanentError("unknown_query", `${source} has no query ${query.slice(0, 40)}.`);
}

/** Ports say `from` and `to`. */
export const asPeriod = ({ start, end }: DayRange) => ({ from: start, to: end });

/** A page of an upstream that has no limit of its own and told nothing of its quota. */
export function plainPage(
  page: Pick<ConnectorPage, "raw" | "rowCount"> & Partial<Pick<ConnectorPage, "next" | "capped" | "quota">>,
): ConnectorPage {
  return { next: null, capped: false, quota: null, ...page };
}

/** An asset that is as it should be, but for what `problem` says. */
export function answered(answer: Pick<AssetAnswer, "label"> & Partial<AssetAnswer>): AssetAnswer {
  return { timeZone: null, currency: null, problem: null, ...answer };
}
