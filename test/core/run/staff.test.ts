import { describe, expect, test } from "vitest";
import { refusalComment } from "../../../src/core/run/comments-people.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { comment, HARBOUR, MAYA, NOW, PLUNKETT, ROB, TOM, taskRead } from "../../support/run-cases.ts";
import { DELIVER, NEW, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const HOUR = 3_600_000;
const assessing = played(NEW, DELIVER);
const byRob = (text: string) => comment(text, NOW + HOUR, { authorGid: ROB.gid, authorName: ROB.name });
const byTom = (text: string) => comment(text, NOW + HOUR + 1, { authorGid: TOM.gid, authorName: TOM.name });
const ROBS = { requester: ROB };

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is a run.");
  return at.state;
}

describe("somebody who is no member of staff", () => {
  test.each(["Accepted", "Please add a chart.", "what drove the drop?", "go"])(
    "cannot steer a version in review: “%s” changes nothing and is refused politely",
    (text) => {
      const told = turn(SITUATIONS["review ready"], taskRead({}, [byRob(text)]));
      expect(told.effects).toEqual(["refused-13"]);
      expect(told.state).toMatchObject({ status: "review_ready", rounds: [] });
    },
  );

  test("is told once, however often they write, and what they wrote counts as seen", () => {
    const [first, second] = [byRob("Accepted"), byRob("Hello?")];
    const both = turn(SITUATIONS["review ready"], taskRead({}, [first, second]));
    expect(both.effects).toEqual(["refused-13"]);
    expect(both.state?.seenStories).toEqual([first.gid, second.gid]);
    const third = turn(both, taskRead({}, [first, second, byRob("Anybody?")]));
    expect(third.effects).toEqual([]);
    expect(turn(third, taskRead({}, [first, second])).events).toEqual([]);
  });

  test("is told in words that name who may, and each person for themselves", () => {
    const ann = comment("Accepted", NOW + 2 * HOUR, { authorGid: "14", authorName: "Ann <b>" });
    const told = turn(SITUATIONS["review ready"], taskRead({}, [byRob("Accepted"), ann]));
    expect(told.effects).toEqual(["refused-13", "refused-14"]);
    expect(refusalComment(stateOf(told), ROB.gid)).toContain("Rob Nakamura; I can only act");
    expect(refusalComment(stateOf(told), ROB.gid)).toContain("Maya Lindqvist or Tom Achebe can ask me");
    expect(refusalComment(stateOf(told), "14")).toContain("Ann &lt;b&gt;");
    expect(refusalComment(stateOf(told), "15")).toContain("Thank you;");
  });

  test("answers no question, while staff do", () => {
    const asked = turn(assessing, taskRead({ name: "SEO report for Plunkett" }));
    const rob = turn(asked, taskRead({ name: "SEO report for Plunkett" }, [byRob("October 2040")]));
    expect(rob.state?.status).toBe("needs_clarification");
    const tom = turn(asked, taskRead({ name: "SEO report for Plunkett" }, [byTom("October 2040")]));
    expect(tom.state?.status).toBe("ready");
  });

  test("does not wake blocked work", () => {
    expect(turn(SITUATIONS["blocked at work"], taskRead({}, [byRob("try again")])).state?.status).toBe("blocked");
  });

  test("is heard as soon as they are mapped", () => {
    const units = [{ ...PLUNKETT, staff: [...PLUNKETT.staff, { ...ROB, role: "consultant" }] }];
    const accepted = turn(SITUATIONS["review ready"], taskRead({}, [byRob("Accepted")], { units }));
    expect(accepted.state?.status).toBe("accepted");
  });
});

describe("a task of somebody who is not mapped", () => {
  const blocked = turn(assessing, taskRead(ROBS));

  test("is blocked with a finding that names the fix, and said once", () => {
    expect(blocked.state).toMatchObject({ status: "blocked", cause: { code: "requester_not_mapped" } });
    expect(blocked.state?.findings[0]?.what).toBe(
      "Rob Nakamura created the task and is not mapped to a member of staff of a Business Unit.",
    );
    expect(blocked.state?.findings[0]?.fix).toBe(
      "Ops can map them and give them a role, or Maya Lindqvist or Tom Achebe comments “go” here to let it begin.",
    );
    expect(turn(blocked, taskRead(ROBS)).events).toEqual([]);
  });

  test("begins when a member of staff says go, and stays begun", () => {
    const go = byTom("go");
    const begun = turn(blocked, taskRead(ROBS, [go]));
    expect(begun.state).toMatchObject({ status: "ready", talk: { sponsors: [TOM.gid] } });
    const asked = turn(assessing, taskRead({ ...ROBS, name: "SEO report for Plunkett" }, [go]));
    expect(asked.state?.status).toBe("needs_clarification");
    const answer = byTom("October 2040");
    const ready = turn(asked, taskRead({ ...ROBS, name: "SEO report for Plunkett" }, [go, answer, byTom("go")]));
    expect(ready.state?.status).toBe("ready");
    expect(ready.events.filter((event) => event.type === "run.sponsored")).toEqual([]);
  });

  test("does not begin with a go of its own creator, nor with other words of staff", () => {
    expect(turn(blocked, taskRead(ROBS, [byRob("go")])).state?.status).toBe("blocked");
    const words = turn(blocked, taskRead(ROBS, [byTom("what is this?")]));
    expect(words.events.map((event) => event.type)).toEqual(["comments.seen"]);
  });

  test("begins by itself once they are mapped", () => {
    const units = [{ ...PLUNKETT, staff: [...PLUNKETT.staff, { ...ROB, role: "consultant" }] }];
    expect(turn(blocked, taskRead(ROBS, [], { units })).state?.status).toBe("ready");
  });

  test("with no creator at all, in an agency without staff, says so", () => {
    const nobody = turn(assessing, taskRead({ requester: null }, [], { units: [{ ...PLUNKETT, staff: [] }] }));
    expect(nobody.state?.cause?.detail).toContain("The task has no creator who is not mapped");
    expect(nobody.state?.cause?.detail).toContain("a member of its staff (nobody is mapped yet)");
    expect(turn(assessing, taskRead({}, [], { units: [] })).state?.status).toBe("blocked");
  });
});

