import { describe, expect, test } from "vitest";
import { isWithheld } from "../../../src/core/run/brakes.ts";
import { MAX_BARREN_ATTEMPTS, MAX_SILENT_ATTEMPTS, startAt } from "../../../src/core/run/decide-execution.ts";
import { isLogged } from "../../../src/core/run/events.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { START_WITHIN_MS } from "../../../src/core/run/evolve-execution.ts";
import { holdsLease } from "../../../src/core/run/lease.ts";
import { NOW, SETTINGS, taskRead } from "../../support/run-cases.ts";
import {
  commit,
  DELIVER,
  fail,
  finish,
  NEW,
  PAUSE,
  type Played,
  played,
  SITUATIONS,
  turn,
} from "../../support/run-machine.ts";

const acquire = (attempt: number) => ({ type: "acquire", attempt }) as const;
const TICK = { type: "tick" } as const;
const RESUME = { type: "resume", by: "Tom", reason: "" } as const;

/** The state, which is there in every situation of this file. */
function stateOf(at: Played) {
  if (at.state === null) throw new Error("There is no run in this situation.");
  return at.state;
}

describe("an execution nobody starts", () => {
  test("is put on the queue again after its start-by time, as often as needed", () => {
    let at: Played = SITUATIONS.ready;
    for (let times = 1; times <= 12; times += 1) {
      const startBy = stateOf(at).execution?.startBy ?? 0;
      expect(turn({ ...at, now: startBy - 1 }, TICK).effects).not.toContain("enqueue_execution");
      const resent = turn({ ...at, now: startBy }, TICK);
      expect(resent.events).toEqual([{ type: "execution.resent", attempt: 1 }]);
      expect(resent.effects).toEqual(["enqueue_execution"]);
      at = resent;
      // Twice as long each time, at most ten minutes: a backlog must not feed itself.
      expect(startAt(stateOf(at))).toBe(startBy + Math.min(START_WITHIN_MS * 2 ** times, 600_000));
    }
  });

  test("is not taken before its backoff is over", () => {
    const waiting = SITUATIONS["waiting for the next try"];
    const dueAt = stateOf(waiting).execution?.dueAt ?? 0;
    expect(turn({ ...waiting, now: dueAt - 1 }, acquire(2)).refusal).toBe("stale_attempt");
    expect(turn({ ...waiting, now: dueAt }, acquire(2)).state?.lease).toEqual({
      epoch: 2,
      attempt: 2,
      expiresAt: dueAt + SETTINGS.leaseMs,
    });
  });
});

describe("a lease", () => {
  test("is renewed by every write and never shortened", () => {
    const { running } = SITUATIONS;
    const expiresAt = stateOf(running).lease?.expiresAt ?? 0;
    for (const write of [
      commit(1, "a"),
      { type: "heartbeat", epoch: 1 },
      { type: "begin_step", epoch: 1, key: "a", label: "A" },
      { type: "intend_effect", epoch: 1, key: "a", label: "A" },
    ] as const) {
      const later = turn({ ...running, now: running.now + 10_000 }, write);
      expect(later.state?.lease?.expiresAt).toBe(running.now + 10_000 + SETTINGS.leaseMs);
      expect(turn({ ...later, now: NOW }, { type: "heartbeat", epoch: 1 }).state?.lease?.expiresAt).toBeGreaterThan(
        expiresAt,
      );
    }
  });

  test("that ran out closes its attempt and promises the next at once", () => {
    const lapsed = turn(SITUATIONS["running, lease run out"], TICK);
    expect(lapsed.events.map((event) => event.type)).toEqual(["lease.lapsed", "attempt.ended", "execution.promised"]);
    expect(lapsed.state?.attempts.at(-1)).toMatchObject({ n: 1, outcome: "lapsed", endedAt: lapsed.now });
    expect(lapsed.state?.execution).toMatchObject({ attempt: 2, dueAt: lapsed.now });
    expect(turn(lapsed, commit(1, "late")).refusal).toBe("fenced");
    expect(turn(lapsed, acquire(2)).state?.epoch).toBe(2);
  });

  test("is over at its expiry even before the watchdog comes", () => {
    expect(turn(SITUATIONS["running, lease run out"], finish(1, 1)).refusal).toBe("fenced");
  });
});

