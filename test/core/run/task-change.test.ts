import { describe, expect, test } from "vitest";
import { changeComment, refusalComment } from "../../../src/core/run/comments-people.ts";
import { changeQuestion } from "../../../src/core/run/task-change.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import { comment, HARBOUR, MAYA, NOW, PLUNKETT, ROB, SEO, TOM, taskRead } from "../../support/run-cases.ts";
import {
  DELIVER,
  finish,
  inPanel,
  NEW,
  type Played,
  played,
  SITUATIONS,
  type Turn,
  turn,
} from "../../support/run-machine.ts";
import { COMMANDS } from "./commands-of-table.ts";

const HOUR = 3_600_000;
const SEPTEMBER = { name: "SEO report for Plunkett, September 2040" };
const AUGUST = { name: "SEO report for Plunkett, August 2040" };

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is a run.");
  return at.state;
}
const types = (result: Turn) => result.events.map((event) => event.type);
const edited = (at: Played, change: object = SEPTEMBER) => turn(at, taskRead(change));
const answer = (at: Played, text: string, change: object = SEPTEMBER) =>
  turn(at, taskRead(change, [comment(text, NOW + HOUR)]));

describe.each([
  "ready",
  "running",
  "a budget is used up",
  "review ready",
  "revision requested",
  "revision running",
] as const)("an edit of the task while the run is “%s”", (name) => {
  const asked = edited(SITUATIONS[name]);

  test("is asked about once, and the work goes on meanwhile", () => {
    expect(types(asked)).toEqual(["task.read", "change.noticed"]);
    expect(asked.effects).toEqual(["status_comment", "change-1"]);
    expect(asked.state?.status).toBe(stateOf(SITUATIONS[name]).status);
    expect(asked.state?.execution).toEqual(stateOf(SITUATIONS[name]).execution);
    expect(edited(asked).events).toEqual([]);
  });

  test("is left out on “keep”, and not asked about again", () => {
    const kept = answer(asked, "keep");
    expect(types(kept)).toEqual(["comments.seen", "change.kept"]);
    expect(kept.state?.brief).toBe(asked.state?.brief);
    expect(edited(kept).events).toEqual([]);
  });

  test("starts over on “apply”: the old attempt is fenced, the new one has the new brief", () => {
    const applied = answer(asked, "apply");
    expect(applied.state?.brief?.periods.primary.start).toBe("2040-09-01");
    expect(applied.effects).toContain("enqueue_execution");
    expect(applied.state?.lease).toBeNull();
    expect(applied.state?.execution?.attempt).toBe((asked.state?.attempts.at(-1)?.n ?? 0) + 1);
    if (asked.state?.lease) {
      const late = turn(applied, finish(asked.state.lease.epoch, 9));
      expect(late.refusal).toBe("fenced");
      expect(applied.state?.attempts.at(-1)?.outcome).toBe("cancelled");
    }
    expect(edited(applied).events).toEqual([]);
  });
});

test("“apply” after a person asked the run to stop: the attempt's end is where it stops, nothing begins anew", () => {
  const stopping = turn(edited(SITUATIONS.running), COMMANDS["ops cancel"]());
  expect(stopping.state?.stopping?.by).toBe("ops@agency.example");
  const applied = answer(stopping, "apply");
  expect(types(applied).slice(-2)).toEqual(["attempt.ended", "run.cancelled"]);
  expect(applied.state).toMatchObject({ status: "cancelled", stopping: null, execution: null, lease: null });
});

test("the question names what differs in plain words, in the comment and in the panel", () => {
  const asked = stateOf(edited(SITUATIONS.running));
  const text = changeQuestion(asked) ?? "";
  expect(text).toContain("it changes the period from October 2040 to September 2040.");
  expect(text).toContain("Reply “apply” to start over with it, or “keep”");
  expect(detailOf(asked).question).toBe(text);
  expect(changeComment(asked)).toContain("the period from October 2040 to September 2040");
  expect(changeComment(asked)).toContain(":change-1]");
  expect(changeComment(stateOf(SITUATIONS.running))).toContain(":change-0]");
});

