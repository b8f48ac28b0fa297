/** A figure's origin, and the data behind it: refreshes followed live, restatements, reports, reads. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { LineageView } from "../../src/core/wire-data.ts";
import { axeFaults, themeFaults } from "./support/axe.ts";
import { dashboardDesk, feedOf } from "./support/dashboards.ts";
import {
  doneRefresh,
  lineageOf,
  origin,
  partialRefresh,
  refreshOf,
  restatement,
  UNIT,
  unitView,
} from "./support/data.ts";
import { type Answer, json, type LiveSocket, problem } from "./support/panel.ts";
import { reportRow } from "./support/runs.ts";
import { panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();

const lineage =
  (body: unknown): Answer =>
  (_request, path) =>
    path.endsWith("/lineage") ? json(body) : null;

const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

describe("where a figure comes from", () => {
  it("says what it means first, then what was asked of the source, in words, then shows the bytes themselves", async () => {
    answer.current = lineage(lineageOf());
    await visit("/facts/f_1", silent, async (page) => {
      await page.getByRole("heading", { level: 2, name: "Clicks" }).waitFor();
      const text = await page.locator(".lineage").innerText();
      const order = [
        "14,763",
        "Clicks from Google web search",
        "withholds for privacy",
        "Google Search Console",
        "1 – 31 Oct 2026",
        "66 to 71",
      ];
      expect(order.map((part) => text.indexOf(part))).toEqual(
        order.map((part) => text.indexOf(part)).toSorted((a, b) => a - b),
      );
      expect(order.filter((part) => !text.includes(part))).toEqual([]);
      expect(await page.locator(".bytes").innerText()).toContain('{"clicks":14763,"impressions":238579');
      expect(await page.locator(".bytes mark").innerText()).toBe("14763");
    });
  });

  it("tells versions apart: what changed, and that a final value was restated", async () => {
    answer.current = lineage(lineageOf());
    await visit("/facts/f_1", silent, async (page) => {
      const row = (n: number) => page.getByRole("row").nth(n);
      await row(1).getByText("Restated").waitFor();
      expect([await row(1).getByText("+12").count(), await row(2).getByText("+5,547").count()]).toEqual([1, 1]);
    });
  });

  it("puts the figure with its source on the clipboard, as one line that can be sent to a client", async () => {
    answer.current = lineage(lineageOf());
    const look = async (page: Page): Promise<void> => {
      await page.getByRole("button", { name: "Copy with its source" }).click();
      await page.getByRole("status").getByText("Copied").waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
        /^Clicks, Plunkett, October 2026: 14,763\. Source: Google Search Console \(sc-domain:plunkett\.example\), fetched .+ UTC, version 3, final\.$/,
      );
      await page.getByRole("button", { name: "Copy the byte range" }).click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("66-71");
    };
    await visit("/facts/f_1", silent, look, { permissions: ["clipboard-read", "clipboard-write"] });
  });

  it("an invented figure is called one, and a snapshot that is gone leaves the rest to read", async () => {
    const gone = origin({ cells: [], more: 1, problem: "The snapshot is not in the store any more." });
    answer.current = lineage(lineageOf({ fixture: true }, { origins: [gone] }));
    await visit("/facts/f_1", silent, async (page) => {
      await page.getByText("invented for a demonstration").waitFor();
      await page.getByText("not in the store any more").waitFor();
      expect(await page.getByText("Clicks from Google web search").count()).toBe(1);
    });
  });

  it("an unknown figure, and one that is not for the reader, are said to be so", async () => {
    answer.current = () => problem(404, "no_such_fact", "Not found", "There is no such fact.");
    await visit("/facts/f_0", silent, async (page) => {
      await page.getByRole("heading", { level: 1, name: "There is no such figure" }).waitFor();
    });
    answer.current = () => problem(403, "not_allowed", "Not allowed", "Only a viewer may.");
    await visit("/facts/f_1", silent, async (page) => {
      await page.getByText("This is not for your role").waitFor();
    });
  });

  it("text of a source stays text, and the page is no wider than a phone", async () => {
    const hostile = `<img src=x onerror="document.title='ran'">\u202E${"x".repeat(300)}`;
    const cell: LineageView["origins"][number]["cells"][number] = {
      pointer: `/body/${hostile}`,
      byteRange: [0, 9],
      text: hostile,
      before: hostile,
      after: hostile,
    };
    const request = { method: "POST", path: hostile, body: { [hostile]: hostile, query: hostile } };
    answer.current = lineage(
      lineageOf(
        { dimension: "query", member: hostile },
        {
          asset: { source: "ga4", externalId: hostile },
          origins: [origin({ query: hostile, cells: [cell], request })],
        },
      ),
    );
    const look = async (page: Page): Promise<void> => {
      await page.locator(".bytes mark").waitFor();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      expect([await page.locator("main img").count(), await fits(page)]).toEqual([0, true]);
    };
    await visit("/facts/f_1", silent, look, { viewport: { width: 360, height: 740 } });
  });

  it("axe finds nothing in either theme, with everything open", async () => {
    answer.current = lineage(lineageOf({ state: "partial", maturity: "filling" }));
    await visit("/facts/f_1", silent, async (page) => {
      await page.locator(".bytes mark").waitFor();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      expect(await themeFaults(page)).toEqual([]);
    });
  });
});

/** The control plane of the page about a Business Unit's data. */
function dataOf(lists: Readonly<Record<string, unknown>>, asked: string[] = []): Answer {
  return (request, path) => {
    if (request.method === "POST") {
      asked.push(path);
      return json(lists.begun ?? {}, 202);
    }
    if (path.endsWith(`/business-units/${UNIT}`)) return json(unitView());
    const last = path.split("/").at(-1) ?? "";
    if (last === "metrics") return json({ items: [] });
    if (last === "lineage") return json(lineageOf());
    if (last in lists) asked.push(last);
    return last in lists ? json({ items: lists[last], nextCursor: null }) : null;
  };
}

