import { describe, expect, test } from "vitest";
import { MAX_BARREN_ATTEMPTS, MAX_SOURCE_TRIES } from "../../../src/core/business-unit/attempt.ts";
import { effectDueAt, effectsOf, laneOf } from "../../../src/core/business-unit/effects.ts";
import { evolve } from "../../../src/core/business-unit/evolve.ts";
import { monthsOf } from "../../../src/core/business-unit/refresh.ts";
import type { UnitState } from "../../../src/core/business-unit/types.ts";
import { refreshContextOf } from "../../../src/core/business-unit/view.ts";
import { timersOf, wakeAt } from "../../../src/core/business-unit/wake.ts";
import {
  acquire,
  asset,
  COUNTS,
  cancel,
  DONE,
  edit,
  FAILED,
  fail,
  failure,
  finish,
  finishSource,
  HELD,
  NOW,
  ops,
  type PlayedUnit,
  played,
  request,
  SITUATIONS,
  stateOf,
  steps,
  turn,
  UNIT_SETTINGS,
} from "../../support/unit-machine.ts";

const { queued, running, configured } = SITUATIONS;
const MINUTE = 60_000;

const refreshOf = (at: PlayedUnit) => {
  const { refresh } = stateOf(at);
  if (refresh === null) throw new Error("There is no refresh.");
  return refresh;
};

/** The clock is put to when the unit wakes, and it acts. */
function woken(at: PlayedUnit): PlayedUnit {
  return played({ ...at, now: wakeAt(stateOf(at)) ?? at.now }, { type: "tick" });
}

/** The next attempt takes the lease. */
const taken = (at: PlayedUnit): PlayedUnit => {
  const { attempt, dueAt } = refreshOf(at);
  return played({ ...at, now: Math.max(at.now, dueAt) }, acquire(attempt));
};
const epochOf = (at: PlayedUnit): number => stateOf(at).epoch;

