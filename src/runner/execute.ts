/** One attempt of a skill under a lease, from the message to the outcome. */
import { BudgetExhaustedError, failureRecord } from "../core/errors.ts";
import { LEASE_LOST } from "../core/gateway/passport.ts";
import { artifactIdOf } from "../core/ids.ts";
import type { TeamAgentExecutionMessage } from "../core/messages.ts";
import type { Answer, Grant } from "../core/run/lease.ts";
import { generationOf } from "../core/run/restart.ts";
import { sha256Hex } from "../lib/hash.ts";
import { log } from "../lib/log.ts";
import { processId } from "../lib/process-id.ts";
import type { AsanaPort } from "../ports/asana/port.ts";
import type { Skill, SkillContext, SkillOutcome, SkillPorts } from "../skills/skill.ts";
import { fenced } from "./fenced.ts";
import { type Every, Progress, startHeartbeat } from "./heartbeat.ts";
import { Journal, type ResultStore } from "./journal.ts";
import { granted, type RunActor } from "./lease.ts";
import { type Ledger, leasePurse, Meter, meteredPorts } from "./metered.ts";
import type { ModelPrices } from "./metered-model.ts";
import { type ArtifactStore, publish } from "./package.ts";

/** The actor of a run, with the door to its lease. */
export interface LeasingActor extends RunActor, Ledger {
  /** `process`: where the attempt runs. */
  acquire(attempt: number, process?: string): Promise<Answer<Grant>>;
}

export interface RunnerDeps {
  actor(runId: string): LeasingActor;
  readonly skills: readonly Skill[];
  readonly ports: SkillPorts;
  /** Asana as one attempt sees it: a write leaves only while the epoch holds the lease of the task's run. */
  asana(client: string, taskGid: string, epoch: number): AsanaPort;
  readonly results: ResultStore;
  readonly artifacts: ArtifactStore;
  readonly prices: ModelPrices;
  now(): number;
  readonly every: Every;
}

/** A queue consumer may take fifteen minutes; steps begin only in the first ten, so the last one can end. */
export const STEPS_BEGIN_WITHIN_MS = 10 * 60_000;

/** Attempts an optional source gets before the report goes on without it. */
const PATIENT_ATTEMPTS = 2;

/** Carries out one execution message. Never throws for a failed attempt: the actor decides what follows. */
export async function execute(message: TeamAgentExecutionMessage, deps: RunnerDeps): Promise<void> {
  const actor = deps.actor(message.runId);
  const grant = await actor.acquire(message.attempt, processId());
  if (!grant.ok) {
    // Repeated, overtaken or too late: the normal fate of a message that is delivered at least once.
    log.info("runner.not_wanted", { runId: message.runId, attempt: message.attempt, code: grant.refusal.code });
    return;
  }
  const { epoch } = grant.value;
  const progress = new Progress(deps.now);
  const stop = startHeartbeat(actor, grant.value, deps.every, progress);
  try {
    await attempt(grant.value, actor, fenced(deps, actor, epoch), progress);
  } catch (thrown) {
    await settle(thrown, message.runId, epoch, actor);
  } finally {
    stop();
  }
}

async function attempt(grant: Grant, actor: LeasingActor, deps: RunnerDeps, progress: Progress): Promise<void> {
  const { brief, epoch } = grant;
  const scope = `r${grant.round}.${(await sha256Hex(JSON.stringify(brief))).slice(0, 8)}`;
  const journal = new Journal({
    actor,
    results: deps.results,
    runId: brief.runId,
    epoch,
    scope: (key) => `${scope}${generationOf(grant.generations, key)}`,
    entries: grant.journal,
    now: deps.now,
    every: deps.every,
    progress,
    deadline: deps.now() + STEPS_BEGIN_WITHIN_MS,
  });
  try {
    await perform(grant, journal, actor, deps, progress);
  } catch (thrown) {
    // What was finished counts, however the attempt ends; when it cannot be recorded, that is what ends it anyway.
    await journal.settle().catch(() => undefined);
    throw thrown;
  }
}

