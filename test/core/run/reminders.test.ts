import { describe, expect, test } from "vitest";
import { escalationComment, reminderComment } from "../../../src/core/run/comments-people.ts";
import { awaited, MAX_REMINDERS, reminderAt, waitsForPerson } from "../../../src/core/run/reminders.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { comment, HARBOUR, MAYA, NOW, PLUNKETT, ROB, SETTINGS, TOM, taskRead } from "../../support/run-cases.ts";
import { inPanel, type Played, SITUATIONS, turn } from "../../support/run-machine.ts";

const DAY = 24 * 3_600_000;
const review: Played = SITUATIONS["review ready"];
const asking: Played = SITUATIONS["needs clarification"];

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is a run.");
  return at.state;
}
const due = (at: Played): number => stateOf(at).talk.nudge?.dueAt ?? 0;
const tick = (at: Played, now: number) => turn({ state: at.state, now }, { type: "tick" });
/** What a tick says to people; the calm look at the task has a timer of its own. */
const talked = (at: ReturnType<typeof tick>) => at.effects.filter((key) => key !== "look" && key !== "project");
/** The clock goes on to the next reminder, `times` times. */
function waited(at: Played, times: number): Played {
  let next = at;
  for (let n = 0; n < times; n += 1) next = { state: tick(next, due(next)).state, now: due(next) };
  return next;
}

describe.each([
  ["a report that waits for review", review],
  ["a question that waits for an answer", asking],
  ["a budget that is used up", SITUATIONS["a budget is used up"]],
  ["something that has to be mended first", SITUATIONS["blocked before work"]],
  ["something that has to be mended in the middle of the work", SITUATIONS["blocked at work"]],
])("%s", (_title, waiting) => {
  test("is reminded of after two working days, at most three times, then escalated once", () => {
    expect(reminderAt(stateOf(waiting))).toBe(due(waiting));
    expect(tick(waiting, due(waiting) - 1).effects).not.toContain("reminder-1");
    let at = waiting;
    for (let n = 1; n <= MAX_REMINDERS; n += 1) {
      const reminded = tick(at, due(at));
      expect(reminded.effects).toEqual([`reminder-${n}`]);
      expect(talked(tick(reminded, due(at) + 1))).toEqual([]);
      at = reminded;
    }
    const escalated = tick(at, due(at));
    expect(escalated.effects).toEqual(["status_comment", "escalation-1"]);
    expect(escalated.state?.talk.nudge?.dueAt).toBeNull();
    expect(talked(tick(escalated, due(at) + 30 * DAY))).toEqual([]);
  });
});

test("two working days are those of the Business Unit: Thursday leads to Monday", () => {
  // 22 November 2040 is a Thursday, at nine in Dublin.
  expect(new Date(due(review)).toISOString().slice(0, 13)).toBe("2040-11-26T09");
});

test("a reminder that comes due while nobody works waits for the morning", () => {
  const night = Date.UTC(2040, 10, 26, 22);
  const late = tick(review, night);
  expect(late.events).toEqual([{ type: "reminder.put_off", dueAt: Date.UTC(2040, 10, 27, 9) }]);
  expect(tick(late, Date.UTC(2040, 10, 27, 9)).effects).toEqual(["reminder-1"]);
});

test("the comment names and mentions who is waited for, and carries a mark of its own", () => {
  const { state } = waited(review, 2);
  if (state === null) throw new Error("There is a run.");
  const html = reminderComment(state, 2);
  expect(html).toContain(`<a data-asana-gid="${MAYA.gid}"/>`);
  expect(html).toContain("version 1 of the report waits for your review");
  expect(html).toContain(":reminder-2]");
  expect(reminderComment(stateOf(waited(asking, 1)), 1)).toContain("which period");
});