const firstFrame = (refresh: unknown) => ({ type: "snapshot", refresh, events: [], seq: 7 });

describe("refreshing the data", () => {
  it("begins by keyboard, shows each source as it gets on, and what is listed below is read anew at the end", async () => {
    const asked: string[] = [];
    answer.current = dataOf(
      { begun: { ingestionRunId: "x", refresh: refreshOf(4) }, "ingestion-runs": [doneRefresh(3)] },
      asked,
    );
    const line: { socket?: LiveSocket } = {};
    const connected = (socket: LiveSocket): void => {
      line.socket = socket;
      socket.send(firstFrame(doneRefresh(3)));
    };
    await visit(`/data/${UNIT}`, connected, async (page) => {
      const panel = page.getByRole("region", { name: "Data" });
      await panel.getByRole("button", { name: "Refresh data" }).focus();
      await page.keyboard.press("Enter");
      await panel.getByText("3 of 6 months").waitFor();
      await panel.getByRole("status").getByText("Refreshing: 1 of 3 sources are read.").waitFor();
      line.socket?.send({ type: "refresh", refresh: partialRefresh(4) });
      await panel.getByText("Meta refused our token: it expired.").waitFor();
      await panel.getByRole("status").getByText("Everything was read but Meta.").waitFor();
      await panel
        .getByText(/Tried again in \d+ min/)
        .first()
        .waitFor();
      expect(await axeFaults(page)).toEqual([]);
      expect(asked).toEqual([
        "ingestion-runs",
        `/admin-registry/business-units/${UNIT}/refresh-data`,
        "ingestion-runs",
      ]);
    });
  });

  it("joins one that is at work, goes on after the line was cut, and stops it with a reason", async () => {
    const asked: string[] = [];
    answer.current = dataOf({ begun: refreshOf(4, { status: "cancelled" }), "ingestion-runs": [] }, asked);
    const seen: string[] = [];
    const line: { socket?: LiveSocket; healthy?: boolean } = {};
    const connected = (socket: LiveSocket, nth: number): void => {
      seen.push(socket.url.searchParams.get("since") ?? "from the beginning");
      line.socket = socket;
      if (nth === 1) socket.send(firstFrame(refreshOf(4)));
      else if (line.healthy === true) socket.send({ type: "resume", refresh: refreshOf(4), events: [], seq: 9 });
    };
    await visit(`/data/${UNIT}`, connected, async (page) => {
      const panel = page.getByRole("region", { name: "Data" });
      await panel.getByText("Live", { exact: true }).waitFor();
      line.socket?.close(1011);
      await panel.getByText("Connection lost.").waitFor();
      expect(await panel.getByText("3 of 6 months").count()).toBe(1);
      line.healthy = true;
      await panel.getByRole("button", { name: "Try now" }).click();
      await panel.getByText("Live", { exact: true }).waitFor();
      expect([seen[0], new Set(seen.slice(1))]).toEqual(["from the beginning", new Set(["7"])]);
      await panel.getByRole("button", { name: "Stop" }).click();
      await page.getByRole("dialog", { name: "Stop this refresh?" }).getByRole("button", { name: "Stop it" }).click();
      await panel.getByText("Stopped").first().waitFor();
      expect(asked.filter((one) => one.endsWith("/refresh-data/cancel"))).toHaveLength(1);
    });
  });

  it("a viewer sees how the data is, and no button", async () => {
    answer.me = viewer;
    answer.current = dataOf({ "ingestion-runs": [] });
    await visit(
      `/data/${UNIT}`,
      (socket) => socket.send(firstFrame(doneRefresh(3))),
      async (page) => {
        await page.getByRole("region", { name: "Data" }).getByText("Done", { exact: true }).first().waitFor();
        expect(await page.getByRole("button", { name: /Refresh data|Stop/ }).count()).toBe(0);
        expect(await page.getByRole("link", { name: "Who read it" }).count()).toBe(0);
      },
    );
  });
});

