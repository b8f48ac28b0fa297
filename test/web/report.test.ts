import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Block, ReportDocument } from "../../src/reporting/document.ts";
import { renderHtml } from "../../src/reporting/html.ts";
import { evidenceOf, FactBox, quote, say } from "../reporting/fixture.ts";
import { seoReport } from "../reporting/seo-report.ts";

const { document: report, evidence } = seoReport();
const markup = renderHtml(report, evidence);

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.connect(inject("browserEndpoint"));
});
afterAll(async () => {
  await browser.close();
});

/** What a page asked the network for or complained about. */
interface Noise {
  readonly requests: string[];
  readonly messages: string[];
}

async function opened(
  body: string,
  options: BrowserContextOptions,
  work: (page: Page, noise: Noise) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const noise: Noise = { requests: [], messages: [] };
    page.on("request", (request) => noise.requests.push(request.url()));
    page.on("console", (message) => noise.messages.push(message.text()));
    page.on("pageerror", (error) => noise.messages.push(error.message));
    page.on("dialog", (dialog) => {
      noise.messages.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.setContent(body, { waitUntil: "load" });
    await work(page, noise);
  } finally {
    await context.close();
  }
}

/** The report with a week in each chart: as many kinds of elements, and axe is done several times sooner. */
function weekOnly(document: ReportDocument): ReportDocument {
  const cut = (block: Block): Block =>
    block.kind === "line"
      ? { ...block, series: block.series.map((one) => ({ ...one, points: one.points.slice(0, 7) })) }
      : block;
  return { ...document, sections: document.sections.map((one) => ({ ...one, blocks: one.blocks.map(cut) })) };
}

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  test("axe finds nothing to object to, with every fold open", async () => {
    await opened(renderHtml(weekOnly(report), evidence), { colorScheme }, async (page) => {
      await page.evaluate(() => {
        for (const fold of document.querySelectorAll("details")) fold.open = true;
      });
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      // The structure is the same in both themes; only the colours have to be looked at twice.
      const { violations } = await (colorScheme === "light" ? axe : axe.withRules(["color-contrast"])).analyze();
      expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
    });
  }, 120_000);

  test("the page asks for nothing and complains about nothing", async () => {
    await opened(markup, { colorScheme }, async (_page, noise) => {
      expect(noise).toEqual({ requests: [], messages: [] });
    });
  });
});

test("a phone of 360 pixels scrolls down only, wide tables scroll by themselves and can be reached by keyboard", async () => {
  await opened(markup, { viewport: { width: 360, height: 740 } }, async (page) => {
    const wide = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      regions: [...document.querySelectorAll<HTMLElement>(".scroll")].filter(
        (one) => one.scrollWidth > one.clientWidth,
      ),
      reachable: [...document.querySelectorAll<HTMLElement>(".scroll")].every((one) => one.tabIndex === 0),
    }));
    expect(wide.page).toBeLessThanOrEqual(360);
    expect(wide.regions.length).toBeGreaterThan(0);
    expect(wide.reachable).toBe(true);
  });
});

test("long names without a space neither widen the page nor hide their figure", async () => {
  const box = new FactBox();
  const long = "x".repeat(400);
  box.quote("q", long);
  const chart = {
    kind: "bars" as const,
    id: "b",
    title: long,
    unit: "u",
    source: "s",
    alt: [],
    better: "higher" as const,
    bars: [{ label: quote("q"), fact: box.measured("f", long, "count", 123_456_789) }],
  };
  const stretched = {
    ...report,
    clientName: long,
    title: long,
    answer: [say(quote("q"))],
    scorecard: [],
    sections: [{ id: "s", heading: long, claim: say(long), narratedBy: "rules" as const, blocks: [chart], soWhat: [] }],
    nextActions: [],
    appendix: [],
  };
  await opened(
    renderHtml(stretched, evidenceOf(box, { checks: [] })),
    { viewport: { width: 360, height: 740 } },
    async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await page.locator("td data").first().innerText()).toBe("123,456,789");
    },
  );
});

test("a figure leads to its lineage row by keyboard alone, and the fold around the row opens", async () => {
  await opened(markup, {}, async (page) => {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the answer");
    const figure = page.locator("#answer a.fig").first();
    await figure.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("tr:target") !== null);
    expect(await page.locator("tr:target code").first().innerText()).toBe("gsc.clicks.primary");
    expect(await page.locator("tr:target data").isVisible()).toBe(true);
    await expect
      .poll(() =>
        page.evaluate(() => {
          const row = document.querySelector("tr:target")?.getBoundingClientRect();
          return row !== undefined && row.top >= 0 && row.bottom <= window.innerHeight;
        }),
      )
      .toBe(true);
  });
});

test("a browser that reads hostile queries builds the same page and runs nothing", async () => {
  const hostile = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</title></style><script>alert(2)</script>",
    "<!--",
    "<plaintext>",
    "&lt;img src=x onerror=alert(3)&gt;",
    "</bdi></td></table><iframe src=https://evil.example>",
  ];
  const skeleton = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].map((one) => `${one.tagName} ${one.getAttributeNames().join(" ")}`),
    );
  const build = (text: string) => {
    const box = new FactBox();
    box.quote("q", text);
    const document = {
      ...report,
      clientName: text,
      title: text,
      answer: [say(quote("q"), { code: text })],
      revisionNotes: [{ request: text, outcome: "done" as const, reason: text }],
      scorecard: [],
      sections: [],
      nextActions: [],
      appendix: [],
    };
    return renderHtml(document, evidenceOf(box, { checks: [] }));
  };
  await opened(build("harmless"), {}, async (page, noise) => {
    const expected = await skeleton(page);
    for (const text of hostile) {
      await page.setContent(build(text), { waitUntil: "load" });
      expect(await skeleton(page), text).toEqual(expected);
      expect(await page.locator("#answer q bdi").innerText()).toBe(text);
    }
    expect(noise).toEqual({ requests: [], messages: [] });
  });
});

test("on paper the answer, tiles, charts and actions remain, the folds and the long evidence list go", async () => {
  await opened(markup, { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print" });
    for (const seen of ["#answer", ".tile", ".plot", ".actions", "#notes", ".onpaper"]) {
      expect(await page.locator(seen).first().isVisible(), seen).toBe(true);
    }
    for (const gone of [".contents", "details", ".lineage", ".skip"]) {
      expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
    }
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(27, 29, 33)");
  });
});
