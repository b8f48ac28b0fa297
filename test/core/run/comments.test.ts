import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { COMMENT_TAGS, parseRichText } from "../../../sandbox/asana/rich-text.ts";
import {
  failureComment,
  failureKey,
  marker,
  questionComment,
  replyComment,
  reviewComment,
  scopeProposal,
  statusComment,
} from "../../../src/core/run/comments.ts";
import { answerComment } from "../../../src/core/run/comments-people.ts";
import { bullets, escaped, link, rich } from "../../../src/core/run/rich-text.ts";
import type { FeedbackRound, RunState } from "../../../src/core/run/types.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { artifactOf, BRIEF, MAYA, NOW, TASK } from "../../support/run-cases.ts";
import { type Played, SITUATIONS } from "../../support/run-machine.ts";

const ORIGIN = "https://panel.example/";

/** Text that somebody might put into a task to break a comment or to pass for Jessie. */
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  fc.constantFrom(
    "</body><body>",
    '"><script>alert(1)</script>',
    "&amp;&lt;&#0;&bogus;",
    "<![CDATA[x]]><!-- -->",
    "<a href='javascript:alert(1)'>x</a>",
    "\u0000\u0008\uD800\uFFFE\uDC00",
    "\u202Edesrever\u2066",
    "{{ga4.sessions}} ${x} %s",
    "😀".repeat(900),
    "x".repeat(5_000),
  ),
);

function base(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error(`There is no run in “${name}”.`);
  return state;
}

test("what will come stands one below the other: each deliverable is a phrase with commas of its own", () => {
  const deliverables = ["One report, with its evidence", "Tables of queries, pages and days"];
  const html = statusComment({ ...base("ready"), deliverables }, ORIGIN);
  expect(html).toContain(
    "<strong>You will get</strong><ul><li>One report, with its evidence</li><li>Tables of queries, pages and days</li></ul>",
  );
});

test("a question says how to drop the task", () => {
  expect(questionComment(base("needs clarification"))).toContain("comment <em>cancel this task</em>");
});

const round = (text: string): FeedbackRound => ({
  roundId: `rnd_${TASK}_1`,
  n: 1,
  storyGids: ["1"],
  authorName: text,
  authorGid: "11",
  comment: text,
  commentedAt: NOW,
  openedAt: NOW,
  closedAt: NOW,
  artifactId: artifactOf(1).artifactId,
  kind: "discussion",
  decidedBy: "rules",
  items: [{ id: "r1i1", text }],
  answers: [{ itemId: "r1i1", outcome: "declined", reason: text }],
  reply: `${text}\n${text}`,
});

/** Every comment Jessie can write, with the text in each place that outsiders fill. */
function commentsWith(text: string): readonly string[] {
  const state: RunState = {
    ...base("second version ready"),
    task: { name: text, url: text, requesterName: text, requesterGid: "11" },
    brief: {
      ...BRIEF,
      clientName: text,
      businessUnitName: `${text} unit`,
      sources: [{ kind: "ga4_property", externalId: text }],
    },
    skillTitle: text,
    deliverables: [text, text],
    cause: { code: text, detail: text },
    findings: [{ code: text, what: text, fix: text }],
    question: { n: 1, text, suggestedPeriod: text, askedAt: NOW, seen: 0 },
    rounds: [round(text)],
  };
  const artifact = artifactOf(2, { answer: [text], lookAt: [text] });
  const withFile = { ...artifact, files: artifact.files.map((file) => ({ ...file, name: text })) };
  return [
    statusComment(state, ORIGIN),
    statusComment({ ...state, cause: null, execution: { ...waiting(), waitReason: text } }, ORIGIN),
    questionComment(state),
    reviewComment(state, withFile, ORIGIN),
    failureComment(state, ORIGIN),
    failureComment({ ...state, status: "blocked" }, ORIGIN),
    answerComment(state, { n: 1, to: text, text, authorGid: text, authorName: text, lead: false, at: NOW }),
    replyComment(state, round(text)),
    replyComment(state, { ...round(text), kind: "scope_change", reply: scopeProposal(text) }),
  ];
}

