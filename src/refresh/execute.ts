/** One attempt at a refresh under a lease, from the message to the outcome. */
import type { RefreshGrant } from "../core/business-unit/lease.ts";
import type { SourceName, SourcePlan } from "../core/business-unit/types.ts";
import { CURATIONS } from "../core/curation/curations.ts";
import { failureRecord } from "../core/errors.ts";
import { dayIn } from "../core/facts/zones.ts";
import { LEASE_LOST } from "../core/gateway/passport.ts";
import type { BusinessUnitRefreshMessage } from "../core/messages.ts";
import { log } from "../lib/log.ts";
import { processId } from "../lib/process-id.ts";
import type { Connector } from "../ports/connector.ts";
import { STEPS_BEGIN_WITHIN_MS } from "../runner/execute.ts";
import { type Every, Progress, startHeartbeat } from "../runner/heartbeat.ts";
import { Journal, type ResultStore } from "../runner/journal.ts";
import { granted, LeaseLostError } from "../runner/lease.ts";
import type { RefreshActor } from "./actor.ts";
import type { Publisher } from "./publisher.ts";
import { rawSnapshots, type SnapshotBucket } from "./snapshot-store.ts";
import { readSource } from "./source.ts";

export interface RefreshDeps {
  actor(businessUnitId: string): RefreshActor;
  readonly connectors: Readonly<Record<SourceName, Connector>>;
  /** Names of the connector's secrets that are not set. */
  missing(connector: Connector): Promise<readonly string[]>;
  readonly bucket: SnapshotBucket;
  readonly publisher: Publisher;
  readonly results: ResultStore;
  now(): number;
  readonly every: Every;
}

/** Google counts the days of Search Console here; every other source in a zone that is close to the unit's own. */
const ZONES: Readonly<Partial<Record<SourceName, string>>> = { search_console: "America/Los_Angeles" };

/** Carries out one message. Never throws for a failed attempt: the actor decides what follows. */
export async function refresh(message: BusinessUnitRefreshMessage, deps: RefreshDeps): Promise<void> {
  const { businessUnitId, ingestionRunId, attempt } = message;
  const actor = deps.actor(businessUnitId);
  const grant = await actor.acquire(ingestionRunId, attempt, processId());
  if (!grant.ok) {
    // Repeated, overtaken or too late: the normal fate of a message that is delivered at least once.
    log.info("refresh.not_wanted", { ingestionRunId, attempt, code: grant.refusal.code });
    return;
  }
  const { epoch } = grant.value;
  const progress = new Progress(deps.now);
  const stop = startHeartbeat(actor, grant.value, deps.every, progress);
  try {
    await readAll(grant.value, actor, deps, progress);
  } catch (thrown) {
    await settle(thrown, ingestionRunId, epoch, actor);
  } finally {
    stop();
  }
}

async function readAll(grant: RefreshGrant, actor: RefreshActor, deps: RefreshDeps, progress: Progress): Promise<void> {
  const journal = new Journal({
    actor,
    epoch: grant.epoch,
    results: deps.results,
    runId: grant.ingestionRunId,
    scope: (key) => scopeOf(grant, key),
    entries: grant.journal,
    now: deps.now,
    every: deps.every,
    progress,
    deadline: deps.now() + STEPS_BEGIN_WITHIN_MS,
  });
  try {
    for (const plan of grant.plan) await readOne(plan, grant, journal, actor, deps);
  } catch (thrown) {
    // What was finished counts, however the attempt ends; when it cannot be recorded, that is what ends it anyway.
    await journal.settle().catch(() => undefined);
    throw thrown;
  }
  granted(await actor.finish(grant.epoch));
}

/** A source that failed half way through a list begins the list anew when it is tried again: its pages would not fit. */
function scopeOf({ sources }: RefreshGrant, key: string): string {
  const [kind, source] = key.split(".");
  const tries = Object.entries(sources).find(([name]) => name === source)?.[1]?.tries ?? 0;
  return kind === "fetch" ? `try${tries + 1}` : "all";
}

async function readOne(
  plan: SourcePlan,
  grant: RefreshGrant,
  journal: Journal,
  actor: RefreshActor,
  deps: RefreshDeps,
): Promise<void> {
  const { source } = plan;
  const connector = deps.connectors[source];
  const curation = CURATIONS[source];
  const missing = await deps.missing(connector);
  if (missing.length > 0) {
    const cause = { code: "secret_missing", detail: `Not set in this environment: ${missing.join(", ")}.` };
    const counts = { chunksDone: 0, chunksTotal: plan.chunks.length, rows: 0, facts: 0, changed: 0 };
    granted(await actor.finishSource(grant.epoch, source, counts, { status: "postponed", cause, until: null }));
    return;
  }
  const { timeZone } = grant.context;
  const today = dayIn(ZONES[source] ?? timeZone, grant.requestedAt);
  const snapshots = rawSnapshots(deps.bucket, () => mayWrite(actor, grant.epoch));
  const { publisher, now } = deps;
  await readSource({ grant, plan, connector, curation, today, journal, snapshots, publisher, now }, actor);
}

/** Asked each time: an answer of a second ago says nothing about now. */
async function mayWrite(actor: RefreshActor, epoch: number): Promise<void> {
  if (!(await actor.holds(epoch))) throw new LeaseLostError("The lease of this attempt is over; nothing was stored.");
}

/** Tells the actor how the attempt ended. An attempt without a lease has nothing left to say. */
async function settle(thrown: unknown, ingestionRunId: string, epoch: number, actor: RefreshActor): Promise<void> {
  const failure = failureRecord(thrown);
  if (failure.code === LEASE_LOST) {
    log.info("refresh.lease_lost", { ingestionRunId, epoch });
    return;
  }
  if (thrown instanceof Error && thrown.name === "TimeUpError") {
    await actor.continueLater(epoch);
    return;
  }
  log.warn("refresh.attempt_failed", { ingestionRunId, epoch, kind: failure.kind, code: failure.code });
  await actor.fail(epoch, failure);
}
