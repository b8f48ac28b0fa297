import { describe, expect, it } from "vitest";
import { cellOf, nameWords, sectionsOf } from "../../web/interface/state/actor-view.ts";
import { ceilingOf, daysBetween, seriesOf } from "../../web/interface/views/charts.ts";

describe("the inside of an actor as tables", () => {
  it("plain values stand together, rows become rows, and nothing nested is left out", () => {
    const sections = sectionsOf({
      epoch: 3,
      state: { status: "running", brief: { client: "P" }, rounds: [] },
      outbox: [
        { key: "a", due_at: 1_795_368_600_000 },
        { key: "b", lastError: "x" },
      ],
    });
    expect(sections.map((one) => one.title)).toEqual(["Actor", "State", "State: brief", "Outbox"]);
    expect(sections[3]).toMatchObject({ columns: ["key", "due_at", "lastError"], more: 0 });
  });

  it.each([
    [1_795_368_600_000, { text: "1795368600000", at: "2026-11-22T17:30:00.000Z" }],
    ["2026-11-22T17:30:00.000Z", { text: "2026-11-22T17:30:00.000Z", at: "2026-11-22T17:30:00.000Z" }],
    [12, { text: "12", at: null }],
    [null, { text: "–", at: null }],
    [["a", "b"], { text: "a; b", at: null }],
    [[{ a: 1 }, { a: 2 }], { text: "2 entries", at: null }],
    [
      { a: 1, b: null },
      { text: "a: 1, b: –", at: null },
    ],
    [true, { text: "true", at: null }],
  ])("%s in a cell", (value, want) => expect(cellOf(value)).toEqual(want));

  it("names read as words", () => {
    expect(["last_error", "waitReason", "dueAt"].map(nameWords)).toEqual(["Last error", "Wait reason", "Due at"]);
  });

  it("a text without end is cut, a list without end is counted", () => {
    expect(cellOf("x".repeat(9_000)).text).toHaveLength(401);
    expect(sectionsOf({ events: Array.from({ length: 450 }, () => ({ a: 1 })) })[0]).toMatchObject({ more: 250 });
  });
});

describe("the chart of failures", () => {
  it("has every day, those without a failure too", () => {
    expect(daysBetween("2026-02-27", "2026-03-02T10:00:00Z")).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
  });

  it("names the most frequent causes and sums the rest, so that no figure is lost", () => {
    const counts = ["a", "b", "c", "d", "e", "f"].map((code, n) => ({ day: "2026-01-01", code, count: 10 - n }));
    const series = seriesOf(counts);
    expect(series.map((one) => one.code)).toEqual(["a", "b", "c", "d", "other causes"]);
    expect(series.reduce((sum, one) => sum + one.total, 0)).toBe(45);
    expect(seriesOf(counts.slice(0, 5)).map((one) => one.code)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it.each([
    [0, 4],
    [5, 6],
    [11, 20],
    [39, 40],
    [480, 600],
  ])("an axis for %d ends at %d", (most, want) => expect(ceilingOf(most)).toBe(want));
});