describe("what is read", () => {
  test("is fourteen months of a source that never was, in calendar months, newest first", () => {
    const [site] = refreshOf(queued).plan;
    expect(site).toMatchObject({ source: "search_console", externalId: "sc-domain:plunkett.example" });
    expect(site?.chunks).toHaveLength(14);
    expect([site?.chunks[0], site?.chunks.at(-1)]).toEqual([
      { start: "2026-11-01", end: "2026-11-19" },
      { start: "2025-10-01", end: "2025-10-31" },
    ]);
    expect(refreshOf(queued).range).toEqual({ start: "2025-10-01", end: "2026-11-19" });
  });

  test("is this month and the last one of a source that was read before", () => {
    const again = played(SITUATIONS["partly done"], request());
    expect(refreshOf(again).plan.map(({ source, chunks }) => [source, chunks.length])).toEqual([
      ["search_console", 2],
      ["ga4", 14],
    ]);
  });

  test("reaches two months back where conversions are counted for the day of the click", () => {
    const ads = played(configured, edit({ "sources.google_ads_customer": asset("1234567890") }));
    const read = {
      ...stateOf(ads),
      freshness: { google_ads: { ingestionRunId: "i", at: ads.now, coveredTo: "2026-11-16" } },
    };
    const again = played({ ...ads, state: read }, request());
    expect(refreshOf(again).plan.find(({ source }) => source === "google_ads")?.chunks).toHaveLength(3);
  });

  test("goes on where a source stopped that could not be read for months, at most as far as a first refresh", () => {
    const readTo = (coveredTo: string) => {
      const state = stateOf(SITUATIONS.done);
      const ga4 = { ingestionRunId: "i", at: NOW, coveredTo };
      const behind = { ...SITUATIONS.done, state: { ...state, freshness: { ...state.freshness, ga4 } } };
      return refreshOf(played(behind, request()))
        .plan.find(({ source }) => source === "ga4")
        ?.chunks.at(-1)?.start;
    };
    expect(["2026-10-31", "2026-07-09", "2024-01-15"].map(readTo)).toEqual(["2026-10-01", "2026-07-01", "2025-10-01"]);
  });

  test("takes in a month that a failing check holds back, for as long as it does", () => {
    const round = (check: string, closedAt: number | null = null) =>
      ({
        roundId: check,
        source: "ga4",
        check,
        detail: "",
        openedAt: NOW,
        openedBy: "i",
        closedAt,
        closedBy: null,
      }) as const;
    const months = (...quality: UnitState["quality"]) => {
      const state = stateOf(SITUATIONS.done);
      const ga4 = { ingestionRunId: "i", at: NOW, coveredTo: "2026-11-16" };
      const held = { ...state, quality, freshness: { ...state.freshness, ga4 } };
      const { plan } = refreshOf(played({ ...SITUATIONS.done, state: held }, request()));
      return plan.find(({ source }) => source === "ga4")?.chunks.map(({ start }) => start.slice(0, 7));
    };
    const usual = ["2026-11", "2026-10"];
    const three = [round("ga4_sum 2026-06"), round("ga4_place 2026-08"), round("ga4_sum 2026-08")];
    expect(months(...three)).toEqual([...usual, "2026-08", "2026-06"]);
    expect(months(round("ga4_sum 2026-08", NOW))).toEqual(usual);
    expect(months(round("ga4_sum 2024-01"), round("ga4_sum 2026-10"), round("of no month"))).toEqual(usual);
    expect(months({ ...round("gsc_sum 2026-08"), source: "search_console" })).toEqual(usual);
  });

  test("after a back-fill of a source that never was is what lies between its days and today", () => {
    const august = played(configured, request({ start: "2026-08-01", end: "2026-08-31" }), acquire(1, 1));
    const outcome = { status: "done", coveredTo: "2026-08-31" } as const;
    const read = played(august, finishSource(1, "search_console", outcome), finishSource(1, "ga4", outcome), finish(1));
    expect(refreshOf(played(read, request())).range).toEqual({ start: "2026-08-01", end: "2026-11-19" });
  });

  test("is a back-fill's own range, as far as its days are over", () => {
    const back = refreshOf(played(configured, request({ start: "2026-09-10", end: "2027-01-01" })));
    expect([back.kind, back.range]).toEqual(["backfill", { start: "2026-09-10", end: "2026-11-19" }]);
    expect(back.plan[0]?.chunks.at(-1)).toEqual({ start: "2026-09-10", end: "2026-09-30" });
    expect(monthsOf({ start: "2026-01-31", end: "2026-02-01" })).toHaveLength(2);
  });

  test.each([
    [{ start: "2026-02-30", end: "2026-03-01" }, "Both ends"],
    [{ start: "2026-03-02", end: "2026-03-01" }, "ends before"],
    [{ start: "2026-11-20", end: "2026-11-20" }, "in the future"],
    [{ start: "2019-01-01", end: "2026-03-01" }, "five years"],
  ])("is not the range %j", (range, words) => {
    expect(turn(configured, request(range)).refusal?.detail).toContain(words);
  });

  test("is curated with what holds on the day", () => {
    const at = played(configured, edit({ "settings.brand_terms.2026-11-01": ["plk"] }));
    expect(refreshContextOf(stateOf(at), "2026-11-20")).toEqual({
      name: "Plunkett",
      timeZone: "Europe/London",
      currency: "GBP",
      brandTerms: ["plk"],
      pageGroups: [],
    });
  });
});

describe("a second request", () => {
  test("is told of the refresh at work, and begins a new one when that is over", () => {
    expect(turn(running, request()).refusal).toMatchObject({ ingestionRunId: "ing_bu_plunkett_1" });
    expect(refreshOf(played(SITUATIONS.done, request())).ingestionRunId).toBe("ing_bu_plunkett_2");
  });
});

describe("a lease", () => {
  test("runs from each sign of life, and ends without one", () => {
    expect(refreshOf(running).lease?.expiresAt).toBe(running.now - 1_000 + UNIT_SETTINGS.leaseMs);
    const alive = played({ ...running, now: running.now + 20_000 }, { type: "heartbeat", epoch: 1 });
    expect(refreshOf(alive).lease?.expiresAt).toBe(alive.now - 1_000 + UNIT_SETTINGS.leaseMs);
    expect(turn({ ...running, now: running.now + UNIT_SETTINGS.leaseMs }, steps(1)).refusal?.code).toBe("fenced");
  });

  test("that lapsed is followed by the next attempt at once, with another epoch", () => {
    const next = woken(running);
    expect(refreshOf(next)).toMatchObject({
      status: "queued",
      attempt: 2,
      lease: null,
      cause: { code: "worker_lost" },
    });
    expect(epochOf(taken(next))).toBe(2);
  });

  test("that nobody takes has its message sent again, ever less often", () => {
    const times = [queued];
    for (let n = 0; n < 8; n += 1) times.push(woken(times.at(-1) ?? queued));
    const waits = times.map((at) => (refreshOf(at).startBy ?? 0) - at.now);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBeLessThanOrEqual(10 * MINUTE);
  });

  test("taken by a person counts as one that ran out of time", () => {
    expect(refreshOf(played(running, ops("release-lease")))).toMatchObject({
      attempt: 2,
      barrenAttempts: 1,
      cause: null,
    });
  });
});

