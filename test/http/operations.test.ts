/** Each call that `docs/operations.md` tells operators to make is understood by the routes: address, query and body. */
import { beforeEach, describe, expect, test } from "vitest";
import page from "../../docs/operations.md";
import { ProblemSchema } from "../../src/core/wire.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;

beforeEach(() => {
  desk = newDesk();
});

/** Stands in the page for what an operator puts there. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bTASK\b/, "900900"],
  [/\b(UNIT|bu_…)/, "bu_northwind_studio"],
  [/\bKIND\b/, "search_console_site"],
  [/\btar_(?=<)/, "tar_900900"],
];
const named = (text: string): string =>
  NAMES.reduce((filled, [name, value]) => filled.replaceAll(new RegExp(name, "g"), value), text);

const calls = [
  ...page.matchAll(/`ops ([A-Z]+) '?([^\s'`]+)'?(?: '([^']+)')?/g),
  ...page.matchAll(/^ops ([A-Z]+) (\S+)(?: '([^']+)')?$/gm),
].map(([, method = "", address = "", body]) => ({ method, address: named(address), body }));

describe("a call of the page", () => {
  test("is found", () => expect(calls.length).toBeGreaterThan(45));

  test.each(calls.map((call) => [`${call.method} ${call.address} ${call.body ?? ""}`, call] as const))(
    "%s is understood",
    async (_, { method, address, body }) => {
      const answer = await ask(desk, method, address, body === undefined ? {} : { body });
      const code = answer.status < 400 ? "" : (await bodyOf(answer, ProblemSchema)).code;
      expect(`${answer.status} ${code}`).not.toMatch(/^(400|405|415|5)|no_such_route|no_such_action/);
    },
  );
});
