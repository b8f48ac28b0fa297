import { describe, expect, test } from "vitest";
import { brakeOf, isWithheld } from "../../../src/core/run/brakes.ts";
import type { RunCommand } from "../../../src/core/run/commands.ts";
import { statusComment, stopComment } from "../../../src/core/run/comments.ts";
import { decide } from "../../../src/core/run/decide.ts";
import { describe as inWords } from "../../../src/core/run/describe.ts";
import { type Hold, heldWords, holdOn, holdTarget } from "../../../src/core/run/holds.ts";
import { HOLD_LOOK_MS, lookPace } from "../../../src/core/run/look.ts";
import { timersOf } from "../../../src/core/run/timers.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { summaryOf } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { wakeAt } from "../../../src/core/run/wake.ts";
import { BRIEF, NOW, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { commit, fail, finish, HOLD, PAUSE, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const CANCEL = { type: "cancel", by: "Tom", reason: "wrong client" } as const;
const KILL = { type: "kill", by: "Tom", reason: "wrong client" } as const;
const RESUME = { type: "resume", by: "Maya", reason: "go" } as const;
const LEFT = taskRead({ assigneeGid: null });
const TICK = { type: "tick" } as const;
const { running } = SITUATIONS;

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is no run in this situation.");
  return at.state;
}

/** Everything an attempt can say at a boundary. */
const BOUNDARIES: Readonly<Record<string, RunCommand>> = {
  "the commit of a step": commit(1, "gather"),
  "the intent of an effect": { type: "intend_effect", epoch: 1, key: "k", label: "K" },
  "running out of time": { type: "continue", epoch: 1 },
  "a failure": fail(1),
  "a refusal": { type: "refuse", epoch: 1, cause: { code: "no_data", detail: "No data." } },
  "its finish": finish(1, 1),
};

describe("a run that is cancelled at work", () => {
  test("lets the step at work go on and says so", () => {
    const stopping = stateOf(turn(running, CANCEL));
    expect(stopping).toMatchObject({ status: "running", lease: { epoch: 1 }, stopping: { by: "Tom" } });
    expect(waitingOn(stopping)?.detail).toBe("Stops after the step at work. Stopped by Tom: wrong client.");
    expect(turn({ ...running, state: stopping }, { type: "heartbeat", epoch: 1 }).refusal).toBeNull();
  });

  test.each(Object.entries(BOUNDARIES))("stops at %s, with the reason and one comment", (_name, command) => {
    const stopped = turn(turn(running, CANCEL), command);
    const cause = { code: "cancelled_by_staff", detail: "Stopped by Tom: wrong client." };
    expect(stopped.state).toMatchObject({ status: "cancelled", cause, lease: null, stopping: null, artifacts: [] });
    expect(stopped.state?.attempts.at(-1)).toMatchObject({ outcome: "cancelled", detail: cause.detail });
    expect(stopped.effects).toContain("stopped-1");
    expect(stopped.effects).not.toContain("enqueue_execution");
  });

  test("does not begin another step together with a commit", () => {
    const done = [{ kind: "step", key: "a", label: "A", startedAt: NOW, result: "1" }] as const;
    const next = { kind: "step", key: "b", label: "B" } as const;
    const stopped = turn(turn(running, CANCEL), { type: "advance", epoch: 1, done, next });
    expect(stopped.state).toMatchObject({ status: "cancelled", stepAtWork: null, steps: [{ key: "a" }] });
    expect(turn(running, { type: "advance", epoch: 1, done, next }).state?.stepAtWork?.key).toBe("b");
  });

  test("keeps what the step at work has done", () => {
    expect(stateOf(turn(turn(running, CANCEL), commit(1, "gather"))).steps.map(({ key }) => key)).toEqual(["gather"]);
  });

  test("stops when its worker is lost", () => {
    const lost = turn({ ...turn(running, CANCEL), now: running.now + SETTINGS.leaseMs }, TICK);
    expect(lost.state).toMatchObject({ status: "cancelled", attempts: [{ outcome: "lapsed" }] });
  });

  test("is killed at once by a kill, which fences the worker", () => {
    const killed = turn(turn(running, CANCEL), KILL);
    expect(killed.state?.cause).toEqual({ code: "killed_by_staff", detail: "Killed by Tom: wrong client." });
    expect(turn(killed, commit(1, "late")).refusal).toBe("fenced");
  });
});

describe("a task that leaves Jessie while a worker is at it", () => {
  test("stops the run at the next boundary, and comes back for the same run", () => {
    const stopped = played(running, LEFT, commit(1, "gather"));
    expect(stopped.state).toMatchObject({ status: "cancelled", cause: { code: "not_assigned" } });
    const again = turn(stopped, taskRead());
    expect(again.state?.status).toBe("ready");
    expect(turn(played(again, { type: "acquire", attempt: 2 }, LEFT), commit(2, "x")).effects).toContain("stopped-2");
  });

  test("and is given back before that stops nothing", () => {
    const back = turn(turn(running, LEFT), taskRead());
    expect([back.state?.stopping, back.state?.status]).toEqual([null, "running"]);
    expect(turn(back, commit(1, "gather")).state?.status).toBe("running");
  });

  test("does not take the place of a person's stop, nor is given back for it", () => {
    const byTom = played(running, CANCEL, LEFT, taskRead());
    expect(byTom.state?.stopping?.cause.code).toBe("cancelled_by_staff");
    expect(played(running, LEFT, CANCEL).state?.stopping?.cause.code).toBe("cancelled_by_staff");
  });

  test("by being deleted ends without a word on it", () => {
    const gone = turn(turn(running, taskRead(null)), commit(1, "gather"));
    expect([gone.state?.cause?.code, gone.effects]).toEqual(["task_deleted", []]);
  });
});

test("the comment about a stop says why, and how the run goes on", () => {
  const left = stopComment(stateOf(SITUATIONS["task left at work"]), "https://panel.example");
  expect(left).toContain("Give the task back to me");
  expect(left).toContain("[jessie:777:stopped-1]");
  const staff = stopComment({ ...stateOf(SITUATIONS["cancelled in review"]), stops: 2 }, "https://panel.example");
  expect(staff).toContain("Stopped by Tom: wrong client.");
  expect(staff).toContain("[jessie:777:stopped-2]");
  expect(stopComment({ ...stateOf(SITUATIONS["cancelled in review"]), cause: null }, "https://x")).toContain("Retry");
});

describe("a paused run", () => {
  const paused = SITUATIONS["paused at work"];

  test.each(["the commit of a step", "the intent of an effect"])("gives the lease up at %s", (name) => {
    const command = BOUNDARIES[name];
    if (command === undefined) throw new Error("A boundary.");
    const { state } = turn(turn(running, PAUSE), command);
    expect(state).toMatchObject({ status: "running", lease: null, barrenAttempts: 0 });
    expect(state?.attempts.at(-1)?.outcome).toBe("paused");
  });

  test("waits on who paused it, and for how long that takes effect", () => {
    const reason = { ...PAUSE, reason: "The client called" };
    expect(waitingOn(stateOf(turn(running, reason)))).toMatchObject({
      kind: "pause",
      who: "Tom",
      detail: "Tom paused this run: The client called. The step at work is finished first.",
    });
    expect(waitingOn(stateOf(paused))?.detail).toBe("Tom paused this run.");
    expect(statusComment(stateOf(paused), "https://x")).toContain("Tom paused this run.");
  });

  test("begins nothing and sends nothing again, however long it takes", () => {
    const later = { ...paused, now: paused.now + 10 * 3_600_000 };
    expect(turn(later, TICK).effects).toEqual(["look", "project"]);
    expect(timersOf(stateOf(paused)).map(({ name }) => name)).toEqual(["look"]);
  });

  test("goes on from its journal as the next attempt", () => {
    const resumed = turn(paused, RESUME);
    expect(resumed.state).toMatchObject({ paused: null, execution: { attempt: 2, waitReason: null } });
    expect(turn(resumed, { type: "acquire", attempt: 2 }).state?.lease?.epoch).toBe(2);
  });

  test("that is resumed before its worker noticed loses nothing", () => {
    const resumed = turn(turn(running, PAUSE), RESUME);
    expect([resumed.state?.lease?.epoch, resumed.effects]).toEqual([1, ["status_comment"]]);
  });

  test("keeps the wait of a next try", () => {
    const waiting = turn(SITUATIONS["waiting for the next try"], PAUSE);
    const { execution } = stateOf(waiting);
    expect(turn(waiting, RESUME).state?.execution).toMatchObject({
      dueAt: execution?.dueAt,
      waitReason: "Asana is down.",
    });
  });

  test("takes a change that is asked for, and begins it when it is resumed", () => {
    const asked = turn(played(SITUATIONS["review ready"], PAUSE), {
      ...taskRead({}, []),
      comments: [
        {
          gid: "1",
          text: "Please add a chart.",
          authorGid: "11",
          authorName: "Maya",
          createdAt: new Date(NOW + 9e6).toISOString(),
        },
      ],
    });
    expect(asked.state?.status).toBe("revision_requested");
    expect(isWithheld(stateOf(asked), { kind: "enqueue_execution" })).toBe(true);
    expect(turn(asked, RESUME).effects).toContain("enqueue_execution");
  });

  test("stays paused when a hold on it is released", () => {
    const both = played(paused, { type: "held", hold: HOLD });
    const released = turn(both, { type: "unheld" });
    expect([released.effects, brakeOf(stateOf(released))?.kind]).toEqual([["status_comment"], "pause"]);
    expect(turn(both, RESUME).effects).toEqual(["status_comment"]);
  });
});

describe("a hold", () => {
  const { held } = SITUATIONS;

  test("says who holds what and why", () => {
    expect(waitingOn(stateOf(held))).toMatchObject({
      kind: "hold",
      who: "ops@agency.example",
      detail: "ops@agency.example holds all work that needs Google Analytics 4: GA4 answers nonsense.",
    });
  });

  test("stops a worker at the next boundary and lets it go on after", () => {
    const at = played(running, { type: "held", hold: HOLD }, commit(1, "gather"));
    expect(at.state?.attempts.at(-1)?.outcome).toBe("held");
    expect(turn(at, { type: "unheld" }).state?.execution?.attempt).toBe(2);
  });

  test("is looked at again every minute, without a line in the log", () => {
    const due = stateOf(held).agenda.holdLookAt ?? 0;
    expect(timersOf(stateOf(held))[0]).toEqual({ name: "hold", at: due });
    expect(turn({ ...held, now: due - 1 }, TICK).events).toEqual([]);
    const looked = turn({ ...held, now: due }, TICK);
    expect([looked.effects, looked.seqs]).toEqual([["check_hold"], []]);
    expect(looked.state?.agenda.holdLookAt).toBe(due + HOLD_LOOK_MS);
  });

  test("is no reason to take the run for a forgotten one: the wake time in the lists is not its look every minute", () => {
    const { agenda } = stateOf(held);
    expect(wakeAt(stateOf(held))).toBe(agenda.holdLookAt);
    expect(agenda.lookAt).toBeGreaterThan(agenda.holdLookAt ?? 0);
    expect(summaryOf(stateOf(held)).wakeAt).toBe(new Date(agenda.lookAt ?? 0).toISOString());
  });

  test("that takes the place of another is told anew", () => {
    expect(turn(held, { type: "held", hold: { ...HOLD, holdId: "hold_2" } }).seqs).toHaveLength(1);
  });

  const hold = (change: Partial<Hold>): Hold => ({ ...HOLD, ...change });
  test.each([
    [{ scope: "all", value: "" }, true],
    [{ scope: "client", value: "bu_plunkett" }, true],
    [{ scope: "client", value: "cl_plunkett" }, true],
    [{ scope: "client", value: "bu_harbour" }, false],
    [{ scope: "skill", value: "seo-reporting" }, true],
    [{ scope: "skill", value: "crawl" }, false],
    [{ scope: "upstream", value: "ga4" }, true],
    [{ scope: "upstream", value: "asana" }, true],
    [{ scope: "upstream", value: "accuranker" }, false],
  ] as const)("%o catches the work of Plunkett: %s", (change, catches) => {
    const found = holdOn([hold(change)], holdTarget(BRIEF), "cl_plunkett");
    expect(found !== null).toBe(catches);
  });

  test("of several the oldest is told", () => {
    const newer = hold({ holdId: "b", createdAt: "2040-11-23T08:00:00.000Z" });
    const older = hold({ holdId: "a" });
    for (const holds of [
      [newer, older],
      [older, newer],
    ])
      expect(holdOn(holds, holdTarget(BRIEF), null)?.holdId).toBe("a");
  });

  test.each([
    ["all", "", "all work"],
    ["client", "bu_plunkett", "the work for this client"],
    ["skill", "seo-reporting", "all work of the skill SEO reporting"],
    ["upstream", "search_console", "all work that needs Google Search Console"],
  ] as const)("on %s %s is called so", (scope, value, words) => {
    expect(heldWords({ scope, value })).toBe(words);
  });
});

describe("a run that nobody reports about", () => {
  test.each([
    ["blocked at work", 10 * 60_000],
    ["answering a question", 3_600_000],
    ["ignored", 24 * 3_600_000],
  ] as const)("and that is “%s” looks at its task, ever more calmly", (name, first) => {
    const { talk, ...rest } = stateOf(SITUATIONS[name]);
    // Everybody was reminded who is to be.
    const nudge = talk.nudge === null ? null : { ...talk.nudge, dueAt: null };
    let at: Played = { ...SITUATIONS[name], state: { ...rest, talk: { ...talk, nudge } } };
    const gaps: number[] = [];
    const { agenda } = stateOf(at);
    let before = agenda.lookAt - first;
    for (let times = 0; times < 12; times += 1) {
      const due = stateOf(at).agenda.lookAt;
      gaps.push(due - before);
      before = due;
      const looked = turn({ ...at, now: due }, TICK);
      expect([looked.effects, looked.seqs]).toEqual([["look", "project"], []]);
      at = looked;
    }
    expect([gaps[0], gaps[1]]).toEqual([first, Math.min(2 * first, lookPace(stateOf(at).status, 99))]);
    expect(gaps.at(-1)).toBe(lookPace(stateOf(at).status, 99));
  });

  test("begins afresh when its status changes", () => {
    const idle = turn({ ...SITUATIONS["review ready"], now: NOW + 9_000_000_000 }, TICK);
    const stopped = turn(idle, CANCEL);
    expect(turn(stopped, { type: "retry", by: "Tom" }).state?.agenda).toMatchObject({
      looks: 0,
      lookAt: idle.now + 3_600_000,
    });
  });
});

test.each([
  [{ type: "run.retried", by: "Tom", reason: "mended" }, "Tom asked to try again: mended."],
  [{ type: "run.retried", by: "Tom" }, "Tom asked to try again."],
  [{ type: "run.stop_withdrawn" }, "The task is Jessie's again; the run is not stopped."],
  [{ type: "run.paused", by: "Tom", reason: "" }, "Tom paused the run."],
  [{ type: "run.resumed", by: "Tom", reason: "go" }, "Tom resumed the run: go."],
  [
    { type: "run.held", hold: HOLD },
    "Held: ops@agency.example holds all work that needs Google Analytics 4: GA4 answers nonsense.",
  ],
  [{ type: "run.unheld" }, "The hold is off; the run goes on."],
] as const)("%o is told plainly", (event, words) => {
  expect(inWords(event, NOW)).toBe(words);
});

describe("a run that waits for its next try", () => {
  const waiting = SITUATIONS["waiting for the next try"];
  const RETRY = { type: "retry", by: "Tom" } as const;
  const told = (at: Played) => decide(at.state, RETRY, at.now, SETTINGS).refusal;

  test("is tried at once when somebody asks for it", () => {
    expect(turn(waiting, RETRY).state?.execution).toMatchObject({ dueAt: waiting.now, waitReason: null });
  });

  test("is not while it is paused or held: nothing would happen, so that is said with what would help", () => {
    expect(told(played(waiting, { type: "pause", by: "Tom", reason: "look first" }))).toMatchObject({
      code: "wrong_state",
      detail: "Tom paused this run: look first. Resume the run first; then it can be tried at once.",
    });
    expect(told(played(waiting, { type: "held", hold: HOLD }))?.detail).toContain(
      "GA4 answers nonsense. Once the hold is released it can be tried at once.",
    );
  });

  test("is tried at once when it was resumed and somebody asks for it", () => {
    const resumed = played(waiting, PAUSE, RESUME);
    expect(turn(resumed, RETRY).state?.execution?.dueAt).toBe(resumed.now);
  });
});
