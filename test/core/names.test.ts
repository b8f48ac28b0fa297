import { describe, expect, it } from "vitest";
import { actionName, nameOf, outcomeName, promiseName } from "../../src/core/names.ts";

describe("identifiers as people read them", () => {
  it.each([
    ["seo-reporting", "SEO reporting"],
    ["search_console_site", "Google Search Console"],
    ["search_console", "Google Search Console"],
    ["ga4", "Google Analytics 4"],
    ["release-lease", "Release lease"],
    ["box_folder", "Box folder"],
    ["", ""],
  ])("%s is %s", (id, words) => expect(nameOf(id)).toBe(words));

  it.each([
    ["status_comment", "the status comment"],
    ["question-2", "question 2"],
    ["review-v3", "the request to review version 3"],
    ["classify:rnd_777_1", "reading a comment"],
    ["refused-12", "the word to somebody who may not steer this run"],
    ["something_new-4", "Something new 4"],
  ])("the promise %s is %s", (key, words) => expect(promiseName(key)).toBe(words));

  it.each([
    ["lapsed", "died without a word"],
    ["some_new", "some new"],
  ])("an attempt that is %s %s", (outcome, words) => expect(outcomeName(outcome)).toBe(words));
});

it("the log calls an act what its button says", () => {
  const acts = ["retry", "requeue", "reproject", "release-lease", "fire-timers", "flush-outbox", "kill"];
  expect(acts.map(actionName)).toEqual([
    "Try again",
    "Queue again",
    "Write index again",
    "Release lease",
    "Fire timers",
    "Flush outbox",
    "Kill",
  ]);
});
