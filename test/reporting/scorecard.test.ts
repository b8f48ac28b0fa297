import { describe, expect, test } from "vitest";
import type { Better } from "../../src/reporting/document.ts";
import { renderHtml } from "../../src/reporting/html.ts";
import { letterOf } from "../../src/reporting/notes.ts";
import { movement } from "../../src/reporting/scorecard.ts";
import { byId, find, parseReport, textOf } from "./dom.ts";
import { FactBox } from "./fixture.ts";
import { seoReport } from "./seo-report.ts";

function change(value: number | null) {
  const box = new FactBox();
  if (value === null) box.add("c", "Change", "percent_change", { state: "not_defined", value: null, reason: "new" });
  else box.change("c", "Change", "percent_change", value, "delta_pct", []);
  const [only] = box.facts;
  if (only === undefined) throw new Error("no fact");
  return only;
}

describe("a movement", () => {
  const cases: readonly [string, number | null, Better, boolean, string][] = [
    ["more clicks are up and good", 0.12, "higher", false, "▲ Up good"],
    ["fewer clicks are down and bad", -0.12, "higher", false, "▼ Down bad"],
    ["a smaller position points up, for it is better", -0.12, "lower", false, "▲ Better good"],
    ["a larger position points down, for it is worse", 0.12, "lower", false, "▼ Worse bad"],
    ["what is neither good nor bad has no colour of either", 0.12, "neither", false, "▲ Up neutral"],
    ["a fall that is neither points down without colour", -0.12, "neither", false, "▼ Down neutral"],
    ["normal variation is flat, however it points", 0.12, "higher", true, "◆ Flat neutral"],
    ["a change that shows as zero is flat", 0.0001, "higher", false, "◆ Flat neutral"],
    ["no change is flat", 0, "lower", false, "◆ Flat neutral"],
    ["without a number there is no movement", null, "higher", false, "  neutral"],
  ];
  test.each(cases)("%s", (_title, value, better, flat, expected) => {
    const { arrow, word, tone } = movement(change(value), better, flat);
    expect(`${arrow} ${word} ${tone}`).toBe(expected);
  });
});

describe("a tile", () => {
  const { document, evidence } = seoReport();
  const page = parseReport(renderHtml(document, evidence));

  test("says its movement in words beside the arrow, which assistive technology skips", () => {
    const tile = byId(page, "tile-gsc.position");
    expect(textOf(tile)).toMatch(/▲ Better −1\.4 on September 2026: 14\.8/);
    expect(textOf(tile)).toMatch(/▼ Worse \+0\.5 on October 2025: 12\.9/);
    for (const arrow of find(tile, "span", "class", "arrow")) expect(arrow.attributes["aria-hidden"]).toBe("true");
  });

  test("without a comparison says so", () => {
    expect(textOf(byId(page, "tile-gsc.impressions"))).toContain("October 2025: no comparison available");
  });

  test("shows that its figure is still filling", () => {
    expect(textOf(byId(page, "tile-ga4.sessions"))).toContain("still filling");
  });

  test("draws no sparkline from fewer than two measured days", () => {
    const [first] = document.scorecard;
    if (first === undefined) throw new Error("no tile");
    const lone = { ...document, scorecard: [{ ...first, spark: first.spark.slice(0, 1) }] };
    expect(find(byId(parseReport(renderHtml(lone, evidence)), "scorecard"), "svg")).toEqual([]);
  });
});

test("notes have letters, never digits, however many there are", () => {
  expect([0, 25, 26, 27, 51, 52, 701, 702].map(letterOf)).toEqual(["a", "z", "aa", "ab", "az", "ba", "zz", "aaa"]);
});
