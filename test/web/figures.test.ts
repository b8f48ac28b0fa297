import { describe, expect, it } from "vitest";
import type { MovementView } from "../../src/core/wire-dashboard.ts";
import { comparedMonth } from "../../web/interface/state/dashboard-words.ts";
import {
  againstWords,
  amountText,
  figureNote,
  figureText,
  movementTone,
  movementWords,
  perDayWords,
} from "../../web/interface/state/figures.ts";
import { sortedBy, turned } from "../../web/interface/state/sorting.ts";
import { sparkShape } from "../../web/interface/state/sparkline.ts";
import { momentHere } from "../../web/interface/state/time.ts";
import { Toasts } from "../../web/interface/state/toasts.ts";

describe("a figure in words", () => {
  it.each([
    [12345, "count", null, "12,345"],
    [0, "count", null, "0"],
    [0.0342, "ratio", null, "3.4%"],
    [0.0042, "ratio", null, "0.42%"],
    [3.4, "percent", null, "3.4%"],
    [4.25, "position", null, "4.3"],
    [4, "place", null, "4"],
    [12.5, "currency", "USD", "$12.50"],
    [1234.5, "currency", "EUR", "€1,235"],
    [1234.5, "currency", "?", "1,235"],
    [-1234.5, "currency", "USD", "−$1,235"],
    [-0.001, "count", null, "0"],
  ])("%d %s in %s reads %s", (value, unit, currency, text) => expect(amountText(value, unit, currency)).toBe(text));

  it("short where room is short, and only where that saves something", () => {
    expect(amountText(1_234_567, "count", null, { compact: true })).toBe("1.23M");
    expect(amountText(9_876, "count", null, { compact: true })).toBe("9,876");
    expect(amountText(45_600, "currency", "USD", { compact: true })).toBe("$45.6K");
  });

  it("growth carries its sign when asked, and what rounds to nothing has none", () => {
    expect(amountText(12, "count", null, { signed: true })).toBe("+12");
    expect(amountText(0.0000001, "ratio", null, { signed: true })).toBe("0.00%");
  });

  it.each([
    ["partial", 1200, "1,200 so far"],
    ["capped", 5000, "at least 5,000"],
    ["zero", 0, "0"],
    ["missing", null, "no data"],
    ["unavailable", null, "not available"],
    ["withheld", null, "withheld"],
    ["not_defined", null, "—"],
  ] as const)("one that is %s never reads as a plain number it is not", (state, value, text) => {
    expect(figureText({ state, value, unit: "count" })).toBe(text);
    expect(figureNote({ state, value }) === null).toBe(state === "zero");
  });

  it("a reason of the fact itself is said before a general one", () =>
    expect(figureNote({ state: "withheld", value: null, reason: "Fewer than 50 users." })).toBe(
      "Fewer than 50 users.",
    ));
});

