import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FIELDS,
  fieldValue,
  NO_VOCABULARY,
  parseSearch,
  runsWith,
  suggestionsFor,
  termOf,
  withField,
  withVocabulary,
} from "../../web/interface/state/search.ts";
import { summary } from "./support/runs.ts";

describe("the words of the search box", () => {
  it.each([
    ["", {}],
    ["plunkett october", { q: "plunkett october" }],
    ["client:Plunkett", { client: "Plunkett" }],
    ['client:"Strategic Settlements" report', { client: "Strategic Settlements", q: "report" }],
    ['CLIENT:"half typed', { client: "half typed" }],
    ["status:failed code:quota_exceeded", { status: "failed", code: "quota_exceeded" }],
    ['status:"needs clarification"', { status: "needs_clarification" }],
    ["client: status:failed", { status: "failed" }],
    ["skill:a skill:b", { skill: "b" }],
    ["parked:Yes client:A", { parked: "yes", client: "A" }],
    ["https://app.asana.com/0/1", { q: "https://app.asana.com/0/1" }],
    ['"third quarter"', { q: "third quarter" }],
  ])("%s", (query, filter) => expect(parseSearch(query)).toEqual({ filter, unknown: null }));

  it("a status there is not is named, not ignored: a filter that is dropped would show every run", () => {
    expect(parseSearch("status:asleep x")).toEqual({ filter: { q: "x" }, unknown: "asleep" });
    expect(parseSearch("parked:no x")).toEqual({ filter: { q: "parked:no x" }, unknown: null });
  });

  it("every value that is written as a field is read back as it was", () => {
    const value = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !text.includes('"'));
    const field = fc.constantFrom(...FIELDS.filter((one) => one !== "status" && one !== "parked"));
    fc.assert(
      fc.property(field, value, (name, text) => {
        expect(parseSearch(`before ${termOf(name, text)} after`)).toEqual({
          filter: { [name]: text, q: "before after" },
          unknown: null,
        });
      }),
    );
  });

  it.each([
    ["", "client", "Plunkett", "client:Plunkett"],
    ["report client:A october", "client", "B C", 'report october client:"B C"'],
    ['"third quarter" status:failed', "status", "", '"third quarter"'],
    ["client:A client:B", "client", "", ""],
  ] as const)("%s with another %s", (query, field, value, want) => expect(withField(query, field, value)).toBe(want));

  it("a value that is put in is the one that is read", () => {
    expect([fieldValue("x client:A client:B", "client"), fieldValue("status:Needs-Clarification", "status")]).toEqual([
      "B",
      "needs_clarification",
    ]);
    expect([fieldValue("client: x", "client"), fieldValue("client", "client")]).toEqual([null, null]);
  });

  it("leads to the list of what fits", () => {
    expect(runsWith(["status", "failed"], ["client", "A B"])).toBe("/search?q=status%3Afailed%20client%3A%22A%20B%22");
  });
});

describe("suggestions", () => {
  const vocabulary = withVocabulary(NO_VOCABULARY, [
    summary(1),
    summary(2, { clientName: "Plunkett", cause: { code: "quota", detail: "x" } }),
  ]);
  const labels = (query: string, caret = query.length) =>
    suggestionsFor(query, caret, vocabulary).map((one) => one.label);

  it.each([
    ["", ["client:", "skill:", "status:", "requester:", "code:", "waiting:", "parked:"]],
    ["cl", ["client:"]],
    ["client:", ["client:Plunkett", 'client:"Strategic Settlements"']],
    ["client:str", ['client:"Strategic Settlements"']],
    ["status:review", ["status:review_ready"]],
    ["code:q", ["code:quota"]],
    ["client:Plunkett", []],
    ["plunkett ", []],
  ])("for “%s”", (query, want) => expect(labels(query)).toEqual(want));

  it("are for the word under the caret and keep the others", () => {
    const [one] = suggestionsFor("co:x sta october", 8, vocabulary);
    expect(one).toEqual({ label: "status:", text: "co:x status:october", caret: 12 });
  });

  it("remember nothing new without need, so that the page is not drawn for it", () => {
    expect(withVocabulary(vocabulary, [summary(1)])).toBe(vocabulary);
  });
});
