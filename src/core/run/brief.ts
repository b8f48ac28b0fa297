/** What a run is asked to do and what its skill answers: shared by the actor, the runner and the skills. */
import type { ResolvedPeriods } from "../facts/periods.ts";

/** A source asset of a Business Unit as the registry holds it. */
export interface SourceAsset {
  readonly kind: "search_console_site" | "ga4_property" | "accuranker_domain";
  /** The upstream's own id: `sc-domain:…` or URL prefix, GA4 property digits, AccuRanker domain id. */
  readonly externalId: string;
}

/** What a run is asked to do, fixed by the assessment and shown in the Delegation Confirmation. */
export interface Brief {
  readonly runId: string;
  readonly taskGid: string;
  readonly taskName: string;
  readonly skill: string;
  readonly clientName: string;
  readonly businessUnitId: string;
  readonly businessUnitName: string;
  readonly periods: ResolvedPeriods;
  readonly sources: readonly SourceAsset[];
  /** Lower-case words or phrases; a query that contains one is a brand query. */
  readonly brandTerms: readonly string[];
  /** Path-prefix rules, first match wins; a page that matches none is "Other". */
  readonly pageGroups: readonly { readonly label: string; readonly prefix: string }[];
  /** IANA zone of the Business Unit, e.g. `Europe/Dublin`; used for display only. */
  readonly timeZone: string;
  readonly currency: string;
  /** The run whose budget this one spends, where it is a part of that run; absent: its own. */
  readonly budgetRunId?: string;
}

/** One thing a reviewer asked for in a feedback round. The text is untrusted. */
export interface RequestedItem {
  readonly id: string;
  readonly text: string;
  /** Of an item that was done before: what the skill kept with its answer. */
  readonly applied?: string;
}

/** Where a channel's figures came from; one registry row each. */
export interface ChannelProvenance {
  readonly channel: "search_console" | "ga4" | "accuranker";
  readonly status: "used" | "empty" | "unavailable" | "not_configured";
  /** Plain words, shown in panel and report: why a channel is missing, how fresh it is. */
  readonly detail: string;
  readonly externalId: string | null;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly fetchedAt: string | null;
  readonly snapshotKeys: readonly string[];
  readonly rowCount: number;
}

/** How one requested item of a revision was answered. */
export interface ItemAnswer {
  readonly itemId: string;
  readonly outcome: "done" | "declined";
  readonly reason: string;
  /**
   * What was changed, in the skill's own JSON of at most 2,000 characters. It comes back with the item, so that a later
   * version keeps the change even where a model understood the words and would now read them another way.
   */
  readonly applied?: string;
}
