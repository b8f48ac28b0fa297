/** What the routes need of the world; composed in `wiring.ts`. */
import type { IRequestStrict } from "itty-router";
import type {
  EditRequest,
  NewUnit,
  RefreshRequest,
  UnitAnswer,
  UnitRecord,
  UnitWritten,
} from "../core/business-unit/answers.ts";
import type { AssetKind, AssetTest } from "../core/business-unit/types.ts";
import type { CheckWish } from "../core/intake/webhooks.ts";
import type { PlatformBuildRunMessage, QueueMessage, TeamAgentRunMessage } from "../core/messages.ts";
import type { ReadinessRecords } from "../core/readiness/readiness.ts";
import type { BudgetKind } from "../core/run/budget.ts";
import type { Refusal, Speaker } from "../core/run/commands.ts";
import type { OpsAction } from "../core/run/events.ts";
import type { Phase } from "../core/run/restart.ts";
import type { RunDetail, RunEventView } from "../core/wire.ts";
import type { AppraisalAct } from "../core/wire-artifact.ts";
import type { WebhookCheck } from "../core/wire-ops.ts";
import type { IngestionRunView, UnitEventView } from "../core/wire-registry.ts";
import type { Index } from "../d1/schema.ts";

/** What a run says to a request: done, or why not. */
export type DoorAnswer = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** The run actor as the routes use it. */
export interface RunDoor {
  view(): Promise<RunDetail | null>;
  events(since: number, limit: number): Promise<readonly RunEventView[] | null>;
  cancel(by: string, reason: string): Promise<DoorAnswer>;
  kill(by: string, reason: string): Promise<DoorAnswer>;
  pause(by: string, reason: string): Promise<DoorAnswer>;
  resume(by: string, reason: string): Promise<DoorAnswer>;
  retry(by: string, reason: string): Promise<DoorAnswer>;
  holdsChanged(): Promise<void>;
  setBudget(by: string, kind: BudgetKind, limit: number, reason: string): Promise<DoorAnswer>;
  restart(from: Phase, by: string, reason: string): Promise<DoorAnswer>;
  answer(text: string, to: string | null, speaker: Speaker): Promise<DoorAnswer>;
  appraise(
    artifactId: string,
    act: AppraisalAct,
    by: string,
    reason: string,
    version: number | null,
  ): Promise<DoorAnswer>;
  inspect(): Promise<string | null>;
  act(action: OpsAction, by: string, reason: string): Promise<DoorAnswer>;
  exported(): Promise<string | null>;
  importCopy(bundle: string): Promise<string | null>;
  fetch(request: Request): Promise<Response>;
}

/**
 * The actor of a Business Unit as the routes use it. A write is decided by the actor and, if D1 takes it, readable there
 * when the call returns.
 */
export interface UnitDoor {
  create(unit: NewUnit): Promise<UnitAnswer<UnitWritten>>;
  edit(request: EditRequest): Promise<UnitAnswer<UnitWritten>>;
  /** Sets the fields of an edit back to what they were before it, as a new edit. */
  restore(editId: string, baseVersion: number | null, by: string, reason: string): Promise<UnitAnswer<UnitWritten>>;
  /** Notes how a source answered to a look. */
  noteTest(kind: AssetKind, test: Omit<AssetTest, "at">): Promise<UnitAnswer<UnitWritten>>;
  /** One active staff preview, however often it is asked for. */
  createSurface(by: string): Promise<UnitAnswer<UnitWritten>>;
  requestRefresh(request: RefreshRequest): Promise<UnitAnswer<IngestionRunView>>;
  cancelRefresh(by: string, reason: string): Promise<UnitAnswer<IngestionRunView>>;
  /** null: there is no such unit. */
  record(): Promise<UnitRecord | null>;
  /** Refreshes by id as the actor still has them, the newest at least; null: it has none of that id. */
  ingestionRun(ingestionRunId: string): Promise<IngestionRunView | null>;
  events(since: number, limit: number): Promise<readonly UnitEventView[] | null>;
  inspect(): Promise<string | null>;
  act(action: OpsAction, by: string, reason: string): Promise<UnitAnswer<null>>;
  /** Writes the rows of the index anew; false: there is no such unit. */
  reproject(): Promise<boolean>;
  fetch(request: Request): Promise<Response>;
}

export interface HttpDeps {
  readonly version: string;
  readonly jessieUserGid: string;
  readonly projects: { readonly intake: string; readonly platformBuild: string };
  readonly index: Index;
  /** For what has to be written in one batch. */
  readonly database: D1Database;
  run(taskGid: string): RunDoor;
  unit(businessUnitId: string): UnitDoor;
  board(): { fetch(request: Request): Promise<Response> };
  internalTokens(): Promise<readonly string[]>;
  webhookSecrets(): Promise<readonly string[]>;
  /** Whether a setting makes this member of staff an operator. */
  isOps(email: string): boolean;
  /** True locally alone: whoever is no member of staff may do everything, so that a fresh system can be set up. */
  readonly strangersAreAdmins: boolean;
  /** The secret of a webhook we asked for ourselves; null when there is none we can open. */
  registeredSecret(registrationId: string): Promise<string | null>;
  /** Takes the secret of a handshake; false when nobody awaits it. */
  confirmWebhook(registrationId: string, secret: string): Promise<boolean>;
  /** Notes that a signed delivery arrived, at most once a minute. */
  noteDelivery(registrationId: string): Promise<void>;
  checkWebhooks(wish: CheckWish): Promise<readonly WebhookCheck[]>;
  /** What readiness needs beside the records: secrets that are not set, and which sources a refresh can read. */
  readiness(): Promise<Pick<ReadinessRecords, "missingSecrets" | "missingIdentity" | "connectors">>;
  /** Looks at a source with our credential, read-only. Never throws for a source that does not answer. */
  lookAt(kind: AssetKind, externalId: string): Promise<Omit<AssetTest, "at" | "externalId">>;
  /** Names of settings and secrets without which no run can begin. */
  missingSettings(): Promise<readonly string[]>;
  /** Durable when it returns. */
  enqueueRuns(messages: readonly TeamAgentRunMessage[]): Promise<void>;
  enqueueBuilds(messages: readonly PlatformBuildRunMessage[]): Promise<void>;
  /** Puts a message back on the queue it belongs to. */
  requeue(message: QueueMessage): Promise<void>;
  /** False in production: its runs are its own. */
  readonly importsAllowed: boolean;
  /** False in production: invented facts have no place there. */
  readonly fixturesAllowed: boolean;
  /** A text without any value of a secret, should one have got in. */
  redacted(text: string): Promise<string>;
  /** Writes a page of the index anew; undefined: the cursor is not one of ours. */
  reprojectPage(cursor: string | null): Promise<object | undefined>;
  /** Bytes of a stored report file or snapshot; null when there are none. */
  blob(key: string): Promise<ReadableStream | null>;
  now(): Date;
}

export type RouteArgs = [HttpDeps];
export type RouteRequest = IRequestStrict;
