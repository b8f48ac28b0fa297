import { describe, expect, test } from "vitest";
import { reviewComment } from "../../../src/core/run/comments.ts";
import { doneItems, latestArtifact } from "../../../src/core/run/queries.ts";
import { generationOf, type Phase, phaseOf, restartedFrom } from "../../../src/core/run/restart.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { comment, NOW, taskRead } from "../../support/run-cases.ts";
import { fail, finish, type Played, SITUATIONS, type Turn, turn } from "../../support/run-machine.ts";

const restart = (at: Played, from: Phase = "narrate", reason = ""): Turn =>
  turn(at, { type: "restart", from, by: "Tom", reason });

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is a run.");
  return at.state;
}
const begun = (at: Played) => turn(at, { type: "acquire", attempt: stateOf(at).execution?.attempt ?? 0 });

describe("a restart", () => {
  test.each([
    ["fetch", { fetch: 1, compute: 1, narrate: 1 }],
    ["compute", { fetch: 0, compute: 1, narrate: 1 }],
    ["narrate", { fetch: 0, compute: 0, narrate: 1 }],
  ] as const)("from %s makes that phase and what follows anew", (from, generations) => {
    expect(restart(SITUATIONS["review ready"], from).state?.talk.generations).toEqual(generations);
  });

  test("of a first report in review makes the next version as the first was made", () => {
    const asked = restart(SITUATIONS["review ready"]);
    expect(asked.events.map((event) => event.type)).toEqual(["run.restarted", "execution.promised"]);
    expect(asked.effects).toEqual(["status_comment", "enqueue_execution"]);
    expect(asked.state).toMatchObject({ status: "ready", execution: { kind: "initial", roundId: null, attempt: 2 } });
    const done = turn(begun(asked), finish(2, 2));
    expect(done.state).toMatchObject({ status: "review_ready", talk: { owed: null } });
    expect(latestArtifact(stateOf(done))?.version).toBe(2);
    const html = reviewComment(stateOf(done), stateOf(done).artifacts.at(-1) ?? never(), "https://panel.example");
    expect(html).toContain("Why a new version:");
    expect(html).toContain("worded anew from the same evidence");
  });

  test("of a revised report makes that revision again, on the same rounds before it", () => {
    const second = SITUATIONS["second version ready"];
    expect(doneItems(stateOf(second))).toHaveLength(1);
    const asked = restart(second);
    expect(asked.state).toMatchObject({
      status: "revision_requested",
      execution: { kind: "revision", roundId: "rnd_777_1" },
    });
    expect(doneItems(stateOf(asked))).toEqual([]);
    const done = turn(begun(asked), finish(3, 3));
    expect(done.state?.rounds.map((round) => round.closedAt)).toEqual([done.now]);
  });

  test("of what failed or is blocked begins where it stopped: the report, or the revision", () => {
    for (const at of [
      restart(SITUATIONS["blocked at work"], "fetch"),
      turn(restart(SITUATIONS.failed, "fetch"), taskRead()),
    ])
      expect(at.state).toMatchObject({ status: "ready", execution: { kind: "initial" } });
    expect(restart(SITUATIONS["blocked in a revision"]).state).toMatchObject({
      status: "revision_requested",
      execution: { kind: "revision", roundId: "rnd_777_1" },
    });
  });

  test("of a first version gives no reason for it in the review", () => {
    expect(restart(SITUATIONS.failed).state?.talk.owed).toEqual({ kind: "initial", roundId: null, anew: null });
  });

  test("that fails is tried again as what it was", () => {
    for (const name of ["review ready", "second version ready"] as const) {
      const asked = begun(restart(SITUATIONS[name]));
      const failed = turn(asked, fail(stateOf(asked).epoch, "permanent"));
      expect(failed.state?.status).toBe("failed");
      const retried = turn(turn(failed, { type: "retry", by: "Tom" }), taskRead());
      expect(retried.state?.execution).toMatchObject({
        kind: stateOf(asked).execution?.kind,
        roundId: stateOf(asked).execution?.roundId,
      });
      expect(retried.state?.status).toBe(stateOf(restart(SITUATIONS[name])).status);
      const blocked = turn(asked, fail(stateOf(asked).epoch, "config"));
      const woken = turn(blocked, taskRead({}, [comment("try again", NOW + 9_000_000)]));
      expect(woken.state?.execution?.kind).toBe(stateOf(asked).execution?.kind);
    }
  });

  test.each([
    "assessing",
    "needs clarification",
    "ready",
    "running",
    "revision running",
    "accepted",
    "cancelled at work",
  ] as const)("is refused with the reason while the run is “%s”", (name) => {
    const refused = restart(SITUATIONS[name]);
    expect([refused.refusal, refused.events]).toEqual(["wrong_state", []]);
  });

  test("is refused before anything is understood, and while a comment is read", () => {
    expect(restart(SITUATIONS["blocked before work"]).refusal).toBe("wrong_state");
    expect(restart(SITUATIONS["reading a comment"]).refusal).toBe("wrong_state");
    expect(restart(SITUATIONS["nobody reported the task"]).refusal).toBe("no_such_run");
  });

  test("of a version whose making nobody noted is made as a first report", () => {
    const state = stateOf(SITUATIONS["second version ready"]);
    const old = { ...SITUATIONS["second version ready"], state: { ...state, talk: { ...state.talk, madeBy: null } } };
    expect(restart(old).state?.execution?.kind).toBe("initial");
  });
});

describe("a step's phase", () => {
  test.each([
    ["gather.gsc.totals", "fetch"],
    ["compute.revise", "compute"],
    ["anything", "compute"],
    ["narrate", "narrate"],
    ["narrate.summary", "narrate"],
    ["publish.store.v2", "narrate"],
    ["start", "narrate"],
  ])("of %s is %s", (key, phase) => expect(phaseOf(key)).toBe(phase));

  test("keeps the journal of a first run as it was, and parts what is made anew from it", () => {
    const none = { fetch: 0, compute: 0, narrate: 0 };
    expect(generationOf(none, "gather.x")).toBe("");
    const twice = restartedFrom(restartedFrom(none, "narrate"), "compute");
    expect([generationOf(twice, "gather.x"), generationOf(twice, "compute.x"), generationOf(twice, "narrate")]).toEqual(
      ["", ".g1", ".g2"],
    );
  });
});

function never(): never {
  throw new Error("There is a version.");
}