test("a report keeps what it is about, from the brief it was made with", () => {
  const about = {
    businessUnitId: "bu_plunkett",
    clientName: "Plunkett Group",
    skill: "seo-reporting",
    periodStart: "2040-10-01",
    periodEnd: "2040-10-31",
  };
  expect(turn(SITUATIONS.running, finish(1, 1)).state?.artifacts).toMatchObject([{ version: 1, about }]);
  const unagreed = { ...SITUATIONS.running, state: { ...stateOf(SITUATIONS.running), brief: null } };
  expect(turn(unagreed, finish(1, 1)).state?.artifacts[0]?.about).toBeUndefined();
});

/** Attempts one after the other, each ended by `end`. */
function attempts(count: number, end: (at: Played, n: number) => Played): Played {
  let at: Played = SITUATIONS.ready;
  for (let n = 1; n <= count; n += 1) {
    const due = Math.max(at.now, stateOf(at).execution?.dueAt ?? 0);
    at = end({ ...turn({ ...at, now: due }, acquire(n)), now: due }, n);
  }
  return at;
}

describe("attempts that get nowhere", () => {
  test("fail the run at the cap, with the last reason", () => {
    const before = attempts(MAX_BARREN_ATTEMPTS - 1, (at, n) => turn(at, fail(n)));
    expect(before.state?.status).toBe("running");
    const after = attempts(MAX_BARREN_ATTEMPTS, (at, n) => turn(at, fail(n)));
    expect(after.state?.status).toBe("failed");
    expect(after.state?.cause).toEqual({
      code: "upstream_down",
      detail: `Asana is down. (${MAX_BARREN_ATTEMPTS} attempts in a row got no further)`,
    });
  });

  const lapse = (at: Played) => turn({ ...at, now: at.now + SETTINGS.leaseMs }, TICK);

  test("and die without a word put the run in quarantine, where nothing is asked of a model", () => {
    expect(attempts(MAX_SILENT_ATTEMPTS - 1, lapse).state?.status).toBe("running");
    const after = attempts(MAX_SILENT_ATTEMPTS, lapse);
    const state = stateOf(after);
    expect([state.status, state.cause?.code]).toEqual(["failed", "quarantined"]);
    for (const kind of ["classify", "discuss"] as const) expect(isWithheld(state, { kind, roundId: "r" })).toBe(true);
    expect(isWithheld(state, { kind: "enqueue_execution" })).toBe(true);
    expect(isWithheld(state, { kind: "status_comment" })).toBe(false);
  });

  test("leave quarantine only for a person who says why", () => {
    const lost = attempts(MAX_SILENT_ATTEMPTS, lapse);
    expect(turn(lost, { type: "retry", by: "Tom" }).refusal).toBe("reason_needed");
    const retried = turn(lost, { type: "retry", by: "Tom", reason: "The skill is mended." });
    expect(retried.state).toMatchObject({ status: "ready", barrenAttempts: 0, cause: null });
    expect(turn(retried, taskRead()).effects).toContain("enqueue_execution");
  });

  test("and fail in between, the last of them silently, fail the run at the cap", () => {
    const mixed = (at: Played, n: number) => (n === 3 ? turn(at, fail(n)) : lapse(at));
    expect(attempts(MAX_BARREN_ATTEMPTS - 1, mixed).state?.status).toBe("running");
    const after = attempts(MAX_BARREN_ATTEMPTS, mixed);
    expect([after.state?.status, after.state?.cause?.code]).toEqual(["failed", "worker_lost"]);
  });

  test("only intend, over and over, are no progress", () => {
    const intend = (at: Played, n: number) =>
      lapse(turn(at, { type: "intend_effect", epoch: n, key: "attach", label: "Attach" }));
    expect(attempts(MAX_SILENT_ATTEMPTS, intend).state?.cause?.code).toBe("quarantined");
  });

  test("run out of time without finishing a step, one after the other, fail the run", () => {
    const out = (at: Played, n: number) => turn(at, { type: "continue", epoch: n });
    expect(attempts(MAX_BARREN_ATTEMPTS - 1, out).state?.status).toBe("running");
    expect(attempts(MAX_BARREN_ATTEMPTS, out).state?.cause?.code).toBe("out_of_time");
  });

  test("are cut off by restarts, one after the other, put the run in quarantine: its work may be what brings the process down", () => {
    const cut = (at: Played, n: number) => turn(at, { type: "cut_off", epoch: n });
    const before = attempts(MAX_BARREN_ATTEMPTS - 1, cut);
    expect(before.state).toMatchObject({ status: "running", lease: null });
    expect(before.state?.attempts.at(-1)?.outcome).toBe("cut_off");
    expect(attempts(MAX_BARREN_ATTEMPTS, cut).state?.cause?.code).toBe("quarantined");
    const steps = (at: Played, n: number) => cut(turn(at, commit(n, `k${n}`)), n);
    expect(attempts(60, steps).state?.status).toBe("running");
  });

  test("are silent whatever was paused or held between them", () => {
    const pausedOnce = (at: Played, n: number) => {
      const paused = () => turn(played(at, PAUSE, { type: "intend_effect", epoch: n, key: "k", label: "K" }), RESUME);
      return n === 2 ? paused() : lapse(at);
    };
    expect(attempts(MAX_SILENT_ATTEMPTS, pausedOnce).state?.status).toBe("running");
    expect(attempts(MAX_SILENT_ATTEMPTS + 1, pausedOnce).state?.cause?.code).toBe("quarantined");
  });

  test("because of deploys never fail a run that gets on by a step each time", () => {
    const step = (at: Played, n: number) => lapse(turn(at, commit(n, `k${n}`)));
    expect(attempts(60, step).state?.status).toBe("running");
    const paused = (at: Played, n: number) =>
      turn(played(at, PAUSE, { type: "intend_effect", epoch: n, key: "k", label: "K" }), RESUME);
    expect(attempts(60, paused).state).toMatchObject({ status: "running", barrenAttempts: 0 });
  });

  test("are not saved by a step that is only done once more: its result was lost, nothing is new", () => {
    const again = (at: Played, n: number) => turn(turn(at, commit(n, "same")), fail(n));
    expect(attempts(MAX_BARREN_ATTEMPTS, again).state).toMatchObject({ status: "running", barrenAttempts: 4 });
    expect(attempts(MAX_BARREN_ATTEMPTS + 1, again).state?.status).toBe("failed");
    const further = (at: Played, n: number) => turn(played(at, commit(n, "same"), commit(n, `k${n}`)), fail(n));
    expect(attempts(30, further).state?.status).toBe("running");
  });

  test("begin anew after a block: what was gathered until then was forgotten, and doing it again is getting on", () => {
    const blocked = turn(played(SITUATIONS.running, commit(1, "a"), commit(1, "b")), fail(1, "config"));
    const retried = turn(blocked, { type: "retry", by: "Tom" });
    const second = played(retried, { type: "acquire", attempt: 2 }, commit(2, "a"));
    expect(lapse(second).state?.barrenAttempts).toBe(0);
    const third = played(lapse(second), { type: "acquire", attempt: 3 }, commit(3, "a"));
    expect(lapse(third).state?.barrenAttempts).toBe(1);
  });

  test("begin to count only after the one that got on: it is none of them, however it ended", () => {
    const stepFirst = (end: (at: Played, n: number) => Played) => (at: Played, n: number) =>
      end(n === 3 ? turn(at, commit(n, `k${n}`)) : at, n);
    const failing = stepFirst((at, n) => turn(at, fail(n)));
    expect(attempts(3, failing).state?.barrenAttempts).toBe(0);
    expect(attempts(3 + MAX_BARREN_ATTEMPTS - 1, failing).state?.status).toBe("running");
    expect(attempts(3 + MAX_BARREN_ATTEMPTS, failing).state?.status).toBe("failed");
    const dying = stepFirst(lapse);
    expect(attempts(3 + MAX_SILENT_ATTEMPTS - 1, dying).state?.status).toBe("running");
    expect(attempts(3 + MAX_SILENT_ATTEMPTS, dying).state?.cause?.code).toBe("quarantined");
  });

  test("are forgiven by one finished step", () => {
    const end = (at: Played, n: number) => turn(n % 4 === 0 ? turn(at, commit(n, `k${n}`)) : at, fail(n));
    const after = attempts(30, end);
    expect(after.state?.status).toBe("running");
    expect(after.state?.steps).toHaveLength(7);
  });

  test("wait longer each time, and as long as the far side asks", () => {
    const waits = [1, 2, 3, 4].map((count) => {
      const at = attempts(count, (one, n) => turn(one, fail(n)));
      return (stateOf(at).execution?.dueAt ?? 0) - at.now;
    });
    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000]);
    const { running } = SITUATIONS;
    const failure = { kind: "retryable", code: "rate", message: "Slow down.", retryAfterMs: 90_000 } as const;
    const asked = turn(running, { type: "fail", epoch: 1, failure, jitter: 0 });
    expect(asked.state?.execution).toMatchObject({ dueAt: running.now + 90_000, waitReason: "Slow down." });
  });

  test("are tried again after a bug too", () => {
    expect(turn(SITUATIONS.running, fail(1, "bug")).state?.execution?.attempt).toBe(2);
  });
});

