/** Search Console as a refresh reads it: a total, days, and the lists people look into. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { Connector } from "../ports/connector.ts";
import type { SearchConsoleDimension, SearchConsolePort } from "../ports/search-console/port.ts";
import { answered, LIST_ROWS, offsetIn, plainPage, unknownQuery } from "./page.ts";
import { GOOGLE_SECRETS } from "./secrets.ts";

const DIMENSIONS: Readonly<Record<string, readonly SearchConsoleDimension[]>> = {
  totals: [],
  daily: ["date"],
  queries: ["query"],
  pages: ["page"],
  devices: ["device"],
  countries: ["country"],
};
const LISTS: ReadonlySet<string> = new Set(["queries", "pages"]);
/** Google exposes about 50,000 rows of a day: a month that has more than this is not walked to its end. */
const MAX_LIST_ROWS = 1_500_000;
/** Sixteen months. */
const REACH_DAYS = 486;
/** Google counts days here, wherever the site is. */
const ZONE = "America/Los_Angeles";

/** `listRows`: rows of a page of the long lists. */
export function searchConsoleConnector(port: SearchConsolePort, listRows = LIST_ROWS): Connector {
  return {
    source: "search_console",
    assetKind: "search_console_site",
    secrets: GOOGLE_SECRETS,
    maturityDays: SOURCE_MATURITY_DAYS.search_console,
    reachDays: REACH_DAYS,
    keep: keptOf("search_console"),
    queries: () => REQUESTS.search_console.map(({ query }) => query),
    async fetch(siteUrl, query, { start, end }, page) {
      const dimensions = DIMENSIONS[query];
      if (dimensions === undefined) throw unknownQuery("Search Console", query);
      const isList = LISTS.has(query);
      const startRow = offsetIn(page);
      const rowLimit = dimensions.length === 0 ? 1 : isList ? listRows : LIST_ROWS;
      const asked = { startDate: start, endDate: end, dimensions, rowLimit, startRow };
      const { rows, raw } = await port.query(siteUrl, asked);
      const reached = startRow + rows.length;
      const full = isList && rows.length >= rowLimit;
      // Google never says that it has more: a list whose last page was full was cut off, not by chance that long.
      const cutOff = isList && startRow > 0 && rows.length === 0;
      const capped = cutOff || (full && reached >= MAX_LIST_ROWS);
      return plainPage({ raw, rowCount: rows.length, next: full && !capped ? String(reached) : null, capped });
    },
    async look(siteUrl) {
      const permission = await port.permission(siteUrl);
      return answered({ label: siteUrl, timeZone: ZONE, problem: problemOf(permission) });
    },
    cost: () => REQUESTS.search_console.length,
  };
}

function problemOf(permission: string | null): string | null {
  if (permission === null) return "Our Google user does not see this site in Search Console: it has to be added there.";
  if (permission === "siteUnverifiedUser")
    return "Our Google user is listed for this site, but its owner has not confirmed it: Search Console gives no data.";
  return null;
}
