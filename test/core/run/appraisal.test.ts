import { describe, expect, test } from "vitest";
import { describe as describeEvent } from "../../../src/core/run/describe.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import type { AppraisalAct } from "../../../src/core/wire-artifact.ts";
import { TASK } from "../../support/run-cases.ts";
import { type Played, played, SITUATIONS, said, type Turn, turn } from "../../support/run-machine.ts";

const REPORT = `art_${TASK}_v1`;

function appraise(at: Played, act: AppraisalAct, version: number | null = null, artifactId = REPORT): Turn {
  return turn(at, { type: "appraise", artifactId, act, by: "Ada", reason: "wrong month", version });
}

/** A report as people see it. */
function shown({ state }: Played, n = 1) {
  return state === null ? undefined : detailOf(state).artifacts[n - 1];
}

describe("a report that is dismissed", () => {
  test("counts as dismissed, with who, when and why, and the run stays as it ended", () => {
    const result = appraise(SITUATIONS.accepted, "dismiss");
    const at = new Date(result.now).toISOString();
    expect(shown(result)).toMatchObject({
      lifecycle: "dismissed",
      acceptedBy: "Maya Lindqvist",
      appraisal: { dismissed: { by: "Ada", reason: "wrong month", at }, reuse: null },
    });
    expect([result.state?.status, result.effects]).toEqual(["accepted", ["register"]]);
  });

  test("is what it was before when it is reinstated", () => {
    const back = appraise(appraise(SITUATIONS.accepted, "dismiss"), "reinstate");
    expect(shown(back)).toMatchObject({ lifecycle: "accepted", appraisal: { dismissed: null, reuse: null } });
  });

  test("is no longer dismissed once somebody accepts it after all", () => {
    const dismissed = appraise(SITUATIONS["cancelled in review"], "dismiss");
    const marked = appraise(dismissed, "mark_not_reusable");
    const accepted = played(
      marked,
      { type: "retry", by: "Tom", reason: "right after all" },
      said("I accept.", marked.now),
    );
    expect(shown(accepted)).toMatchObject({
      lifecycle: "accepted",
      appraisal: { dismissed: null, reuse: { reusable: false } },
    });
  });

  test("stays dismissed when a newer version takes its place", () => {
    expect(shown(appraise(SITUATIONS["second version ready"], "dismiss"))?.lifecycle).toBe("dismissed");
  });

  test.each<[AppraisalAct]>([["dismiss"], ["mark_reusable"]])("takes no second word of the same kind: %s", (act) => {
    const dismissed = appraise(SITUATIONS.accepted, "dismiss");
    expect(appraise(dismissed, act)).toMatchObject({ refusal: "wrong_state", events: [] });
  });
});

describe("a mark on reuse", () => {
  test.each<[AppraisalAct, boolean]>([
    ["mark_reusable", true],
    ["mark_not_reusable", false],
  ])("by %s says who, when and why, once", (act, reusable) => {
    const result = appraise(SITUATIONS.accepted, act);
    expect(shown(result)?.appraisal?.reuse).toMatchObject({ reusable, by: "Ada", reason: "wrong month" });
    expect(appraise(result, act).refusal).toBe("wrong_state");
    expect(shown(appraise(result, "unmark"))?.appraisal).toEqual({ dismissed: null, reuse: null });
  });

  test("is turned around by the other", () => {
    const turned = appraise(appraise(SITUATIONS.accepted, "mark_not_reusable"), "mark_reusable");
    expect(shown(turned)?.appraisal?.reuse?.reusable).toBe(true);
  });
});

test.each<[AppraisalAct]>([["reinstate"], ["unmark"]])("what was never said cannot be taken back: %s", (act) => {
  expect(appraise(SITUATIONS.accepted, act)).toMatchObject({ refusal: "wrong_state", events: [] });
});

test("whoever saw an older version of the register changes nothing", () => {
  const version = SITUATIONS.accepted.state?.registryVersion ?? 0;
  const first = appraise(SITUATIONS.accepted, "dismiss", version);
  expect(first.refusal).toBeNull();
  expect(shown(first)?.registryVersion).toBeGreaterThan(version);
  expect(appraise(first, "reinstate", version)).toMatchObject({ refusal: "stale_write", events: [] });
  expect(appraise(first, "reinstate", first.state?.registryVersion ?? 0).refusal).toBeNull();
});

test("a report of another run is no report of this one", () => {
  expect(appraise(SITUATIONS.accepted, "dismiss", null, "art_1_v9").refusal).toBe("no_such_artifact");
});

test("the other versions of the run stay as they are", () => {
  const result = appraise(SITUATIONS["second version ready"], "dismiss");
  expect(shown(result, 2)).toMatchObject({ lifecycle: "in_review", appraisal: null });
});

test("the log says who did what, and why", () => {
  const [said] = appraise(SITUATIONS.accepted, "mark_not_reusable").events;
  expect(said === undefined ? "" : describeEvent(said, 0)).toBe(
    `Ada marked report ${REPORT} as not reusable: wrong month`,
  );
});
