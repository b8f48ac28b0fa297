import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Unit } from "../../src/core/evidence/types.ts";
import { areaPath, linePath } from "../../src/reporting/charts/path.ts";
import { axisFor, tickLabel } from "../../src/reporting/charts/scale.ts";
import type { BarChart, LineChart } from "../../src/reporting/document.ts";
import { renderHtml } from "../../src/reporting/html.ts";
import { byId, type Element, elements, find, parseReport, textOf } from "./dom.ts";
import { evidenceOf, FactBox, say } from "./fixture.ts";
import { seoReport } from "./seo-report.ts";

function drawn(box: FactBox, block: LineChart | BarChart): Element {
  const { document } = seoReport();
  const only = {
    ...document,
    revisionNotes: [],
    answer: [],
    scorecard: [],
    sections: [],
    nextActions: [],
    appendix: [{ heading: "Chart", blocks: [block] }],
  };
  return byId(parseReport(renderHtml(only, evidenceOf(box, { checks: [] }))), `chart-${block.id}`);
}

function lineOf(series: LineChart["series"], markers: LineChart["markers"] = []): LineChart {
  return {
    kind: "line",
    id: "c",
    title: "Clicks",
    unit: "clicks",
    source: "Search Console",
    alt: say("Clicks."),
    series,
    markers,
  };
}

function paths(chart: Element, name: string): readonly (string | undefined)[] {
  const canvas = find(chart, "div", "class", "canvas")[0];
  return canvas === undefined ? [] : find(canvas, "path", "class", name).map((one) => one.attributes.d);
}

function ticks(chart: Element): readonly string[] {
  const scale = find(chart, "div", "class", "ys")[0];
  return scale === undefined ? [] : find(scale, "span").map(textOf);
}

describe("a line", () => {
  test("breaks where nothing was measured, and shows a lone day as a dot", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 5, (at) => [10, 20, null, 40, null][at] ?? null);
    const chart = drawn(box, lineOf([{ label: "October", role: "primary", points }]));
    expect(paths(chart, "line primary")).toEqual(["M0 225L250 150M750 0h0"]);
  });

  test("also breaks at a day that has no point at all", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 5, (at) => 10 + at).filter((_, at) => at !== 2);
    expect(
      paths(drawn(box, lineOf([{ label: "October", role: "primary", points }])), "line primary")[0]?.match(/M/g),
    ).toHaveLength(2);
  });

  test("of weekly values is no row of dots", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 29, () => 5).filter((_, at) => at % 7 === 0);
    expect(paths(drawn(box, lineOf([{ label: "Weeks", role: "primary", points }])), "line primary")[0]).not.toContain(
      "h0",
    );
  });

  test("from one day is a dot", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 1, () => 8);
    expect(paths(drawn(box, lineOf([{ label: "October", role: "primary", points }])), "line primary")).toEqual([
      "M0 0h0",
    ]);
  });

  test("without points says so instead of drawing", () => {
    const chart = drawn(new FactBox(), lineOf([{ label: "October", role: "primary", points: [] }]));
    expect(textOf(chart)).toContain("No measured values to draw.");
    expect(find(chart, "svg")).toEqual([]);
  });

  test("without any series says so too", () => {
    expect(textOf(drawn(new FactBox(), lineOf([])))).toContain("No measured values to draw.");
  });

  test("whose days were all withheld keeps them in its table, as words", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 3, () => null);
    const chart = drawn(box, lineOf([{ label: "October", role: "primary", points }]));
    expect(textOf(chart)).toContain("No measured values to draw.");
    expect(find(chart, "td").map(textOf)).toEqual(["no data", "no data", "no data"]);
  });

  test("of zeros lies on the zero line of an axis that still has a top", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 3, () => 0);
    const chart = drawn(box, lineOf([{ label: "October", role: "primary", points }]));
    expect(ticks(chart)).toEqual(["0", "1"]);
    expect(paths(chart, "line primary")).toEqual(["M0 300L500 300L1000 300"]);
  });

  test("of positions is drawn with the best on top, and says so", () => {
    const box = new FactBox();
    const points = box.daily("d", "Position", "position", "2026-10-01", 3, (at) => 12 - at);
    const chart = drawn(box, lineOf([{ label: "October", role: "primary", points }]));
    expect(paths(chart, "line primary")).toEqual(["M0 300L500 150L1000 0"]);
    expect(textOf(chart)).toContain("higher on the chart is a better position");
  });

  test("never shares its axis with another unit", () => {
    const box = new FactBox();
    const clicks = box.daily("a", "Clicks", "count", "2026-10-01", 2, () => 3);
    const rates = box.daily("b", "Rate", "ratio", "2026-10-01", 2, () => 0.3);
    const mixed = lineOf([
      { label: "Clicks", role: "primary", points: clicks },
      { label: "Rate", role: "comparison", points: rates },
    ]);
    expect(() => drawn(box, mixed)).toThrow("chart c mixes units on one axis");
  });

  test("of a comparison starts at the same edge, is dashed, and shows its own days in the table", () => {
    const box = new FactBox();
    const now = box.daily("a", "Clicks", "count", "2026-10-01", 3, () => 4);
    const before = box.daily("b", "Clicks", "count", "2026-09-01", 2, () => 2);
    const chart = drawn(
      box,
      lineOf([
        { label: "October", role: "primary", points: now },
        { label: "September", role: "comparison", points: before },
      ]),
    );
    expect(paths(chart, "line comparison ca")).toEqual(["M0 150L500 150"]);
    expect(find(chart, "tr").slice(1).map(textOf)).toEqual([
      "1 Oct 202642 1 Sep 2026",
      "2 Oct 202642 2 Sep 2026",
      "3 Oct 20264—",
    ]);
  });

  test("carries numbered markers, and a marker outside its days only in the list", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 5, () => 4);
    const chart = drawn(
      box,
      lineOf(
        [{ label: "October", role: "primary", points }],
        [
          { day: "2026-10-03", label: "Relaunch" },
          { day: "2026-09-20", label: "Before" },
        ],
      ),
    );
    const canvas = find(chart, "div", "class", "canvas")[0];
    expect(find(canvas ?? chart, "span").map((pin) => [textOf(pin), pin.attributes.style])).toEqual([
      ["1", "left:50%"],
    ]);
    expect(find(find(chart, "ol")[0] ?? chart, "li").map(textOf)).toEqual([
      "13 Oct 2026: Relaunch",
      "220 Sep 2026: Before",
    ]);
  });

  test("with two points on one day is a bug", () => {
    const box = new FactBox();
    const points = box.daily("d", "Clicks", "count", "2026-10-01", 1, () => 4);
    const twice = lineOf([{ label: "October", role: "primary", points: [...points, ...points] }]);
    expect(() => drawn(box, twice)).toThrow("two points on one day");
  });
});

