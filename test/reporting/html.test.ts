import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatFact } from "../../src/core/evidence/format.ts";
import type { ReportDocument } from "../../src/reporting/document.ts";
import { bounded } from "../../src/reporting/escape.ts";
import { renderHtml } from "../../src/reporting/html.ts";
import { byId, type Element, elements, find, parseReport, textOf, texts } from "./dom.ts";
import { evidenceOf, FactBox, fact, quote, type ReportEvidence, say } from "./fixture.ts";
import { seoReport } from "./seo-report.ts";

const { document, evidence } = seoReport();
const markup = renderHtml(document, evidence);
const page = parseReport(markup);

/** A small document that puts one strange text everywhere a stranger's text may stand. */
function echoing(text: string): { document: ReportDocument; evidence: ReportEvidence } {
  const box = new FactBox();
  box.quote("q", text);
  box.add("f.absent", "Clicks", "count", { state: "unavailable", value: null, reason: text });
  return {
    document: {
      ...document,
      title: text,
      clientName: text,
      revisionNotes: [{ request: text, outcome: "declined", reason: text }],
      sources: [{ name: "Search Console", status: "used", detail: text, fetchedAt: null }],
      answer: [say("See ", quote("q"), " and ", { code: text }, " with ", fact("f.absent"), ".")],
      scorecard: [],
      sections: [
        {
          id: "s",
          heading: "Queries",
          claim: say(quote("q")),
          narratedBy: "rules",
          soWhat: [],
          blocks: [
            {
              kind: "table",
              id: "t",
              title: "Queries",
              source: "Search Console",
              columns: [{ label: "Query", align: "start" }],
              rows: [[quote("q")]],
              empty: "none",
              footer: null,
              csv: null,
            },
            {
              kind: "bars",
              id: "b",
              title: "Clicks",
              unit: "clicks",
              source: "Search Console",
              alt: say(quote("q")),
              better: "higher",
              bars: [{ label: quote("q"), fact: "f.absent" }],
            },
          ],
        },
      ],
      nextActions: [],
      appendix: [],
    },
    evidence: evidenceOf(box, {
      checks: [{ id: "c", passed: true, detail: "fine", factIds: [] }],
      model: { name: text, calls: 1, rejected: [{ section: text, reason: text }] },
    }),
  };
}

/** Tags and attribute names in order: what the page is made of, whatever the texts say. */
function skeleton(root: Element): readonly string[] {
  return elements(root).map((one) => `${one.tag} ${Object.keys(one.attributes).join(" ")}`);
}

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</title></style><style>*{display:none}</style>",
  "<!-- ",
  "]]>",
  "&lt;b&gt; &amp;amp; &#60;",
  "javascript:alert(1)",
  "{{gsc.clicks.primary}} ${7*7} <%= 7 %>",
  "\u0000\u0008\u202e\u2066evil\u2069\ud800",
  "</bdi></q></td></table>",
];

describe("text of strangers", () => {
  const harmless = skeleton(parseReport(renderHtml(...both(echoing("harmless")))));

  test.each(HOSTILE)("adds no element and no attribute: %j", (text) => {
    expect(skeleton(parseReport(renderHtml(...both(echoing(text)))))).toEqual(harmless);
  });

  test("adds no element and no attribute, whatever it is", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...HOSTILE, "<", ">", '"', "&", "=", "/", " ")).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(skeleton(parseReport(renderHtml(...both(echoing(value)))))).toEqual(harmless);
      }),
      { numRuns: 150 },
    );
  });

  test("reads as it was written, on one line and bounded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }), (value) => {
        const cell = find(byId(parseReport(renderHtml(...both(echoing(value)))), "table-t"), "bdi")[0];
        expect(cell === undefined ? null : textOf(cell)).toBe(bounded(value));
      }),
      { numRuns: 100 },
    );
    expect([...bounded("x".repeat(500))]).toHaveLength(120);
    expect(bounded(`${"👩".repeat(119)}yz`).endsWith("👩…")).toBe(true);
  });

  test("is isolated, so that a right-to-left query cannot reorder its row", () => {
    expect(bounded("\u202eabc\u2066")).toBe("abc");
    const cell = find(byId(page, "table-queries"), "bdi").find((one) => textOf(one).startsWith("تسوية"));
    expect(cell).toBeDefined();
  });
});

function both(one: { document: ReportDocument; evidence: ReportEvidence }): [ReportDocument, ReportEvidence] {
  return [one.document, one.evidence];
}

