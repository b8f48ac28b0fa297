import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jitterOf } from "../../../src/core/business-unit/schedule.ts";
import { wakeAt } from "../../../src/core/business-unit/wake.ts";
import { dayIn, instantOf, isTimeZone, wallOf } from "../../../src/core/facts/zones.ts";
import {
  acquire,
  asset,
  cancel,
  DONE,
  edit,
  finish,
  finishSource,
  ops,
  type PlayedUnit,
  played,
  request,
  SITUATIONS,
  stateOf,
  turn,
  UNIT,
} from "../../support/unit-machine.ts";

const { configured } = SITUATIONS;
const HOUR = 60 * 60_000;

const nextAt = (at: PlayedUnit): number | null => stateOf(at).agenda.nextAt;
const wallText = (at: number | null, zone: string): string =>
  new Date(wallOf(at ?? 0, zone)).toISOString().slice(0, 16);
const at = (now: number): PlayedUnit => ({ ...configured, now });

describe("the daily refresh", () => {
  test("is due at six by the unit's own clock, a little later for each unit", () => {
    const due = nextAt(configured) ?? 0;
    expect(due - jitterOf(UNIT)).toBe(Date.UTC(2026, 10, 21, 6));
    const inTokyo = nextAt(played(configured, edit({ timeZone: "Asia/Tokyo" }))) ?? 0;
    expect(wallText(inTokyo - jitterOf(UNIT), "Asia/Tokyo")).toBe("2026-11-21T06:00");
    expect(jitterOf("bu_a")).not.toBe(jitterOf("bu_b"));
    expect(jitterOf("bu_a")).toBeLessThan(45 * 60_000);
  });

  test("follows another hour, and is today's when that is still to come", () => {
    const evening = played(configured, edit({ schedule: { hour: 20, enabled: true } }));
    expect(wallText((nextAt(evening) ?? 0) - jitterOf(UNIT), "Europe/London")).toBe("2026-11-20T20:00");
    expect(nextAt(played(evening, edit({ schedule: null })))).toBe(nextAt(configured));
  });

  test("rests while it is switched off, the unit is archived, or nothing is there to read", () => {
    expect(nextAt(played(configured, edit({ schedule: { hour: 6, enabled: false } })))).toBeNull();
    expect(nextAt(SITUATIONS.archived)).toBeNull();
    expect(nextAt(SITUATIONS["without sources"])).toBeNull();
    expect(
      nextAt(played(SITUATIONS["without sources"], edit({ "sources.website": asset("https://a.example") }))),
    ).toBeNull();
  });

  test("begins when its time comes, once a day", () => {
    const due = nextAt(configured) ?? 0;
    expect(turn(at(due - 1), { type: "tick" }).events).toEqual([]);
    const begun = played(at(due), { type: "tick" });
    expect(stateOf(begun).refresh).toMatchObject({ kind: "scheduled", requestedBy: "schedule", status: "queued" });
    expect(nextAt(begun)).toBe(due + 24 * HOUR);
    expect(stateOf(begun).agenda.lastDay).toBe("2026-11-21");
  });

  test("that was missed for days is caught up with once", () => {
    const due = nextAt(configured) ?? 0;
    const late = played(at(due + 75 * HOUR), { type: "tick" }, cancel, { type: "tick" });
    expect(stateOf(late)).toMatchObject({ refreshes: 1, refresh: { kind: "catch_up" } });
    expect(nextAt(late)).toBe(due + 4 * 24 * HOUR);
    const before = played(at(due + 47 * HOUR), { type: "tick" });
    expect([stateOf(before).agenda.lastDay, nextAt(before)]).toEqual(["2026-11-22", due + 48 * HOUR]);
  });

  test("is not begun a second time when its hour is moved later on the same day", () => {
    const due = nextAt(configured) ?? 0;
    const moved = played(at(due), { type: "tick" }, cancel, edit({ schedule: { hour: 23, enabled: true } }));
    expect(wallText(nextAt(moved), "Europe/London").slice(0, 10)).toBe("2026-11-22");
  });

  test("waits for a refresh at work and comes half an hour later", () => {
    const due = nextAt(configured) ?? 0;
    const busy = played(at(due - 5_000), request(), acquire());
    const put = turn({ ...busy, now: due }, { type: "tick" });
    expect([put.events, put.seqs]).toEqual([[{ type: "schedule.put_off", nextAt: due + HOUR / 2 }], []]);
    const over = played(put, finishSource(1, "search_console", DONE), finishSource(1, "ga4", DONE), finish(1));
    const begun = played({ ...over, now: due + HOUR / 2 }, { type: "tick" });
    expect(stateOf(begun).refresh?.ingestionRunId).toBe("ing_bu_plunkett_2");
    expect(nextAt(begun)).toBe(due + 24 * HOUR);
  });

  test("fired by hand is the next one, brought forward", () => {
    const fired = played(configured, ops("fire-timers"));
    expect(stateOf(fired)).toMatchObject({ refresh: { kind: "scheduled" }, agenda: { lastDay: "2026-11-21" } });
    expect(nextAt(fired)).toBe((nextAt(configured) ?? 0) + 24 * HOUR);
  });
});

/** Whatever was at work is stopped. */
const idle = (unit: PlayedUnit): PlayedUnit => ({ ...turn(unit, cancel), now: unit.now });

const ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"];

describe("over years and changes of summer time", () => {
  test("each day has one refresh, at its hour or the one a change of the clock leaves", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 700 }),
        (timeZone, hour, skip) => {
          let unit = played(
            configured,
            edit({ timeZone, schedule: { hour, enabled: true } }),
            { wait: skip * 24 * HOUR },
            { type: "tick" },
          );
          const days: string[] = [];
          for (let n = 0; n < 12; n += 1) {
            const due = wakeAt(stateOf(idle(unit))) ?? 0;
            const wall = wallOf(due - jitterOf(UNIT), timeZone);
            days.push(new Date(wall).toISOString().slice(0, 10));
            expect(Math.abs(new Date(wall).getUTCHours() - hour)).toBeLessThanOrEqual(1);
            unit = played({ ...idle(unit), now: due }, { type: "tick" });
          }
          expect(new Set(days).size).toBe(12);
          expect(days.toSorted()).toEqual(days);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("zones", () => {
  test("are those the platform knows; any other reads as UTC", () => {
    expect([isTimeZone("Europe/London"), isTimeZone("Mars/Olympus")]).toEqual([true, false]);
    expect(wallOf(1_000, "Mars/Olympus")).toBe(1_000);
    expect(dayIn("Pacific/Auckland", Date.UTC(2026, 10, 20, 12))).toBe("2026-11-21");
    expect(instantOf(Date.UTC(2026, 6, 1, 6), "Europe/London")).toBe(Date.UTC(2026, 6, 1, 5));
  });
});
