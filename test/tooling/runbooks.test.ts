import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/runtime/paths.ts";
import { OPS_ACTIONS } from "../../src/core/run/ops.ts";
import { BulkRequestSchema } from "../../src/core/wire-ops.ts";

const read = (file: string): Promise<string> => readFile(path.join(ROOT, file), "utf8");
const page = await read("docs/operations.md");
const routes = [...(await read("src/http/router.ts")).matchAll(/\.(get|post|patch|put|delete)\("([^"]+)"/g)].map(
  ([, method = "", pattern = ""]) => ({
    method: method.toUpperCase(),
    matches: new RegExp(`^${pattern.replace(/:[A-Za-z]+/g, "[^/]+").replace("*", ".*")}$`),
  }),
);

/** `ops METHOD PATH BODY` as the page writes it. */
const calls = [...page.matchAll(/`ops ([A-Z]+) '?([^\s'`]+)'?(?: '([^']+)')?/g)].map(
  ([, method = "", address = "", body = ""]) => ({ method, pathname: address.split("?")[0] ?? "", body }),
);

describe("the runbooks", () => {
  it("name routes", () => expect(calls.length).toBeGreaterThan(30));

  it.each(calls.map((call) => [`${call.method} ${call.pathname}`, call] as const))("%s is a route", (_name, call) => {
    expect(routes.some((route) => route.method === call.method && route.matches.test(call.pathname))).toBe(true);
  });

  it.each(calls.filter((call) => call.body !== "").map((call) => call.body))("send JSON that is JSON: %s", (body) => {
    expect(() => JSON.parse(body)).not.toThrow();
  });

  it("send bulk actions that the route takes", () => {
    const bodies = calls.filter((call) => call.pathname === "/internal/ops/bulk").map((call) => call.body);
    expect(bodies.length).toBeGreaterThan(2);
    for (const body of bodies) expect(v.safeParse(BulkRequestSchema, JSON.parse(body)).success).toBe(true);
  });

  it("ask actors for actions there are", () => {
    const actions = calls.flatMap((call) => /^\/internal\/actors\/[^/]+\/[^/]+\/(.+)$/.exec(call.pathname)?.[1] ?? []);
    expect(actions.length).toBeGreaterThan(3);
    for (const action of actions) expect(OPS_ACTIONS).toContain(action);
  });

  it("name npm scripts there are", async () => {
    const { scripts } = JSON.parse(await read("package.json"));
    const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of new Set(named)) expect(Object.keys(scripts)).toContain(name);
  });

  it("give npm scripts options that they take", async () => {
    const { scripts } = JSON.parse(await read("package.json"));
    const uses = [...page.matchAll(/npm (?:run )?([\w:]+)(?:[^`\n]*?) -- ([^`\n]+)/g)].flatMap(
      ([, name = "", rest = ""]) => [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = ""]) => ({ name, option })),
    );
    expect(uses.length).toBeGreaterThan(8);
    for (const { name, option } of uses) {
      const entry = /[\w./]+\.(?:ts|mjs)$/.exec(scripts[name])?.[0] ?? "";
      // `start.mjs` only finds the Node the rest runs on.
      const source = await read(entry.replace("start.mjs", "start.ts"));
      expect(`${name} --${option}: ${new RegExp(`\\s"?${option}"?: \\{ type:`).test(source)}`).toBe(
        `${name} --${option}: true`,
      );
    }
  });

  it("write routes that there are where no command is given", () => {
    const named = [...page.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^\s`?]*)/g)];
    expect(named.length).toBeGreaterThan(5);
    for (const [call, method, pathname = ""] of named)
      expect(`${call}: ${routes.some((route) => route.method === method && route.matches.test(pathname))}`).toBe(
        `${call}: true`,
      );
  });

  it("name files of the project that are there", async () => {
    const files = [...page.matchAll(/node_modules\/\.bin\/node (scripts\/[\w./-]+)/g)].map(([, file = ""]) => file);
    for (const file of files) expect((await read(file)).length).toBeGreaterThan(0);
  });
});
