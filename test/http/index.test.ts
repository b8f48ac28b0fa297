/** The query builder over D1, as the requests and actors of one isolate share it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { HoldTarget } from "../../src/core/run/holds.ts";
import { addHold, holdOnWork, listHolds, removeHold } from "../../src/d1/holds.ts";
import { openIndex } from "../../src/d1/schema.ts";

const WORK: HoldTarget = { businessUnitId: "bu_index", skill: "seo-reporting", upstreams: ["ga4"] };

/** D1 whose first answer, true when `read` settles, comes only after `until`; and how often it was asked. */
function slowAtFirst(until: Promise<void>): {
  readonly database: D1Database;
  readonly read: Promise<void>;
  asked(): number;
} {
  let asked = 0;
  const read = Promise.withResolvers<void>();
  const database = new Proxy(env.PLATFORM_BUILD_DB, {
    get(target, name) {
      if (name !== "prepare") return Reflect.get(target, name);
      return (text: string) => {
        asked += 1;
        const statement = target.prepare(text);
        if (asked > 1) return statement;
        const all = async () => {
          const answer = await statement.all();
          read.resolve();
          await until;
          return answer;
        };
        return { bind: () => ({ all }) };
      };
    },
  });
  return { database, read: read.promise, asked: () => asked };
}

it("a query whose request died holds up no other query of the isolate", async () => {
  const index = openIndex(slowAtFirst(new Promise(() => undefined)).database);
  void listHolds(index);
  expect(await listHolds(index)).toEqual([]);
});

it("a crowd that asks for the holds at once costs two reads, and who asks after a hold was placed is told of it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { database, read, asked } = slowAtFirst(promise);
  const before = holdOnWork(openIndex(database), WORK);
  await read;
  const hold = {
    holdId: "h_index",
    scope: "skill",
    value: WORK.skill,
    reason: "",
    by: "ops",
    createdAt: "2040",
  } as const;
  const plain = openIndex(env.PLATFORM_BUILD_DB);
  await addHold(plain, hold);
  const after = Array.from({ length: 8 }, () => holdOnWork(openIndex(database), { ...WORK, skill: "another" }));
  const caught = holdOnWork(openIndex(database), WORK);
  resolve();
  expect(await before).toBeNull();
  expect(await Promise.all(after)).toEqual(Array.from(after, () => null));
  expect(await caught).toMatchObject({ holdId: "h_index" });
  const clientReads = after.length + 1;
  expect(asked()).toBe(2 + clientReads);
  await removeHold(plain, hold.holdId);
});
