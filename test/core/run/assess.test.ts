import { describe, expect, test } from "vitest";
import { type AssessmentInput, assess, notEligible, type TaskReading } from "../../../src/core/run/assess.ts";
import { BRIEF, HARBOUR, PLUNKETT, READING, SEO, SETTINGS, TODAY } from "../../support/run-cases.ts";

const AUDIT = { ...SEO, id: "audit", title: "Technical audit", matches: (text: string) => /\baudit\b/i.test(text) };
const BARE = "Something for you";

function input(task: Partial<TaskReading>, change: Partial<AssessmentInput> = {}): AssessmentInput {
  return {
    runId: BRIEF.runId,
    task: { ...READING, ...task },
    answers: [],
    replies: [],
    question: null,
    agreedPeriod: null,
    units: [PLUNKETT, HARBOUR],
    skills: [SEO, AUDIT],
    missingSecrets: {},
    today: TODAY,
    ...change,
  };
}

const field = (name: string, value: string | null) => ({ name, value });
const asked = (suggestedPeriod: string | null) => ({ n: 1, text: "?", suggestedPeriod, askedAt: 0, seen: 0 });

/** What was understood: skill, unit, first day of the period. */
function understood(given: AssessmentInput): readonly string[] | string {
  const outcome = assess(given);
  if (outcome.kind === "blocked") return outcome.findings.map((finding) => finding.code);
  if (outcome.kind === "question") return outcome.text;
  return [outcome.brief.skill, outcome.brief.businessUnitName, outcome.brief.periods.primary.start];
}

const OCTOBER = ["seo-reporting", "Plunkett", "2040-10-01"];

const READY: readonly (readonly [claim: string, given: AssessmentInput, understood: readonly string[]])[] = [
  ["name alone is enough", input({}), OCTOBER],
  [
    "the notes fill what the name leaves open",
    input({ name: BARE, notes: "SEO report, Plunkett, October 2040" }),
    OCTOBER,
  ],
  [
    "custom fields win over the text",
    input({ fields: [field("Client", "Harbour"), field("Period", "September 2040"), field("Skill", "audit")] }),
    ["audit", "Harbour", "2040-09-01"],
  ],
  [
    "names of fields are read whatever their case and spaces",
    input({ name: "SEO", fields: [field(" CLIENT ", "Harbour"), field("Reporting period", "Sep 2040")] }),
    ["seo-reporting", "Harbour", "2040-09-01"],
  ],
  [
    "an empty field counts as absent",
    input({ fields: [field("Client", "  "), field("Client", null), field("Period", "")] }),
    OCTOBER,
  ],
  [
    "an answer wins over fields and text",
    input(
      { fields: [field("Client", "Harbour"), field("Period", "September 2040")] },
      { answers: ["Plunkett please, for August 2040"] },
    ),
    ["seo-reporting", "Plunkett", "2040-08-01"],
  ],
  [
    "the newest answer wins over an older one",
    input({}, { answers: ["sorry, Harbour", "Plunkett, August 2040"] }),
    ["seo-reporting", "Harbour", "2040-08-01"],
  ],
  ["a unit is found by its client's name", input({ name: "SEO for plunkett group, Oct 2040" }), OCTOBER],
  ["case and punctuation of a name do not matter", input({ name: "SEO: PLUNKETT! October 2040" }), OCTOBER],
];

describe("a task that says enough", () => {
  test.each(READY)("%s", (_claim, given, expected) => {
    expect(understood(given)).toEqual(expected);
  });

  test("becomes a brief with the unit's sources, of the kinds the skill wants", () => {
    expect(assess(input({}))).toEqual({
      kind: "ready",
      brief: BRIEF,
      skillTitle: "SEO report",
      deliverables: SEO.deliverables,
      agreedPeriod: null,
    });
    const narrow = assess(input({}, { skills: [{ ...SEO, optionalSources: [] }] }));
    expect(narrow.kind === "ready" && narrow.brief.sources).toEqual([PLUNKETT.sources[0]]);
  });

  test("keeps a long name bounded", () => {
    const outcome = assess(input({ name: `SEO Plunkett October 2040 ${"x".repeat(900)}` }));
    expect(outcome.kind === "ready" && outcome.brief.taskName).toHaveLength(300);
  });
});

const GAPS: readonly (readonly [claim: string, given: AssessmentInput, words: readonly string[]])[] = [
  [
    "everything missing is asked in one question",
    input({ name: BARE }),
    ["(1) which report", "(2) which client", "(3) which period"],
  ],
  ["the skills it can do are named", input({ name: "Plunkett October 2040" }), ["SEO report, Technical audit"]],
  ["two skills at once are a question", input({ name: "SEO audit Plunkett October 2040" }), ["which report you need"]],
  ["known clients are named", input({ name: "SEO report October 2040" }), ["I know Plunkett, Harbour"]],
  [
    "several clients are named back",
    input({ name: "SEO for Plunkett and Harbour, October 2040" }),
    ["the task names Plunkett and Harbour"],
  ],
  [
    "a name inside a longer word is no client",
    input({ name: "SEO for Plunkettville, October 2040" }),
    ["which client"],
  ],
  ["without any client set up an admin is needed", input({}, { units: [] }), ["no client is set up yet"]],
  [
    "two periods are named back",
    input({ name: "SEO Plunkett, August 2040 and October 2040" }),
    ["August 2040 and October 2040"],
  ],
  [
    "a period before the history is refused with the reason",
    input({ name: "SEO Plunkett March 2031" }),
    ["the oldest day Search Console still has"],
  ],
  [
    "a day that does not exist is named",
    input({ name: "SEO Plunkett 31 September 2040" }),
    ["which period it should cover"],
  ],
];

