/** Harvest v2: one client of the agency's account, and the hours on it. Who worked is never read. */
import type { RawReply } from "../raw.ts";

export interface HarvestClient {
  readonly id: string;
  readonly name: string;
  /** ISO code the client is invoiced in. */
  readonly currency: string | null;
  readonly isActive: boolean;
  readonly raw: RawReply;
}

/** One line of a timesheet, without the person and the note. */
export interface TimeEntry {
  readonly id: string;
  /** `YYYY-MM-DD`: the day the hours are booked on, in no zone. */
  readonly date: string;
  /** As worked. */
  readonly hours: number;
  /** As invoices count them. */
  readonly roundedHours: number;
  readonly billable: boolean;
  /** A timer that still runs: the hours grow. */
  readonly isRunning: boolean;
  readonly projectId: string;
  readonly projectName: string;
  readonly taskId: string;
  readonly taskName: string;
}

export interface TimeEntriesPage {
  readonly entries: readonly TimeEntry[];
  /** Entries of all pages together. */
  readonly total: number;
  /** Hand it in for the next page of the same range; null: this was the last. */
  readonly next: string | null;
  readonly raw: RawReply;
}

export interface HarvestPort {
  /** The client itself: a read-only test of a source. */
  client(clientId: string): Promise<HarvestClient>;
  /** Hours booked on inclusive days. */
  timeEntries(
    clientId: string,
    range: { readonly from: string; readonly to: string },
    next?: string | null,
  ): Promise<TimeEntriesPage>;
}
