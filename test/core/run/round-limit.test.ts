import { describe, expect, test } from "vitest";
import type { CommentReading } from "../../../src/core/run/commands.ts";
import { escalationComment, refusalComment } from "../../../src/core/run/comments-people.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { comment, MAYA, NOW, PLUNKETT, ROB, SETTINGS, TOM, taskRead } from "../../support/run-cases.ts";
import { finish, type Played, SITUATIONS, type Turn, turn } from "../../support/run-machine.ts";

const ONE = { ...SETTINGS, feedbackRoundLimit: 1 };
const T = NOW + 3_600_000;
/** One revision was made, which is all that is agreed. */
const second: Played = { ...SITUATIONS["second version ready"], now: T };

const read = (at: Played, ...comments: CommentReading[]) => turn(at, taskRead({}, comments), ONE);
const told = (at: Played, command: Parameters<typeof turn>[1]) => turn(at, command, ONE);
const change = (text = "Please add a table.") => comment(text, T);
const byTom = (text: string) => comment(text, T + 1, { authorGid: TOM.gid, authorName: TOM.name });
const types = (result: Turn) => result.events.map((event) => event.type);

describe("a change beyond the agreed rounds", () => {
  const held = read(second, change());

  test("is understood and kept, and a named person is asked once", () => {
    expect(types(held)).toEqual(["feedback.opened", "feedback.held", "run.escalated"]);
    expect(held.effects).toEqual(["register", "look", "status_comment", "escalation-1"]);
    expect(held.state).toMatchObject({ status: "review_ready", execution: null });
    const again = read(held, change("Please drop the appendix."));
    expect(types(again)).toEqual(["feedback.opened", "feedback.held"]);
    expect(again.effects).not.toContain("escalation-2");
  });

  test("names and mentions the lead of the Business Unit, in the run and in the comment", () => {
    const { state } = held;
    if (state === null) throw new Error("There is a run.");
    expect(waitingOn(state)).toMatchObject({
      kind: "person",
      who: MAYA.name,
      detail: "Maya Lindqvist has to decide whether there is another round.",
    });
    expect(escalationComment(state)).toContain(`<a data-asana-gid="${MAYA.gid}"/>`);
  });

  test("is held too when only the model could read it", () => {
    const reading = read(second, comment("The brand split is wrong.", T));
    const roundId = reading.state?.rounds.at(-1)?.roundId ?? "";
    const decided = told(reading, { type: "classified", roundId, kind: "revision", items: ["fix the split"] });
    expect(types(decided)).toEqual(["feedback.held", "run.escalated"]);
    expect(decided.state?.rounds.at(-1)).toMatchObject({ kind: "revision", decidedBy: "model", closedAt: T });
  });

  test("does not keep anybody from accepting what is there", () => {
    expect(read(held, byTom("Accepted")).state?.status).toBe("accepted");
  });

  test("is made when the lead says go on, all of it in one revision, and the next ones count anew", () => {
    const two = read(held, change("Please drop the appendix."));
    const on = read(two, comment("go on", T + 5));
    expect(types(on)).toEqual(["comments.seen", "rounds.extended", "execution.promised"]);
    expect(on.effects).toContain("enqueue_execution");
    expect(on.state).toMatchObject({
      status: "revision_requested",
      execution: { kind: "revision", roundId: "rnd_777_3" },
    });
    expect(on.state?.rounds.map((round) => round.items.map((item) => item.text))).toEqual([
      ["Please add a chart."],
      [],
      ["Please add a table.", "Please drop the appendix."],
    ]);
    const begun = told(on, { type: "acquire", attempt: 3 });
    const done = told(begun, finish(begun.state?.epoch ?? 0, 3));
    expect(done.state).toMatchObject({ status: "review_ready", talk: { held: [], escalation: null, allowance: 1 } });
    expect(types(read({ ...done, now: T + 10 }, comment("Please shorten it.", T + 20)))).toContain("feedback.held");
  });

  test.each([
    ["the account manager, who is neither lead nor asked", byTom("go on")],
    ["somebody who is no member of staff", comment("go on", T + 5, { authorGid: ROB.gid, authorName: ROB.name })],
  ])("is not made because %s says so", (_who, go) => {
    const on = read(held, go);
    expect(on.state?.execution).toBeNull();
    expect(on.state?.talk.escalation).not.toBeNull();
  });

  test("is left to who may decide it: a colleague who says go on is told who that is, once", () => {
    const on = read(held, byTom("go on"));
    expect(types(on)).toEqual(["steering.refused"]);
    expect(on.effects).toContain(`refused-${TOM.gid}`);
    const { state } = on;
    if (state === null) throw new Error("There is a run.");
    const text = refusalComment(state, TOM.gid);
    expect(text).toContain("Thank you, Tom Achebe; whether there is another round is for Maya Lindqvist to decide");
    expect(text).toContain("You can <em>accept</em> the version there is.");
    expect(waitingOn(state)).toMatchObject({ who: MAYA.name });
    expect(types(read(on, byTom("please go on")))).toEqual(["comments.passed"]);
    expect(read(on, comment("go on", T + 9)).state?.status).toBe("revision_requested");
  });

  test("is not refused where a go only ends the wait for further comments", () => {
    const both = read(held, byTom("Please drop the appendix."), byTom("go"));
    expect(types(both)).toEqual(["comments.seen", "feedback.opened", "feedback.held"]);
    const waiting = turn(held, taskRead({}, [byTom("Please drop the appendix.")]), { ...ONE, quietMs: 90_000 });
    const ended = turn(waiting, taskRead({}, [byTom("go")]), { ...ONE, quietMs: 90_000 });
    expect(types(ended)).not.toContain("steering.refused");
  });

  test("is made by a go of whoever was asked, where nobody leads", () => {
    const units = [
      {
        ...PLUNKETT,
        staff: [
          { ...TOM, role: "consultant" },
          { ...MAYA, role: "consultant" },
        ],
      },
    ];
    const asked = turn(second, taskRead({}, [change()], { units }), ONE);
    expect(asked.events.at(-1)).toMatchObject({ type: "run.escalated", name: TOM.name });
    const on = turn(asked, taskRead({}, [byTom("go on")], { units }), ONE);
    expect(on.state?.status).toBe("revision_requested");
  });

  test("goes to the requester where no staff has a say", () => {
    const units = [{ ...PLUNKETT, staff: [{ ...MAYA, role: "consultant" }] }];
    expect(turn(second, taskRead({}, [change()], { units }), ONE).events.at(-1)).toMatchObject({ gid: MAYA.gid });
    const { state } = second;
    const nameless = { ...second, state: state === null ? null : { ...state, task: null } };
    const asked = turn(nameless, { type: "classified", roundId: "none", kind: "revision", items: [] }, ONE);
    expect(asked.events).toEqual([]);
  });
});

test("below the limit nothing is held", () => {
  expect(types(turn(second, taskRead({}, [change()])))).toContain("execution.promised");
});
