import { describe, expect, test } from "vitest";
import { comment, NOW, taskRead } from "../../support/run-cases.ts";
import { DELIVER, NEW, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const HOUR = 3_600_000;
const stranger = (n: number) =>
  comment("Automatic reply", NOW + n * HOUR, { authorGid: `9${n}`, authorName: `Bot ${n}` });
/** `count` strangers, each of whom is refused. */
const crowd = (count: number) => Array.from({ length: count }, (_, n) => stranger(n + 1));

describe("more than three comments of Jessie's without a word of staff", () => {
  test.each(["review ready", "needs clarification", "blocked at work"] as const)(
    "stop the run: no further comment but the status, and a cause for ops (%s)",
    (name) => {
      const at = SITUATIONS[name];
      const change = name === "needs clarification" ? { name: "SEO report for Plunkett" } : {};
      const asked = name === "needs clarification" ? 1 : 0;
      const people = crowd(4 - asked);
      const few = turn(at, taskRead(change, people.slice(0, -1)));
      expect(few.state?.cause?.code).not.toBe("ping_pong");
      const many = turn(few, taskRead(change, people));
      expect(many.state).toMatchObject({ status: "blocked", cause: { code: "ping_pong" } });
      expect(many.effects).toEqual(["status_comment", `incident-${many.state?.version}`]);
      const silent = turn(many, taskRead(change, [...people, stranger(8)]));
      expect(silent.effects).toEqual([]);
      expect(silent.state?.status).toBe("blocked");
    },
  );

  test("end the attempt that is under way", () => {
    const stopped = turn(SITUATIONS.running, taskRead({}, crowd(4)));
    expect(stopped.state).toMatchObject({ status: "blocked", lease: null, execution: null });
    expect(stopped.state?.attempts.at(-1)?.outcome).toBe("blocked");
  });

  test("and a stop that a person asked for before is what ends the attempt: a retry would meet it otherwise", () => {
    const stopping = turn(SITUATIONS.running, { type: "cancel", by: "Tom", reason: "" });
    const stopped = turn(stopping, taskRead({}, crowd(4)));
    expect(stopped.state).toMatchObject({ status: "cancelled", stopping: null, cause: { code: "cancelled_by_staff" } });
  });

  test("come about by edits alone too", () => {
    let at: Played = played(NEW, DELIVER);
    for (const name of ["SEO report", "SEO report for Plunkett", "SEO report October 2040"])
      at = turn(at, taskRead({ name }));
    expect(at.state).toMatchObject({ status: "needs_clarification", questionCount: 3 });
    expect(turn(at, taskRead({ name: "Report for Plunkett" })).state?.cause?.code).toBe("ping_pong");
  });
});

describe("a word of staff", () => {
  test("begins the count anew", () => {
    const people = crowd(4);
    const three = turn(SITUATIONS["review ready"], taskRead({}, people.slice(0, 3)));
    const thanked = turn(three, taskRead({}, [...people.slice(0, 3), comment("thanks!", NOW + 9 * HOUR)]));
    expect(thanked.state?.talk.monologue).toBe(0);
    expect(turn(thanked, taskRead({}, people)).state?.status).toBe("review_ready");
  });

  const stopped = (name: keyof typeof SITUATIONS) => turn(SITUATIONS[name], taskRead({}, crowd(4)));

  test("puts a stopped review back into review, where it is read", () => {
    const back = turn(stopped("review ready"), taskRead({}, [comment("Accepted", NOW + 9 * HOUR)]));
    expect(back.state?.status).toBe("review_ready");
    expect(back.effects).toEqual(["look", "status_comment"]);
    expect(turn(back, taskRead({}, [comment("Accepted", NOW + 9 * HOUR)])).state?.status).toBe("accepted");
  });

  test("starts stopped work again, a report as a revision", () => {
    const word = [comment("sorry, an out-of-office robot", NOW + 9 * HOUR)];
    expect(turn(stopped("running"), taskRead({}, word)).state?.status).toBe("ready");
    expect(turn(stopped("revision running"), taskRead({}, word)).state).toMatchObject({
      status: "revision_requested",
      execution: { kind: "revision" },
    });
  });

  test("is not replaced by an edit of the task", () => {
    expect(turn(stopped("running"), taskRead({ name: "SEO report for Plunkett, May 2040" })).state?.status).toBe(
      "blocked",
    );
    const asking = turn(SITUATIONS["needs clarification"], taskRead({ name: "SEO report for Plunkett" }, crowd(3)));
    expect(turn(asking, taskRead({ name: "SEO report for Plunkett, May 2040" })).state?.status).toBe("blocked");
  });

  test("in the panel counts as well: a retry goes on", () => {
    const retried = turn(stopped("review ready"), { type: "retry", by: "Tom" });
    expect(retried.state).toMatchObject({ status: "review_ready", talk: { monologue: 0 } });
    expect(retried.effects).toEqual(["look", "status_comment"]);
  });
});