describe("a movement in words", () => {
  const movement = (change: Partial<MovementView>): MovementView => ({
    against: "previous",
    figure: { factId: "f", state: "number", value: 100, reason: null },
    absolute: null,
    relative: null,
    points: null,
    days: null,
    perDay: null,
    note: null,
    ...change,
  });

  it("months of different length are told a day as well, and what rounds to nothing as level", () => {
    expect([perDayWords(0.031), perDayWords(-0.2), perDayWords(0.0001), perDayWords(null)]).toEqual([
      "+3.1% by daily average",
      "\u221220.0% by daily average",
      "level by daily average",
      null,
    ]);
  });

  it("a month that grows says how many days of both it was held against", () => {
    expect(againstWords(movement({}))).toBe("against the period before");
    expect(againstWords(movement({ days: 19, against: "year_over_year" }))).toBe(
      "against the first 19 days of a year before",
    );
    expect([comparedMonth("2026-10-01", null), comparedMonth("2026-10-01", 19)]).toEqual(["Oct 2026", "1–19 Oct 2026"]);
  });

  it("counts move by a share, rates by points, places by places", () => {
    expect(movementWords(movement({ relative: 0.124, absolute: 12 }), "count")).toMatchObject({
      text: "12.4%",
      direction: "up",
    });
    expect(movementWords(movement({ relative: -0.1, points: -1.5 }), "ratio")).toMatchObject({
      text: "1.5 points",
      direction: "down",
    });
    expect(movementWords(movement({ absolute: -2.25 }), "position")).toMatchObject({ text: "2.3", direction: "down" });
  });

  it("what rounds to nothing is level, and what is not stated says why", () => {
    expect(movementWords(movement({ relative: 0.0000001 }), "count").direction).toBe("level");
    expect(movementWords(movement({ note: "New." }), "count")).toEqual({
      text: null,
      direction: "level",
      note: "New.",
    });
    expect(movementWords(movement({}), "count").note).toBe("There is nothing to compare with.");
  });

  it("is good or bad news by what is better, and neither where nothing is", () => {
    expect(movementTone("up", "higher")).toBe("good");
    expect(movementTone("up", "lower")).toBe("bad");
    expect(movementTone("down", "lower")).toBe("good");
    expect(movementTone("down", "neither")).toBe("idle");
    expect(movementTone("level", "higher")).toBe("idle");
  });
});

describe("a sparkline", () => {
  it("leaves a gap where a day has no value, and shows a lonely value as a dot", () => {
    const { line, end } = sparkShape([1, 2, null, 4, null, 3, 3]);
    expect(line.match(/M/g)).toHaveLength(3);
    expect(line).toContain("h0.01");
    expect(end).toMatch(/^M98 /);
  });

  it("is level in the middle when nothing changes, and empty when nothing is known", () => {
    expect(sparkShape([5, 5]).line).toBe("M2 14L98 14");
    expect(sparkShape([null, null])).toEqual({ line: "", end: "" });
  });
});

describe("sorting a table", () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }];

  it("puts rows without a value last in either direction", () => {
    expect(sortedBy(rows, (row) => row.n, "ascending").map((row) => row.n)).toEqual([2, 10, null]);
    expect(sortedBy(rows, (row) => row.n, "descending").map((row) => row.n)).toEqual([10, 2, null]);
  });

  it("reads numbers inside words as numbers", () =>
    expect(sortedBy(["page 10", "page 9"], (row) => row, "ascending")).toEqual(["page 9", "page 10"]));

  it("shows the largest first, then the smallest, and begins anew on another column", () => {
    const first = turned(null, "clicks");
    expect(first.direction).toBe("descending");
    expect(turned(first, "clicks").direction).toBe("ascending");
    expect(turned(turned(first, "clicks"), "cost")).toEqual({ column: "cost", direction: "descending" });
  });
});

describe("messages", () => {
  const start = () => {
    const due: (() => void)[] = [];
    const after = (_ms: number, task: () => void) => {
      due.push(task);
      return () => void due.splice(due.indexOf(task), 1);
    };
    const toasts = new Toasts({ after });
    const shown = (): string[] => toasts.shown.value.map((one) => one.text);
    const pass = (): void => {
      for (const task of [...due]) task();
    };
    return { toasts, shown, pass };
  };

  it("leave by themselves, but not while somebody reads them", () => {
    const { toasts, shown, pass } = start();
    toasts.tell("Saved", "good");
    toasts.hold();
    toasts.tell("Saved again", "good");
    pass();
    expect(shown()).toEqual(["Saved", "Saved again"]);
    toasts.release();
    pass();
    expect(shown()).toEqual([]);
  });

  it("never cover the page: the oldest goes, and the same words stand there once", () => {
    const { toasts, shown } = start();
    for (const text of ["a", "b", "b", "c", "d"]) toasts.tell(text, "good");
    expect(shown()).toEqual(["b", "c", "d"]);
  });
});

it("a moment is in the reader's zone", () =>
  expect(momentHere("2026-11-22T23:30:00Z", "Europe/Berlin")).toBe("23 Nov 2026, 00:30"));
