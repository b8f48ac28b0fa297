/** Floor of *steps*: one call and one row per step, nothing else. Every answer waits until its row is synced. */
import { DurableObject } from "cloudflare:workers";

export class FloorSteps extends DurableObject<BenchEnv> {
  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS steps (n INTEGER PRIMARY KEY, result TEXT NOT NULL)");
  }

  commit(result: string): void {
    this.ctx.storage.sql.exec("INSERT INTO steps (result) VALUES (?)", result);
  }
}

/** All runs at once, each with its steps one after the other, as a runner would. */
export async function floorSteps(
  env: BenchEnv,
  names: readonly string[],
  steps: number,
  result: string,
): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const run = env.FLOOR_STEPS.getByName(name);
      for (let n = 0; n < steps; n += 1) await run.commit(result);
    }),
  );
}
