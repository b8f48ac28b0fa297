/** Home in a browser. */
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/core/wire.ts";
import { busyClients, client, overviewOf, type Unit } from "./support/clients.ts";
import { EVERYTHING, json, type LiveSocket, problem } from "./support/panel.ts";
import { ago, summary } from "./support/runs.ts";
import { boardOf, panelTests, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();

const review = (n: number, who: string, seconds: number, changes: Partial<RunSummary> = {}): RunSummary =>
  summary(n, {
    status: "review_ready",
    waitingOn: { kind: "person", who, detail: `${who} reviews it.`, since: ago(seconds), until: null },
    ...changes,
  });

const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name }) });

const names = (page: Page) => page.locator(".client-line a").allTextContents();

let clients: () => Response;

beforeEach(() => {
  clients = () => json(overviewOf(busyClients()));
  answer.me = { ...EVERYTHING, name: "Maya" };
  answer.current = (_request, path) => (path === "/client-data-plane/overview" ? clients() : null);
});

describe("Home", () => {
  it("waits for clients and runs, then says who needs what and where each figure comes from", async () => {
    const opened = Promise.withResolvers<LiveSocket>();
    await visit("/", opened.resolve, async (page) => {
      await page.getByText("Loading clients").waitFor({ state: "attached" });
      (await opened.promise).send({ type: "snapshot", runs: [review(1, "Tom", 90)], seq: 1 });
      const plunkett = row(page, "Plunkett");
      await plunkett.getByText("Google Analytics 4 could not be read +1 more").waitFor();
      expect(await plunkett.getByRole("link", { name: "7,290" }).getAttribute("href")).toBe("/facts/f_gsc.clicks");
      expect(await plunkett.getByRole("img", { name: "Search clicks: 7,290 of 9,000, missed" }).count()).toBe(1);
      const setup = row(page, "Harbour Dental").getByRole("link", { name: "There is no GA4 property. +2 more" });
      expect(await setup.getAttribute("href")).toContain("/admin/units/bu_harbour_dental/sources");
      expect(await row(page, "Demo Agency").getByText("Demo data").count()).toBe(1);
      expect(await page.getByRole("row", { name: "All clients" }).getByText("62.6K").count()).toBe(1);
      expect(await page.title()).toBe("Home · Agency OS");
    });
  });

  it("groups what waits by person, the reader first, and follows the runs live", async () => {
    const opened = Promise.withResolvers<LiveSocket>();
    const runs = [review(1, "Tom", 90_000), review(2, "Maya", 60), review(3, "Maya", 600)];
    await visit("/", opened.resolve, async (page) => {
      const socket = await opened.promise;
      socket.send({ type: "snapshot", runs, seq: 1 });
      const waiting = page.getByRole("region", { name: "Waiting for people" });
      const mine = waiting.getByRole("region", { name: "You" });
      await mine.waitFor();
      expect(await waiting.getByRole("heading", { level: 3 }).allTextContents()).toEqual(["You 2", "Tom 1"]);
      expect(await mine.getByRole("link").first().getAttribute("href")).toBe(`/runs/${runs[2]?.runId}`);
      socket.send({
        type: "run",
        run: review(3, "Maya", 600, { version: 2, status: "accepted", waitingOn: null }),
        seq: 2,
      });
      await page.getByText("2 runs wait for somebody").waitFor({ state: "attached" });
      expect(await mine.getByRole("listitem").count()).toBe(1);
    });
  });

  it("of more runs than the board sends, those that wait are asked for", async () => {
    const asked: string[] = [];
    const others = answer.current;
    answer.current = (request, path) => {
      if (path !== "/team-agent-runs") return others(request, path);
      const { searchParams } = new URL(request.url);
      asked.push(searchParams.get("waiting") ?? "");
      return json({
        items: searchParams.get("waiting") === "person" ? [review(5000, "Ann", 900_000)] : [],
        nextCursor: null,
      });
    };
    const many = Array.from({ length: 1000 }, (_, n) => summary(n, { status: "accepted" }));
    await visit("/", boardOf(many), async (page) => {
      await page.getByRole("region", { name: "Ann" }).waitFor();
      expect(asked.sort()).toEqual(["budget", "pause", "person"]);
    });
  });

  it("narrows to the clients a number is about, and the address keeps it", async () => {
    await visit("/", boardOf([]), async (page) => {
      const data = page.getByRole("button", { name: /^Fresh data/ });
      await data.press("Enter");
      await page.getByRole("heading", { name: "Clients with a source that is late" }).waitFor();
      expect(await names(page)).toEqual(["Plunkett"]);
      await page.reload();
      expect(await data.getAttribute("aria-pressed")).toBe("true");
      await data.click();
      await row(page, "Northwind Legal").waitFor();
      await page.getByRole("button", { name: "By name" }).click();
      await page.waitForURL(/sort=name/);
      expect((await names(page))[0]).toBe("Demo Agency");
    });
  });

  it("finds a client among many by name", async () => {
    const many: Unit[] = Array.from({ length: 70 }, (_, n) => client(`Client ${String(n).padStart(2, "0")}`));
    clients = () => json(overviewOf(many));
    await visit("/", boardOf([]), async (page) => {
      await page.getByRole("button", { name: "Show 10 more" }).click();
      expect(await names(page)).toHaveLength(70);
      await page.getByRole("searchbox", { name: "Find a client" }).fill("client 69");
      await row(page, "Client 00").waitFor({ state: "detached" });
      expect(await names(page)).toEqual(["Client 69"]);
      await page.getByRole("searchbox", { name: "Find a client" }).fill("nobody");
      await page.getByRole("button", { name: "Show all" }).click();
      await row(page, "Client 00").waitFor();
    });
  });

  it("keeps what it has when it cannot be renewed, and says how old that is", async () => {
    await visit("/", boardOf([]), async (page) => {
      await row(page, "Plunkett").waitFor();
      clients = () => problem(503, "index_away", "Unavailable", "The index is away.");
      await page.clock.fastForward("05:01");
      await page.getByText("This could not be renewed").waitFor();
      expect(await names(page)).toHaveLength(6);
      clients = () => json(overviewOf([client("Renewed")]));
      await page.getByRole("button", { name: "Try again" }).click();
      await row(page, "Renewed").waitFor();
      expect(await page.getByText("This could not be renewed").count()).toBe(0);
    });
  });

  it("shows the clients while the connection to the runs is lost, and says so", async () => {
    await visit(
      "/",
      (socket) => socket.close(1011),
      async (page) => {
        await row(page, "Plunkett").waitFor();
        await page.getByText("Connection lost.").waitFor();
      },
    );
  });

  it.each([
    ["without clients says where one is made", () => json(overviewOf([])), "No clients yet"],
    [
      "that is not for the reader says so",
      () => problem(403, "not_allowed", "No", "This takes a role."),
      "This is not for your role",
    ],
    [
      "that cannot be loaded says why",
      () => problem(502, "away", "The control plane is away", "It did not answer."),
      "The control plane is away",
    ],
  ])("%s", async (_, reply, heading) => {
    clients = reply;
    await visit("/", silent, async (page) => {
      await page.getByRole("heading", { name: heading }).waitFor();
    });
  });
});
