import * as v from "valibot";
import { expect, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { CONFIGS } from "../../scripts/runtime/build.ts";
import { EVERY_FIVE_MINUTES, EVERY_HOUR } from "../../src/crons.ts";
import { RETRY_SECONDS } from "../../src/queue.ts";

const Queues = v.object({
  queues: v.object({ consumers: v.array(v.object({ queue: v.string(), max_retries: v.number() })) }),
});

test.each([undefined, "dev", "production"])(
  "every queue of %s retries as often as the consumer counts, so that the last failure keeps its cause",
  (env) => {
    const args = { config: CONFIGS.controlPlane, ...(env === undefined ? {} : { env }) };
    const { consumers } = v.parse(Queues, readConfig(args, { hideWarnings: true })).queues;
    const own = consumers.filter(({ queue }) => !queue.endsWith("-dlq"));
    expect(own).toHaveLength(3);
    for (const { max_retries } of own) expect(max_retries).toBe(RETRY_SECONDS.length);
  },
);

const Crons = v.object({ triggers: v.object({ crons: v.array(v.string()) }) });

test.each([undefined, "dev", "production"])("the crons of %s are those the Worker tells apart", (env) => {
  const args = { config: CONFIGS.controlPlane, ...(env === undefined ? {} : { env }) };
  const { crons } = v.parse(Crons, readConfig(args, { hideWarnings: true })).triggers;
  expect(crons).toEqual([EVERY_FIVE_MINUTES, EVERY_HOUR]);
});