const viewer = {
  email: "viewer@agency.example",
  name: "Viewer",
  userId: "user_v",
  agencyRole: "viewer" as const,
  ops: false,
  anywhere: ["runs.read", "units.read", "data.read"],
  units: {},
};

describe("the reports of a Business Unit", () => {
  it("are listed on its dashboard, page by page, each leading to its files, its run and itself", async () => {
    const feed = dashboardDesk();
    const asked: (string | null)[] = [];
    answer.current = (request, path) => {
      if (path !== "/report-artifacts") return feed(request, path);
      const { searchParams } = new URL(request.url);
      const cursor = searchParams.get("cursor");
      asked.push(searchParams.get("businessUnitId"));
      const item = reportRow(cursor === null ? 1 : 2, {
        version: cursor === null ? 2 : 1,
        lifecycle: "accepted",
        acceptedBy: "Maya",
      });
      return json({ items: [item], nextCursor: cursor === null ? "next" : null });
    };
    await visit(`/dashboards/${feedOf().slug}/reports`, silent, async (page) => {
      const history = page.getByRole("region", { name: "Report history" });
      await history.getByRole("button", { name: "Show more" }).click();
      await history.getByRole("link", { name: /^Open.*version 1/ }).waitFor();
      const first = history.getByRole("listitem").first();
      const hrefs = await first
        .getByRole("link")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      const { artifactId, runId } = reportRow(1);
      expect(hrefs).toEqual([
        `/reports/${artifactId}`,
        `/runs/${runId}`,
        expect.stringMatching(`^/api/report-artifacts/${artifactId}/files/`),
      ]);
      expect(new Set(asked)).toEqual(new Set([feedOf().businessUnitId]));
    });
  });
});

describe("what was restated", () => {
  it("opens the figure over the list in a drawer, and gives the focus back when that is closed", async () => {
    answer.current = dataOf({ restatements: [restatement()] });
    await visit(
      `/data/${UNIT}/restatements`,
      (socket) => socket.send(firstFrame(doneRefresh(3))),
      async (page) => {
        const figure = page.getByRole("button", { name: /October 2026/ });
        await figure.focus();
        await page.keyboard.press("Enter");
        const drawer = page.getByRole("dialog", { name: "Where this figure comes from" });
        await drawer.locator(".bytes mark").waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await drawer.waitFor({ state: "detached" });
        expect(await figure.evaluate((element) => element === document.activeElement)).toBe(true);
        expect(await page.getByRole("link", { name: "Report", exact: true }).getAttribute("href")).toBe(
          "/reports/art_1",
        );
      },
    );
  });
});
