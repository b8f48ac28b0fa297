import { describe, expect, it } from "vitest";
import { checksOf, factsWith, noteOf, periodOf, valueText } from "../../web/interface/state/evidence.ts";
import {
  chainOf,
  deedsFor,
  EVERYTHING,
  filterOf,
  libraryPath,
  momentsOf,
  parametersOf,
  queryOf,
  reuseWords,
  successorOf,
  suggestedName,
  viewOf,
} from "../../web/interface/state/library.ts";
import { evidenceFile, fact, report, reportDetail, version } from "./support/library.ts";

const word = { by: "Ada", reason: "wrong month", at: "2026-11-22T10:00:00.000Z" };

describe("what the library is narrowed to", () => {
  it("stands in the address, and an address brings it back", () => {
    const filter = { ...EVERYTHING, q: "plunkett & co", lifecycle: "accepted", reusable: "false", month: "2026-10" };
    expect(filterOf(libraryPath(filter).split("?")[1] ?? "")).toEqual(filter);
    expect(libraryPath(EVERYTHING)).toBe("/reports");
  });

  it("leaves out what the server would refuse, so that an old link shows more and no error", () => {
    expect(filterOf("lifecycle=draft&reusable=perhaps&month=soon&x=1")).toEqual(EVERYTHING);
    expect(filterOf(`q=${"x".repeat(900)}`).q).toHaveLength(200);
  });

  it("asks the server for nothing that is empty", () => {
    expect(parametersOf({ ...EVERYTHING, q: "  ", skill: "seo-reporting" })).toEqual({ skill: "seo-reporting" });
  });

  it("is a saved view in whatever order its parts were written", () => {
    const views = [{ viewId: "view_1", name: "Mine", query: "lifecycle=accepted&q=x", createdAt: "" }];
    expect(viewOf(views, { ...EVERYTHING, q: "x", lifecycle: "accepted" })?.name).toBe("Mine");
    expect(viewOf(views, { ...EVERYTHING, q: "y", lifecycle: "accepted" })).toBeNull();
  });

  it("has a name to save it under", () => {
    const filter = { ...EVERYTHING, businessUnitId: "bu_1", lifecycle: "accepted", reusable: "true", q: "x" };
    expect(suggestedName(filter, "Plunkett")).toBe("Plunkett, Accepted, Reusable, x");
    expect(suggestedName({ ...EVERYTHING, q: "x".repeat(99) }, null)).toHaveLength(60);
    expect(queryOf(EVERYTHING)).toBe("");
  });
});

describe("what can be done to a report", () => {
  const acts = (changes: Parameters<typeof report>[1]) => deedsFor(report(1, changes)).map(({ act }) => act);

  it("follows from where it stands and what was said", () => {
    expect(acts({})).toEqual(["mark_reusable", "mark_not_reusable", "dismiss"]);
    expect(acts({ lifecycle: "superseded" })).toEqual(["mark_not_reusable", "dismiss"]);
    expect(acts({ lifecycle: "dismissed", appraisal: { dismissed: word, reuse: null } })).toEqual([
      "mark_not_reusable",
      "reinstate",
    ]);
    expect(acts({ appraisal: { dismissed: null, reuse: { ...word, reusable: true } } })).toEqual([
      "mark_not_reusable",
      "unmark",
      "dismiss",
    ]);
  });

  it("tells one that nobody accepted yet from one that may not be used", () => {
    expect(reuseWords({ reusable: false, code: "in_review", reason: "" }).label).toBe("Not yet reusable");
    expect(reuseWords({ reusable: false, code: "restated", reason: "" })).toEqual({
      label: "Not reusable",
      tone: "wait",
    });
  });
});

describe("how a report came about", () => {
  it("is told in the order it happened, restatements of one instant as one", () => {
    const restated = { factId: "f", metric: "gsc.clicks", periodStart: "", periodEnd: "", recordedAt: "2030-01-01" };
    const detail = reportDetail({
      restatements: [restated, { ...restated, factId: "g" }],
      appraisal: { dismissed: { ...word, at: "2029-01-01" }, reuse: null },
    });
    const told = momentsOf(detail);
    expect(told.map(({ kind }) => kind)).toEqual(["made", "round", "made", "accepted", "said", "restated"]);
    expect(told.at(-1)).toMatchObject({ count: 2 });
  });

  it("names the version that took the place of this one", () => {
    const versions = [version(1), version(2), version(3)];
    expect(chainOf(versions).map((one) => one.version)).toEqual([3, 2, 1]);
    expect(successorOf({ artifactId: version(2).artifactId, versions })?.version).toBe(3);
    expect(successorOf({ artifactId: version(3).artifactId, versions })).toBeNull();
  });
});

describe("the evidence", () => {
  it("shows first what the prose speaks of, and finds a fact by any of its words", () => {
    const file = evidenceFile();
    expect(
      factsWith(file, "")
        .slice(0, 2)
        .map(({ id }) => id),
    ).toEqual(["gsc.clicks.primary", "gsc.clicks.delta_pct"]);
    expect(factsWith(file, "ga4 USERS").map(({ id }) => id)).toEqual(["ga4.users.primary"]);
    expect(factsWith(file, "nothing like it")).toEqual([]);
  });

  it("words each value in its unit, a change with its sign, and says why one is not there", () => {
    expect(valueText(fact("a", 18_420))).toBe("18,420");
    expect(valueText(fact("a", 0.124, { unit: "percent_change" }))).toBe("+12.4%");
    expect(valueText(fact("a", null))).toBe("withheld");
    const absent = fact("a", null, {
      value: { state: "withheld", value: null, reason: "too few people" },
      period: null,
    });
    expect([noteOf(absent), periodOf(absent)]).toEqual(["too few people", ""]);
    expect(noteOf(fact("a", 1))).toBeNull();
  });

  it("puts the checks that failed before those that passed", () => {
    expect(checksOf(evidenceFile()).map(({ passed }) => passed)).toEqual([false, true]);
  });
});
