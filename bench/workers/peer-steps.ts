/**
 * Peer of *steps*: the log of a run and nothing else. One call per effect that records what is finished and what begins,
 * as two chained entries with the result beside them; no rules, no lease, no promises.
 */
import { DurableObject } from "cloudflare:workers";
import { EventLog } from "../../src/actors/event-log.ts";
import { WORK_BESIDE } from "../../src/actors/run/journal-rows.ts";
import { RUN_MIGRATIONS } from "../../src/actors/run/migrations.ts";
import type { NextWork } from "../../src/core/run/commands.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import type { FinishedWork } from "../../src/core/run/lease.ts";
import type { WorkRecord } from "../../src/core/run/work.ts";
import { migrate } from "../../src/lib/migrate.ts";

const LEASE_MS = 30_000;
const BY = { round: 0, epoch: 1, attempt: 1 };

export class PeerSteps extends DurableObject<BenchEnv> {
  readonly #log: EventLog<RunEvent, WorkRecord>;
  #seq = 0;

  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env);
    const { storage } = ctx;
    storage.transactionSync(() => migrate(storage.sql, RUN_MIGRATIONS));
    this.#log = new EventLog<RunEvent, WorkRecord>(storage.sql, {
      table: "run_events",
      root: () => "peer",
      beside: WORK_BESIDE,
    });
  }

  /** Before the clock: the object is born with its tables. */
  born(): void {}

  advance({ key, label, startedAt, result }: FinishedWork, next: NextWork): void {
    const at = Date.now();
    const expiresAt = at + LEASE_MS;
    this.#log.append([
      {
        seq: this.#seq + 1,
        at,
        event: { type: "step.done", key, label, startedAt, expiresAt },
        work: { kind: "effect", ...BY, result },
      },
      {
        seq: this.#seq + 2,
        at,
        event: { type: "effect.intended", key: next.key, label: next.label, expiresAt },
        work: { kind: "effect", ...BY, result: null },
      },
    ]);
    this.#seq += 2;
  }
}

/** All runs at once, each with its effects one after the other. */
export async function peerSteps(env: BenchEnv, names: readonly string[], steps: number, result: string): Promise<void> {
  const work = (n: number): NextWork => ({ kind: "effect", key: `bench/effect.${n}`, label: `Effect ${n}` });
  await Promise.all(
    names.map(async (name) => {
      const run = env.PEER_STEPS.getByName(name);
      for (let n = 0; n < steps; n += 1) {
        const done: FinishedWork = { ...work(n), startedAt: Date.now(), result };
        await run.advance(done, work(n + 1));
      }
    }),
  );
}
