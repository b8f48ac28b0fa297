import { describe, expect, test } from "vitest";
import { isTerminal } from "../../../src/core/run/queries.ts";
import { wakeAt } from "../../../src/core/run/wake.ts";
import { SITUATIONS, type Turn, turn } from "../../support/run-machine.ts";
import { COMMANDS } from "./commands-of-table.ts";
import { GROUPS, TABLE } from "./table.ts";

/** Commands to outcomes of one situation; names twice fail. */
function rowsOf(text: string): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  for (const line of text.trim().split("\n")) {
    const [outcome = "", commands = ""] = line.trim().split(": ");
    const named = commands
      .replace(/\*([^*]+)\*/g, (_, group: string) => GROUPS[group] ?? `no group ${group}`)
      .split("; ");
    for (const command of named) {
      expect(rows.has(command), `“${command}” stands twice`).toBe(false);
      rows.set(command, outcome);
    }
  }
  return rows;
}

function outcomeOf(before: string | undefined, result: Turn): string {
  if (result.refusal !== null) return `refused, ${result.refusal}`;
  if (result.events.length === 0 && result.effects.length === 0) return "nothing";
  const after = result.state?.status ?? "";
  const effects = result.effects.length === 0 ? "" : ` + ${result.effects.join(", ")}`;
  return `${before === after ? "stays" : after}${effects}`;
}

test("the table has every situation", () => {
  expect(Object.keys(TABLE)).toEqual(Object.keys(SITUATIONS));
});

describe.each(Object.entries(SITUATIONS))("in “%s”", (name, at) => {
  const rows = rowsOf(TABLE[name] ?? "");

  test("every command has its row", () => {
    expect([...rows.keys()].toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  });

  test.each(Object.entries(COMMANDS))("“%s” does what the table says", (command, told) => {
    expect(outcomeOf(at.state?.status, turn(at, told(at.state)))).toBe(rows.get(command));
  });

  test("something will wake the run, unless it has ended", () => {
    const { state } = at;
    if (state !== null) expect(wakeAt(state) === null).toBe(isTerminal(state.status));
  });
});