test("work that ran out of time goes on at once and counts as no failure", () => {
  const continued = turn(turn(SITUATIONS.running, commit(1, "k")), { type: "continue", epoch: 1 });
  expect(continued.state).toMatchObject({ status: "running", lease: null, barrenAttempts: 0 });
  expect(continued.state?.execution).toMatchObject({ attempt: 2, dueAt: continued.now, waitReason: null });
});

test("a refusal of the skill blocks the run with the finding and the way out", () => {
  const cause = { code: "no_data", detail: "Search Console has no rows." };
  const { state } = turn(SITUATIONS.running, { type: "refuse", epoch: 1, cause });
  expect(state).toMatchObject({ status: "blocked", cause, execution: null, lease: null });
  expect(state?.findings).toEqual([{ code: "no_data", what: cause.detail, fix: expect.stringContaining("Retry") }]);
});

test("a retry forgets the failures and asks for the next attempt of the same work", () => {
  const blocked = SITUATIONS["blocked in a revision"];
  const { state } = turn(blocked, { type: "retry", by: "Tom" });
  expect(state).toMatchObject({ status: "revision_requested", cause: null, findings: [], barrenAttempts: 0 });
  expect(state?.execution).toMatchObject({ attempt: 3, kind: "revision", roundId: "rnd_777_1", dueAt: blocked.now });
});