describe("figures", () => {
  const facts = new Map(evidence.facts.map((one) => [one.id, one]));

  test("carry their fact id, the unrounded value and the shared display", () => {
    const figures = find(page, "data");
    expect(figures.length).toBeGreaterThan(200);
    for (const one of figures) {
      const known = facts.get(one.attributes["data-fact"] ?? "");
      expect(known, textOf(one)).toBeDefined();
      if (known === undefined) continue;
      expect(textOf(one)).toBe(formatFact(known));
      expect(one.attributes.value).toBe(known.value.value === null ? known.value.state : String(known.value.value));
    }
  });

  test("are the only digits: each other one stands in a time, a code, a quote or a marked scale", () => {
    const stray = texts(page).filter(
      ({ parent, text }) =>
        /\p{Nd}/u.test(text) &&
        !["data", "time", "code", "bdi"].includes(parent.tag) &&
        !("data-scale" in parent.attributes),
    );
    expect(stray.map(({ parent, text }) => `${parent.tag}: ${text}`)).toEqual([]);
  });

  test("in a sentence of the skill that types a digit itself stay visible to that search", () => {
    const typed = renderHtml({ ...document, answer: [say("Clicks rose by 12 percent.")] }, evidence);
    const answer = byId(parseReport(typed), "answer");
    expect(texts(answer).filter(({ text }) => /\p{Nd}/u.test(text))).toHaveLength(1);
  });

  test("lead to a lineage row that names their formula or snapshot", () => {
    for (const link of find(page, "a", "class", "fig")) {
      const shown = find(link, "data")[0]?.attributes["data-fact"];
      expect(link.attributes.href).toBe(`#fact-${shown}`);
    }
    expect(textOf(byId(page, "fact-gsc.clicks.primary"))).toMatch(/Read at \/rows\/\d+\/value of snapshot 3f9a1c77d0/);
    expect(textOf(byId(page, "fact-gsc.clicks.previous.delta_pct"))).toContain(
      "Formula delta_pct of gsc.clicks.primary, gsc.clicks.previous",
    );
  });

  test("that were only used by a formula are listed too, so that no chain of evidence ends early", () => {
    const box = new FactBox();
    box.measured("a.base", "Base", "count", 7);
    box.change("a.step", "Step", "percent_change", 0.5, "delta_pct", ["a.base"]);
    box.change("a.top", "Top", "percent_change", 0.25, "delta_pct", ["a.step"]);
    const small = { ...echoing("x").document, answer: [say(fact("a.top"))], sections: [] };
    const shown = parseReport(renderHtml(small, evidenceOf(box, { checks: [], texts: [] })));
    expect(find(byId(shown, "proof-inputs"), "tr").map((row) => row.attributes.id)).toContain("fact-a.base");
  });

  test("without a number say why", () => {
    const withheld = find(page, "data", "data-fact", "gsc.page.0.ctr")[0];
    expect(withheld?.attributes.value).toBe("withheld");
    expect(withheld?.attributes.title).toBe("Click rate of a page: too few impressions for a rate");
    expect(textOf(byId(page, "fact-gsc.page.0.ctr"))).toContain("too few impressions for a rate");
  });
});

describe("a bug of the composing skill aborts the report", () => {
  const render =
    (change: Partial<ReportDocument>, more: Partial<ReportEvidence> = {}) =>
    () =>
      renderHtml({ ...document, ...change }, { ...evidence, ...more });

  test("an unknown fact", () => {
    expect(render({ answer: [say(fact("no.such"))] })).toThrow('unknown fact: "no.such"');
  });

  test("an unknown quote", () => {
    expect(render({ answer: [say(quote("no.such"))] })).toThrow('unknown quoted text: "no.such"');
  });

  test("a fact that names a snapshot the run never stored", () => {
    expect(render({}, { inputs: [] })).toThrow("a fact names a snapshot that is no input");
  });

  test("a fact with a caveat nobody wrote down", () => {
    expect(render({}, { caveats: [] })).toThrow(/unknown caveat/);
  });

  test("two facts of one id", () => {
    expect(render({}, { facts: [...evidence.facts, ...evidence.facts.slice(0, 1)] })).toThrow("fact appears twice");
  });

  test("a value that is no finite number", () => {
    const box = new FactBox();
    box.measured("bad", "Bad", "count", Number.NaN);
    expect(() => renderHtml(document, evidenceOf(box))).toThrow("fact is not finite: bad");
  });

  test("two sections of one id", () => {
    const [first] = document.sections;
    expect(render({ sections: first === undefined ? [] : [first, first] })).toThrow(/two elements have the id/);
  });

  test("an id that would break out of its attribute", () => {
    const [first] = document.sections;
    expect(render({ sections: first === undefined ? [] : [{ ...first, id: 'x" onload="y' }] })).toThrow(
      "not usable as an anchor",
    );
  });

  test("a row with too few cells", () => {
    const rows = [[{ text: "one" }]];
    const columns = [
      { label: "A", align: "start" as const },
      { label: "B", align: "end" as const },
    ];
    const block = {
      kind: "table" as const,
      id: "odd",
      title: "Odd",
      source: "x",
      columns,
      rows,
      empty: "",
      footer: null,
      csv: null,
    };
    expect(render({ appendix: [{ heading: "Odd", blocks: [block] }] })).toThrow("table odd: a row has 1 cells");
  });

  test("a day that is no day", () => {
    expect(render({ answer: [say({ day: "2026-02-30" })] })).toThrow('not a day: "2026-02-30"');
  });
});

