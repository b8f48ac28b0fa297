/**
 * Every query there is of D1, asked with more than anybody will: none goes beyond what D1 takes. And none reads a
 * table from end to end, however small that table is.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { bytesOf, D1_LIMITS } from "../../src/d1/limits.ts";
import { asked, askedBy, MODULES, QUERIES, ROW_BY_ROW, real } from "./every-query.ts";
import { emptyStore } from "./fact-hands.ts";

beforeAll(async () => {
  await emptyStore();
  const calls = { "factsWrite.publishFacts": QUERIES["factsWrite.publishFacts"], ...QUERIES };
  for (const [name, call] of Object.entries(calls)) {
    askedBy(name);
    await call?.().catch((thrown: unknown) => {
      // A row without the rows it belongs to: what counts is what was asked.
      if (!/constraint/i.test(String(thrown))) throw thrown;
    });
  }
}, 60_000);

describe("every query", () => {
  it("is asked here: whoever adds one adds a line", () => {
    const all = Object.entries(MODULES).flatMap(([file, exported]) =>
      Object.entries(exported).flatMap(([name, value]) => (typeof value === "function" ? [`${file}.${name}`] : [])),
    );
    const known = new Set([...Object.keys(QUERIES), ...ROW_BY_ROW]);
    expect(all.filter((name) => !known.has(name))).toEqual([]);
    const silent = Object.keys(QUERIES).filter((name) => !asked.some((one) => one.by === name));
    expect(silent).toEqual([]);
  });

  it("stays within what D1 takes: bound parameters, length of the statement, length of a value", () => {
    const beyond = asked.filter(
      ({ sql, parameters }) =>
        parameters.length > D1_LIMITS.parameters ||
        bytesOf(sql) > D1_LIMITS.statementBytes ||
        parameters.some((one) => typeof one === "string" && bytesOf(one) > D1_LIMITS.valueBytes),
    );
    expect(beyond.map(({ by: who }) => who)).toEqual([]);
    const longest = Math.max(...asked.flatMap(({ parameters }) => parameters.map((one) => String(one).length)));
    expect(longest).toBeGreaterThan(100_000);
  });

  it("would be refused by the local D1 too if it went beyond, so that every other test watches as well", async () => {
    const many = `SELECT ${Array.from({ length: D1_LIMITS.parameters + 1 }, () => "?").join(",")}`;
    const values = Array.from({ length: D1_LIMITS.parameters + 1 }, () => 1);
    await expect(async () =>
      real
        .prepare(many)
        .bind(...values)
        .all(),
    ).rejects.toThrow(/variables/);
    const long = `SELECT '${"x".repeat(D1_LIMITS.statementBytes)}'`;
    await expect(async () => real.prepare(long).all()).rejects.toThrow(/too long|too big|statement/i);
  });
});

/** Tables that a query reads from end to end. */
async function scansOf(sql: string, parameters: readonly unknown[]): Promise<readonly string[]> {
  const plan = real.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...parameters);
  const { results } = await plan.all<{ detail: string }>();
  const harmless = /USING (?:COVERING )?INDEX|VIRTUAL TABLE|CONSTANT ROW|\(subquery/;
  return results.map(({ detail }) => detail).filter((detail) => detail.startsWith("SCAN ") && !harmless.test(detail));
}

describe("the plan of every query", () => {
  it.each(Object.keys(QUERIES))("%s reads no table from end to end", async (name) => {
    const own = new Map(asked.filter((one) => one.by === name).map((one) => [one.sql, one]));
    for (const { sql, parameters } of own.values()) expect([sql, await scansOf(sql, parameters)]).toEqual([sql, []]);
  });

  it("would be noticed if they did", async () => {
    expect(await scansOf("SELECT * FROM current_client_facts WHERE value > ?", [1])).toEqual([
      "SCAN current_client_facts",
    ]);
  });
});
