/**
 * HubSpot CRM v3: contacts and deals of one portal as minimised records. No name, address, e-mail or phone is asked for,
 * so none can arrive.
 */
import type { RawReply } from "../raw.ts";

/** Inclusive days, `YYYY-MM-DD`, in the time zone of the portal. */
export interface CrmRange {
  readonly from: string;
  readonly to: string;
}

/** Calls our private app has a day, as HubSpot counts them. */
export interface HubspotQuota {
  readonly limit: number;
  readonly remaining: number;
}

export interface HubspotAccount {
  readonly portalId: string;
  /** IANA name. */
  readonly timeZone: string;
  /** ISO code of the company's own currency. */
  readonly currency: string;
  /** null: HubSpot did not say. */
  readonly quota: HubspotQuota | null;
  readonly raw: RawReply;
}

export interface CrmContact {
  readonly id: string;
  /** ISO instant. */
  readonly createdAt: string;
  readonly lifecycleStage: string | null;
  /** HubSpot's word for where the contact came from, e.g. `ORGANIC_SEARCH`. */
  readonly source: string | null;
}

export interface CrmDeal {
  readonly id: string;
  readonly createdAt: string;
  /** For an open deal the day it is hoped for, not a fact. */
  readonly closeAt: string | null;
  readonly pipeline: string | null;
  readonly stage: string | null;
  readonly isClosed: boolean;
  readonly isWon: boolean;
  /** In `currency`; null when nobody entered one, never 0 for that. */
  readonly amount: number | null;
  /** null: the portal's own. */
  readonly currency: string | null;
  /** The amount in the portal's own currency. */
  readonly homeAmount: number | null;
  readonly source: string | null;
}

/** The property whose day puts a deal into the range. */
export type DealDate = "createdate" | "closedate";

/** One page of a range. Every record of the range is on exactly one page. */
export interface CrmPage<T> {
  readonly records: readonly T[];
  /** How many records the part of the range has that this page is from; parts are the port's own affair. */
  readonly total: number;
  /** Hand it in for the next page of the same range; null: this was the last. */
  readonly next: string | null;
  /** There are more records in one millisecond than HubSpot ever gives. */
  readonly capped: boolean;
  /** Zone the days of the range were counted in. */
  readonly timeZone: string;
  readonly raw: RawReply;
}

export interface HubspotPort {
  /** The portal as one of our tokens sees it: a read-only test of a source. */
  account(portalId: string): Promise<HubspotAccount>;
  /** Contacts by the day they were created. The search index may lag a little behind. */
  createdContacts(portalId: string, range: CrmRange, next?: string | null): Promise<CrmPage<CrmContact>>;
  /** Deals by the day they were created or closed. */
  deals(portalId: string, by: DealDate, range: CrmRange, next?: string | null): Promise<CrmPage<CrmDeal>>;
}