describe("attempts that get nowhere", () => {
  const release = { type: "ops", action: "release-lease", by: "ops", reason: "stuck", promises: 0 } as const;
  const failures: Readonly<Record<string, readonly [(at: PlayedUnit) => PlayedUnit, code: string, words: string]>> = {
    fail: [(at) => played(at, fail(epochOf(at))), "upstream_down", ""],
    lapse: [woken, "worker_lost", "stopped without a word"],
    "run out of time": [(at) => played(at, { type: "continue", epoch: epochOf(at) }), "out_of_time", "ran out of time"],
    "are cut off by restarts": [
      (at) => played(at, { type: "cut_off", epoch: epochOf(at) }),
      "worker_lost",
      "A restart cut",
    ],
    "are ended by hand": [(at) => played(at, release), "lease_released", "taken back by hand"],
  };
  const rows = Object.entries(failures).map(([name, row]) => [name, ...row] as const);

  test.each(rows)("and %s end the refresh after five, and it says so truly", (_name, ends, code, words) => {
    let at: PlayedUnit = running;
    for (let n = 1; n < MAX_BARREN_ATTEMPTS; n += 1) at = taken(ends(at));
    const over = ends(at);
    expect(refreshOf(over)).toMatchObject({ status: "failed", startBy: null });
    expect(refreshOf(over).cause?.code).toBe(code);
    expect(refreshOf(over).cause?.detail).toContain(words);
    expect(refreshOf(over).cause?.detail).toContain("5 attempts in a row");
    expect(timersOf(stateOf(over)).map(({ name }) => name)).toEqual(["schedule"]);
  });

  test("do not add up when one between them recorded something", () => {
    let at: PlayedUnit = running;
    for (let n = 1; n < 2 * MAX_BARREN_ATTEMPTS; n += 1) {
      at = taken(played(at, steps(epochOf(at)), { type: "continue", epoch: epochOf(at) }));
    }
    expect(refreshOf(at)).toMatchObject({ status: "running", barrenAttempts: 0 });
  });

  test("wait longer each time, and at least as long as they were asked to", () => {
    const once = refreshOf(played(running, fail(1)));
    const twice = taken(played(running, fail(1)));
    expect(once.dueAt - running.now).toBe(2_000);
    expect(refreshOf(played(twice, fail(2))).dueAt - twice.now).toBe(4_000);
    const asked = { type: "fail", epoch: 1, failure: { ...failure(), retryAfterMs: 90_000 }, jitter: 0 } as const;
    expect(refreshOf(played(running, asked)).dueAt).toBe(running.now + 90_000);
  });

  test("for a reason that time does not mend are not repeated", () => {
    for (const kind of ["permanent", "config"] as const)
      expect(refreshOf(played(running, fail(1, kind)))).toMatchObject({
        status: "failed",
        cause: { code: "upstream_down" },
      });
    expect(refreshOf(played(running, fail(1, "bug"))).status).toBe("queued");
  });
});

