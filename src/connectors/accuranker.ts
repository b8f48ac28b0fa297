/** AccuRanker as a refresh reads it: the domain's share of voice, and where its keywords stand. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { addDays } from "../core/facts/days.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { AccurankerPort } from "../ports/accuranker/port.ts";
import type { Connector } from "../ports/connector.ts";
import { answered, asPeriod, offsetIn, plainPage, unknownQuery } from "./page.ts";

const PAGE = 500;
const REACH_DAYS = 3650;
const LOOK_DAYS = 7;

/** `limit`: keywords of a page. */
export function accurankerConnector(port: AccurankerPort, now: () => number, limit = PAGE): Connector {
  return {
    source: "accuranker",
    assetKind: "accuranker_domain",
    secrets: ["AGENCY_OS_ACCURANKER_API_TOKEN"],
    maturityDays: SOURCE_MATURITY_DAYS.accuranker,
    reachDays: REACH_DAYS,
    keep: keptOf("accuranker"),
    queries: () => REQUESTS.accuranker.map(({ query }) => query),
    async fetch(domainId, query, range, page) {
      if (query === "domain") {
        const { history, raw } = await port.domain(domainId, asPeriod(range));
        return plainPage({ raw, rowCount: history.length });
      }
      if (query !== "keywords") throw unknownQuery("AccuRanker", query);
      const offset = offsetIn(page);
      const { keywords, raw } = await port.keywords(domainId, asPeriod(range), { limit, offset });
      const next = keywords.length === limit ? String(offset + limit) : null;
      return plainPage({ raw, rowCount: keywords.length, next });
    },
    async look(domainId) {
      const today = new Date(now()).toISOString().slice(0, 10);
      const { name } = await port.domain(domainId, { from: addDays(today, -LOOK_DAYS), to: today });
      return answered({ label: name });
    },
    cost: () => REQUESTS.accuranker.length,
  };
}
