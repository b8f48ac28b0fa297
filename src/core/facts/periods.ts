/** Report periods: whole days, inclusive at both ends, as `YYYY-MM-DD`. */

/** An inclusive range of days. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** For people, e.g. `October 2026` or `1–14 November 2026`. */
  readonly label: string;
}

/** The three periods of a report. */
export interface ResolvedPeriods {
  readonly primary: Period;
  readonly previous: Period;
  readonly yearAgo: Period;
}