describe("sources", () => {
  test("that are all done make the refresh done, and are fresh", () => {
    const state = stateOf(SITUATIONS.done);
    expect(state.refresh).toMatchObject({
      status: "done",
      cause: null,
      sources: { ga4: { status: "done", ...COUNTS } },
    });
    expect(state.freshness.ga4).toMatchObject({ coveredTo: "2026-11-16", ingestionRunId: "ing_bu_plunkett_1" });
  });

  test("that are filled up for last year are no older than they were", () => {
    const old = { start: "2025-01-01", end: "2025-01-31" };
    const filling = played(SITUATIONS.done, request(old), acquire(1, 2));
    const outcome = { status: "done", coveredTo: old.end } as const;
    const filled = stateOf(
      played(filling, finishSource(2, "search_console", outcome), finishSource(2, "ga4", outcome), finish(2)),
    );
    expect(filled.refresh?.status).toBe("done");
    expect(filled.freshness).toEqual(stateOf(SITUATIONS.done).freshness);
  });

  test("of which one failed leave the others done and the refresh partial, with cause and next try", () => {
    const refresh = refreshOf(SITUATIONS["partly done"]);
    expect(refresh).toMatchObject({ status: "partial", cause: { code: "upstream_down" } });
    expect(refresh.sources.search_console?.status).toBe("done");
    expect(refresh.sources.ga4).toMatchObject({ status: "failed", tries: 1 });
    expect(refresh.sources.ga4?.nextTryAt).toBe(SITUATIONS["partly done"].now - 2_000 + 10 * MINUTE);
  });

  test("that failed are tried again by the actor, alone, on the same journal", () => {
    const again = taken(woken(SITUATIONS["partly done"]));
    const refresh = refreshOf(again);
    expect([refresh.ingestionRunId, refresh.attempt]).toEqual(["ing_bu_plunkett_1", 2]);
    expect([refresh.sources.search_console?.status, refresh.sources.ga4?.status]).toEqual(["done", "waiting"]);
    const healed = played(again, finishSource(2, "ga4", DONE), finish(2));
    expect(refreshOf(healed)).toMatchObject({ status: "done", sources: { ga4: { tries: 0 } } });
  });

  test("that go on failing are tried five times, later and later, then wait for the next refresh", () => {
    let at: PlayedUnit = SITUATIONS["partly done"];
    const waits: number[] = [];
    for (let n = 2; n <= MAX_SOURCE_TRIES; n += 1) {
      waits.push((refreshOf(at).sources.ga4?.nextTryAt ?? 0) - at.now);
      const attempt = taken(woken(at));
      at = played(attempt, finishSource(epochOf(attempt), "ga4", FAILED), finish(epochOf(attempt)));
    }
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(refreshOf(at).sources.ga4).toMatchObject({ status: "failed", tries: 5, nextTryAt: null });
    expect(timersOf(stateOf(at)).map(({ name }) => name)).toEqual(["schedule"]);
  });

  test("whose asset changed while it was read leave the new one to be read whole, not two months of it", () => {
    const moved = played(
      running,
      edit({ "sources.ga4_property": asset("7") }),
      finishSource(1, "ga4", DONE),
      finish(1),
    );
    expect(stateOf(moved).freshness.ga4).toBeUndefined();
    const next = refreshOf(played(moved, request())).plan.find(({ source }) => source === "ga4");
    expect([next?.externalId, next?.chunks.length]).toEqual(["7", 14]);
  });

  test("whose asset changed meanwhile are not tried again under the old id", () => {
    const moved = played(SITUATIONS["partly done"], edit({ "sources.ga4_property": asset("7") }));
    expect(timersOf(stateOf(moved)).map(({ name }) => name)).toEqual(["schedule"]);
  });

  test("that cannot work without a person wait for the next refresh", () => {
    const at = played(running, finishSource(1, "ga4", { status: "failed", failure: failure("config") }));
    expect(refreshOf(at).sources.ga4?.nextTryAt).toBeNull();
  });

  test("that have to wait for quota are tried when it is back, not sooner than in a minute", () => {
    const cause = { code: "quota", detail: "No tokens left." };
    const until = running.now + 60 * MINUTE;
    const at = played(running, finishSource(1, "ga4", { status: "postponed", cause, until }));
    expect(refreshOf(at).sources.ga4).toMatchObject({ status: "postponed", nextTryAt: until, tries: 0 });
    const soon = played(running, finishSource(1, "ga4", { status: "postponed", cause, until: 0 }));
    expect(refreshOf(soon).sources.ga4?.nextTryAt).toBe(running.now + MINUTE);
    const never = played(running, finishSource(1, "ga4", { status: "postponed", cause, until: null }));
    expect(refreshOf(never).sources.ga4?.nextTryAt).toBeNull();
  });

  test("that were held back are not read again by ops: only a new refresh asks them anew", () => {
    const held = played(running, finishSource(1, "ga4", HELD), finishSource(1, "search_console", DONE), finish(1));
    expect(turn(held, ops("requeue")).refusal?.code).toBe("wrong_state");
    const both = played(running, finishSource(1, "ga4", HELD), finishSource(1, "search_console", FAILED), finish(1));
    const { sources } = refreshOf(played(both, ops("requeue")));
    expect([sources.ga4?.status, sources.search_console?.status]).toEqual(["held_back", "waiting"]);
  });

  test("that were held back make the refresh partial; without any that was done or held back it failed", () => {
    const held = played(running, finishSource(1, "ga4", HELD), finishSource(1, "search_console", FAILED), finish(1));
    expect(refreshOf(held)).toMatchObject({ status: "partial", cause: { code: "upstream_down" } });
    const failed = played(
      running,
      finishSource(1, "ga4", FAILED),
      finishSource(1, "search_console", FAILED),
      finish(1),
    );
    expect(refreshOf(failed).status).toBe("failed");
  });

  test("that nobody read before the end are named", () => {
    const at = played(running, finishSource(1, "ga4", DONE), finish(1));
    expect(refreshOf(at)).toMatchObject({
      status: "partial",
      cause: { code: "not_read", detail: "search_console: not read." },
      sources: { search_console: { status: "failed", cause: { code: "not_read" } } },
    });
  });

  test("that say what is left of their quota are remembered with when", () => {
    const quota = { remaining: 5, limit: null, resetsAt: null };
    const at = played(running, { type: "source_progress", epoch: 1, source: "ga4", counts: COUNTS, quota });
    expect(stateOf(at).quotas.ga4).toEqual({ ...quota, at: running.now });
    const silent = played(at, { type: "source_progress", epoch: 1, source: "ga4", counts: COUNTS, quota: null });
    expect(stateOf(silent).quotas.ga4?.at).toBe(running.now);
  });
});