describe("bars", () => {
  function barsOf(values: readonly (number | null)[], unit: Unit, better: BarChart["better"]): Element {
    const box = new FactBox();
    const bars = values.map((value, at) => {
      const typed =
        value === null
          ? ({ state: "missing", value: null, reason: "no row" } as const)
          : ({ state: "number", value } as const);
      return { label: { text: `Group ${"abc"[at] ?? "z"}` }, fact: box.add(`b.${at}`, "Clicks", unit, typed) };
    });
    return drawn(box, {
      kind: "bars",
      id: "b",
      title: "Clicks",
      unit: "clicks",
      source: "Search Console",
      alt: say("Clicks."),
      better,
      bars,
    });
  }
  const rects = (chart: Element) => find(chart, "rect").map(({ attributes: a }) => [a.class, a.x, a.width]);

  test("start at zero, so that half the length is half the amount", () => {
    expect(rects(barsOf([100, 50], "count", "higher"))).toEqual([
      ["plain", "0", "100"],
      ["plain", "0", "50"],
    ]);
  });

  test("diverge from one line for changes, and are coloured by which side is better", () => {
    expect(rects(barsOf([30, -10], "count", "higher"))).toEqual([
      ["good", "25", "75"],
      ["bad", "0", "25"],
    ]);
    expect(rects(barsOf([3, -1], "position", "lower")).map(([look]) => look)).toEqual(["bad", "good"]);
    expect(rects(barsOf([3, -1], "count", "neither")).map(([look]) => look)).toEqual(["plain", "plain"]);
  });

  test("of a part that is neither good nor bad have no colour of either among those that are", () => {
    const box = new FactBox();
    const bars = [
      { label: { text: "A" }, fact: box.measured("a", "A", "count", 5) },
      { label: { text: "B" }, fact: box.measured("b", "B", "count", -5), better: "neither" as const },
    ];
    const chart = {
      kind: "bars",
      id: "b",
      title: "t",
      unit: "u",
      source: "s",
      alt: [],
      better: "higher",
      bars,
    } as const;
    expect(rects(drawn(box, chart)).map(([look]) => look)).toEqual(["good", "plain"]);
  });

  test("of zero or of nothing measured are not drawn, the table says which", () => {
    const chart = barsOf([0, null], "count", "higher");
    expect(rects(chart)).toEqual([]);
    expect(find(chart, "td", "class", "end").map(textOf)).toEqual(["0", "no data"]);
  });

  test("of none say so", () => {
    expect(textOf(barsOf([], "count", "higher"))).toContain("No measured values to draw.");
  });

  test("never mix units", () => {
    const box = new FactBox();
    const bars = [
      { label: { text: "A" }, fact: box.measured("a", "A", "count", 1) },
      { label: { text: "B" }, fact: box.measured("b", "B", "ratio", 0.1) },
    ];
    const mixed: BarChart = {
      kind: "bars",
      id: "b",
      title: "t",
      unit: "u",
      source: "s",
      alt: [],
      better: "higher",
      bars,
    };
    expect(() => drawn(box, mixed)).toThrow("chart b mixes units on one axis");
  });
});

