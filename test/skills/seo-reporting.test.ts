/** The skill end to end on the sandbox's Google, AccuRanker and model. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readEvidence } from "../../src/core/evidence/schema.ts";
import type { Evidence } from "../../src/core/evidence/types.ts";
import { verifyEvidence } from "../../src/core/evidence/verify.ts";
import { phaseOf } from "../../src/core/run/restart.ts";
import { sha256Hex } from "../../src/lib/hash.ts";
import type { ModelPort } from "../../src/ports/model/port.ts";
import { NARRATED } from "../../src/skills/seo-reporting/findings/topic.ts";
import { seoReporting } from "../../src/skills/seo-reporting/skill.ts";
import type { SkillContext, SkillResult } from "../../src/skills/skill.ts";
import { briefFor, contextOf, emptyJournal, openWorld, unitAt, type World } from "./support/world.ts";

const SEARCH_ANALYTICS = "POST /webmasters/v3/sites/:site/searchAnalytics/query";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.faults());
afterAll(() => world.stop());

async function packageOf(ctx: SkillContext): Promise<SkillResult> {
  const result = await seoReporting.run(ctx);
  if (result.kind !== "package") throw new Error(JSON.stringify(result));
  return result;
}

function fileOf(result: SkillResult, role: "report" | "evidence"): string {
  const file = result.files.find((one) => one.role === role);
  if (file === undefined) throw new Error(`no ${role}`);
  return file.body;
}

function evidenceOf(result: SkillResult): Evidence {
  const reading = readEvidence(fileOf(result, "evidence"));
  if (!reading.ok) throw new Error(reading.problem);
  return reading.evidence;
}

function verify(
  evidence: Evidence,
  files: SkillResult["files"],
  change: (key: string, body: string) => string = (_, body) => body,
) {
  const snapshot = async (key: string) => {
    const bytes = world.stored.get(key);
    return bytes === undefined ? null : change(key, new TextDecoder().decode(bytes));
  };
  return verifyEvidence({ evidence, snapshot, documents: files, sha256: sha256Hex });
}

describe("a report from working sources", () => {
  it("is complete, verified from its snapshots, and the same bytes for the same journal", async () => {
    const journal = emptyJournal();
    const first = await packageOf(contextOf(world.ports, briefFor(unitAt(0)), { journal }));
    expect(first.provenance.map(({ channel, status }) => `${channel} ${status}`)).toEqual([
      "search_console used",
      "ga4 used",
      "accuranker used",
    ]);
    expect(first.files.map(({ name }) => name).slice(0, 2)).toEqual([
      "strategic-settlements-seo-report-2026-10-v1.html",
      "strategic-settlements-seo-evidence-2026-10-v1.json",
    ]);
    expect(first.narrator).toBe("model");
    expect(first.answer.join(" ")).not.toMatch(/\{\{|undefined|null/);
    const verification = await verify(evidenceOf(first), first.files);
    expect(verification.mismatches).toEqual([]);
    expect(verification.checked).toBeGreaterThan(1_000);
    const again = await packageOf(contextOf(world.ports, briefFor(unitAt(0)), { journal }));
    expect(again).toEqual(first);
  });

  it("is worded again from a journal without its narration, and nothing is fetched", async () => {
    const journal = emptyJournal();
    await packageOf(contextOf(world.ports, briefFor(unitAt(0)), { journal }));
    const fetched = journal.worked.filter((key) => phaseOf(key) === "fetch");
    expect(fetched.length).toBeGreaterThan(5);
    for (const key of journal.done.keys()) if (phaseOf(key) === "narrate") journal.done.delete(key);
    journal.worked.length = 0;
    const nobody = () => Promise.reject(new Error("Nothing may be fetched."));
    const { searchConsole, ga4, accuranker } = world.ports;
    const deaf = <T extends object>(port: T): T => new Proxy(port, { get: () => nobody });
    const ports = { ...world.ports, searchConsole: deaf(searchConsole), ga4: deaf(ga4), accuranker: deaf(accuranker) };
    const again = await packageOf(contextOf(ports, briefFor(unitAt(0)), { journal, version: 2 }));
    expect(journal.worked).toEqual(["narrate"]);
    expect(again.files.length).toBeGreaterThan(2);
  });

  it("keeps every journalled result small: rows live in snapshots", async () => {
    const journal = emptyJournal();
    await packageOf(contextOf(world.ports, briefFor(unitAt(1)), { journal }));
    for (const [key, result] of journal.done) expect(result.length, key).toBeLessThan(16_000);
  });

  it("goes on after a kill before any step, repeats none that was recorded, and ends in the same report", async () => {
    const whole = emptyJournal();
    const expected = await packageOf(contextOf(world.ports, briefFor(unitAt(1)), { journal: whole }));
    const journal = emptyJournal();
    for (const key of whole.worked) {
      await expect(
        seoReporting.run(contextOf(world.ports, briefFor(unitAt(1)), { journal, dieBefore: key })),
      ).rejects.toThrow("killed");
    }
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(1)), { journal }));
    expect(journal.worked).toEqual(whole.worked);
    expect(fileOf(result, "report")).toBe(fileOf(expected, "report"));
  });

  it("keeps hostile queries and pages inert", async () => {
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    const html = fileOf(result, "report");
    expect(html).not.toMatch(/<script|onerror=alert\(1\)>(?!&)|<img/i);
    expect(html).toContain("&lt;script&gt;");
    const queries = result.files.find(({ name }) => name.includes("queries"))?.body ?? "";
    expect(queries.split("\r\n").some((line) => /^"?[=+@-]/.test(line))).toBe(false);
  });

  it("states no growth of impressions, rates or positions against days the ledger names", async () => {
    const evidence = evidenceOf(await packageOf(contextOf(world.ports, briefFor(unitAt(0)))));
    const states = new Map(evidence.facts.map(({ id, value }) => [id, value.state]));
    expect(["gsc.impressions.yoy_pct", "gsc.ctr.yoy_pp", "gsc.position.yoy_abs"].map((id) => states.get(id))).toEqual([
      "withheld",
      "withheld",
      "withheld",
    ]);
    expect(states.get("gsc.clicks.yoy_pct")).toBe("number");
    expect(evidence.ledger).toHaveLength(1);
  });
});

describe("the verifier", () => {
  let result: SkillResult;
  let evidence: Evidence;
  beforeAll(async () => {
    result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    evidence = evidenceOf(result);
  });

  it("names the facts that follow from a changed snapshot value", async () => {
    const totals = evidence.facts.find(({ id }) => id === "gsc.clicks.primary");
    if (totals?.derivation.op !== "pick" || totals.value.value === null) throw new Error("clicks are picked");
    const { snapshot } = totals.derivation;
    const clicks = totals.value.value;
    const { mismatches } = await verify(evidence, result.files, (key, body) =>
      key === snapshot ? body.replace(String(clicks), String(clicks + 1)) : body,
    );
    expect(mismatches.map(({ where }) => where)).toContain(`snapshot ${snapshot}`);
    expect(mismatches.map(({ factId }) => factId)).toEqual(
      expect.arrayContaining(["gsc.clicks.primary", "gsc.clicks.delta_pct", "gsc.ctr.primary"]),
    );
  });

  it("names a changed fact, in the evidence and wherever it is shown", async () => {
    const facts = evidence.facts.map((fact) =>
      fact.id === "ga4.key_events.primary" ? { ...fact, value: { state: "number" as const, value: 9_999 } } : fact,
    );
    const { mismatches } = await verify({ ...evidence, facts }, result.files);
    expect(mismatches[0]).toMatchObject({ where: "fact ga4.key_events.primary", found: "number 9999" });
    expect(mismatches.some(({ where }) => where.includes(".html, figure ga4.key_events.primary"))).toBe(true);
  });

  it.each([
    [
      "a displayed figure",
      (html: string) => html.replace(/(<data data-fact="gsc\.clicks\.primary"[^>]*>)[^<]*/, "$1" + "99,999"),
      "gsc.clicks.primary",
    ],
    [
      "the value of a figure",
      (html: string) => html.replace(/(data-fact="gsc\.clicks\.primary" value=")[^"]*/, "$1" + "1"),
      "gsc.clicks.primary",
    ],
    [
      "a figure without a fact",
      (html: string) => html.replace("</main>", '<p><data value="5">5</data></p></main>'),
      null,
    ],
    [
      "a digit in a sentence",
      (html: string) => html.replace("</main>", "<p>Clicks doubled to 30,000.</p></main>"),
      null,
    ],
    ["a fraction in a sentence", (html: string) => html.replace("</main>", "<p>Some \u00bd of it.</p></main>"), null],
    ["a picture", (html: string) => html.replace("</main>", '<img src="x" onerror="x()"></main>'), null],
    ["a handler", (html: string) => html.replace("</main>", '<p onclick="x()">Hello</p></main>'), null],
    ["a refresh", (html: string) => html.replace("</head>", '<meta http-equiv="refresh" content="0"></head>'), null],
    [
      "a script link",
      (html: string) => html.replace("</main>", '<a href="java&#115;cript:x()">Hello</a></main>'),
      null,
    ],
    ["active content", (html: string) => html.replace("</main>", "<script>x()</script></main>"), null],
  ])("names %s that was put into the report", async (_, change, factId) => {
    const files = result.files.map((file) => (file.role === "report" ? { ...file, body: change(file.body) } : file));
    const { mismatches } = await verify(evidence, files);
    const own = mismatches.filter(({ where }) => !where.startsWith("document "));
    expect(own.length).toBeGreaterThan(0);
    expect(own[0]?.factId).toBe(factId);
  });

  it("names a changed cell of a table file and a file that is missing", async () => {
    const daily = result.files.find(({ name }) => name.includes("daily"));
    const files = result.files.map((file) =>
      file === daily ? { ...file, body: file.body.replace(/,(\d+),gsc\.day/, ",77777,gsc.day") } : file,
    );
    const changed = await verify(evidence, files);
    expect(changed.mismatches.some(({ found, factId }) => found === "77777" && factId?.startsWith("gsc.day."))).toBe(
      true,
    );
    const without = await verify(
      evidence,
      result.files.filter((file) => file !== daily),
    );
    expect(without.mismatches).toMatchObject([{ where: `document ${daily?.name}`, found: "no such document" }]);
  });

  it("names an input whose digest is not the one in its key", async () => {
    const [first, ...rest] = evidence.inputs;
    if (first === undefined) throw new Error("no inputs");
    const inputs = [{ ...first, sha256: "0".repeat(64) }, ...rest];
    const { mismatches } = await verify({ ...evidence, inputs }, result.files);
    expect(mismatches.map(({ expected }) => expected)).toContain("a key that ends in its digest");
  });

  it("names evidence that lists no report: nothing people read would have been checked", async () => {
    const { mismatches } = await verify({ ...evidence, documents: [] }, result.files);
    expect(mismatches).toMatchObject([{ where: "documents", expected: "an HTML report" }]);
  });

  it("names a quotation that the snapshot does not hold, and prose with a digit or an unknown reference", async () => {
    const texts = evidence.texts.map((text, index) => (index === 0 ? { ...text, value: "something else" } : text));
    const span = {
      section: "answer",
      by: "model" as const,
      text: "Up to 12, see {{gsc.secret}}.",
      factIds: ["gsc.secret"],
    };
    const { mismatches } = await verify({ ...evidence, texts, narrative: [...evidence.narrative, span] }, result.files);
    expect(mismatches.map(({ where }) => where)).toEqual(expect.arrayContaining([`text ${texts[0]?.id}`]));
    expect(mismatches.filter(({ where }) => where.startsWith("narrative"))).toHaveLength(2);
  });
});

