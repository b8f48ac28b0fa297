import { describe, expect, test } from "vitest";
import { afterWorkingDays, workingMoment } from "../../../src/core/run/working-time.ts";

const at = (text: string) => Date.parse(text);
const shown = (instant: number) => new Date(instant).toISOString().replace(":00.000Z", "Z");
const DUBLIN = "Europe/Dublin";
const NEW_YORK = "America/New_York";

describe("two working days later", () => {
  test.each([
    ["Monday morning is Wednesday morning", "2026-11-02T10:30Z", DUBLIN, "2026-11-04T10:30Z"],
    ["Friday afternoon is Tuesday afternoon", "2026-11-06T16:00Z", DUBLIN, "2026-11-10T16:00Z"],
    ["Saturday counts from Monday at nine", "2026-11-07T12:00Z", DUBLIN, "2026-11-11T09:00Z"],
    ["Sunday counts from Monday at nine", "2026-11-08T12:00Z", DUBLIN, "2026-11-11T09:00Z"],
    ["an evening counts from the next morning", "2026-11-03T22:00Z", DUBLIN, "2026-11-06T09:00Z"],
    ["an early morning counts from nine", "2026-11-03T05:00Z", DUBLIN, "2026-11-05T09:00Z"],
    ["hours are those of the people, not ours", "2026-11-03T11:00Z", NEW_YORK, "2026-11-05T14:00Z"],
    ["the clock change over a weekend keeps the hour of the day", "2026-10-23T09:30Z", DUBLIN, "2026-10-27T10:30Z"],
    ["a zone nobody knows is read as UTC", "2026-11-02T10:30Z", "Mars/Olympus", "2026-11-04T10:30Z"],
  ])("%s", (_title, from, zone, to) => {
    expect(shown(afterWorkingDays(at(from), 2, zone))).toBe(to);
  });
});

test("a moment at which people work is kept, any other moves to the next", () => {
  expect(workingMoment(at("2026-11-03T16:59:59.500Z"), DUBLIN)).toBe(at("2026-11-03T16:59:59.500Z"));
  expect(shown(workingMoment(at("2026-11-03T17:00Z"), DUBLIN))).toBe("2026-11-04T09:00Z");
  expect(shown(workingMoment(at("2026-11-06T17:00Z"), DUBLIN))).toBe("2026-11-09T09:00Z");
});
