import { describe, expect, it } from "vitest";
import { type LiveSocket, problem } from "./support/panel.ts";
import { summary } from "./support/runs.ts";
import { busyBoard } from "./support/scenes.ts";
import { boardOf, panelTests } from "./support/visit.ts";

const { answer, visit } = panelTests();

describe("the board", () => {
  it("shows skeletons until the first frame, then every run in its column", async () => {
    const opened = Promise.withResolvers<LiveSocket>();
    await visit("/runs", opened.resolve, async (page) => {
      await page.getByText("Loading runs").waitFor({ state: "attached" });
      const socket = await opened.promise;
      socket.send({ type: "snapshot", runs: busyBoard(), seq: 1 });
      const column = (name: string) => page.getByRole("region", { name });
      await column("Running").getByText("GA4: organic sessions").waitFor();
      expect(await column("Waiting").first().getByRole("listitem").count()).toBe(3);
      expect(await page.locator(".column-human").getByRole("listitem").count()).toBe(2);
      expect(await page.getByText("Maya Lindqvist has to say which client").count()).toBe(1);
      expect(await page.title()).toBe("Runs · Agency OS");
    });
  });

  it("moves a run to its new column the moment a frame says so", async () => {
    const line: { socket?: LiveSocket } = {};
    await visit(
      "/runs",
      (socket, nth) => {
        line.socket = socket;
        boardOf([summary(1)])(socket, nth);
      },
      async (page) => {
        await page.locator(".column-running").getByRole("link").waitFor();
        line.socket?.send({ type: "run", run: summary(1, { version: 2, status: "review_ready" }), seq: 2 });
        await page
          .locator(".column-human")
          .getByRole("link", { name: summary(1).title })
          .waitFor();
        expect(await page.locator(".column-running").getByText("Nothing is running").count()).toBe(1);
      },
    );
  });

  it("without runs says what to do", async () => {
    await visit("/runs", boardOf([]), async (page) => {
      await page.getByRole("heading", { name: "No runs yet" }).waitFor();
      expect(await page.getByText("Assign a task to Jessie in the Jessie Intake project").count()).toBe(1);
    });
  });

  it("filters by client, title and status while typing", async () => {
    await visit("/runs", boardOf(busyBoard()), async (page) => {
      await page.getByRole("combobox", { name: "Search runs" }).fill("plunkett failed");
      await page.locator(".column-done .card").getByText("August 2026").waitFor();
      expect(await page.locator(".card").count()).toBe(1);
      expect(await page.getByText("No match").count()).toBe(3);
    });
  });

  it("folds the finished runs away and remembers it", async () => {
    await visit("/runs", boardOf(busyBoard()), async (page) => {
      const fold = page.getByRole("button", { name: "Show finished runs" });
      await fold.click();
      expect(await fold.getAttribute("aria-expanded")).toBe("false");
      await page.reload();
      await page.locator(".column-running .card").first().waitFor();
      expect(await page.locator("#done-runs").isVisible()).toBe(false);
    });
  });

  it("when nothing can be loaded says so, and works after a retry", async () => {
    answer.current = () => problem(502, "control_plane_unreachable", "The control plane is away", "It did not answer.");
    const line = { isDown: true };
    await visit(
      "/runs",
      (socket, nth) => (line.isDown ? socket.close(1011) : boardOf(busyBoard())(socket, nth)),
      async (page) => {
        await page.getByRole("alert").getByText("It did not answer.").waitFor();
        line.isDown = false;
        await page.getByRole("button", { name: "Try again" }).click();
        await page.locator(".column-running .card").first().waitFor();
        expect(await page.getByRole("alert").count()).toBe(0);
      },
    );
  });

  it("a refused socket shows that the reader may not see this", async () => {
    await visit(
      "/runs",
      (socket) => socket.close(4401),
      async (page) => {
        await page.getByRole("heading", { name: "You may not see this" }).waitFor();
      },
    );
  });
});