async function perform(
  grant: Grant,
  journal: Journal,
  actor: LeasingActor,
  deps: RunnerDeps,
  progress: Progress,
): Promise<void> {
  const { brief, epoch } = grant;
  const skill = deps.skills.find((one) => one.id === brief.skill);
  if (skill === undefined) {
    granted(
      await actor.refuse(epoch, { code: "skill_unknown", detail: `This version has no skill “${brief.skill}”.` }),
    );
    return;
  }
  const startedAt = await journal.step("start", "Begin", async () => deps.now(), { repeatable: true });
  const result = await runSkill(skill, grant, journal, { actor, deps, progress }, startedAt);
  await journal.settle();
  if (result.kind === "blocked") {
    granted(await actor.refuse(epoch, { code: result.code, detail: result.detail }));
    return;
  }
  if (result.kind === "unchanged") {
    granted(await actor.decline(epoch, result.answers));
    return;
  }
  const artifact = await publish(
    {
      journal,
      asana: deps.asana(brief.businessUnitId, brief.taskGid, epoch),
      store: deps.artifacts,
      lease: { epoch, attempt: grant.attempt },
    },
    brief,
    grant.nextVersion,
    result,
    startedAt,
  );
  await journal.settle();
  granted(await actor.finish(epoch, artifact, result.answers));
}

/** The skill with every call it makes counted; what it had set aside and did not use is given back. */
async function runSkill(
  skill: Skill,
  grant: Grant,
  journal: Journal,
  { actor, deps, progress }: { readonly actor: LeasingActor; readonly deps: RunnerDeps; readonly progress: Progress },
  startedAt: number,
): Promise<SkillOutcome> {
  const moved = (): void => progress.made();
  const purse = leasePurse(grant, actor, deps.actor, moved);
  const meter = new Meter(purse, moved);
  try {
    const ports = meteredPorts(deps.ports, meter, purse, deps.prices);
    return await skill.run({
      ...contextOf(grant, journal, ports, startedAt),
      page: (work) => meter.counted("crawlPages", work),
    });
  } finally {
    await meter.close();
  }
}

function contextOf(grant: Grant, journal: Journal, ports: SkillPorts, startedAt: number): Omit<SkillContext, "page"> {
  const { brief, roundId, previousArtifactId, items, earlier } = grant;
  const revision =
    previousArtifactId === null
      ? null
      : { roundId, round: grant.round, items, earlier, previousArtifactId, mayStay: grant.mayStay };
  return {
    brief,
    revision,
    artifactId: artifactIdOf(brief.taskGid, grant.nextVersion),
    artifactVersion: grant.nextVersion,
    ports,
    patient: grant.barrenAttempts < PATIENT_ATTEMPTS,
    startedAt: new Date(startedAt).toISOString(),
    step: (key, label, work, how) => journal.step(key, label, work, how),
  };
}

/** Tells the actor how the attempt ended. An attempt without a lease has nothing left to say. */
async function settle(thrown: unknown, runId: string, epoch: number, actor: LeasingActor): Promise<void> {
  const name = thrown instanceof Error ? thrown.name : "";
  const failure = failureRecord(thrown);
  // Said by the actor, or by a door to the outside that asked it: either way nothing more may be written.
  if (failure.code === LEASE_LOST) {
    log.info("runner.lease_lost", { runId, epoch });
    return;
  }
  if (name === "TimeUpError") {
    await actor.continueLater(epoch);
    return;
  }
  if (thrown instanceof BudgetExhaustedError) {
    log.info("runner.budget_exhausted", { runId, epoch, kind: thrown.kind });
    await actor.exhausted(epoch, thrown.kind, thrown.asked, thrown.ledger);
    return;
  }
  log.warn("runner.attempt_failed", { runId, epoch, kind: failure.kind, code: failure.code });
  await actor.fail(epoch, failure);
}