describe("what counts as a change", () => {
  const read = (change: object, assessment: object = {}) =>
    turn(SITUATIONS.running, taskRead(change, [], assessment)).state?.talk.change?.differences ?? [];

  test("wording does not", () => {
    expect(read({ name: "Please: the SEO report, Plunkett, 10/2040, thanks", notes: "as always" })).toEqual([]);
  });

  test("a task that says less than before is no other task", () => {
    expect(read({ name: "SEO report for Plunkett" })).toEqual([]);
  });

  test("another client does, with what it brings along", () => {
    expect(read({ name: "SEO report for Harbour, October 2040" })).toEqual(["the client from Plunkett to Harbour"]);
  });

  test("another skill, other sources and other brand terms do", () => {
    const units = [{ ...PLUNKETT, sources: PLUNKETT.sources.slice(0, 1), brandTerms: [] }, HARBOUR];
    const audit = { ...SEO, id: "audit", title: "Audit", matches: (text: string) => /\baudit\b/i.test(text) };
    const change = { name: "Audit for Plunkett, October 2040" };
    expect(read(change, { units, skills: [SEO, audit] })).toEqual([
      "the skill from SEO report to Audit",
      "the sources from sc-domain:plunkett.example, 350000002 to sc-domain:plunkett.example",
      "the brand terms from plunkett to none",
    ]);
  });

  test("a month that went by is none: “last month” means what it meant when the work began", () => {
    const lastMonth = { name: "SEO report for Plunkett, last month" };
    const begun = played(NEW, DELIVER, taskRead(lastMonth, [], { today: "2040-11-22" }));
    const later = turn(begun, taskRead(lastMonth, [], { today: "2040-12-22" }));
    expect(later.events).toEqual([]);
  });

  test("a period that could not be reported on when the work began, and can be now, does", () => {
    const november = { name: "SEO report for Plunkett, November 2040" };
    expect(read(november)).toEqual([]);
    expect(read(november, { today: "2040-12-20" })).toEqual(["the period from October 2040 to November 2040"]);
  });

  test("what a reviewer says about the report is no edit of the task", () => {
    const asked = turn(played(NEW, DELIVER), taskRead({ name: "SEO report for Plunkett" }));
    const told = comment("October 2040", NOW + HOUR);
    const begun = turn(asked, taskRead({ name: "SEO report for Plunkett" }, [told]));
    const review = played(begun, { type: "acquire", attempt: 1 }, finish(1, 1));
    const word = comment("thanks for September 2040 too", NOW + 2 * HOUR);
    const said = turn(review, taskRead({ name: "SEO report for Plunkett" }, [told, word]));
    const again = turn(said, taskRead({ name: "SEO report for Plunkett" }, [told, word]));
    expect([...types(said), ...types(again)]).not.toContain("change.noticed");
  });

  test("a run from before this was noticed takes today", () => {
    const state = stateOf(SITUATIONS.running);
    const old = { ...SITUATIONS.running, state: { ...state, talk: { ...state.talk, understood: null } } };
    expect(edited(old).state?.talk.change?.differences).toEqual(["the period from October 2040 to September 2040"]);
  });
});

describe("an edit that leads to another client", () => {
  const ASH = { gid: "14", name: "Ash Okafor" } as const;
  /** Maya and Tom are staff of Plunkett alone, Ash of Harbour; Lee of both. */
  const LEE = { gid: "15", name: "Lee Park", role: "consultant" } as const;
  const units = [
    { ...PLUNKETT, staff: [...PLUNKETT.staff, LEE] },
    { ...HARBOUR, staff: [{ ...ASH, role: "approver" }, LEE] },
  ];
  const HARBOURS = { name: "SEO report for Harbour, October 2040" };
  const look = (at: Played, ...comments: ReturnType<typeof comment>[]) =>
    turn(at, taskRead(HARBOURS, comments, { units }));
  const by = (who: { gid: string; name: string }, text: string) =>
    comment(text, NOW + HOUR, { authorGid: who.gid, authorName: who.name });
  const asked = look(SITUATIONS.running);

  test("says in its question who may apply it", () => {
    expect(changeQuestion(stateOf(asked))).toContain(
      "Ash Okafor or Lee Park can reply “apply” to have me start over with it; “keep” leaves the work as it is.",
    );
  });

  test("is not applied by somebody who may not start work for that client: they are told who may", () => {
    const refused = look(asked, by(MAYA, "apply"));
    expect(types(refused)).toEqual(["steering.refused"]);
    expect(refused.state?.brief?.businessUnitId).toBe("bu_plunkett");
    expect(refusalComment(stateOf(refused), MAYA.gid)).toMatch(/the staff of that client.*Ash Okafor or Lee Park can/s);
    expect(types(look(refused, by(MAYA, "apply")))).toEqual(["comments.passed"]);
  });

  test("is not applied in the panel either, nor by somebody of that client alone", () => {
    const said = turn(asked, inPanel("apply", null, { authorGid: "staff:u1", authorName: "Ona", lead: true }));
    const refused = look(said);
    expect(types(refused)).toEqual(["steering.refused"]);
    expect(refusalComment(stateOf(refused), "staff:u1")).toContain("the staff of that client");
    expect(types(look(asked, by(ASH, "apply")))).toEqual(["steering.refused"]);
    expect(refusalComment(stateOf(look(asked, by(ASH, "apply"))), ASH.gid)).toContain("the staff of this client");
  });

  test("is not spoken of any more once it was settled before the refusal was written", () => {
    const state = stateOf(look(asked, by(MAYA, "apply")));
    const settled = { ...state, talk: { ...state.talk, change: null } };
    expect(refusalComment(settled, MAYA.gid)).toContain("the staff of this client");
  });

  test("is applied by staff of both, and kept away by anybody of the run", () => {
    expect(look(asked, by(LEE, "apply")).state?.brief?.businessUnitId).toBe("bu_harbour");
    const both = look(asked, by(TOM, "apply"), by(MAYA, "keep"));
    expect(types(both)).toEqual(["steering.refused", "comments.seen", "change.kept"]);
  });

  test("is nobody's to apply once the unit left the registry", () => {
    const gone = turn(asked, taskRead({}, [by(LEE, "apply")], { units: units.slice(0, 1) }));
    expect(gone.state?.brief?.businessUnitId).toBe("bu_plunkett");
    const unread = turn(asked, taskRead({ name: "SEO report" }, [by(LEE, "apply")], { units: units.slice(0, 1) }));
    expect(types(unread)).toContain("steering.refused");
  });
});

