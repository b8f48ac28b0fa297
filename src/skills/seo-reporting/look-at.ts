/** Where a reviewer should look before accepting: plain words, at most four. */
import type { DataCheck } from "../../core/evidence/types.ts";
import { ledgerTouching } from "../../core/facts/ledger.ts";
import type { Desk, OptionalSection } from "./desk.ts";
import { comparesWith, periodsCompared } from "./document/comparison.ts";
import type { Figures } from "./facts/figures.ts";

const MOST = 4;
const COMPARED = [
  ["previous", "previous"],
  ["year_ago", "yearAgo"],
] as const;

/** Hints in order of weight: what limits the report first, then where the story is. */
export function lookAt(desk: Desk, figures: Figures, checks: readonly DataCheck[]): readonly string[] {
  const { brief, inputs } = desk;
  const { primary } = brief.periods;
  const hints: string[] = [];
  if (checks.some(({ passed }) => !passed))
    hints.push("Data notes: sums of Search Console do not agree with its totals.");
  if (inputs.analytics.status === "unavailable") hints.push(`Google Analytics is missing: ${inputs.analytics.reason}`);
  if (inputs.analytics.status === "empty")
    hints.push("Google Analytics has no organic sessions for the period: is measurement running?");
  if (inputs.rankings.status === "unavailable") hints.push(`AccuRanker is missing: ${inputs.rankings.reason}`);
  if (brief.brandTerms.length === 0) hints.push("Brand terms are not set, so brand and non-brand are not split.");
  for (const [against, period] of COMPARED) {
    if (inputs.search.totals[period] === null && comparesWith(desk.options, against))
      hints.push(
        `Search Console no longer keeps all of ${brief.periods[period].label}: there is no comparison with it.`,
      );
  }
  if (ledgerTouching([primary, ...periodsCompared(desk)], { source: "search_console" }).length > 0) {
    hints.push(
      "No change of impressions, click-through rate or position is stated where Search Console is known to have over-reported impressions.",
    );
  }
  const shows = (section: OptionalSection) => !desk.options.without.includes(section);
  if (figures.opportunities.striking.length > 0 && shows("opportunities"))
    hints.push("Opportunities: queries in striking distance, the basis of the first actions.");
  if (figures.pages.losers.length > 0 && comparesWith(desk.options, "previous") && shows("pages"))
    hints.push("Pages: the ones that lost most clicks.");
  return hints.slice(0, MOST);
}
