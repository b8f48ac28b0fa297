/** The outside as a run actor needs it: verbs, lent by the composition; tests lend fakes. */
import type { TeamAgentExecutionMessage } from "../../core/messages.ts";
import type { SkillRecord, UnitRecord } from "../../core/run/assess.ts";
import type { Hold, HoldTarget } from "../../core/run/holds.ts";
import type { Incident } from "../../core/run/incident.ts";
import type { Purse } from "../../core/run/lease.ts";
import type { FeedbackKind, RunSettings, RunState } from "../../core/run/types.ts";
import type { RunSummary } from "../../core/wire.ts";
import type { AsanaPort } from "../../ports/asana/port.ts";

/** A comment as the model read it. */
export interface ModelReading {
  readonly kind: Exclude<FeedbackKind, "unclear">;
  readonly confidence: number;
  readonly items: readonly string[];
}

/** Objects of the archive, never overwritten with another content. */
export interface ArchiveStore {
  put(key: string, text: string): Promise<void>;
  get(key: string): Promise<string | null>;
}

export interface RunDeps {
  readonly settings: RunSettings;
  readonly webOrigin: string;
  readonly asana: AsanaPort;
  readonly skills: readonly SkillRecord[];
  now(): number;
  /** 0 to 1, for jitter. */
  random(): number;
  /** Every Business Unit of the registry. */
  units(): Promise<readonly UnitRecord[]>;
  /** Names of the secrets each source kind lacks. */
  missingSecrets(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** The hold that catches this work; null when none does. */
  holdOn(target: HoldTarget): Promise<Hold | null>;
  /** Opens or updates the error task of a failure; null: error tasks are not wanted here. */
  reportIncident(incident: Incident): Promise<{ readonly gid: string; readonly url: string | null } | null>;
  enqueueExecution(message: TeamAgentExecutionMessage): Promise<void>;
  /** Writes the run's row, guarded by its version; `archived`: the sweep need not come by any more. */
  project(summary: RunSummary, archived?: boolean): Promise<void>;
  /** `archived`: it is found by its object in the archive, the board need not know of it. */
  showOnBoard(summary: RunSummary, archived?: boolean): Promise<void>;
  /** Writes artifacts, files, provenance and rounds; `whole`: the rows of older versions too. */
  register(state: RunState, whole?: boolean): Promise<void>;
  /** Texts in R2, for runs that ended long ago. */
  readonly archive: ArchiveStore;
  /** Paid from `purse`. null: the model could not be used, or its answer did not hold. */
  classify(runId: string, comment: string, purse: Purse): Promise<ModelReading | null>;
  /** Plain-text sentences from the evidence of the newest artifact; a model that is asked is paid from `purse`. */
  discuss(state: RunState, question: string, purse: Purse): Promise<readonly string[]>;
}
