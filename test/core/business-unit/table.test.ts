import { describe, expect, test } from "vitest";
import { isScheduled } from "../../../src/core/business-unit/queries.ts";
import { wakeAt } from "../../../src/core/business-unit/wake.ts";
import { SITUATIONS, turn, type UnitTurn } from "../../support/unit-machine.ts";
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

const status = (state: UnitTurn["state"]): string =>
  state === null ? "" : state.archivedAt === null ? (state.refresh?.status ?? "idle") : "archived";

function outcomeOf(before: UnitTurn["state"], result: UnitTurn): string {
  if (result.refusal !== null) return `refused, ${result.refusal.code}`;
  if (result.events.length === 0 && result.effects.length === 0) return "nothing";
  const after = status(result.state);
  const quiet = result.effects.length === 0 ? "" : ` + ${result.effects.join(", ")}`;
  return `${status(before) === after ? "stays" : after}${quiet}`;
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
    expect(outcomeOf(at.state, turn(at, told(at.state)))).toBe(rows.get(command));
  });

  test("something will wake a unit that is refreshed by schedule", () => {
    const { state } = at;
    if (state !== null && isScheduled(state)) expect(wakeAt(state)).not.toBeNull();
  });
});