describe("a hold", () => {
  const cause = { code: "held", detail: "Tom holds all work: wrong figures" };

  test("on everything puts the refresh off and has it looked at again, without counting an attempt", () => {
    const held = played(queued, acquire(1, 1, { all: cause, sources: [] }));
    expect(refreshOf(held)).toMatchObject({
      status: "queued",
      attempt: 1,
      cause,
      dueAt: queued.now + 5 * MINUTE,
      lease: null,
    });
    expect(refreshOf(taken(held))).toMatchObject({ status: "running", barrenAttempts: 0 });
  });

  test("on one upstream has the others read, and that one later", () => {
    const held = played(
      queued,
      acquire(1, 1, {
        all: null,
        sources: [
          { source: "ga4", cause },
          { source: "meta", cause },
        ],
      }),
    );
    expect(refreshOf(held).sources).toMatchObject({
      search_console: { status: "waiting" },
      ga4: { status: "postponed", cause, nextTryAt: queued.now + 30 * MINUTE },
    });
    expect(Object.keys(refreshOf(held).sources)).toEqual(["search_console", "ga4"]);
  });
});

describe("a refresh that is stopped", () => {
  const stopped = played(running, finishSource(1, "ga4", FAILED), cancel);

  test("ends at once, is tried no more, and its worker may write nothing", () => {
    expect(refreshOf(stopped)).toMatchObject({
      status: "cancelled",
      lease: null,
      cause: { code: "cancelled_by_staff" },
    });
    expect([refreshOf(stopped).sources.ga4?.nextTryAt, refreshOf(stopped).sources.search_console?.status]).toEqual([
      null,
      "failed",
    ]);
    expect(turn(stopped, steps(1)).refusal?.code).toBe("fenced");
    expect(epochOf(stopped)).toBe(2);
  });

  test("says who stopped it and why", () => {
    const why = { type: "cancel_refresh", by: "Maya", reason: "wrong property" } as const;
    expect(refreshOf(played(running, why)).cause?.detail).toBe("Stopped by Maya: wrong property.");
    expect(refreshOf(stopped).cause?.detail).toBe("Stopped by maya@agency.example.");
  });
});

