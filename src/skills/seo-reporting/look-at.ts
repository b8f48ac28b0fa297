/** Where a reviewer should look before accepting: plain words, at most four. */
import type { DataCheck } from "../../core/evidence/types.ts";
import { ledgerTouching } from "../../core/facts/ledger.ts";
import type { Desk } from "./desk.ts";
import { comparesWith, periodsCompared } from "./document/comparison.ts";
import type { Figures } from "./facts/figures.ts";

const MOST = 4;

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
  if (ledgerTouching([primary, ...periodsCompared(desk)], { source: "search_console" }).length > 0) {
    hints.push(
      "Impressions, click-through rate and position have no change where Search Console is known to have over-reported impressions.",
    );
  }
  if (figures.opportunities.striking.length > 0)
    hints.push("Opportunities: queries in striking distance, the basis of the first actions.");
  if (figures.pages.losers.length > 0 && comparesWith(desk.options, "previous"))
    hints.push("Pages: the ones that lost most clicks.");
  return hints.slice(0, MOST);
}