describe("a task that leaves something open", () => {
  test.each(GAPS)("%s", (_claim, given, words) => {
    const outcome = assess(given);
    expect(outcome.kind).toBe("question");
    for (const word of words) expect(outcome.kind === "question" && outcome.text).toContain(word);
  });

  test("is asked about one gap without numbering", () => {
    expect(understood(input({ name: "SEO report for Plunkett" }))).toBe(
      "Before I start I need to know which period it should cover, for example a month and year.",
    );
  });
});

describe("a period that is not over", () => {
  const immature = { name: "SEO report for Plunkett, November 2040" };

  test("is answered with a suggestion and the day it will be complete", () => {
    const outcome = assess(input(immature));
    expect(outcome).toMatchObject({ kind: "question", suggestedPeriod: "1–19 November 2040", agreedPeriod: null });
    expect(outcome.kind === "question" && outcome.text).toContain("complete only from 3 December 2040");
  });

  test.each(["yes please", "Yes.", "ok", "sure, go ahead", "Please do", "fine by me", "Agreed"])(
    "“%s” takes the suggestion",
    (text) => {
      const given = input(immature, { question: asked("1–19 November 2040"), answers: [text], replies: [text] });
      expect(assess(given)).toMatchObject({
        kind: "ready",
        agreedPeriod: "1–19 November 2040",
        brief: { periods: { primary: { start: "2040-11-01", end: "2040-11-19" } } },
      });
    },
  );

  test.each([
    "no",
    "not yet",
    "ok, but wait until December",
    "Yes? I don't know",
    "sure it isn't October?",
    "thanks",
    "fine, wait for it then",
  ])("“%s” does not take it", (text) => {
    const given = input(immature, { question: asked("1–19 November 2040"), answers: [text], replies: [text] });
    expect(assess(given)).not.toMatchObject({ agreedPeriod: "1–19 November 2040" });
  });

  test("a yes that was said before the suggestion does not take it", () => {
    const given = input(immature, {
      question: asked("1–19 November 2040"),
      answers: ["ok, it is for Plunkett"],
      replies: [],
    });
    expect(assess(given).kind).toBe("question");
  });

  test("another period in the answer is taken instead of the suggestion", () => {
    const text = "ok, use September 2040 then";
    const given = input(immature, { question: asked("1–19 November 2040"), answers: [text], replies: [text] });
    expect(understood(given)).toEqual(["seo-reporting", "Plunkett", "2040-09-01"]);
  });

  test("an agreement survives a later question about something else", () => {
    const given = input(
      { name: "SEO report, November 2040" },
      {
        question: asked(null),
        answers: ["Plunkett", "yes"],
        replies: ["Plunkett"],
        agreedPeriod: "1–19 November 2040",
      },
    );
    expect(assess(given)).toMatchObject({ kind: "ready", agreedPeriod: "1–19 November 2040" });
  });
});

describe("a task that cannot be done yet", () => {
  test("lacks a required source: the finding says which and who can add it", () => {
    const given = input({}, { units: [{ ...PLUNKETT, sources: [] }] });
    expect(assess(given)).toEqual({
      kind: "blocked",
      findings: [
        {
          code: "search_console_site_missing",
          what: "Plunkett has no Search Console site.",
          fix: "An admin can add it under Sources of the Business Unit.",
        },
      ],
      cause: {
        code: "search_console_site_missing",
        detail: "Plunkett has no Search Console site. An admin can add it under Sources of the Business Unit.",
      },
    });
  });

  test("lacks a credential: the secrets are named, never their values", () => {
    const given = input({}, { missingSecrets: { search_console_site: ["CLIENT_ID", "REFRESH_TOKEN"] } });
    const outcome = assess(given);
    expect(outcome.kind === "blocked" && outcome.cause).toEqual({
      code: "search_console_site_credential_missing",
      detail:
        "Jessie has no credential for the Search Console site: CLIENT_ID, REFRESH_TOKEN is not set. Ops can set it in the secrets store.",
    });
  });

  test("is not held up by an optional source", () => {
    expect(assess(input({}, { missingSecrets: { ga4_property: ["X"], accuranker_domain: ["Y"] } })).kind).toBe("ready");
  });

  test("names every finding of several required sources", () => {
    const skills = [{ ...SEO, requiredSources: ["accuranker_domain", "ga4_property"] as const }];
    const given = input({}, { skills, missingSecrets: { ga4_property: ["KEY"] } });
    expect(understood(given)).toEqual(["accuranker_domain_missing", "ga4_property_credential_missing"]);
  });
});

describe("a task is Jessie's", () => {
  test.each([
    ["in the intake project, assigned to Jessie and open", {}, null],
    ["not outside of the intake project", { projectGids: ["5"] }, "not_in_intake"],
    ["not when somebody else has it", { assigneeGid: "12" }, "not_assigned"],
    ["not when nobody has it", { assigneeGid: null }, "not_assigned"],
    ["not when it is completed", { completed: true }, "task_completed"],
    ["also when it is in other projects too", { projectGids: ["5", "100"] }, null],
  ])("%s", (_claim, change, code) => {
    expect(notEligible({ ...READING, ...change }, SETTINGS)?.code ?? null).toBe(code);
  });
});