test("“apply” or “keep” to an edit that was edited again meanwhile answers nothing: the run asks anew", () => {
  for (const word of ["apply", "keep"]) {
    const again = answer(edited(SITUATIONS.running), word, AUGUST);
    expect(types(again)).toEqual(["task.read", "comments.seen", "change.noticed"]);
    expect(again.effects).toContain("change-2");
    expect(again.state?.brief).toBe(SITUATIONS.running.state?.brief);
    expect(types(answer(again, word, AUGUST))).toContain(word === "keep" ? "change.kept" : "change.applied");
  }
});

test("“apply” to an edit that was taken back meanwhile begins nothing", () => {
  const back = answer(edited(SITUATIONS.running), "apply", {});
  expect(types(back)).toEqual(["task.read", "comments.seen", "change.withdrawn"]);
});

describe("a change of the change", () => {
  const first = edited(SITUATIONS.running);

  test("is asked about in a comment of its own, and the earlier question is moot", () => {
    const second = edited(first, AUGUST);
    expect(second.effects).toEqual(["status_comment", "change-2"]);
    const applied = answer(second, "apply", AUGUST);
    expect(applied.state?.brief?.periods.primary.start).toBe("2040-08-01");
  });

  test("that takes it back ends the question; the same edit again is not asked about again, but can be applied", () => {
    const back = turn(first, taskRead());
    expect(types(back)).toContain("change.withdrawn");
    expect(back.state?.talk.change).toBeNull();
    const again = edited(back);
    expect(again.effects).toEqual(["status_comment"]);
    expect(answer(again, "apply").state?.brief?.periods.primary.start).toBe("2040-09-01");
  });

  test("is not heard in answers to nothing", () => {
    const applied = turn(SITUATIONS.running, taskRead({}, [comment("apply", NOW + HOUR)]));
    expect(applied.events).toEqual([]);
  });
});

test("other words while a change is asked about wait for the review, as ever", () => {
  const asked = edited(SITUATIONS.running);
  expect(answer(asked, "why?").events).toEqual([]);
  const review = edited(SITUATIONS["review ready"]);
  const both = turn(review, taskRead(SEPTEMBER, [comment("keep", NOW + HOUR), comment("Accepted", NOW + 2 * HOUR)]));
  expect(types(both)).toEqual(expect.arrayContaining(["change.kept", "run.accepted"]));
});

test("the last of several answers counts, and nobody but staff gives one", () => {
  const asked = edited(SITUATIONS.running);
  const both = turn(asked, taskRead(SEPTEMBER, [comment("keep", NOW + HOUR), comment("apply", NOW + 2 * HOUR)]));
  expect(both.state?.brief?.periods.primary.start).toBe("2040-09-01");
  const rob = comment("apply", NOW + HOUR, { authorGid: ROB.gid, authorName: ROB.name });
  const refused = turn(asked, taskRead(SEPTEMBER, [rob]));
  expect(types(refused)).toEqual(["steering.refused"]);
  expect(refusalComment(stateOf(refused), ROB.gid)).toContain("I leave the work as it is.");
});

describe("a version that is to be made anew after an edit", () => {
  const applied = answer(edited(SITUATIONS["review ready"]), "apply");

  test("is the next one, superseding the one in review, and says why", () => {
    const begun = turn(applied, { type: "acquire", attempt: 2 });
    const done = turn(begun, finish(2, 2));
    expect(done.state?.artifacts.map((one) => one.lifecycle)).toEqual(["superseded", "in_review"]);
    expect(done.state?.talk).toMatchObject({
      owed: null,
      madeBy: { kind: "initial", roundId: null, anew: "made anew with the task as it is now" },
    });
  });

  test("is still owed after the task left Jessie and came back", () => {
    const away = turn(applied, taskRead({ ...SEPTEMBER, assigneeGid: null }));
    const back = turn(away, taskRead(SEPTEMBER));
    expect(back.state).toMatchObject({ status: "ready", execution: { kind: "initial" } });
    const retried = turn(away, { type: "retry", by: "Tom" });
    expect(retried.state?.status).toBe("ready");
    expect(turn(retried, taskRead(SEPTEMBER)).effects).toEqual(["enqueue_execution"]);
  });

  test("is not owed any more when staff stopped the run", () => {
    const stopped = turn(applied, { type: "cancel", by: "Tom", reason: "" });
    expect(turn(stopped, { type: "retry", by: "Tom" }).state?.status).toBe("review_ready");
  });
});