describe("staff of another Business Unit", () => {
  const units = [
    { ...PLUNKETT, staff: [{ ...MAYA, role: "approver" }] },
    { ...HARBOUR, staff: [{ ...TOM, role: "approver" }] },
  ];
  const known = turn(assessing, taskRead({ requester: TOM }, [], { units }));

  test("may not start a run of this one", () => {
    expect(known.state?.findings[0]?.what).toContain("Tom Achebe created the task and is not mapped");
    expect(known.state?.findings[0]?.what).toContain("of Plunkett");
    const go = comment("go", NOW + HOUR);
    expect(turn(known, taskRead({ requester: TOM }, [go], { units })).state?.status).toBe("ready");
  });

  test("may not steer it either", () => {
    const review = turn(SITUATIONS["review ready"], taskRead({}, [byTom("Accepted")], { units }));
    expect(review.effects).toEqual(["refused-12"]);
    expect(refusalComment(stateOf(review), TOM.gid)).toContain("Maya Lindqvist can ask me");
  });

  test("may when they are admins of the agency", () => {
    const admins = units.map((unit) => ({ ...unit, staff: [...unit.staff, { ...ROB, role: "admin" }] }));
    const accepted = turn(SITUATIONS["review ready"], taskRead({}, [byRob("Accepted")], { units: admins }));
    expect(accepted.state?.status).toBe("accepted");
  });
});

describe("staff of an agency with more people than a run remembers", () => {
  const others = Array.from({ length: 150 }, (_, n) => ({ gid: `70${n}`, name: `Person ${n}`, role: "consultant" }));
  const units = [
    { ...HARBOUR, staff: others },
    { ...PLUNKETT, staff: [{ ...MAYA, role: "approver" }, ...others.slice(0, 110), { ...TOM, role: "approver" }] },
  ];

  test("start their runs all the same, and what a run remembers stays small", () => {
    const begun = turn(assessing, taskRead({ requester: TOM }, [], { units }));
    expect(begun.state?.status).toBe("ready");
    expect(begun.state?.talk.team.staff).toHaveLength(100);
    expect(turn(begun, taskRead({ requester: TOM }, [], { units })).events).toEqual([]);
  });

  test("answer its question and accept its report", () => {
    const asked = turn(assessing, taskRead({ name: "SEO report for Plunkett" }, [], { units }));
    const told = turn(asked, taskRead({ name: "SEO report for Plunkett" }, [byTom("October 2040")], { units }));
    expect(told.state?.status).toBe("ready");
    const accepted = turn(SITUATIONS["review ready"], taskRead({}, [byTom("Accepted")], { units }));
    expect(accepted.state?.status).toBe("accepted");
  });
});

test("a Business Unit that left the registry keeps its people", () => {
  const gone = turn(SITUATIONS["review ready"], taskRead({}, [comment("Accepted", NOW + HOUR)], { units: [HARBOUR] }));
  expect(gone.state?.status).toBe("accepted");
});

test("what a bot or an app writes is nobody's word", () => {
  const bot = comment("Accepted", NOW + HOUR, { authorGid: null });
  expect(turn(SITUATIONS["review ready"], taskRead({}, [bot])).events).toEqual([]);
});

test("who may steer is noted once for a new run, although at first it may be anybody's", () => {
  const elsewhere = { ...HARBOUR, staff: [{ ...ROB, role: "account_lead" }] };
  const begun = turn(assessing, taskRead({}, [], { units: [PLUNKETT, elsewhere] }));
  const noted = begun.events.filter(({ type }) => type === "team.noted");
  expect(noted).toEqual([{ type: "team.noted", team: { timeZone: "Europe/Dublin", staff: PLUNKETT.staff } }]);
  expect(begun.state?.talk.team.staff).toEqual(PLUNKETT.staff);
  const unread = turn(assessing, taskRead({ name: "SEO report" }, [], { units: [PLUNKETT, elsewhere] }));
  expect(unread.state?.talk.team.staff.map(({ gid }) => gid)).toEqual([MAYA.gid, TOM.gid, ROB.gid]);
});

test("while it is not known which client is meant, the people of the requester's own unit stand first", () => {
  const other = { ...HARBOUR, staff: [{ ...ROB, role: "approver" }] };
  const own = {
    ...PLUNKETT,
    staff: [
      { ...TOM, role: "approver" },
      { ...MAYA, role: "consultant" },
    ],
  };
  const asked = turn(assessing, taskRead({ name: "SEO report" }, [], { units: [other, own] }));
  expect(asked.state?.status).toBe("needs_clarification");
  expect(stateOf(asked).talk.team.staff.map(({ gid }) => gid)).toEqual([TOM.gid, MAYA.gid, ROB.gid]);
});
