/**
 * The state of a Business Unit actor: its configuration field by field, its refresh, its schedule, its data-quality
 * rounds. Everything here is JSON.
 */

/** Milliseconds since the epoch. */
export type Instant = number;

/** `YYYY-MM-DD`. */
export type Day = string;

/** Kinds of source assets a Business Unit may have, at most one of each. */
export const ASSET_KINDS = [
  "search_console_site",
  "ga4_property",
  "accuranker_domain",
  "google_ads_customer",
  "meta_ad_account",
  "hubspot_account",
  "harvest_client",
  "asana_project",
  "website",
] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** Sources a refresh reads, in the order it reads them. */
export const SOURCES = [
  "search_console",
  "ga4",
  "accuranker",
  "google_ads",
  "meta",
  "hubspot",
  "harvest",
  "asana",
] as const;
export type SourceName = (typeof SOURCES)[number];

/** The asset each source reads. A `website` is read by no refresh. */
export const ASSET_OF: Readonly<Record<SourceName, AssetKind>> = {
  search_console: "search_console_site",
  ga4: "ga4_property",
  accuranker: "accuranker_domain",
  google_ads: "google_ads_customer",
  meta: "meta_ad_account",
  hubspot: "hubspot_account",
  harvest: "harvest_client",
  asana: "asana_project",
};

/** Roles, weakest first. `ops` is beside the ladder: it runs the system and edits no client. */
export const ROLES = ["viewer", "consultant", "approver", "admin", "ops"] as const;
export type Role = (typeof ROLES)[number];

/** Settings that hold from a day on. */
export const SETTING_KINDS = ["targets", "budgets", "brand_terms", "page_groups"] as const;
export type SettingKind = (typeof SETTING_KINDS)[number];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The path of one field of the configuration:
 * `name`, `timeZone`, `currency`, `archived`, `sources.<kind>`, `context`, `users.<userId>`,
 * `settings.<kind>.<YYYY-MM-DD>`, `schedule`, `grants.<agent>/<purpose>`.
 */
export type FieldPath = string;

/**
 * A field as it is; `version` is that of the edit that wrote it. A field that is not there was never set; one that was
 * removed stays with the value null, so that a stale write to it is noticed.
 */
export interface Field {
  readonly value: Json;
  readonly version: number;
}

/** One field of an edit; null: there was, or is, none. */
export interface FieldChange {
  readonly field: FieldPath;
  readonly before: Json;
  readonly after: Json;
}

/** How a source asset answered when it was last tested on request. Not part of the edit history. */
export interface AssetTest {
  readonly ok: boolean;
  readonly at: Instant;
  readonly code: string;
  readonly detail: string;
  /** The id that was tested; a test of another id says nothing. */
  readonly externalId: string;
}

export type RefreshKind = "manual" | "scheduled" | "catch_up" | "backfill";

/** Inclusive days. */
export interface DayRange {
  readonly start: Day;
  readonly end: Day;
}

/** A code for machines and words for people. */
export interface Cause {
  readonly code: string;
  readonly detail: string;
}

/** How far one source of a refresh is. */
export interface SourceProgress {
  readonly status: "waiting" | "running" | "done" | "failed" | "postponed" | "held_back";
  /** Why it is not done. `held_back`: a check of the sums failed, the chunk it failed for was not published. */
  readonly cause: Cause | null;
  /** When the actor tries it again by itself; null: at the next refresh. */
  readonly nextTryAt: Instant | null;
  /** Tries in a row that failed. */
  readonly tries: number;
  readonly chunksDone: number;
  readonly chunksTotal: number;
  readonly rows: number;
  readonly facts: number;
  /** Facts whose value or definition changed. */
  readonly changed: number;
}

/** What one source is asked for: whole calendar months or parts of them, oldest last. */
export interface SourcePlan {
  readonly source: SourceName;
  readonly externalId: string;
  readonly chunks: readonly DayRange[];
}

export interface Lease {
  readonly epoch: number;
  readonly attempt: number;
  readonly expiresAt: Instant;
  /** Something was recorded under it. */
  readonly progressed: boolean;
}

/** A refresh from request to end. Single flight: a Business Unit has at most one that is not over. */
export interface Refresh {
  /** `ing_<businessUnitId>_<n>` */
  readonly ingestionRunId: string;
  readonly kind: RefreshKind;
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestedAt: Instant;
  readonly range: DayRange;
  readonly plan: readonly SourcePlan[];
  readonly status: "queued" | "running" | "done" | "partial" | "failed" | "cancelled";
  readonly attempt: number;
  /** Attempts in a row without a newly recorded step. */
  readonly barrenAttempts: number;
  /** When the message of the attempt is put on the queue; later than `requestedAt` while backing off. */
  readonly dueAt: Instant;
  /** Send the message again when nobody took the lease by then; null while one has it, and after the end. */
  readonly startBy: Instant | null;
  /** How often the message was sent again; each time the wait doubles. */
  readonly resends: number;
  readonly lease: Lease | null;
  /** The step at work, for the panel; not logged. */
  readonly stepAtWork: string | null;
  readonly sources: Readonly<Partial<Record<SourceName, SourceProgress>>>;
  /** Why it ended as it did, or why it is tried again. */
  readonly cause: Cause | null;
  readonly finishedAt: Instant | null;
}

/** What is known of a source after its last good refresh. */
export interface Freshness {
  readonly ingestionRunId: string;
  readonly at: Instant;
  /** The last day with mature data. */
  readonly coveredTo: Day;
}

/** What a source said is left of its quota. */
export interface Quota {
  readonly remaining: number;
  readonly limit: number | null;
  readonly at: Instant;
  readonly resetsAt: Instant | null;
}

/** A check of the data that failed, until a later refresh passes it. */
export interface QualityRound {
  readonly roundId: string;
  readonly source: SourceName;
  readonly check: string;
  readonly detail: string;
  readonly openedAt: Instant;
  readonly openedBy: string;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
}

/** The staff preview of a dashboard. One per Business Unit, however often it is asked for. */
export interface Surface {
  readonly surfaceId: string;
  readonly state: "active" | "inactive";
  readonly createdAt: Instant;
}

/** The daily refresh: due when, and for which day of the unit's zone the last one was begun. */
export interface Agenda {
  readonly nextAt: Instant | null;
  readonly lastDay: Day | null;
}

export interface UnitState {
  readonly businessUnitId: string;
  readonly clientId: string;
  /** Never changes, so that links survive a rename. */
  readonly slug: string;
  readonly createdAt: Instant;
  readonly archivedAt: Instant | null;
  /** Sequence number of the last logged event. */
  readonly version: number;
  readonly fields: Readonly<Record<FieldPath, Field>>;
  readonly tests: Readonly<Partial<Record<AssetKind, AssetTest>>>;
  readonly surface: Surface | null;
  readonly refresh: Refresh | null;
  readonly refreshes: number;
  /** Grows with every lease. */
  readonly epoch: number;
  readonly freshness: Readonly<Partial<Record<SourceName, Freshness>>>;
  readonly quotas: Readonly<Partial<Record<SourceName, Quota>>>;
  /** Open ones, and the newest that were closed. */
  readonly quality: readonly QualityRound[];
  readonly agenda: Agenda;
  /** Promises to the outside that ran out of tries. */
  readonly parked: readonly { readonly key: string; readonly error: string; readonly at: Instant }[];
}