describe("a model that misbehaves", () => {
  it.each(["hallucinate", "markup", "broken_json", "truncated", "refuse", "wrong_reference"])(
    "that answers with %s still ends in a complete, correct report",
    async (name) => {
      await world.faults({ upstream: "model", kind: "custom", name });
      const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
      expect(result.narrator).not.toBe("model");
      expect(result.answer.length).toBeGreaterThan(2);
      expect(result.answer.join(" ")).not.toMatch(/PWNED|\{\{|</);
      const evidence = evidenceOf(result);
      expect(evidence.narrative.every(({ text }) => !text.includes("PWNED"))).toBe(true);
      expect((await verify(evidence, result.files)).mismatches).toEqual([]);
      expect(fileOf(result, "report")).toContain("worded by rules");
    },
  );

  it("that obeys what a stranger typed, or repeats it, is not printed", async () => {
    const repeating: ModelPort = {
      async ask({ input }) {
        const [quotation = "", id = ""] =
          /"id":"(quote:query\.\d+)","quotation":"([^"]+)"/.exec(input)?.slice(1).toReversed() ?? [];
        const sections = NARRATED.map((section) => ({
          id: section,
          sentences: [`As told: ${quotation}, for {{${id}}}.`],
        }));
        return {
          kind: "answer",
          value: { sections },
          model: "parrot",
          usage: { inputTokens: 1, outputTokens: 1, unknown: 0 },
        };
      },
    };
    const result = await packageOf(contextOf({ ...world.ports, model: repeating }, briefFor(unitAt(0))));
    expect(result.narrator).toBe("rules");
    expect(evidenceOf(result).model?.rejected.map(({ reason }) => reason)).toContain(
      "it repeats a quotation in its own words",
    );
  });

  it("that is told to obey instructions in its data ends in a report without their words", async () => {
    await world.faults({ upstream: "model", kind: "custom", name: "obey" });
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    expect(
      evidenceOf(result)
        .narrative.map(({ text }) => text)
        .join(" "),
    ).not.toContain("PWNED");
  });

  it("that is absent is asked no further and named nowhere", async () => {
    await world.faults({ upstream: "model", kind: "status", status: 500 });
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    expect(result.narrator).toBe("rules");
    expect(evidenceOf(result).model).toBeNull();
    expect(fileOf(result, "report")).toContain("All sentences were worded by rules");
  });

  it("whose first answer is refused gets a second chance", async () => {
    await world.faults({ upstream: "model", kind: "custom", name: "hallucinate", times: 1 });
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    expect(result.narrator).toBe("model");
    expect(evidenceOf(result).model).toMatchObject({ calls: 2 });
    expect(evidenceOf(result).model?.rejected.length).toBeGreaterThan(0);
  });
});

