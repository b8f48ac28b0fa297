import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeFaults } from "./support/axe.ts";
import { EVERYTHING, json } from "./support/panel.ts";
import { summary } from "./support/runs.ts";
import { boardOf, panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();

const unit = (id: string, name: string, surfaceId: string | null): unknown => ({
  businessUnitId: id,
  slug: name.toLowerCase(),
  name,
  clientName: name,
  label: surfaceId === null ? "Setup needed" : "Ready",
  surfaceId,
});

/** Two clients, and a run that is found by its words. */
function agency(asked: string[] = []): void {
  answer.current = (request, path) => {
    asked.push(path + new URL(request.url).search);
    if (path === "/client-data-plane/dashboards")
      return json({ items: [unit("bu_1", "Plunkett", "sf_1"), unit("bu_2", "Northwind", null)], nextCursor: null });
    if (path === "/team-agent-runs") return json({ items: [summary(7, { title: "Third quarter" })], nextCursor: null });
    if (path === "/report-artifacts") return json({ items: [], nextCursor: null });
    return null;
  };
}

const options = (page: Page): Promise<string[]> => page.locator("[role=option]").allInnerTexts();

const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

describe("the palette", () => {
  it("finds a client by a few letters and opens its dashboard, by keyboard alone", async () => {
    agency();
    await visit("/runs", boardOf([summary(1)]), async (page) => {
      await page.locator(".card").waitFor();
      await page.keyboard.press("/");
      const field = page.getByRole("combobox", { name: "Find a client, run, report, page or action" });
      await field.waitFor();
      await page.keyboard.type("plun");
      await page.getByRole("option", { name: "Plunkett Dashboard" }).waitFor();
      await page.getByRole("option", { name: /Third quarter/ }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/dashboards/plunkett");
      expect(await page.getByRole("dialog").count()).toBe(0);
    });
  });

  it("asks the server once for what was typed, and says when nothing fits", async () => {
    const asked: string[] = [];
    agency(asked);
    await visit("/runs", boardOf([]), async (page) => {
      await page.locator(".notice").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: /^Home/ }).waitFor();
      await page.keyboard.type("third quarter");
      await page.getByRole("option", { name: /Third quarter/ }).waitFor();
      expect(asked.filter((path) => path.includes("q="))).toEqual([
        "/team-agent-runs?q=third+quarter",
        "/report-artifacts?q=third%20quarter",
      ]);
      await page.keyboard.press("ArrowUp");
      expect(await page.locator("[aria-selected=true]").innerText()).toContain("Third quarter");
      answer.current = () => json({ items: [], nextCursor: null });
      await page.keyboard.type(" zzz");
      await page.getByText("Nothing found.").waitFor();
      await page.keyboard.press("Escape");
      expect(await options(page)).toEqual([]);
    });
  });

  it("offers no operations and no settings to those who may not", async () => {
    agency();
    answer.me = { ...EVERYTHING, agencyRole: "viewer", ops: false, anywhere: ["runs.read", "data.read"] };
    await visit("/runs", boardOf([]), async (page) => {
      await page.locator(".notice").waitFor();
      await page.getByRole("button", { name: "Find or do…" }).click();
      await page.getByRole("option", { name: /^Plunkett/ }).waitFor();
      const shown = (await options(page)).join(" ");
      expect(shown).not.toMatch(/Ops|Manage/);
      await page.keyboard.type("settings");
      await page
        .getByText("Nothing found.")
        .or(page.getByRole("option", { name: /Third/ }))
        .waitFor();
      expect((await options(page)).join(" ")).not.toContain("settings");
    });
  });
});

describe("keys", () => {
  it("are explained from the palette: what was chosen there opens as the palette closes", async () => {
    agency();
    await visit("/reports", silent, async (page) => {
      await page.getByRole("button", { name: "You: Dev" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: /^Home/ }).waitFor();
      await page.keyboard.type("shortcuts");
      await page.getByRole("option", { name: /^Keyboard shortcuts/ }).waitFor();
      await page.keyboard.press("Enter");
      const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
      await help.waitFor();
      // The event of the palette's close has been heard by now.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      expect(await help.count()).toBe(1);
    });
  });

  it("go to a place, explain themselves, and leave a field of text alone", async () => {
    agency();
    await visit("/runs", boardOf([summary(1)]), async (page) => {
      await page.locator(".card").waitFor();
      await page.keyboard.press("?");
      const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
      await help.getByText("Reports").waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "detached" });
      await page.getByRole("combobox", { name: "Search runs" }).focus();
      await page.keyboard.type("g d/");
      expect(await page.getByRole("combobox", { name: "Search runs" }).inputValue()).toBe("g d/");
      await page.keyboard.press("Escape");
      await page.locator("main").focus();
      await page.keyboard.press("g");
      await page.keyboard.press("d");
      await page.waitForURL("**/dashboards");
    });
  });
});

