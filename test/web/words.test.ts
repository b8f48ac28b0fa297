import { describe, expect, it } from "vitest";
import { dayRange, duration, exactUtc, fileSize, relativeTime } from "../../web/interface/state/time.ts";
import { standingWords } from "../../web/interface/state/words.ts";
import { ago, NOW, summary } from "./support/runs.ts";

describe("times in words", () => {
  it.each([
    [ago(0), "just now"],
    [ago(-3), "just now"],
    [ago(12), "12 s ago"],
    [ago(65), "1 min ago"],
    [ago(3 * 3600), "3 h ago"],
    [ago(86_400), "1 day ago"],
    [ago(3 * 86_400), "3 days ago"],
    [ago(8 * 86_400), "14 Nov 2026"],
    [ago(-30), "in 30 s"],
    ["soon", "soon"],
  ])("%s is %s", (at, words) => expect(relativeTime(at, NOW)).toBe(words));

  it.each([
    [-5, "0 s"],
    [850, "850 ms"],
    [4_260, "4.2 s"],
    [59_900, "59 s"],
    [72_000, "1 min 12 s"],
    [7_500_000, "2 h 5 min"],
    [90_000_000, "1 day"],
  ])("%i ms last %s", (ms, words) => expect(duration(ms)).toBe(words));

  it("the exact time is in UTC wherever the reader sits", () =>
    expect(exactUtc("2026-11-22T17:04:31Z")).toBe("22 Nov 2026, 17:04:31 UTC"));

  it("a month is one range, and text that is no date stays as it came", () => {
    expect(dayRange("2026-10-01", "2026-10-31").replace(/\s/g, " ")).toBe("1 – 31 Oct 2026");
    expect(dayRange("?", "2026-10-31")).toBe("? – 2026-10-31");
    expect(dayRange("2026-10-31", "2026-10-01")).toBe("2026-10-31 – 2026-10-01");
  });

  it.each([
    [812, "812 B"],
    [14_210, "14.2 KB"],
    [999_960, "1.0 MB"],
    [1_310_000, "1.3 MB"],
  ])("%i bytes are %s", (bytes, words) => expect(fileSize(bytes)).toBe(words));
});

describe("where a run stands", () => {
  const waits = (kind: "pause" | "hold" | "budget" | "worker") =>
    ({ kind, who: null, detail: "", since: ago(9), until: null }) as const;

  it.each([
    ["paused", waits("pause"), false, "Paused"],
    ["held", waits("hold"), false, "Held back"],
    ["out of budget", waits("budget"), false, "Out of budget"],
    ["at work", waits("worker"), false, "Running"],
    ["without a word on what it waits for", null, false, "Running"],
    ["a copy, which nothing moves", waits("hold"), true, "Running"],
  ])("a running run that is %s", (_what, waitingOn, copy, label) =>
    expect(standingWords(summary(1, { waitingOn, copy })).label).toBe(label),
  );
});