describe("any word of a person", () => {
  test("begins the wait anew", () => {
    const reminded = { ...waited(review, 2), now: NOW + 20 * DAY };
    const thanked = turn(reminded, taskRead({}, [comment("thanks!", NOW + 20 * DAY)]));
    expect(thanked.state?.talk.nudge).toMatchObject({ sent: 0, since: NOW + 20 * DAY });
    const next = tick(thanked, due(thanked));
    expect(next.effects).toEqual(["reminder-3"]);
  });

  test("takes the one who was asked in the requester's stead out of it", () => {
    const escalated = { ...waited(review, 4), now: NOW + 30 * DAY };
    expect(escalated.state?.talk.escalation).toMatchObject({ reason: "no_answer", gid: TOM.gid });
    const thanked = turn(escalated, taskRead({}, [comment("thanks!", NOW + 30 * DAY)]));
    expect(thanked.state?.talk.escalation).toBeNull();
    expect(thanked.effects).toContain("status_comment");
  });

  test("tells in the status comment that the first one asked is waited for again, even where it decides nothing", () => {
    const go = (at: Played) => turn(at, taskRead({}, [comment("go", at.now)]));
    const late = NOW + 30 * DAY;
    expect(go({ ...waited(review, 4), now: late })).toMatchObject({
      events: [{ type: "comments.seen" }],
      effects: ["status_comment"],
    });
    expect(go({ ...waited(review, 2), now: late })).toMatchObject({ events: [{ type: "comments.seen" }], effects: [] });
  });

  test("that does not answer a question has it asked again, and waits anew", () => {
    const reminded = { ...waited(asking, 1), now: NOW + 10 * DAY };
    const hm = turn(reminded, taskRead({ name: "SEO report for Plunkett" }, [comment("hm", NOW + 10 * DAY)]));
    expect(hm.state?.talk.nudge).toMatchObject({ sent: 0, since: NOW + 10 * DAY });
  });
});

test("the escalation goes to somebody else than who was reminded in vain, and says so", () => {
  const { state } = waited(review, 4);
  if (state === null) throw new Error("There is a run.");
  expect(awaited(state)).toMatchObject(TOM);
  const html = escalationComment(state);
  expect(html).toContain(`<a data-asana-gid="${TOM.gid}"/>`);
  expect(html).toContain("Nobody has answered here for a while");
  expect(escalationComment({ ...state, talk: { ...state.talk, escalation: null } })).toBe("<body></body>");
});

test("whoever leads alone is asked even though they were reminded", () => {
  const units = [{ ...PLUNKETT, staff: [{ ...MAYA, role: "approver" }] }, HARBOUR];
  const alone = turn(review, taskRead({}, [], { units }));
  expect(waited(alone, 4).state?.talk.escalation).toMatchObject(MAYA);
});

test("somebody without an Asana user is named in words", () => {
  const { state } = review;
  if (state === null) throw new Error("There is a run.");
  const nobody = { ...state, task: null, talk: { ...state.talk, team: { timeZone: "UTC", staff: [] } } };
  expect(reminderComment(nobody, 1)).toContain("<strong>the requester</strong>");
  const escalated = waited({ state: nobody, now: NOW }, 4);
  expect(escalationComment(stateOf(escalated))).toContain("<strong>the requester</strong>");
});

test("a run that waits for nobody reminds nobody", () => {
  for (const name of ["running", "ready", "accepted", "reading a comment"] as const)
    expect(SITUATIONS[name].state?.talk.nudge).toBeNull();
});

describe("a run that is blocked", () => {
  const blocked = SITUATIONS["blocked before work"];

  test("says in its reminders what has to be mended, and how it goes on", () => {
    const html = reminderComment(stateOf(waited(blocked, 1)), 1);
    expect(html).toContain(`<a data-asana-gid="${MAYA.gid}"/>`);
    expect(html).toContain("I cannot go on with this task.");
    expect(html).toContain("TOKEN");
    expect(html).toContain("Comment here once it is mended and I go on.");
    const atWork = reminderComment(stateOf(waited(SITUATIONS["blocked at work"], 1)), 1);
    expect(atWork).toContain("Asana is down. Ops can fix the setting or the permission");
    const { state } = blocked;
    if (state === null) throw new Error("There is a run.");
    expect(reminderComment({ ...state, cause: null, findings: [] }, 1)).toContain("I cannot go on with this task.");
  });

  test("names whoever was asked in the requester's stead", () => {
    expect(waitingOn(stateOf(blocked))).toMatchObject({ kind: "person", who: null });
    expect(waitingOn(stateOf(waited(blocked, 4)))).toMatchObject({ kind: "person", who: TOM.name });
  });

  test("reminds nobody any more once it is mended, and counts on while something else is found missing", () => {
    const once = waited(blocked, 1);
    const more = { search_console_site: ["TOKEN", "KEY"] };
    const other = turn(once, taskRead({}, [], { missingSecrets: more }));
    expect(other.state).toMatchObject({ status: "blocked", talk: { nudge: { sent: 1 } } });
    expect(turn(other, taskRead()).state).toMatchObject({ status: "ready", talk: { nudge: null } });
  });

  test("because nobody of the staff created its task reminds nobody: it is nobody's yet", () => {
    const stranger = turn(SITUATIONS.assessing, taskRead({ requester: ROB }));
    expect(stranger.state).toMatchObject({
      status: "blocked",
      cause: { code: "requester_not_mapped" },
      talk: { nudge: null },
    });
  });

  test("because it talked to a machine reminds nobody", () => {
    const { state } = SITUATIONS["blocked at work"];
    if (state === null) throw new Error("There is a run.");
    expect(waitsForPerson({ ...state, cause: { code: "ping_pong", detail: "Four in a row." } })).toBe(false);
    expect(waitsForPerson({ ...state, cause: null })).toBe(true);
  });
});