describe("the page", () => {
  test("is the same, byte by byte, for the same input", () => {
    const again = seoReport();
    expect(renderHtml(again.document, again.evidence)).toBe(markup);
  });

  test("needs nothing from outside and runs nothing", () => {
    const tags = new Set(elements(page).map((one) => one.tag));
    for (const tag of ["script", "link", "img", "iframe", "object", "form", "base"]) expect(tags).not.toContain(tag);
    const outside = elements(page).filter(
      (one) => "src" in one.attributes || (one.attributes.href ?? "#").startsWith("#") === false,
    );
    expect(outside).toEqual([]);
    expect(markup).not.toMatch(/url\(|@import| on[a-z]+=/);
    const policy = find(page, "meta", "http-equiv", "Content-Security-Policy")[0];
    expect(policy?.attributes.content).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  test("puts the answer first, before tiles, sections and evidence", () => {
    const main = find(page, "main")[0];
    const ids = main?.children.flatMap((child) => (typeof child === "string" ? [] : [child.attributes.id]));
    expect(ids).toEqual([
      "answer",
      "changes",
      "scorecard",
      "section-trend",
      "section-pages",
      "section-queries",
      "section-rankings",
      "actions",
      "notes",
      "appendix",
    ]);
  });

  test("never skips a heading level", () => {
    const levels = elements(page).flatMap((one) => (/^h[1-6]$/.test(one.tag) ? [Number(one.tag.slice(1))] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, at) => {
      expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  test("heads each table, and each column and row of it", () => {
    for (const table of find(page, "table")) {
      expect(find(table, "caption").length === 1 || "aria-labelledby" in table.attributes).toBe(true);
      expect(find(table, "th").every((head) => ["col", "row"].includes(head.attributes.scope ?? ""))).toBe(true);
    }
  });

  test("says what a revision changed, and leaves that out of a first version", () => {
    expect(textOf(byId(page, "changes"))).toContain("What changed since version 1");
    expect(textOf(byId(page, "changes"))).toMatch(/Declined “?Add last year's revenue/);
    const first = parseReport(renderHtml({ ...document, version: 1, revisionNotes: [] }, evidence));
    expect(elements(first).some((one) => one.attributes.id === "changes")).toBe(false);
  });

  test("names the notes that apply under what they apply to", () => {
    expect(textOf(byId(page, "tile-ga4.sessions"))).toContain("Read with note c.");
    expect(textOf(byId(page, "caveat-ga4_consent"))).toContain("agreed to be counted");
    const repeated = evidence.caveats.map((caveat) => say(caveat.text));
    const notes = byId(parseReport(renderHtml({ ...document, notes: repeated }, evidence)), "notes");
    expect(textOf(notes).split("agreed to be counted")).toHaveLength(2);
  });

  test("says who worded a section, and what made the report", () => {
    expect(textOf(byId(page, "section-pages"))).toContain("Worded by rules");
    expect(textOf(byId(page, "section-trend"))).toContain("Worded by a model");
    expect(textOf(byId(page, "evidence"))).toContain("version 1.0.0, prompt ababababab, model gpt-5.5.");
    const alone = parseReport(renderHtml(document, { ...evidence, model: null }));
    expect(textOf(byId(alone, "evidence"))).toContain("no model.");
  });

  test("shows why a table is empty", () => {
    expect(textOf(byId(page, "table-won"))).toContain("No page got its first clicks in this period.");
  });

  test("is whole without tiles, sections, actions, notes and appendix", () => {
    const bare: ReportDocument = {
      ...document,
      revisionNotes: [],
      answer: [],
      scorecard: [],
      sections: [],
      nextActions: [],
      notes: [],
      appendix: [],
      sources: [],
    };
    const empty = parseReport(renderHtml(bare, evidenceOf(new FactBox(), { checks: [], inputs: [] })));
    expect(textOf(byId(empty, "actions"))).toContain("calls for no action");
    expect(textOf(byId(empty, "notes"))).toContain("No data notes apply");
  });
});