describe("the head", () => {
  it("on a narrow screen folds the places into a menu that the keyboard opens, walks and closes", async () => {
    agency();
    await visit(
      "/runs",
      boardOf([summary(1)]),
      async (page) => {
        await page.locator(".card").waitFor();
        expect(await fits(page)).toBe(true);
        expect(await page.getByRole("link", { name: "Reports" }).count()).toBe(0);
        await page.getByRole("button", { name: "Menu" }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("navigation", { name: "Main menu" }).waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await page.keyboard.press("Escape");
        expect(await page.getByRole("link", { name: "Reports" }).count()).toBe(0);
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: "Reports" }).press("Enter");
        await page.waitForURL("**/reports");
        await page.getByRole("heading", { level: 1, name: "Reports" }).waitFor();
        expect(await page.getByRole("navigation", { name: "Main menu" }).count()).toBe(0);
      },
      { viewport: { width: 360, height: 740 } },
    );
  });

  it("says who is here, and keeps the theme that was chosen when the page is loaded again", async () => {
    agency();
    await visit("/reports", silent, async (page) => {
      const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      await page.getByRole("button", { name: "You: Dev" }).click();
      await page.getByText("Admin, operator").waitFor();
      await page.getByRole("radio", { name: "Dark" }).check();
      const dark = await paper();
      expect(dark).not.toBe(light);
      expect(await axeFaults(page)).toEqual([]);
      await page.reload();
      await page.getByRole("button", { name: "You: Dev" }).waitFor();
      expect(await paper()).toBe(dark);
    });
  });
});

describe("the page of the design language", () => {
  it("shows every piece without accessibility fault in light and dark, and fits 360 px", async () => {
    await visit("/design", silent, async (page) => {
      await page.getByRole("heading", { name: "Long lists" }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      // The samples stand there in both themes anyway.
      expect(await axeFaults(page, { colours: true, without: ".sample-pane" })).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await fits(page)).toBe(true);
    });
  });

  it("its dialog and its drawer keep the keyboard, close with Esc and give the focus back", async () => {
    await visit("/design", silent, async (page) => {
      for (const [opens, name] of [
        ["Open a dialog (light)", "Archive Strategic Settlements?"],
        ["Open a drawer (dark)", "Organic sessions"],
      ] as const) {
        await page.getByRole("button", { name: opens }).press("Enter");
        await page.getByRole("dialog", { name }).waitFor();
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        // At the end the browser's own frame has its turn; what stands behind never has.
        expect(await page.evaluate(() => document.activeElement?.matches("dialog *, body"))).toBe(true);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog", { name }).waitFor({ state: "detached" });
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(opens);
      }
    });
  });

  it("ten thousand rows are a few in the page, also far down", async () => {
    await visit("/design", silent, async (page) => {
      const rows = page.getByRole("list", { name: "Ten thousand runs" }).getByRole("listitem");
      await page.getByRole("button", { name: "Ten thousand rows" }).click();
      await rows.first().scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 100_000);
      await page
        .getByText(/^Run 2,[5-9]\d\d$/)
        .first()
        .waitFor();
      expect(await rows.count()).toBeLessThan(60);
    });
  });

  it("a message is announced and leaves, but not while it is read", async () => {
    await visit("/design", silent, async (page) => {
      await page.getByRole("button", { name: "Good news" }).first().click();
      const message = page.locator(".toast", { hasText: "Saved." });
      await message.hover();
      await page.clock.fastForward(30_000);
      expect(await message.count()).toBe(1);
      await page.mouse.move(5, 5);
      await page.clock.fastForward(8_000);
      await message.waitFor({ state: "detached" });
    });
  });
});