test("an escalation about rounds keeps reminding whoever has to decide", () => {
  const settings = { ...SETTINGS, feedbackRoundLimit: 1 };
  const second = { ...SITUATIONS["second version ready"], now: NOW + 3_600_000 };
  const held = turn(second, taskRead({}, [comment("Please add a table.", NOW + 3_600_000)]), settings);
  const html = reminderComment(stateOf(waited(held, 1)), 1);
  expect(html).toContain("I wait for your word whether there is another round.");
  // Even when somebody else was asked in their stead, the lead's word counts.
  const late = { ...waited(held, 4), now: NOW + 40 * DAY };
  expect(stateOf(late).talk.escalation).toMatchObject({ reason: "no_answer", gid: TOM.gid });
  const on = turn(late, taskRead({}, [comment("go on", NOW + 40 * DAY)]), settings);
  expect(on.state?.status).toBe("revision_requested");
});

describe("a question about the budget", () => {
  const spent = SITUATIONS["a budget is used up"];

  test("is repeated in the reminder with the words that answer it, and asked of another in the end", () => {
    expect(reminderComment(stateOf(waited(spent, 1)), 1)).toContain("Comment “go on” to allow more, or “stop”.");
    const asked = stateOf(waited(spent, 4));
    expect(asked.talk.escalation).toMatchObject({ reason: "no_answer", gid: TOM.gid });
    expect(waitingOn(asked)).toMatchObject({ kind: "budget", who: TOM.name });
    expect(waitingOn(asked)?.detail).toContain("Tom Achebe has to say “go on” or “stop”.");
  });

  test("reminds nobody once it is answered", () => {
    const on = turn(spent, taskRead({}, [comment("go on", NOW + 3_600_000)]));
    expect(stateOf(on)).toMatchObject({ status: "running", talk: { nudge: null } });
  });
});

describe("who may allow another round", () => {
  const settings = { ...SETTINGS, feedbackRoundLimit: 1 };
  const T = NOW + 3_600_000;
  const managers = [
    {
      ...PLUNKETT,
      staff: [
        { ...TOM, role: "consultant" },
        { ...MAYA, role: "consultant" },
      ],
    },
    HARBOUR,
  ];
  const look = (at: Played, ...comments: ReturnType<typeof comment>[]) =>
    turn(at, taskRead({}, comments, { units: managers }), settings);
  const by = (who: typeof TOM | typeof MAYA, text: string, at: number) =>
    comment(text, at, { authorGid: who.gid, authorName: who.name });
  const held = look({ ...SITUATIONS["second version ready"], now: T }, comment("Please add a table.", T));
  /** Tom was asked and did not answer, Maya was asked in his stead, and somebody said something else. */
  const escalated = { ...waited(held, 4), now: T + 40 * DAY };
  const question = comment("why did clicks drop?", T + 40 * DAY);
  const opened = look(escalated, question);
  const answered = turn(
    { ...opened, now: opened.now + 1_000 },
    { type: "replied", roundId: "rnd_777_3", reply: "So." },
  );

  test("stays a question to the one who was asked, when the escalation to another is over", () => {
    expect(stateOf(answered).talk.escalation).toBeNull();
    expect(waitingOn(stateOf(answered))).toMatchObject({
      kind: "person",
      who: TOM.name,
      detail: "Tom Achebe has to decide whether there is another round.",
    });
    expect(awaited(stateOf(answered))).toMatchObject(TOM);
  });

  test.each([
    ["before anybody was asked in their stead", held],
    ["while somebody is", escalated],
    ["afterwards", answered],
  ])("is heard %s", (_, at) => {
    expect(look(at, question, by(TOM, "go on", at.now + 1_000)).state?.status).toBe("revision_requested");
  });

  test("is told in the panel who has to say so, who may not; accepting is anybody's of the staff", () => {
    expect(turn(held, inPanel("go on")).refusal).toBe("wrong_state");
    expect(turn(held, inPanel("go on", null, { lead: true })).refusal).toBeNull();
    expect(turn(held, inPanel("go on", null, { authorGid: TOM.gid })).refusal).toBeNull();
    expect(turn(held, inPanel("accept")).refusal).toBeNull();
  });
});
