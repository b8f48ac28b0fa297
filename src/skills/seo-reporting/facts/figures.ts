/** Declares every fact of a report, source by source, so that few rows are in memory at a time. */
import type { Desk } from "../desk.ts";
import { type AnalyticsFacts, declareAnalytics } from "./analytics.ts";
import { declareWhere } from "./brand.ts";
import { declareRowCounts } from "./checks.ts";
import { declareGroups, type GroupFacts } from "./groups.ts";
import { declareHeadline } from "./headline.ts";
import { declareList, type ListFacts } from "./lists.ts";
import { declareOpportunities, type OpportunityFacts } from "./opportunities.ts";
import { declareRankings, type RankingFacts } from "./rankings.ts";

/** Which facts exist, for the sections. */
export interface Figures {
  readonly queries: ListFacts;
  readonly pages: ListFacts;
  readonly groups: readonly GroupFacts[];
  readonly opportunities: OpportunityFacts;
  /** Null: Google Analytics has nothing to show. */
  readonly analytics: AnalyticsFacts | null;
  readonly rankings: RankingFacts | null;
}

/** Declares all facts. Errors: those of the snapshot store. */
export async function declareFigures(desk: Desk): Promise<Figures> {
  const { analytics, rankings } = desk.inputs;
  await declareHeadline(desk);
  await declareWhere(desk);
  const queries = await declareList(desk, "query");
  const pages = await declareList(desk, "page");
  const groups = await declareGroups(desk);
  const opportunities = await declareOpportunities(desk);
  const analyticsFacts = analytics.status === "used" ? await declareAnalytics(desk, analytics) : null;
  const rankingFacts = rankings.status === "used" ? await declareRankings(desk, rankings) : null;
  await declareRowCounts(desk);
  return { queries, pages, groups, opportunities, analytics: analyticsFacts, rankings: rankingFacts };
}