function waiting(): NonNullable<RunState["execution"]> {
  const { execution } = base("waiting for the next try");
  if (execution === null) throw new Error("An execution waits.");
  return execution;
}

/** Names of all elements and attributes of a parsed document. */
function namesIn(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, inner]) => [name, ...[inner].flat().flatMap(namesIn)]);
}

test("whatever outsiders write, every comment is well-formed, of allowed tags, bounded, with one mark", () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@" });
  fc.assert(
    fc.property(hostile, (text) => {
      for (const html of commentsWith(text)) {
        expect(XMLValidator.validate(html)).toBe(true);
        const names = new Set(namesIn(parser.parse(html)).filter((name) => !/^\d+$/.test(name)));
        for (const name of names) expect(["@href", "#text", ...COMMENT_TAGS]).toContain(name);
        expect(html).not.toMatch(/<(?!a )[a-z]+ /);
        parseRichText(html, "html_text", COMMENT_TAGS);
        expect(html.length).toBeLessThan(65_000);
        // The mark of this run stands once as markup; a copy in somebody's text is only text.
        expect(html.split(`<code>[jessie:${TASK}:`)).toHaveLength(2);
      }
    }),
    { numRuns: 300 },
  );
});

test("links lead to the panel alone, whatever the task says", () => {
  for (const html of commentsWith('https://evil.example/" onclick="x'))
    for (const [, href] of html.matchAll(/href="([^"]*)"/g))
      expect(href).toBe(`https://panel.example/runs/tar_${TASK}`);
});

describe("the status comment", () => {
  test("says what was understood and where to follow it", () => {
    const html = statusComment(base("ready"), ORIGIN);
    for (const word of [
      "Delegation Confirmation</strong> · Accepted, starting soon",
      "Plunkett Group (Plunkett)",
      "SEO report",
      "October 2040 (2040-10-01 to 2040-10-31)",
      "September 2040, and October 2039",
      "Google Search Console sc-domain:plunkett.example, Google Analytics 4 350000002",
      "<li>a report</li><li>its evidence</li>",
      `href="https://panel.example/runs/tar_${TASK}"`,
      marker(TASK, "status"),
    ])
      expect(html).toContain(word);
  });

  test("of a run that was not understood yet says where it stands and nothing else", () => {
    const html = statusComment(base("needs clarification"), ORIGIN);
    expect(html).toContain("Waiting for your answer");
    expect(html).not.toContain("<ul>");
  });

  test("names a unit once when it is called as its client", () => {
    const state = { ...base("ready"), brief: { ...BRIEF, clientName: "Plunkett" } };
    expect(statusComment(state, ORIGIN)).toContain("<strong>Client:</strong> Plunkett</li>");
  });

  test("falls back to ids for a source or skill without a name", () => {
    const kind = "ga4_property" as const;
    const state = { ...base("ready"), skillTitle: null, brief: { ...BRIEF, sources: [{ kind, externalId: "9" }] } };
    expect(statusComment(state, ORIGIN)).toContain("<strong>Skill:</strong> seo-reporting");
  });

  test.each(
    Object.entries<Played>(SITUATIONS).flatMap(([name, { state }]) => (state === null ? [] : [[name, state] as const])),
  )("says of a run that is “%s” what it waits on and since when, unless it has ended", (_, state) => {
    const html = statusComment(state, ORIGIN);
    const waits = waitingOn(state);
    expect(html.includes(" Since 2040-11-22 09:0")).toBe(waits !== null);
    if (waits !== null && waits.kind !== "worker") expect(html).toContain(escaped(waits.detail));
    if (state.cause !== null) expect(html).toContain(escaped(state.cause.detail));
  });

  test("tells why it waits, why it stopped, and which version is there", () => {
    expect(statusComment(base("waiting for the next try"), ORIGIN)).toContain(
      "Trying again: Asana is down. Until 2040-11-22 09:00 UTC at the latest. Since 2040-11-22 09:00 UTC.<ul>",
    );
    expect(statusComment(base("ready"), ORIGIN)).toContain(
      "Waiting for a free worker. Since 2040-11-22 09:00 UTC.<ul>",
    );
    expect(statusComment(base("running"), ORIGIN)).toContain("A worker is at it. Since 2040-11-22 09:00 UTC.<ul>");
    expect(statusComment(base("stopping"), ORIGIN)).toContain("Stops after the step at work. Stopped by Tom.");
    expect(statusComment(base("cancelled in review"), ORIGIN)).toContain("Stopped by Tom: wrong client.");
    expect(statusComment(base("second version ready"), ORIGIN)).toContain("Report version 2 is attached.");
  });
});

