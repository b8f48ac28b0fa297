import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

test("eviction clears memory and keeps storage", async () => {
  const stub = env.TEAM_AGENT_RUN.getByName("1");
  await stub.bump();
  await evictDurableObject(stub);
  expect(await stub.bump()).toEqual({ memory: 1, stored: 2 });
  const { results } = await env.PLATFORM_BUILD_DB.prepare("select count(*) as n from clients").all();
  expect(results).toEqual([{ n: 0 }]);
});
