/** One source of a refresh: its chunks, newest first, to an outcome of its own. Its failures stop no other source. */
import type { CheckResult, SourceCounts, SourceOutcome } from "../core/business-unit/lease.ts";
import type { DayRange, Quota } from "../core/business-unit/types.ts";
import { addDays } from "../core/facts/days.ts";
import { granted } from "../runner/lease.ts";
import type { RefreshActor } from "./actor.ts";
import { chunkKey, type FinishedChunk, finishChunk, type SourceWork } from "./chunk.ts";
import { SourceFailure } from "./failure.ts";
import { quotaRefused, quotaShort } from "./quota.ts";

/** A chunk that is read, with its month. */
interface ReadChunk extends FinishedChunk {
  readonly month: string;
}

/** Reads a source and tells the actor how it ended. Errors: those that are the attempt's. */
export async function readSource(work: SourceWork, actor: RefreshActor): Promise<void> {
  const { plan, grant, journal } = work;
  const done: ReadChunk[] = [];
  const outcome = await outcomeOf(work, actor, done);
  // What is said of a source stands on what was recorded of it.
  await journal.settle();
  const checks = checksOf(done);
  if (checks.length > 0) granted(await actor.checked(grant.epoch, plan.source, checks));
  granted(await actor.finishSource(grant.epoch, plan.source, countsOf(work, done), outcome));
}

async function outcomeOf(work: SourceWork, actor: RefreshActor, done: ReadChunk[]): Promise<SourceOutcome> {
  try {
    const postponed = await readChunks(work, actor, done);
    return postponed ?? heldBack(work, done) ?? { status: "done", coveredTo: coveredTo(work) };
  } catch (thrown) {
    if (!(thrown instanceof SourceFailure)) throw thrown;
    return quotaRefused(thrown.failure, work.now()) ?? { status: "failed", failure: thrown.failure };
  }
}

/** The reason to stop before the end; null: every chunk is read. */
async function readChunks(work: SourceWork, actor: RefreshActor, done: ReadChunk[]): Promise<SourceOutcome | null> {
  const { plan, grant, connector, journal } = work;
  let quota: Quota | null = grant.quotas[plan.source] ?? null;
  for (const range of plan.chunks) {
    if (isOutOfReach(work, range)) continue;
    const isNew = !journal.recorded(chunkKey(plan, range));
    const postponed = isNew ? quotaShort(quota, connector.cost(range), work.now()) : null;
    if (postponed !== null) return postponed;
    const chunk = await finishChunk(work, range);
    done.push({ ...chunk, month: range.start.slice(0, 7) });
    quota = chunk.quota ?? quota;
    if (isNew) granted(await actor.sourceProgress(grant.epoch, plan.source, countsOf(work, done), told(chunk.quota)));
  }
  return null;
}

function told(quota: Quota | null): Omit<Quota, "at"> | null {
  if (quota === null) return null;
  const { remaining, limit, resetsAt } = quota;
  return { remaining, limit, resetsAt };
}

/** The source no longer knows these days. */
function isOutOfReach({ connector, today }: SourceWork, { end }: DayRange): boolean {
  return end < addDays(today, -connector.reachDays);
}

/** The last day of the range whose values the source calls final. */
function coveredTo({ plan, connector, today, grant }: SourceWork): string {
  const end = plan.chunks[0]?.end ?? grant.range.end;
  const mature = addDays(today, -connector.maturityDays);
  return end < mature ? end : mature;
}

/** Chunks that nothing is to be asked for count as read. */
function countsOf(work: SourceWork, done: readonly ReadChunk[]): SourceCounts {
  const sum = (of: (chunk: ReadChunk) => number) => done.reduce((total, chunk) => total + of(chunk), 0);
  const { chunks } = work.plan;
  return {
    chunksDone: done.length + chunks.filter((range) => isOutOfReach(work, range)).length,
    chunksTotal: chunks.length,
    rows: sum(({ rows }) => rows),
    facts: sum(({ facts }) => facts),
    changed: sum(({ changed }) => changed),
  };
}

/** A check belongs to its month: one that passes for November says nothing about October. */
function checksOf(done: readonly ReadChunk[]): readonly CheckResult[] {
  return done.flatMap(({ month, checks }) =>
    checks.map(({ check, ok, detail }) => ({ check: `${check} ${month}`, ok, detail })),
  );
}

/** A wrong month of last year makes the source no older than it is: what is fresh stands in the newest chunk. */
function heldBack(work: SourceWork, done: readonly ReadChunk[]): SourceOutcome | null {
  const failing = done.flatMap(({ month, checks }) =>
    checks
      .filter(({ ok, stops }) => stops && !ok)
      .map(({ check, detail }) => ({ month, cause: { code: check, detail: `${month}: ${detail}` } })),
  );
  const [first] = failing;
  if (first === undefined) return null;
  const newest = work.plan.chunks[0]?.start.slice(0, 7);
  const isStale = failing.some(({ month }) => month === newest);
  return { status: "held_back", cause: first.cause, coveredTo: isStale ? null : coveredTo(work) };
}