describe("an axis", () => {
  const amounts = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 40 });

  test("of a series that is all but flat has ticks a reader can tell apart", () => {
    for (const values of [[-5e-324], [0, 1e-15], [7, 7 + 1e-13]]) {
      const { ticks } = axisFor(values, "ratio", true);
      expect(new Set(ticks).size).toBe(ticks.length);
      expect(ticks.every((tick) => Number.isFinite(tick))).toBe(true);
    }
  });

  test("holds every value between round, evenly spaced, finite ticks", () => {
    fc.assert(
      fc.property(
        amounts,
        fc.constantFrom<Unit>("count", "ratio", "position", "currency"),
        fc.boolean(),
        (values, unit, fromZero) => {
          const axis = axisFor(values, unit, fromZero);
          expect(axis.lo).toBeLessThan(axis.hi);
          expect(Math.min(...values)).toBeGreaterThanOrEqual(axis.lo - axis.step * 1e-6);
          expect(Math.max(...values)).toBeLessThanOrEqual(axis.hi + axis.step * 1e-6);
          expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
          expect(axis.ticks.length).toBeLessThanOrEqual(8);
          expect(axis.ticks.every((tick) => Number.isFinite(tick))).toBe(true);
          if (fromZero) expect(axis.ticks).toContain(0);
        },
      ),
    );
  });

  test("never labels two ticks alike", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1 }),
        fc.constantFrom(1, 1000, 100_000),
        (whole, by) => {
          const axis = axisFor(
            whole.map((value) => value / by),
            by === 1 ? "count" : "ratio",
            true,
          );
          const labels = axis.ticks.map((tick) => tickLabel(tick, axis, by === 1 ? "count" : "ratio"));
          expect(new Set(labels).size).toBe(labels.length);
        },
      ),
    );
  });

  test("reads in the units people use", () => {
    const label = (value: number, values: readonly number[], unit: Unit) =>
      tickLabel(value, axisFor(values, unit, true), unit);
    expect(label(1500, [0, 2000], "count")).toBe("1,500");
    expect(label(0.025, [0, 0.1], "ratio")).toBe("2.5%");
    expect(label(-0.5, [-1, 1], "percent_change")).toBe("−50%");
    expect(label(0, [-1, 1], "decimal")).toBe("0.0");
  });
});

test("a path has no exponent and no negative zero, whatever the coordinates", () => {
  const place = fc.record({
    x: fc.double({ noNaN: true, min: 0, max: 1000 }),
    y: fc.option(fc.double({ noNaN: true, min: 0, max: 300 })),
  });
  fc.assert(
    fc.property(fc.array(place), (places) => {
      expect(linePath(places)).toMatch(/^[MLh0-9. ]*$/);
      expect(areaPath(places, 300)).toMatch(/^[MLZ0-9. ]*$/);
    }),
  );
});

test("every drawing is hidden from assistive technology, which gets the words and the table", () => {
  const { document, evidence } = seoReport();
  const page = parseReport(renderHtml(document, evidence));
  for (const svg of find(page, "svg")) expect(svg.attributes["aria-hidden"]).toBe("true");
  const plots = elements(page).filter((one) => one.attributes.role === "img");
  expect(plots.length).toBeGreaterThan(1);
  for (const plot of plots) {
    for (const id of [plot.attributes["aria-labelledby"], plot.attributes["aria-describedby"]]) {
      expect(textOf(byId(page, id ?? "")).length).toBeGreaterThan(3);
    }
  }
});
