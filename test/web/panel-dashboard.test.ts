import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeFaults } from "./support/axe.ts";
import { dashboardDesk, feedOf } from "./support/dashboards.ts";
import { doneRefresh, lineageOf, refreshOf, UNIT } from "./support/data.ts";
import { EVERYTHING, json, problem } from "./support/panel.ts";
import { type Connected, panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();
const NARROW = { viewport: { width: 360, height: 740 } };

/** The panel's calls, as `METHOD path?query`, answered by the demo client's dashboards. */
function calls(more: typeof answer.current = () => null, desk = dashboardDesk()): string[] {
  const seen: string[] = [];
  answer.current = async (request, path) => {
    seen.push(`${request.method} ${path}${new URL(request.url).search}`);
    if (path.endsWith("/lineage")) return (await more(request, path)) ?? json(lineageOf());
    return (await more(request, path)) ?? desk(request, path);
  };
  return seen;
}

const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

describe("the list of dashboards", () => {
  it("leads each Business Unit on: to its dashboard, to what it lacks, to creating it", async () => {
    const seen = calls((request) =>
      request.method === "POST" ? problem(409, "setup_needed", "Not yet", "It lacks a folder.") : null,
    );
    await visit("/dashboards", silent, async (page) => {
      const open = page.getByRole("link", { name: "Open Plunkett" });
      expect(await open.getAttribute("href")).toBe("/dashboards/plunkett");
      const lack = page.getByRole("link", { name: "Fix it for Northwind" });
      expect(await lack.getAttribute("href")).toBe("/admin/units/bu_northwind/sources?field=sources.ga4_property");
      await page.getByText("There is no GA4 property.").waitFor();
      await page.getByRole("button", { name: "Create dashboard for Häfele Küchen" }).click();
      await page.getByRole("alert").getByText("It lacks a folder.").waitFor();
      expect(seen.filter((call) => call.startsWith("POST"))).toEqual([
        "POST /admin-registry/business-units/bu_h-fele-k-chen/dashboard-surface",
      ]);
      await page.getByRole("searchbox").fill("settle");
      await page.getByText("1 of 4 Business Units").waitFor({ state: "attached" });
      expect(await page.getByRole("listitem").getByRole("heading").allTextContents()).toEqual([
        "Strategic Settlements",
      ]);
    });
  });

  it("offers nothing that the reader may not do, fits a phone and is accessible in the dark", async () => {
    calls();
    answer.me = { ...EVERYTHING, anywhere: ["data.read", "units.read"] };
    await visit(
      "/dashboards",
      silent,
      async (page) => {
        await page.getByRole("link", { name: "See it for Northwind" }).waitFor();
        expect(await page.getByRole("button", { name: /Create dashboard/ }).count()).toBe(0);
        expect(await fits(page)).toBe(true);
        expect(await axeFaults(page)).toEqual([]);
      },
      { ...NARROW, colorScheme: "dark" },
    );
  });
});

describe("a dashboard", () => {
  it("opens the lineage of a figure in one press and gives the keyboard back to the figure", async () => {
    const tile = feedOf().scorecard[0];
    const seen = calls();
    await visit("/dashboards/plunkett", silent, async (page) => {
      const figure = page.getByRole("button", { name: `Clicks: ${tile?.figure.value?.toLocaleString("en")}` }).first();
      await figure.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Where this figure comes from" }).getByText("bytes 66 to 71").waitFor();
      expect(seen).toContain(`GET /client-data-plane/facts/${tile?.figure.factId}/lineage`);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(await figure.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it("draws a trend that is read with the arrow keys, each day a way to its lineage, all days in a table", async () => {
    const points = feedOf().trends[0]?.points ?? [];
    const seen = calls();
    await visit("/dashboards/plunkett", silent, async (page) => {
      const chart = page.getByRole("slider", { name: /^Clicks by day/ });
      await chart.locator("canvas").waitFor();
      await chart.focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      const [day, before] = [points[1]?.value, points[1]?.yearBefore?.value];
      expect(await chart.getAttribute("aria-valuetext")).toBe(`Fri 2 Oct: ${day}; a year before ${before}`);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await expect.poll(() => seen).toContain(`GET /client-data-plane/facts/${points[1]?.factId}/lineage`);
      await page.keyboard.press("Escape");
      await page.getByText("Figures by day").click();
      const rows = page.getByRole("table", { name: "Clicks by day" }).getByRole("row");
      await rows.last().waitFor();
      expect(await rows.count()).toBe(32);
      await page.getByRole("button", { name: "Impressions", exact: true }).click();
      await page.getByRole("list", { name: "Known breaks" }).getByText("5 Oct – 11 Oct:").waitFor();
    });
  });

  it("redraws the chart in the colours of the theme when that changes", async () => {
    calls();
    await visit("/dashboards/plunkett", silent, async (page) => {
      const canvas = page.locator(".trend-plot canvas");
      await canvas.waitFor();
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      const drawn = (): Promise<string> =>
        canvas.evaluate((node) => (node instanceof HTMLCanvasElement ? node.toDataURL() : ""));
      const light = await drawn();
      await page.emulateMedia({ colorScheme: "dark" });
      await expect.poll(drawn).not.toBe(light);
    });
  });

  it("changes the month without losing the view, keeps it over the tabs, and stops at the ends", async () => {
    const seen = calls();
    await visit("/dashboards/plunkett/breakdowns", silent, async (page) => {
      await page.getByRole("link", { name: "November 2026" }).click();
      await page
        .getByText(/November 2026$/)
        .first()
        .waitFor();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(
        "/dashboards/plunkett/breakdowns?month=2026-11",
      );
      expect(await page.getByRole("link", { name: "December 2026" }).count()).toBe(0);
      await page.getByRole("link", { name: "Overview" }).click();
      await page.getByText("too little to compare").first().waitFor();
      await page.getByRole("button", { name: "Sessions", exact: true }).click();
      await page.getByRole("combobox", { name: "Month" }).selectOption("2025-10");
      await page.getByText("There is nothing to compare with.").first().waitFor();
      // The one that was chosen in the other month.
      await page.getByRole("slider", { name: /^Sessions by day/ }).waitFor();
      expect(seen.filter((call) => call.includes("month="))).toEqual([
        "GET /client-data-plane/dashboards/plunkett?month=2026-11",
        "GET /client-data-plane/dashboards/plunkett?month=2025-10",
      ]);
    });
  });

  it("asks for the figures of the month that is shown anew when a refresh of the data has ended", async () => {
    const frame = (refresh: ReturnType<typeof refreshOf>) => ({ type: "refresh", refresh });
    const sockets: Parameters<Connected>[0][] = [];
    const seen = calls();
    const read = (): number => seen.filter((call) => call.endsWith("/dashboards/plunkett?month=2026-11")).length;
    const connected: Connected = (socket) => {
      sockets.push(socket);
      socket.send({
        type: "snapshot",
        refresh: refreshOf(4, { status: "running", finishedAt: null }),
        events: [],
        seq: 1,
      });
    };
    await visit("/dashboards/plunkett", connected, async (page) => {
      await page.getByRole("progressbar", { name: "Months read of all sources" }).waitFor();
      await page.getByRole("link", { name: "November 2026" }).click();
      await expect.poll(read).toBe(1);
      sockets.at(-1)?.send(frame(doneRefresh(4)));
      await expect.poll(read).toBe(2);
    });
    expect(UNIT).toBe(feedOf().businessUnitId);
  });

  it("shows text of a source as text", async () => {
    const hostile = `<img src=x onerror="document.title='ran'">${"x".repeat(300)}`;
    const desk = dashboardDesk(() => {
      const feed = feedOf();
      const tables = feed.tables.map((table) => ({
        ...table,
        rows: table.rows.map((row, n) => (n === 0 ? { ...row, member: hostile } : row)),
      }));
      return { ...feed, name: hostile, clientName: hostile, tables };
    });
    calls(() => null, desk);
    await visit(
      "/dashboards/plunkett/breakdowns",
      silent,
      async (page) => {
        await page.getByRole("rowheader").getByText("<img src=x").first().waitFor();
        expect(await page.locator("main img").count()).toBe(0);
        expect(await fits(page)).toBe(true);
      },
      NARROW,
    );
  });

  it.each([
    [404, "dashboard_needed", "This dashboard is not created yet"],
    [404, "no_such_dashboard", "There is no such dashboard"],
    [403, "not_granted", "This is not for your role"],
    [502, "control_plane_unreachable", "The control plane is away"],
  ])("that cannot be shown (%i %s) says why", async (status, code, words) => {
    calls((_request, path) =>
      path.endsWith("/plunkett") ? problem(status, code, "The control plane is away", "It did not answer.") : null,
    );
    await visit("/dashboards/plunkett", silent, async (page) => {
      await page.getByRole("heading", { name: words }).waitFor();
    });
  });

  it.each([
    ["/dashboards/plunkett", "light"],
    ["/dashboards/plunkett/breakdowns", "dark"],
  ] as const)("fits a phone and is accessible: %s, %s", async (path, colorScheme) => {
    calls();
    await visit(
      path,
      silent,
      async (page) => {
        await page.getByRole("heading", { name: "Plunkett", exact: true }).waitFor();
        if (path === "/dashboards/plunkett") await page.locator(".trend-plot canvas").waitFor();
        expect(await fits(page)).toBe(true);
        expect(await axeFaults(page)).toEqual([]);
      },
      { ...NARROW, colorScheme },
    );
  });
});