describe("a source that fails", () => {
  it("is left out with its reason when it is optional, and shows no figure", async () => {
    await world.faults(
      { upstream: "ga4", kind: "status", status: 503 },
      { upstream: "accuranker", kind: "status", status: 401 },
    );
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(0))));
    expect(result.provenance.map(({ status }) => status)).toEqual(["used", "unavailable", "unavailable"]);
    expect(result.lookAt.join(" ")).toContain("Google Analytics is missing");
    const evidence = evidenceOf(result);
    expect(evidence.facts.some(({ id }) => id.startsWith("ga4.") || id.startsWith("rank."))).toBe(false);
    expect(fileOf(result, "report")).toContain("Google Analytics is not part of this report");
  });

  it("is never taken for zero when Google Analytics answers without rows", async () => {
    await world.faults({ upstream: "ga4", kind: "empty" });
    const result = await packageOf(contextOf(world.ports, briefFor(unitAt(1))));
    expect(result.provenance[1]?.status).not.toBe("used");
    expect(evidenceOf(result).facts.some(({ id }) => id.startsWith("ga4."))).toBe(false);
  });

  it("fails the attempt with a named, retryable reason when it is Search Console", async () => {
    await world.faults({ upstream: "search-console", kind: "status", status: 503 });
    await expect(seoReporting.run(contextOf(world.ports, briefFor(unitAt(0))))).rejects.toMatchObject({
      name: "RetryableError",
      code: "search_console_unavailable",
    });
  });

  it("blocks the report when Search Console has nothing at all", async () => {
    await world.faults({ upstream: "search-console", kind: "empty" });
    const outcome = await seoReporting.run(contextOf(world.ports, briefFor(unitAt(0))));
    expect(outcome).toMatchObject({ kind: "blocked", code: "search_console_empty" });
  });

  it.each([1, 2, 3, 7, 11, 14])("is asked again when answer %d alone is empty", async (after) => {
    await world.faults({ upstream: "search-console", route: SEARCH_ANALYTICS, kind: "empty", after, times: 1 });
    const ctx = () => contextOf(world.ports, briefFor(unitAt(0)), { journal });
    const journal = emptyJournal();
    await expect(seoReporting.run(ctx())).rejects.toMatchObject({
      name: "RetryableError",
      code: "search_console_inconsistent",
    });
    expect((await packageOf(ctx())).kind).toBe("package");
  });

  it("that we may not read is a setting a person can fix", async () => {
    const brief = briefFor(unitAt(0));
    const sources = [{ kind: "search_console_site" as const, externalId: "sc-domain:other.example" }];
    await expect(seoReporting.run(contextOf(world.ports, { ...brief, sources }))).rejects.toMatchObject({
      name: "ConfigError",
      code: "search_console_permission",
    });
  });
});