describe("the review comment", () => {
  test("answers first, then says where to look and how to go on", () => {
    const html = reviewComment(base("review ready"), artifactOf(1), ORIGIN);
    const places = [
      "The report is ready",
      "Clicks rose",
      "Where to look",
      "Guides lost",
      "report-v1.html",
      "comment <em>accept</em>",
    ];
    const found = places.map((place) => html.indexOf(place));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found).not.toContain(-1);
  });

  test("of a revision answers every requested item with its reason", () => {
    const html = reviewComment(base("second version ready"), artifactOf(2), ORIGIN);
    expect(html).toContain("Version 2 is ready");
    expect(html).toContain("<strong>Done:</strong> Please add a chart. (changed)");
  });

  test("says so when an item has no answer", () => {
    const state = base("second version ready");
    const unanswered = { ...state, rounds: state.rounds.map((one) => ({ ...one, answers: [] })) };
    expect(reviewComment(unanswered, artifactOf(2), ORIGIN)).toContain(
      "Declined:</strong> Please add a chart. (not answered)",
    );
  });

  test("does without what there is not", () => {
    const state = { ...base("review ready"), task: null };
    const html = reviewComment(state, artifactOf(1, { lookAt: [], files: [] }), ORIGIN);
    expect(html).not.toContain("Where to look");
    expect(html).toContain("the report, its evidence");
  });
});

test("a failure comment is one per attempt and tells blocked from failed", () => {
  expect(failureKey(base("failed"))).toBe("failed-1");
  expect(failureKey(base("blocked in a revision"))).toBe("blocked-2");
  expect(failureKey(base("blocked before work"))).toBe("blocked-0");
  expect(failureComment(base("failed"), ORIGIN)).toContain("Retry there starts it again");
  expect(failureComment({ ...base("blocked at work"), cause: null }, ORIGIN)).toContain(
    "Reason code: <code>unknown</code>",
  );
});

test("a question addresses the requester, and stands without one too", () => {
  expect(questionComment(base("needs clarification"))).toContain(`${MAYA.name}: Before I start`);
  expect(questionComment({ ...base("needs clarification"), task: null, question: null })).toContain(
    "Answer in a comment",
  );
});

test("a reply has a heading for every reading", () => {
  const heads = (["acceptance", "revision", "no_op", "discussion", "scope_change", "unclear", null] as const).map(
    (kind) =>
      replyComment(base("review ready"), { ...round("x"), kind, reply: null }).match(/<strong>(.*?)<\/strong>/)?.[1],
  );
  expect(new Set(heads).size).toBe(6);
});

describe("markup", () => {
  test("cuts long text without splitting a pair of surrogates", () => {
    const cut = escaped("😀".repeat(100), 20);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith("…")).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(20);
  });

  test("keeps markup and escapes text", () => {
    expect(rich`a ${"<b>"} ${link("https://x.example/?a=1&b=2", '"x"')}`.html).toBe(
      'a &lt;b&gt; <a href="https://x.example/?a=1&amp;b=2">&quot;x&quot;</a>',
    );
    expect(bullets(["<", rich`<em>y</em>`]).html).toBe("<ul><li>&lt;</li><li><em>y</em></li></ul>");
    expect(bullets([]).html).toBe("");
  });
});