test("a lease is held by its own epoch alone, and until its last millisecond", () => {
  const state = stateOf(SITUATIONS.running);
  const expiresAt = state.lease?.expiresAt ?? 0;
  expect([holdsLease(state, 1, expiresAt - 1), holdsLease(state, 1, expiresAt)]).toEqual([true, false]);
  expect([holdsLease(state, 2, 0), holdsLease(stateOf(SITUATIONS.ready), 0, 0), holdsLease(null, 1, 0)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("steps remember their round and attempt", () => {
  const at = played(SITUATIONS["revision running"], commit(2, "write"));
  expect(at.state?.steps.map(({ key, round, attempt }) => [key, round, attempt])).toEqual([
    ["gather", 0, 1],
    ["write", 1, 2],
  ]);
});

test("heartbeats and announcements move the state but not the log", () => {
  const { running } = SITUATIONS;
  const beat = turn({ ...running, now: running.now + 5 }, { type: "heartbeat", epoch: 1 });
  expect(beat.events.some(isLogged)).toBe(false);
  expect([beat.state?.version, beat.state?.updatedAt]).toEqual([running.state?.version, running.state?.updatedAt]);
});

test("a run begins with being observed; anything else on nothing is a bug", () => {
  expect(() => evolve(null, { type: "assessment.started" }, NOW)).toThrow("begins with run.observed");
  expect(played(NEW, DELIVER, taskRead()).state?.runId).toBe("tar_777");
});
