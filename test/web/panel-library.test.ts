import { beforeEach, describe, expect, it } from "vitest";
import type { ReportDetail, SavedView } from "../../src/core/wire-reports.ts";
import { themeFaults } from "./support/axe.ts";
import { evidenceFile, report, reportDetail, version } from "./support/library.ts";
import { EVERYTHING, json, problem } from "./support/panel.ts";
import { panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();
const ID = reportDetail().artifactId;

/** What the control plane knows in a test. */
interface World {
  detail: ReportDetail;
  views: SavedView[];
  /** Queries of the list. */
  asked: string[];
  sent: { method: string; path: string; body: unknown }[];
  patch: () => Response;
}

const fresh = (): World => ({
  detail: reportDetail(),
  views: [],
  asked: [],
  sent: [],
  patch: () => json(world.detail),
});
let world = fresh();

beforeEach(() => {
  world = fresh();
  answer.current = async (request, path) => {
    const { search } = new URL(request.url);
    if (request.method !== "GET") {
      world.sent.push({ method: request.method, path, body: await request.json() });
      return request.method === "PATCH" ? world.patch() : saved();
    }
    if (path === "/me/saved-views") return json({ items: world.views, nextCursor: null });
    if (path === "/client-data-plane/dashboards") return json({ items: [], nextCursor: null });
    if (path === `/report-artifacts/${ID}`) return json(world.detail);
    if (path.endsWith("/files/evidence")) return json(evidenceFile());
    if (path !== "/report-artifacts") return null;
    world.asked.push(search);
    return json({ items: search.includes("zzz") ? [] : [report(1)], nextCursor: null });
  };
});

function saved(): Response {
  return json(
    { viewId: "view_9", name: "Accepted", query: "lifecycle=accepted", createdAt: "2026-11-22T10:00:00.000Z" },
    201,
  );
}

describe("the library", () => {
  it("narrows the list by what is chosen and typed, keeps it in the address, and says when nothing fits", async () => {
    await visit("/reports/", silent, async (page) => {
      await page.getByRole("link", { name: "Plunkett", exact: true }).waitFor();
      await page.getByLabel("State").selectOption("accepted");
      await page.waitForURL("**/reports?lifecycle=accepted");
      await page.getByLabel("Search").fill("zzz");
      await page.clock.runFor(400);
      await page.getByRole("heading", { name: "No report fits" }).waitFor();
      expect(world.asked.at(-1)).toBe("?q=zzz&lifecycle=accepted");
      await page.getByRole("link", { name: "Show all reports" }).click();
      await page.getByRole("link", { name: "Plunkett", exact: true }).waitFor();
      expect(await page.getByLabel("Search").inputValue()).toBe("");
    });
  });

  it("says of each report whether it may be used again, and why", async () => {
    await visit("/reports", silent, async (page) => {
      const row = page.locator(".report").first();
      await row.getByText("Accepted, and its data stands as reported.").waitFor();
      expect(await row.getByRole("link", { name: /Open report/ }).getAttribute("href")).toContain("/files/report");
    });
  });

  it("reads the next page as the reader comes near the end", async () => {
    const pages = answer.current;
    answer.current = (request, path) => {
      const cursor = new URL(request.url).searchParams.get("cursor");
      if (path !== "/report-artifacts") return pages(request, path);
      const items = [
        report(1, { artifactId: cursor === null ? "art_1_v1" : "art_2_v1", clientName: cursor ?? "First" }),
      ];
      return json({ items, nextCursor: cursor === null ? "Second" : null });
    };
    await visit("/reports", silent, async (page) => {
      await page.getByRole("link", { name: "Second", exact: true }).waitFor();
      expect(await page.locator(".report").count()).toBe(2);
    });
  });

  it("that cannot be loaded is tried again, and without any report says when one appears", async () => {
    const whole = answer.current;
    let healthy = false;
    answer.current = (request, path) => {
      if (path !== "/report-artifacts") return whole(request, path);
      return healthy
        ? json({ items: [], nextCursor: null })
        : problem(503, "index_away", "Unavailable", "The index is away.");
    };
    await visit("/reports", silent, async (page) => {
      await page.getByText("The index is away.").waitFor();
      healthy = true;
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "No reports yet" }).waitFor();
    });
  });

  it("keeps a view under a name and shows it again in one click", async () => {
    await visit("/reports?lifecycle=accepted", silent, async (page) => {
      await page.getByRole("button", { name: "Save this view" }).click();
      expect(await page.getByLabel("Name").inputValue()).toBe("Accepted");
      await page.keyboard.press("Enter");
      const view = page.getByRole("navigation", { name: "Saved views" }).getByRole("link", { name: "Accepted" });
      await view.waitFor();
      expect(world.sent).toEqual([
        { method: "POST", path: "/me/saved-views", body: { name: "Accepted", query: "lifecycle=accepted" } },
      ]);
      await page.getByRole("button", { name: "Clear" }).click();
      await page.waitForURL("**/reports");
      await view.click();
      await page.waitForURL("**/reports?lifecycle=accepted");
      expect(await view.getAttribute("aria-current")).toBe("page");
    });
  });
});

