import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Amounts, BUDGET_KINDS, type Budget, openBudget, takenOf } from "../../../src/core/run/budget.ts";
import { readBudgetAnswer } from "../../../src/core/run/budget-words.ts";
import type { RunCommand } from "../../../src/core/run/commands.ts";
import { budgetComment } from "../../../src/core/run/comments.ts";
import { describe as inWords } from "../../../src/core/run/describe.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { leaseBegan } from "../../../src/core/run/lease.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { BRIEF, comment, NOW, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { commit, exhausted, fail, finish, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const { running, ready } = SITUATIONS;
const USED_UP = SITUATIONS["a budget is used up"];
const MINUTE = 60_000;

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is no run in this situation.");
  return at.state;
}

function budgetOf(at: Played): Budget {
  const { budget } = stateOf(at);
  if (budget === null) throw new Error("There is no budget in this situation.");
  return budget;
}

const reserve = (epoch: number, amounts: Amounts, more: Partial<Extract<RunCommand, { type: "reserve" }>> = {}) =>
  ({ type: "reserve", holder: "lease", epoch, amounts, upTo: {}, settlement: null, ...more }) as const;
const settle = (epoch: number, reservation: number, actual: Amounts, holder = "lease") =>
  ({ type: "settle", holder, epoch, settlement: { reservation, actual } }) as const;
const setBudget = (limit: number, kind: (typeof BUDGET_KINDS)[number] = "upstreamCalls"): RunCommand => ({
  type: "set_budget",
  by: "Tom",
  kind,
  limit,
  reason: "a large site",
});
const calls = (upstreamCalls: number): Amounts => ({ upstreamCalls });
const tick: RunCommand = { type: "tick" };
const acquire = (attempt: number): RunCommand => ({ type: "acquire", attempt });

/** A settings-like situation whose runs have little working time. */
const withWall = (at: Played, wallMs: number): Played => {
  const budget = { ...openBudget(SETTINGS.budget), limits: { ...SETTINGS.budget, wallMs } };
  return { ...at, state: { ...stateOf(at), budget } };
};

describe("a reservation", () => {
  test("opens the budget with the limits of the settings, or of the skill where it declares its own", () => {
    expect(budgetOf(running).limits).toEqual(SETTINGS.budget);
    const at: Played = { ...running, state: { ...stateOf(running), budget: null } };
    expect(turn(at, reserve(1, calls(1))).events.map(({ type }) => type)).toEqual(["budget.opened", "budget.reserved"]);
  });

  test("takes as much of a block as is left, and never less than what is needed", () => {
    const most = turn(running, reserve(1, calls(1), { upTo: calls(150) }));
    expect(budgetOf(most).reservations[0]?.amounts).toEqual(calls(150));
    const rest = turn(most, reserve(1, calls(1), { upTo: calls(150) }));
    expect(budgetOf(rest).reservations[1]?.amounts).toEqual(calls(50));
    expect(turn(rest, reserve(1, calls(1))).refusal).toBe("budget_exhausted");
    expect(turn(rest, reserve(1, { crawlPages: 1, upstreamCalls: 1 })).refusal).toBe("budget_exhausted");
  });

  test("gives back what it did not need, once", () => {
    const at = turn(running, reserve(1, calls(100)));
    const settledOnce = turn(at, settle(1, 1, calls(30)));
    expect(takenOf(budgetOf(settledOnce), "upstreamCalls")).toBe(30);
    expect(turn(settledOnce, settle(1, 1, calls(0))).events).toEqual([]);
  });

  test("can be settled in the same turn as the next is made", () => {
    const at = turn(running, reserve(1, calls(200)));
    const settlement = { reservation: 1, actual: calls(120) };
    const next = turn(at, reserve(1, calls(80), { settlement }));
    expect(next.refusal).toBeNull();
    expect(budgetOf(next)).toMatchObject({ used: calls(120), reservations: [{ n: 2, amounts: calls(80) }] });
  });

  test("of an attempt that died counts as spent in full", () => {
    const at = turn(running, reserve(1, calls(150)));
    const lapsed = turn({ ...at, now: NOW + 2 * SETTINGS.leaseMs }, tick);
    expect(budgetOf(lapsed)).toMatchObject({ used: calls(150), reservations: [] });
    const again = turn({ ...lapsed, now: lapsed.now + 1 }, acquire(2));
    expect(turn(again, reserve(2, calls(51))).refusal).toBe("budget_exhausted");
    expect(turn(again, settle(1, 1, calls(0))).refusal).toBe("fenced");
  });

  test("that nobody settled before the attempt ended counts as spent in full too", () => {
    const at = turn(running, reserve(1, calls(5)));
    expect(budgetOf(turn(at, fail(1))).used.upstreamCalls).toBe(5);
  });

  test("of the actor's own call is closed by its next one", () => {
    const review = SITUATIONS["review ready"];
    const own = { holder: "actor" };
    const first = turn(review, reserve(0, { modelTokens: 700 }, own));
    const second = turn(first, reserve(0, { modelTokens: 100 }, own));
    expect(budgetOf(second)).toMatchObject({ used: { modelTokens: 700 }, reservations: [{ n: 2 }] });
    expect(budgetOf(turn(second, settle(0, 2, { modelTokens: 40 }, "actor"))).used.modelTokens).toBe(740);
  });

  test("counts what a far side reports beyond it, though it was never granted", () => {
    const at = played(running, reserve(1, { modelTokens: 10 }), settle(1, 1, { modelTokens: 25, modelMicroUsd: 3 }));
    expect(budgetOf(at)).toMatchObject({ used: { modelTokens: 10 }, beyond: { modelTokens: 15, modelMicroUsd: 3 } });
    expect(takenOf(budgetOf(at), "modelTokens")).toBe(25);
  });

  test("is made under the present lease only", () => {
    expect(turn(running, reserve(0, calls(1))).refusal).toBe("fenced");
    expect(turn(ready, reserve(1, calls(1))).refusal).toBe("fenced");
  });
});

describe("a budget shared with child runs", () => {
  const child = (epoch: number, amounts: Amounts) => reserve(epoch, amounts, { holder: "tar_9" });

  test("is one sum for all of them", () => {
    const at = played(running, reserve(1, calls(120)), child(1, calls(70)));
    expect(turn(at, child(1, calls(11))).refusal).toBe("budget_exhausted");
    expect(turn(at, reserve(1, calls(10))).refusal).toBeNull();
  });

  test("knows an older attempt of a child from a newer one, and takes what the older one left as spent", () => {
    const at = played(running, child(1, calls(20)), child(2, calls(5)));
    expect(budgetOf(at)).toMatchObject({ used: calls(20), reservations: [{ holder: "tar_9", epoch: 2 }] });
    expect(turn(at, child(1, calls(1))).refusal).toBe("fenced");
    expect(turn(at, settle(1, 1, calls(0), "tar_9")).refusal).toBe("fenced");
  });

  test("is closed with the run it belongs to", () => {
    expect(turn(SITUATIONS.failed, child(1, calls(1))).refusal).toBe("wrong_state");
    const unopened: Played = { ...ready, state: { ...stateOf(ready), budget: null } };
    expect(turn(unopened, child(3, calls(1))).refusal).toBeNull();
  });

  test("is asked for on the child, and its “go on” tries again without raising what is not its own", () => {
    const asked = turn(running, { ...exhausted(1), ledger: "tar_1" });
    expect(waitingOn(stateOf(asked))?.detail).toContain("The budget of tar_1 for calls to the data sources is used up");
    const { question } = budgetOf(asked);
    if (question === null) throw new Error("Nothing is asked.");
    expect(budgetComment(stateOf(asked), budgetOf(asked), question, "https://x")).toContain("tar_1");
    const on = turn(asked, taskRead({}, [comment("go on", asked.now)]));
    expect(on.events.map(({ type }) => type)).toEqual(["comments.seen", "execution.promised"]);
    expect(turn(asked, setBudget(5_000)).effects).not.toContain("enqueue_execution");
  });
});

describe("a budget that is used up", () => {
  test("ends the attempt, keeps what is done, and waits for a person", () => {
    const state = stateOf(USED_UP);
    expect(state).toMatchObject({
      status: "running",
      lease: null,
      barrenAttempts: 0,
      steps: [{ key: "gather" }],
      attempts: [{ n: 1, outcome: "budget" }],
      execution: { attempt: 2, waitReason: null },
    });
    expect(waitingOn(state)).toMatchObject({ kind: "budget", who: "Maya Lindqvist" });
    expect(waitingOn({ ...state, task: null })?.detail).toContain("The requester has to say");
    expect(turn({ ...USED_UP, now: NOW + 86_400_000 }, tick).effects).toEqual(["look", "project"]);
    expect(turn(USED_UP, acquire(2)).refusal).toBe("withheld");
  });

  test("asks once, in words a person can answer", () => {
    const { question } = budgetOf(USED_UP);
    if (question === null) throw new Error("Nothing is asked.");
    const html = budgetComment(stateOf(USED_UP), budgetOf(USED_UP), question, "https://panel.example");
    expect(html).toContain("I have used 0 of 200 calls to the data sources, and the next step needs more.");
    expect(html).toContain("to allow another 200 calls to the data sources");
    expect(html).toContain("[jessie:777:budget-1]");
  });

  test.each([
    ["go on", 1_000],
    ["Yes, please go on!", 1_000],
    ["ok", 1_000],
  ])("goes on when a person says “%s”, with at least what the next call needs", (words, limit) => {
    const on = turn(USED_UP, taskRead({}, [comment(words, USED_UP.now)]));
    expect(budgetOf(on)).toMatchObject({ limits: { upstreamCalls: limit }, question: null });
    expect(on.effects).toContain("enqueue_execution");
    expect(turn(on, acquire(2)).state?.lease).toMatchObject({ epoch: 2, attempt: 2 });
    expect(on.state?.seenStories).toHaveLength(1);
  });

  test("is raised by as much again", () => {
    const at = played(running, reserve(1, calls(195)), settle(1, 1, calls(195)), { ...exhausted(1), asked: 10 });
    const on = turn(at, taskRead({}, [comment("go on", at.now)]));
    expect(budgetOf(on).limits.upstreamCalls).toBe(400);
  });

  test("ends the run when a person says stop, also after somebody said go on", () => {
    const both = [comment("go on", USED_UP.now + 1), comment("Stop, please.", USED_UP.now + 2)];
    const stopped = turn(USED_UP, taskRead({}, both));
    expect(stopped.state).toMatchObject({ status: "cancelled", cause: { code: "stopped_at_budget" }, execution: null });
    expect(budgetOf(stopped).question).toBeNull();
  });

  describe("leaves room for an edit of the task, which may be the better answer", () => {
    const september = { name: "SEO report for Plunkett, September 2040" };
    const asked = turn(USED_UP, taskRead(september));

    test("that is asked about although the budget is not settled, and beside its answer", () => {
      expect(asked.state?.talk.change).not.toBeNull();
      expect(budgetOf(asked).question).not.toBeNull();
      const both = turn(USED_UP, taskRead(september, [comment("go on", USED_UP.now)]));
      expect(both.effects).toEqual(expect.arrayContaining(["change-1", "enqueue_execution"]));
    });

    test("and starts over once with the money, when both are answered", () => {
      const answers = [comment("go on", asked.now + 1), comment("apply", asked.now + 2)];
      const on = turn(asked, taskRead(september, answers));
      expect(on.events.map(({ type }) => type)).toEqual([
        "comments.seen",
        "budget.limit_set",
        "comments.seen",
        "change.applied",
        "execution.promised",
      ]);
      expect(on.state?.brief?.periods.primary.start).toBe("2040-09-01");
      expect(turn(on, acquire(2)).state?.lease).toMatchObject({ attempt: 2 });
    });

    test("but not on a run that a person stops", () => {
      const stop = turn(asked, taskRead(september, [comment("stop", asked.now + 1), comment("apply", asked.now + 2)]));
      expect(stop.state).toMatchObject({ status: "cancelled", cause: { code: "stopped_at_budget" } });
    });
  });

  test("is not answered by what was said before it was asked, nor by a comment on something else", () => {
    const early = comment("go on", USED_UP.now - 60_000);
    const other = comment("Please go on a little about mobile in the report.", USED_UP.now + 1);
    expect(turn(USED_UP, taskRead({}, [early, other])).events).toEqual([]);
    expect(readBudgetAnswer(`go on${" please".repeat(20)}`)).toBeNull();
  });

  test("goes on when staff raise the limit far enough, and not before", () => {
    const little = turn(USED_UP, setBudget(900));
    expect(little.effects).not.toContain("enqueue_execution");
    expect(turn(little, setBudget(50, "crawlPages")).effects).not.toContain("enqueue_execution");
    expect(turn(little, setBudget(1_000)).effects).toContain("enqueue_execution");
  });

  test("does not stop a run for which somebody allowed more meanwhile", () => {
    const at = turn(running, setBudget(1_000));
    const on = turn(at, exhausted(1));
    expect(on.effects).toContain("enqueue_execution");
    expect(on.state).toMatchObject({ attempts: [{ outcome: "continued" }], execution: { attempt: 2 } });
  });

  test("is nothing to a run that was stored before there were budgets", () => {
    const at: Played = { ...running, state: { ...stateOf(running), budget: null } };
    expect(turn(at, exhausted(1)).events).toEqual([]);
    const event = { type: "budget.settled", settlement: { reservation: 1, actual: {} } } as const;
    expect(evolve(at.state, event, NOW).budget).toBeNull();
  });

  test("leaves no work behind where there was none", () => {
    const review = SITUATIONS["review ready"];
    const event = { n: 1, kind: "wallMs", asked: 1, used: 1, limit: 1, ledger: null } as const;
    expect(evolve(review.state, { type: "budget.exhausted", ...event }, NOW).budget?.question).toBeNull();
    const odd = { ...stateOf(USED_UP), execution: null };
    expect(turn({ ...USED_UP, state: odd }, setBudget(2_000)).effects).toEqual([]);
  });
});

describe("a limit", () => {
  test("is set by staff on a run that has not ended, for as much as is taken or more", () => {
    const at = played(running, reserve(1, calls(120)));
    expect(turn(at, setBudget(119)).refusal).toBe("wrong_state");
    expect(budgetOf(turn(at, setBudget(120))).limits.upstreamCalls).toBe(120);
    expect(turn(running, setBudget(1, "wallMs")).refusal).toBe("wrong_state");
    expect(turn(SITUATIONS.accepted, setBudget(500)).refusal).toBe("wrong_state");
    const unopened = turn(SITUATIONS["needs clarification"], setBudget(500));
    expect(budgetOf(unopened).limits.upstreamCalls).toBe(500);
  });
});

describe("working time", () => {
  test("is the time under a lease, and no lease outlasts it", () => {
    const short = played(withWall(ready, MINUTE), acquire(1));
    expect(stateOf(short).lease?.expiresAt).toBe(ready.now + SETTINGS.leaseMs);
    const later = turn({ ...short, now: ready.now + 20_000 }, { type: "heartbeat", epoch: 1 });
    const capped = turn({ ...later, now: ready.now + 45_000 }, { type: "heartbeat", epoch: 1 });
    expect(stateOf(capped).lease?.expiresAt).toBe(ready.now + MINUTE);
    const ended = turn({ ...capped, now: ready.now + 50_000 }, commit(1, "k"));
    expect(budgetOf(turn(ended, fail(1))).used.wallMs).toBe(50_000);
  });

  test("that has run out stops the run and asks, and is no failed attempt", () => {
    const short = played(withWall(ready, 10_000), acquire(1));
    const out = turn({ ...short, now: ready.now + 10_000 }, tick);
    expect(out.state).toMatchObject({ status: "running", barrenAttempts: 0, attempts: [{ outcome: "budget" }] });
    expect(waitingOn(stateOf(out))?.detail).toContain("1 of 1 minutes of working time are used");
    const on = turn(out, taskRead({}, [comment("go on", out.now)]));
    expect(turn(on, acquire(2)).state?.lease?.expiresAt).toBe(out.now + SETTINGS.leaseMs);
  });

  test("that is gone before an attempt begins asks instead of beginning it", () => {
    const none = withWall(ready, 0);
    expect(turn(none, acquire(1)).refusal).toBe("stale_attempt");
    expect(turn(none, tick).events.map(({ type }) => type)).toEqual(["budget.exhausted"]);
  });

  test("of a lease whose attempt the run has forgotten counts from its end", () => {
    expect(leaseBegan({ ...stateOf(running), attempts: [] }, 5)).toBe(5);
  });
});

describe("what people see", () => {
  test("is used and set aside, by kind", () => {
    const at = played(running, reserve(1, calls(10)), reserve(1, calls(4)), settle(1, 1, calls(7)));
    const lines = detailOf(stateOf(at)).budget;
    expect(lines.map(({ kind }) => kind)).toEqual(BUDGET_KINDS);
    expect(lines[2]).toEqual({ kind: "upstreamCalls", used: 7, reserved: 4, limit: 200, unit: "calls" });
    expect(lines[3]).toMatchObject({ used: 0, reserved: SETTINGS.leaseMs, unit: "ms" });
    expect(detailOf({ ...stateOf(at), budget: null }).budget).toEqual([]);
  });

  test("is told in the timeline, without a line per call", () => {
    const limits = SETTINGS.budget;
    const event = { n: 1, kind: "modelMicroUsd", asked: 5, used: 1_995_000, limit: 2_000_000, ledger: null } as const;
    expect(inWords({ type: "budget.opened", limits }, NOW)).toBe(
      "May use 100,000 tokens of the language model, $2.00 for the language model, 200 calls to the data sources, 60 minutes of working time, 100 pages of the website.",
    );
    expect(inWords({ type: "budget.exhausted", ...event }, NOW)).toBe(
      "Paused: $2.00 of $2.00 for the language model are used. Asked whether to go on.",
    );
    const set = { type: "budget.limit_set", kind: "wallMs", limit: 7_200_000, by: "Tom", reason: "" } as const;
    expect(inWords(set, NOW)).toBe("Tom set the limit to 120 minutes of working time.");
    expect(inWords({ ...set, reason: "slow" }, NOW)).toContain(": slow.");
    const settlement = { reservation: 1, actual: {} };
    expect(inWords({ type: "budget.settled", settlement }, NOW)).toBe("");
    expect(
      inWords({ type: "budget.reserved", n: 1, holder: "lease", epoch: 1, amounts: {}, settlement: null }, NOW),
    ).toBe("");
  });
});

test("a skill's own limits stand in for those of the settings", () => {
  expect(BRIEF.skill).toBe("seo-reporting");
  const settings = { ...SETTINGS, skillBudgets: { "seo-reporting": { upstreamCalls: 900 } } };
  expect(budgetOf(turn(ready, acquire(1), settings)).limits).toEqual({ ...SETTINGS.budget, upstreamCalls: 900 });
});

const amount = fc.constantFrom(0, 1, 9, 60, 150, 400, -5, 0.5);
const amounts: fc.Arbitrary<Amounts> = fc.record(
  { upstreamCalls: amount, modelTokens: amount, crawlPages: amount },
  { requiredKeys: [] },
);
const spending = fc.record({
  wait: fc.constantFrom(0, 1_000, SETTINGS.leaseMs, 600_000),
  holder: fc.constantFrom("lease", "lease", "lease", "actor", "tar_8", "tar_9"),
  epoch: fc.constantFrom(-1, 0, 0, 0, 1),
  what: fc.constantFrom(
    "reserve",
    "settle",
    "reserve and settle",
    "exhausted",
    "raise",
    "go on",
    "work",
    "fail",
    "tick",
  ),
  amounts,
  upTo: amounts,
  actual: amounts,
  reservation: fc.integer({ min: 0, max: 12 }),
});

function commandOf(at: Played, one: typeof spending extends fc.Arbitrary<infer T> ? T : never): RunCommand {
  const state = stateOf(at);
  const epoch = one.holder === "lease" ? state.epoch + one.epoch : one.reservation;
  const settlement = { reservation: one.reservation, actual: one.actual };
  switch (one.what) {
    case "reserve":
      return reserve(epoch, one.amounts, { holder: one.holder, upTo: one.upTo });
    case "reserve and settle":
      return reserve(epoch, one.amounts, { holder: one.holder, upTo: one.upTo, settlement });
    case "settle":
      return settle(epoch, one.reservation, one.actual, one.holder);
    case "exhausted":
      return { ...exhausted(epoch), asked: one.amounts.upstreamCalls ?? 1 };
    case "raise":
      return setBudget((one.amounts.upstreamCalls ?? 0) * 3, one.wait > 0 ? "wallMs" : "upstreamCalls");
    case "go on":
      return taskRead({}, [comment("go on", at.now)]);
    case "work":
      return state.lease === null ? acquire(state.execution?.attempt ?? 1) : finish(state.epoch, 1);
    case "fail":
      return fail(state.epoch);
    default:
      return tick;
  }
}

test("used and set aside never exceed the limit, and nothing that was spent is forgotten, whatever is told in whatever order", () => {
  fc.assert(
    fc.property(fc.array(spending, { maxLength: 50 }), (happenings) => {
      let at: Played = running;
      for (const one of happenings) {
        at = { ...at, now: at.now + one.wait };
        const before = budgetOf(at);
        at = turn(at, commandOf(at, one));
        const budget = budgetOf(at);
        const { lease } = stateOf(at);
        const leased = lease === null ? 0 : lease.expiresAt - leaseBegan(stateOf(at), at.now);
        for (const kind of BUDGET_KINDS) {
          const granted = takenOf(budget, kind) - budget.beyond[kind] + (kind === "wallMs" ? leased : 0);
          expect(granted).toBeLessThanOrEqual(budget.limits[kind]);
          expect(budget.used[kind]).toBeGreaterThanOrEqual(before.used[kind]);
          expect(budget.beyond[kind]).toBeGreaterThanOrEqual(before.beyond[kind]);
        }
        if (lease === null) expect(budget.reservations.filter(({ holder }) => holder === "lease")).toEqual([]);
      }
    }),
    { numRuns: 1_500 },
  );
});
