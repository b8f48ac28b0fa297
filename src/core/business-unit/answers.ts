/** What a Business Unit answers to people, and why it refuses. Refusals are values. */
import type { AssetKind, DayRange, FieldPath, Json, SourceName } from "./types.ts";

/** One field that somebody else changed since the writer looked; all values as in the configuration, null: none. */
export interface Difference {
  readonly field: FieldPath;
  readonly yours: Json;
  readonly current: Json;
  /** What it was at the version the writer had seen. */
  readonly base: Json;
}

/** Why a command was not carried out. */
export type UnitRefusal =
  | {
      readonly code:
        | "no_such_unit"
        /** A unit of that id is there already. */
        | "unit_exists"
        | "no_such_edit"
        | "archived"
        /** No source, or none whose turn it is. */
        | "nothing_to_refresh"
        | "wrong_state"
        /** The caller's lease is over; it must stop writing at once. */
        | "fenced"
        | "lease_held"
        /** A hold: nothing may be worked on for now. */
        | "withheld"
        | "stale_attempt";
      readonly detail: string;
    }
  | {
      readonly code: "stale_write";
      readonly detail: string;
      readonly differences: readonly Difference[];
      /** The version `current` is of: who chose between theirs and ours sends it back. */
      readonly version: number;
    }
  | {
      readonly code: "bad_field";
      readonly detail: string;
      readonly issues: readonly { readonly path: FieldPath; readonly message: string }[];
    }
  | { readonly code: "refresh_in_progress"; readonly detail: string; readonly ingestionRunId: string }
  /** `businessUnitId` uses the id, for another client. */
  | { readonly code: "source_belongs_elsewhere"; readonly detail: string; readonly businessUnitId: string };

export type UnitAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: UnitRefusal };

/** A field to set, or to remove with null. */
export interface FieldWrite {
  readonly field: FieldPath;
  readonly value: Json;
}

/** A Business Unit to be made. Its client exists; its id and slug never change. */
export interface NewUnit {
  readonly businessUnitId: string;
  readonly clientId: string;
  readonly slug: string;
  /** At least `name`, `timeZone` and `currency`. */
  readonly fields: readonly FieldWrite[];
  readonly by: string;
  readonly reason: string;
}

export interface EditRequest {
  readonly changes: readonly FieldWrite[];
  /** The version the writer looked at; null: whatever is there is overwritten. */
  readonly baseVersion: number | null;
  readonly by: string;
  readonly reason: string;
}

export interface RefreshRequest {
  readonly by: string;
  readonly reason: string;
  /** A back-fill of these days; null: what a refresh usually reads. */
  readonly range: DayRange | null;
}

/** A Business Unit as its actor knows it; names of clients and people are in the index. Times are ISO 8601 UTC. */
export interface UnitRecord {
  readonly businessUnitId: string;
  readonly clientId: string;
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly createdAt: string;
  readonly archivedAt: string | null;
  readonly version: number;
  readonly sources: readonly {
    readonly kind: AssetKind;
    readonly externalId: string;
    readonly label: string | null;
    /** null: this id was never tested. */
    readonly tested: {
      readonly ok: boolean;
      readonly at: string;
      readonly code: string;
      readonly detail: string;
    } | null;
  }[];
  readonly context: { readonly boxFolderId: string; readonly boxFolderName: string | null } | null;
  readonly users: readonly { readonly userId: string; readonly role: string }[];
  readonly settings: readonly {
    readonly kind: string;
    readonly effectiveFrom: string;
    readonly value: Json;
    readonly version: number;
  }[];
  readonly schedule: { readonly hour: number; readonly enabled: boolean };
  /** Which agents may read the facts, each for a purpose. */
  readonly grants: readonly {
    readonly agent: string;
    readonly purpose: string;
    readonly grantedBy: string;
    readonly grantedAt: string;
  }[];
  readonly surface: { readonly surfaceId: string; readonly state: "active" | "inactive" } | null;
  /** The newest one, at work or over. */
  readonly refresh: { readonly ingestionRunId: string; readonly status: string } | null;
  readonly nextRefreshAt: string | null;
  readonly freshness: readonly {
    readonly source: SourceName;
    readonly ingestionRunId: string;
    readonly at: string;
    readonly coveredTo: string;
  }[];
  /** Checks that fail now. */
  readonly quality: readonly {
    readonly roundId: string;
    readonly source: SourceName;
    readonly check: string;
    readonly detail: string;
    readonly openedAt: string;
  }[];
}

/** What a write came to. */
export interface UnitWritten {
  readonly unit: UnitRecord;
  /** null: everything was so already. */
  readonly editId: string | null;
  /** Ids that a sibling of the same client uses, too. */
  readonly shared: readonly SharedId[];
}

/** What of a configuration is an id of an upstream that no two clients may share. */
export type ClaimedKind = AssetKind | "box_folder";

/** An id of this unit that `businessUnitId` uses as well. */
export interface SharedId {
  readonly kind: ClaimedKind;
  readonly externalId: string;
  readonly businessUnitId: string;
}