describe("a report", () => {
  it("shows its answer, evidence, files, versions and revisions, without an accessibility fault in either theme", async () => {
    await visit(`/reports/${ID}`, silent, async (page) => {
      await page.getByRole("rowheader", { name: /gsc.clicks.primary/ }).waitFor();
      for (const name of ["The answer", "Evidence", "Revisions", "Files", "Versions", "Sources"])
        await page.getByRole("heading", { name, exact: true }).waitFor();
      await page.getByLabel("Find a fact").fill("users");
      await page.getByText("1 of 23 facts").waitFor();
      expect(await page.getByRole("link", { name: "Open the task in Asana" }).getAttribute("href")).toContain(
        "asana.com",
      );
      await page.emulateMedia({ reducedMotion: "reduce" });
      expect(await themeFaults(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    });
  });

  it("is dismissed with a reason, on the version that was looked at, and shows it at once", async () => {
    const word = { by: "dev@localhost", reason: "wrong month", at: "2026-11-22T10:00:00.000Z" };
    world.patch = () =>
      json(
        report(2, {
          lifecycle: "dismissed",
          registryVersion: 13,
          appraisal: { dismissed: word, reuse: null },
          reuse: { reusable: false, code: "dismissed", reason: "dev@localhost dismissed it: wrong month" },
        }),
      );
    await visit(`/reports/${ID}`, silent, async (page) => {
      await page.getByRole("button", { name: "Dismiss", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Dismiss?" });
      await dialog.getByRole("button", { name: "Dismiss" }).click();
      await dialog.getByText("Say why").waitFor();
      await dialog.getByRole("textbox").fill("wrong month");
      await dialog.getByRole("button", { name: "Dismiss" }).click();
      await page.getByText("dev@localhost dismissed it: wrong month").waitFor();
      await page.getByRole("button", { name: "Reinstate" }).waitFor();
      expect(world.sent).toEqual([
        {
          method: "PATCH",
          path: `/report-artifacts/${ID}`,
          body: { act: "dismiss", reason: "wrong month", version: 12 },
        },
      ]);
    });
  });

  it("that somebody changed meanwhile shows what was wanted and what is there, and does it only when told again", async () => {
    const stale = {
      ...{ type: "about:blank", title: "Conflict", status: 409, code: "stale_write" },
      detail: "The report has changed since you looked at it.",
      difference: [{ field: "reuse", yours: true, current: false }],
      version: 15,
    };
    let turn = 0;
    world.patch = () => {
      turn += 1;
      return turn === 1 ? json(stale, 409) : json(report(2, { registryVersion: 16 }));
    };
    await visit(`/reports/${ID}`, silent, async (page) => {
      await page.getByRole("button", { name: "Mark as reusable", exact: true }).click();
      await page.getByRole("dialog").getByRole("textbox").fill("checked");
      await page.getByRole("dialog").getByRole("button", { name: "Mark as reusable" }).click();
      await page.getByText("there now: not reusable").waitFor();
      await page.getByRole("button", { name: "Mark as reusable anyway" }).click();
      await page.getByText("The report is marked as reusable.").waitFor();
      expect(world.sent.map(({ body }) => body)).toMatchObject([{ version: 12 }, { version: 15, reason: "checked" }]);
    });
  });

  it("offers no change to those who may not, leads to the version that took its place, and is said to be missing", async () => {
    answer.me = { ...EVERYTHING, anywhere: EVERYTHING.anywhere.filter((action) => action !== "artifacts.lifecycle") };
    world.detail = reportDetail({ versions: [version(1), version(2), version(3)] });
    await visit(`/reports/${ID}`, silent, async (page) => {
      const newer = page.getByRole("link", { name: "Version 3 took its place" });
      await newer.waitFor();
      expect(await page.getByRole("button", { name: "Dismiss", exact: true }).count()).toBe(0);
      await newer.click();
      await page.getByRole("heading", { name: "There is no such report" }).waitFor();
    });
  });
});