describe("a failing check", () => {
  const checked = (ok: boolean, check = "gsc_sum:2026-10") =>
    ({ type: "checked", epoch: 1, source: "search_console", checks: [{ check, ok, detail: "d" }] }) as const;
  const open = played(running, checked(false));

  test("opens one round, however often it fails", () => {
    const twice = stateOf(played(open, checked(false))).quality;
    expect(twice).toMatchObject([{ check: "gsc_sum:2026-10", source: "search_console", closedAt: null }]);
    expect(stateOf(open).quality[0]?.openedBy).toBe("ing_bu_plunkett_1");
  });

  test("that passes later closes its own round alone", () => {
    const two = played(open, checked(false, "gsc_sum:2026-09"), checked(true));
    const rounds = stateOf(two).quality.map(({ check, closedAt }) => [check, closedAt === null]);
    expect(rounds).toEqual([
      ["gsc_sum:2026-10", false],
      ["gsc_sum:2026-09", true],
    ]);
  });

  test("is forgotten long after it was closed", () => {
    let at: PlayedUnit = running;
    for (let n = 0; n < 30; n += 1) at = played(at, checked(false, `c${n}`), checked(true, `c${n}`));
    expect(stateOf(at).quality).toHaveLength(20);
    expect(stateOf(at).quality.at(-1)?.check).toBe("c29");
  });
});

describe("promises", () => {
  test("lie in lanes that do not wait for each other, progress a moment later than the rest", () => {
    const state = stateOf(SITUATIONS["backing off"]);
    expect((["enqueue_refresh", "project", "fence", "claims"] as const).map((kind) => laneOf({ kind }))).toEqual([
      "queue",
      "index",
      "index",
      "claims",
    ]);
    expect(effectDueAt({ kind: "enqueue_refresh" }, state, [], 0)).toBe(refreshOf(SITUATIONS["backing off"]).dueAt);
    expect(effectDueAt({ kind: "enqueue_refresh" }, stateOf(configured), [], 7)).toBe(7);
    const progressed = { type: "source.progressed", source: "ga4", counts: COUNTS } as const;
    expect(effectDueAt({ kind: "project" }, state, [progressed], 7)).toBe(1_007);
    expect(effectDueAt({ kind: "project" }, state, [], 7)).toBe(7);
    expect(effectsOf({ type: "refresh.ended", status: "done", cause: null })).toEqual([]);
  });
});

describe("the state", () => {
  test("has one surface, however often it is asked for", () => {
    const once = played(configured, { type: "create_surface", by: "maya@agency.example" });
    const again = turn(once, { type: "create_surface", by: "joe@agency.example" });
    expect([again.events, again.refusal, again.state]).toEqual([[], null, stateOf(once)]);
  });

  test("knows a promise that ran out of tries once, with its last error, until it is kept", () => {
    const parked = (at: UnitState, key: string, error: string) =>
      evolve(at, { type: "effect.parked", key, error }, NOW);
    const twice = parked(parked(parked(stateOf(configured), "project", "down"), "fence", "down"), "project", "busy");
    expect(twice.parked.map(({ key, error }) => [key, error])).toEqual([
      ["fence", "down"],
      ["project", "busy"],
    ]);
    const kept = evolve(twice, { type: "effect.unparked", key: "fence" }, NOW);
    expect(kept.parked.map(({ key }) => key)).toEqual(["project"]);
  });

  test("begins with a birth and nothing else", () => {
    expect(() => evolve(null, { type: "step.done" }, NOW)).toThrow(/begins with unit.created/);
  });

  test("takes no harm from an event of a refresh or a source it does not know", () => {
    const idle: UnitState = stateOf(configured);
    expect(evolve(idle, { type: "lease.renewed", expiresAt: 1 }, NOW)).toEqual(idle);
    const lost = evolve(stateOf(queued), { type: "lease.renewed", expiresAt: 1 }, NOW);
    expect(lost.refresh).toEqual(stateOf(queued).refresh);
    const other = {
      type: "source.finished",
      source: "meta",
      counts: COUNTS,
      status: "failed",
      cause: null,
      nextTryAt: null,
      coveredTo: null,
    } as const;
    expect(evolve(stateOf(queued), other, NOW).refresh?.sources).toEqual(stateOf(queued).refresh?.sources);
    const archived = evolve(
      idle,
      {
        type: "unit.edited",
        changes: [{ field: "archived", before: null, after: true }],
        by: "",
        reason: "",
        restores: null,
      },
      NOW,
    );
    expect(archived.refresh).toBeNull();
    const closed = evolve(idle, { type: "quality.closed", roundId: "x" }, NOW);
    expect(
      evolve(closed, { type: "quality.opened", source: "ga4", check: "c", detail: "" }, NOW).quality[0]?.openedBy,
    ).toBe("");
  });
});
