/** The query builder over D1, as the requests and actors of one isolate share it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { listHolds } from "../../src/d1/holds.ts";
import { openIndex } from "../../src/d1/schema.ts";

/** D1 that never answers the first question it is asked. */
function stalling(): D1Database {
  let asked = 0;
  return new Proxy(env.PLATFORM_BUILD_DB, {
    get(database, name) {
      if (name !== "prepare") return Reflect.get(database, name);
      return (text: string) => {
        asked += 1;
        const statement = database.prepare(text);
        if (asked > 1) return statement;
        return { bind: () => ({ all: () => new Promise<never>(() => undefined) }) };
      };
    },
  });
}

it("a query whose request died holds up no other query of the isolate", async () => {
  const index = openIndex(stalling());
  void listHolds(index);
  expect(await listHolds(index)).toEqual([]);
});
