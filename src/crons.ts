/** What runs on the clock: each job on its own, so that one that fails stops no other. */
import { failureRecord } from "./core/errors.ts";
import { log } from "./lib/log.ts";

/** When the crons run, as in `wrangler.jsonc`. A local system says `boot` instead when it starts: everything runs then. */
export const EVERY_FIVE_MINUTES = "*/5 * * * *";
export const EVERY_HOUR = "0 * * * *";

/** Runs every job, side by side; a failure is logged under the job's name and the next run tries again. */
export async function runCrons(jobs: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  await Promise.all(
    Object.entries(jobs).map(async ([job, run]) => {
      try {
        await run();
      } catch (thrown) {
        const { code, message } = failureRecord(thrown);
        log.error("cron.failed", { job, code, message });
      }
    }),
  );
}
