/** What is written by hand about a demo client; everything else is generated from it. */

/** Three kinds of demand: people who know the name, people who do not, and queries Google does not list. */
export interface ByKind {
  readonly brand: number;
  readonly nonBrand: number;
  readonly hidden: number;
}

export interface ProfilePage {
  readonly path: string;
  /** Relative weight of hidden demand and of landings from other channels. */
  readonly weight: number;
}

/** A subject people search for: `heads` × `endings` become queries that lead to `page`. */
export interface Topic {
  readonly heads: readonly string[];
  readonly endings: readonly string[];
  readonly page: string;
  /** Second page that also ranks for these queries. */
  readonly rival?: string;
  readonly intent: "informational" | "commercial" | "local" | "transactional";
}

/** One query given word for word, with its clicks a month at the anchor. */
export interface FixedQuery {
  readonly text: string;
  readonly page: string;
  readonly clicks: number;
  readonly position: number;
  readonly brand: boolean;
}

/** Pages published month after month; some gain readers for a year, some fade soon. */
export interface Publishing {
  readonly prefix: string;
  /** `slug` becomes `<prefix><slug>-<year>/`, `query` is what people type. */
  readonly articles: readonly { readonly slug: string; readonly query: string }[];
  readonly clicksPerQuery: number;
}

export interface Country {
  /** ISO 3166-1 alpha-3, lower case, as Search Console writes it. */
  readonly code: string;
  /** English name, as GA4 writes it. */
  readonly name: string;
  readonly share: number;
}

/** Sessions a day at the anchor that do not come from organic search. */
export interface Channel {
  readonly name: string;
  readonly sessions: number;
  readonly rate: number;
  readonly engaged: number;
}

/** One campaign behind a paid channel. */
export interface PaidCampaign {
  readonly id: string;
  readonly name: string;
  /** The vendor's word for its type: channel type of Google Ads, objective of Meta. */
  readonly kind: string;
  /** Google's and Meta's words differ; this is Google's, Meta's follows from it. */
  readonly status: "ENABLED" | "PAUSED" | "REMOVED";
  /** Its part of the channel's clicks among those that run. */
  readonly weight: number;
  /** Clicks per impression. */
  readonly clickRate: number;
  /** In the client's currency. */
  readonly costPerClick: number;
  /** Months it runs in, 1 to 12; absent: always. */
  readonly months?: readonly number[];
}

/** What is bought at one vendor; its visits are those of a channel of GA4. */
export interface PaidPlan {
  readonly channel: string;
  readonly campaigns: readonly PaidCampaign[];
}

/** What becomes of enquiries in the client's CRM. */
export interface CrmPlan {
  /** Chance of a contact a day that no website brought. */
  readonly offlinePerDay: number;
  /** Share of contacts with a deal, and of deals that are won. */
  readonly dealShare: number;
  readonly wonShare: number;
  /** Middling deal in the client's currency. */
  readonly dealValue: number;
}

export interface ClientProfile {
  readonly businessUnitId: string;
  readonly origin: string;
  readonly monthlyClicks: ByKind;
  /** Growth a year. */
  readonly growth: ByKind;
  /** Positions gained (negative) or lost a year. */
  readonly drift: ByKind;
  /** From Sunday. */
  readonly week: readonly number[];
  /** Season of people who know the name, from January. */
  readonly year: readonly number[];
  /** Season of everybody else, from January. */
  readonly yearWithoutName: readonly number[];
  readonly mobileShare: number;
  readonly tabletShare: number;
  readonly countries: readonly Country[];
  readonly pages: readonly ProfilePage[];
  readonly fixed: readonly FixedQuery[];
  readonly brandEndings: readonly { readonly text: string; readonly page: string }[];
  readonly brandNames: readonly string[];
  readonly topics: readonly Topic[];
  readonly publishing: Publishing;
  readonly channels: readonly Channel[];
  readonly paid: { readonly google: PaidPlan; readonly meta: PaidPlan };
  /** Share of organic sessions that engage, ask to be called or sign up, and buy. */
  readonly engagedShare: number;
  readonly leadShare: number;
  readonly buyShare: number;
  /** Average order in the property's currency; 0: nothing is sold. */
  readonly orderValue: number;
  readonly crm: CrmPlan;
}
