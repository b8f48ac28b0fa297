import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { themeFaults } from "./support/axe.ts";
import { busyClients, overviewOf } from "./support/clients.ts";
import { report } from "./support/library.ts";
import { json } from "./support/panel.ts";
import { ago, artifact, detail, summary } from "./support/runs.ts";
import { asking, blocked, busyBoard, failed, reviewed } from "./support/scenes.ts";
import { boardOf, type Connected, panelTests, runOf, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();

describe("text of others", () => {
  const hostile = `<img src=x onerror="document.title='ran'"><script>document.title='ran'</script>{{constructor}} \u202Ereversed ${"x".repeat(400)}`;

  it("stays text on the board and the run page", async () => {
    const bad = detail({
      title: hostile,
      clientName: hostile,
      requester: hostile,
      status: "blocked",
      taskUrl: "javascript:document.title='ran'",
      findings: [{ code: "x", what: hostile, fix: hostile }],
      rounds: [
        {
          ...reviewed.rounds[0],
          roundId: "r",
          n: 1,
          openedAt: ago(1),
          closedAt: null,
          author: hostile,
          comment: hostile,
          kind: null,
          decidedBy: null,
          items: [{ id: "1", text: hostile, outcome: null, reason: null }],
          reply: hostile,
        },
      ],
      artifacts: [
        artifact(1, {
          answer: [hostile],
          files: [{ fileId: "../../x", name: hostile, mediaType: "text/html", role: "report", bytes: 1, sha256: "a" }],
        }),
      ],
    });
    const look = async (page: Page): Promise<void> => {
      // The choices of the board's filters name clients too, and are not visible.
      await page.getByText("{{constructor}}").filter({ visible: true }).first().waitFor();
      expect(await page.locator("main img, main script, a[href^='javascript']").count()).toBe(0);
      expect(await page.evaluate(() => document.title)).not.toBe("ran");
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
      ).toBe(true);
    };
    const narrow = { viewport: { width: 360, height: 740 } };
    await visit(
      "/runs",
      boardOf([
        summary(1, {
          title: hostile,
          clientName: hostile,
          waitingOn: { kind: "person", who: null, detail: hostile, since: hostile, until: null },
        }),
      ]),
      look,
      narrow,
    );
    await visit(
      "/runs/tar_1",
      (socket) =>
        socket.send({
          type: "snapshot",
          run: bad,
          events: [{ seq: 1, at: hostile, type: hostile, summary: hostile }],
          seq: 1,
        }),
      look,
      narrow,
    );
  });

  it("an address that cannot be decoded is a page that does not exist", async () => {
    await visit("/runs/%E0%A4%A", silent, async (page) => {
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    });
  });
});

describe("for everybody", () => {
  const views: readonly (readonly [string, string, Connected, string])[] = [
    ["home", "/", boardOf(busyBoard()), ".clients"],
    ["board", "/runs", boardOf(busyBoard()), ".card"],
    ["empty board", "/runs", boardOf([]), ".notice"],
    ["loading board", "/runs", silent, ".skeleton"],
    ["running run", "/runs/tar_1", runOf(detail()), ".event"],
    ["reviewed run", "/runs/tar_1", runOf(reviewed), ".round"],
    ["run with a question", "/runs/tar_1", runOf(asking), ".callout"],
    ["blocked run", "/runs/tar_1", runOf(blocked), ".callout"],
    ["failed run", "/runs/tar_1", runOf(failed), ".callout"],
    [
      "stale run",
      "/runs/tar_1",
      (socket, nth) => {
        runOf(detail())(socket, nth);
        socket.close(1011);
      },
      ".stale-shown",
    ],
    ["unknown run", "/runs/tar_1", (socket) => socket.close(4404), ".notice"],
    ["reports", "/reports", silent, ".report"],
    ["unknown page", "/nowhere", silent, ".notice"],
  ];

  it.each(views)(
    "the %s has no accessibility fault in light or dark, and fits 360 px",
    async (_name, path, connected, shown) => {
      answer.current = (_request, asked) => {
        if (asked === "/client-data-plane/overview") return json(overviewOf(busyClients()));
        return asked === "/report-artifacts" ? json({ items: [report(1)], nextCursor: null }) : null;
      };
      await visit(path, connected, async (page) => {
        await page.locator(shown).first().waitFor();
        expect(await themeFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
        ).toBe(true);
      });
    },
  );

  it("a reader with the keyboard alone gets from the board to a run and back", async () => {
    await visit(
      "/runs",
      (socket, nth) => (socket.url.pathname.includes("tar_") ? runOf(detail()) : boardOf([summary(1)]))(socket, nth),
      async (page) => {
        await page.locator(".card").waitFor();
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
        // Past the other view of the runs and the choices that narrow the board.
        const card = page.locator(".card a").first();
        for (let n = 0; n < 12; n += 1) {
          if (await card.evaluate((link) => link === document.activeElement)) break;
          await page.keyboard.press("Tab");
        }
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: detail().title }).waitFor();
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: /Runs/ }).waitFor();
      },
    );
  });

  it("nothing moves for a reader who asked for less motion", async () => {
    await visit(
      "/runs/tar_1",
      runOf(detail()),
      async (page) => {
        await page.locator(".spinner").waitFor();
        expect(
          await page.locator(".spinner").evaluate((spinner) => getComputedStyle(spinner).animationIterationCount),
        ).toBe("1");
      },
      { reducedMotion: "reduce" },
    );
  });
});