describe("a report for other circumstances", () => {
  it("has no year-over-year comparison where Google keeps no history", async () => {
    const evidence = evidenceOf(await packageOf(contextOf(world.ports, briefFor(unitAt(0), "1–14 November 2026"))));
    expect(evidence.facts.find(({ id }) => id === "gsc.clicks.year_ago")?.value.state).toBe("number");
    const old = evidenceOf(await packageOf(contextOf(world.ports, briefFor(unitAt(0), "March 2026"))));
    expect(old.facts.find(({ id }) => id === "gsc.clicks.year_ago")?.value.state).toBe("unavailable");
    expect(old.facts.find(({ id }) => id === "gsc.clicks.yoy_pct")?.value.state).toBe("not_defined");
  });

  it("does not split brand and non-brand without brand terms", async () => {
    const result = await packageOf(contextOf(world.ports, { ...briefFor(unitAt(1)), brandTerms: [], pageGroups: [] }));
    const states = new Map(evidenceOf(result).facts.map(({ id, value }) => [id, value.state]));
    expect(states.get("gsc.brand_clicks.primary")).toBe("unavailable");
    expect(result.lookAt.join(" ")).toContain("Brand terms are not set");
  });
});

describe("the words of a task", () => {
  it.each([
    ["SEO report for Plunkett", true],
    ["Monthly organic search report", true],
    ["Technical SEO audit", false],
    ["Google Ads report", false],
    ["Write a blog post", false],
  ])("%j asks for this skill: %s", (text, expected) => {
    expect(seoReporting.matches(text)).toBe(expected);
  });
});
