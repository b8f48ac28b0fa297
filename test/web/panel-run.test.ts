import { describe, expect, it } from "vitest";
import type { VersionChanges } from "../../src/core/wire-versions.ts";
import { EVERYTHING, json, type LiveSocket, problem } from "./support/panel.ts";
import { detail, events } from "./support/runs.ts";
import { asking, blocked, failed, reviewed } from "./support/scenes.ts";
import { panelTests, runOf, snapshot } from "./support/visit.ts";

const { answer, visit } = panelTests();

describe("the run page", () => {
  it("shows what was understood, the steps, the timeline and the lease", async () => {
    await visit("/runs/tar_1", runOf(detail()), async (page) => {
      await page.getByRole("heading", { level: 1, name: detail().title }).waitFor();
      expect(await page.getByRole("log").getByRole("listitem").count()).toBe(14);
      expect(await page.locator(".step-done").count()).toBe(4);
      expect(await page.locator(".step-running").innerText()).toContain("GA4: organic sessions");
      expect(await page.locator(".brief").innerText()).toContain("September 2026 and October 2025");
      expect(await page.title()).toBe(`${detail().title} · Agency OS`);
    });
  });

  it("tells times in the reader's zone, and the exact UTC where one points", async () => {
    const abroad = { timezoneId: "America/New_York" };
    await visit(
      "/runs/tar_1",
      runOf(detail()),
      async (page) => {
        const time = page.getByRole("log").locator("time").first();
        expect([await time.innerText(), await time.getAttribute("title")]).toEqual([
          "12:27:51",
          "22 Nov 2026, 17:27:51 UTC",
        ]);
      },
      abroad,
    );
  });

  it("a report opens in its own tab and a table is downloaded", async () => {
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      const open = page.locator(".callout").getByRole("link", { name: /Open report/ });
      await open.waitFor();
      expect(await open.getAttribute("target")).toBe("_blank");
      expect(await open.getAttribute("href")).toBe("/api/report-artifacts/art_1200000000010001_v2/files/report");
      const table = page
        .locator(".files")
        .first()
        .getByRole("link", { name: /queries.csv/ });
      expect(await table.getAttribute("download")).toBe("queries.csv");
    });
  });

  it("the opened report is the control plane's own document and runs no script", async () => {
    answer.current = (_request, path) =>
      path.endsWith("/files/report")
        ? new Response("<!doctype html><title>Report</title><h1>Report</h1><script>document.title='ran'</script>", {
            headers: {
              "content-type": "text/html; charset=utf-8",
              "content-security-policy":
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
            },
          })
        : null;
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      const [tab] = await Promise.all([
        page.context().waitForEvent("page"),
        page
          .locator(".callout")
          .getByRole("link", { name: /Open report/ })
          .click(),
      ]);
      await tab.getByRole("heading", { name: "Report" }).waitFor();
      expect(await tab.title()).toBe("Report");
    });
  });

  it("shows what changed between two versions, figure by figure and sentence by sentence", async () => {
    const version = (n: number) => ({ artifactId: `art_1_v${n}`, version: n, generatedAt: detail().createdAt });
    const changes: VersionChanges = {
      from: version(1),
      to: version(2),
      settings: [],
      figures: [
        { id: "gsc.clicks", label: "Clicks", period: "October 2026", before: "18,420", after: "18,511" },
        { id: "ga4.sessions", label: "Sessions", period: null, before: null, after: "7,040" },
      ],
      moreFigures: 3,
      sameFigures: 214,
      sections: [{ section: "search", gone: ["<b>Clicks</b> were 18,420."], come: ["Clicks rose."], kept: 4 }],
      notes: { gone: [], come: ["The last days are not final."] },
    };
    const asked: string[] = [];
    answer.current = (_request, path) => {
      asked.push(path);
      return json(changes);
    };
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      expect(asked).toEqual([]);
      const button = page.getByRole("button", { name: "What changed since version 1" });
      await button.click();
      const drawer = page.getByRole("dialog", { name: "What changed since version 1" });
      await drawer.getByText("<b>Clicks</b> were 18,420.").waitFor();
      expect(await drawer.getByRole("row", { name: /Clicks/ }).innerText()).toMatch(/18,420\s+18,511/u);
      expect(await drawer.innerText()).toContain("214 figures are the same. 3 more differ");
      expect(asked).toEqual(["/report-artifacts/art_1200000000010001_v2/changes"]);
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "detached" });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it("names each thing asked for with what became of it", async () => {
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      await page.getByText("Declined: They are part of the agreed report").waitFor();
      expect(await page.locator(".round").innerText()).toContain("Version 2 is attached.");
    });
  });

  it.each([
    ["a question", asking, "Which month is the report about?"],
    ["what is missing and who can fix it", blocked, "Tom Achebe can add it to the Business Unit"],
    ["why it failed", failed, "Google refused the refresh token."],
  ])("says %s first", async (_claim, run, text) => {
    await visit("/runs/tar_1", runOf(run), async (page) => {
      await page.locator(".callout").getByText(text).waitFor();
    });
  });

  it.each([
    ["pause", "Paused"],
    ["hold", "Held back"],
    ["budget", "A budget is used up"],
  ] as const)("does not call a run at work that waits on a %s", async (kind, title) => {
    const waitingOn = { kind, who: "Tom", detail: "Tom has to say more.", since: detail().createdAt, until: null };
    await visit("/runs/tar_1", runOf(detail({ lease: null, waitingOn })), async (page) => {
      await page.getByRole("region", { name: title }).getByText("Tom has to say more.").waitFor();
      expect([await page.getByText("Jessie is working").count(), await page.locator(".step-running").count()]).toEqual([
        0, 0,
      ]);
    });
  });

  it("adds events as they come, once each, and fetches what was lost", async () => {
    answer.current = (_request, path) =>
      path.endsWith("/events") ? json({ items: events(15, 17), nextCursor: null }) : null;
    await visit(
      "/runs/tar_1",
      (socket) => {
        socket.send(snapshot(detail()));
        for (const seq of [18, 18, 14]) socket.send({ type: "event", event: events(seq, seq)[0] });
      },
      async (page) => {
        await page.getByRole("log").getByText("(17)").waitFor();
        expect(await page.getByRole("log").getByRole("listitem").count()).toBe(18);
      },
    );
  });

  it("follows the newest event until the reader scrolls up, and again when told", async () => {
    const line: { socket?: LiveSocket } = {};
    await visit(
      "/runs/tar_1",
      (socket) => {
        line.socket = socket;
        socket.send(snapshot(detail(), 60));
      },
      async (page) => {
        const log = page.getByRole("log");
        const distance = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
        await log.getByText("(60)").waitFor();
        expect(await distance()).toBeLessThan(2);
        await log.evaluate((box) => box.scrollTo(0, 0));
        await page.getByRole("button", { name: "Follow", exact: true }).waitFor();
        line.socket?.send({ type: "event", event: events(61, 61)[0] });
        await log.getByText("(61)").waitFor({ state: "attached" });
        expect(await log.evaluate((box) => box.scrollTop)).toBe(0);
        await page.getByRole("button", { name: "Follow", exact: true }).click();
        await page.getByRole("button", { name: "Following" }).waitFor();
        expect(await distance()).toBeLessThan(2);
      },
    );
  });

  it("loads the events that a snapshot left out when asked", async () => {
    answer.current = (_request, path) =>
      path.endsWith("/events") ? json({ items: events(1, 30), nextCursor: null }) : null;
    await visit(
      "/runs/tar_1",
      (socket) => socket.send({ type: "snapshot", run: detail(), events: events(31, 40), seq: 40 }),
      async (page) => {
        await page.getByRole("button", { name: "Show 30 earlier" }).click();
        await page.getByRole("log").getByRole("listitem").nth(39).waitFor({ state: "attached" });
        expect(await page.getByRole("button", { name: /earlier/ }).count()).toBe(0);
      },
    );
  });

  it("marks the data as stale with its age when the connection is lost, and clears that after resuming", async () => {
    const seen: string[] = [];
    const line: { socket?: LiveSocket; healthy?: boolean } = {};
    const resume = () =>
      line.socket?.send({ type: "resume", run: detail({ version: 21 }), events: events(15, 15), seq: 15 });
    await visit(
      "/runs/tar_1",
      (socket, nth) => {
        seen.push(socket.url.search);
        line.socket = socket;
        if (nth === 1) socket.send(snapshot(detail()));
        else if (line.healthy === true) resume();
      },
      async (page) => {
        await page.getByText("Live", { exact: true }).waitFor();
        line.socket?.close(1011);
        await page.getByRole("status").getByText("Connection lost.").waitFor();
        await page.clock.runFor(42_000);
        await page.getByText(/What you see is [45]\d s old/).waitFor();
        await page.getByRole("button", { name: "Try now" }).click();
        // The attempt is answered now, or when it arrives.
        line.healthy = true;
        resume();
        await page.getByText("Live", { exact: true }).waitFor();
        expect(await page.getByText("Connection lost.").count()).toBe(0);
        expect(await page.getByRole("log").getByRole("listitem").count()).toBe(15);
        expect([seen[0], new Set(seen.slice(1))]).toEqual(["?frames=batch", new Set(["?frames=batch&since=14"])]);
      },
    );
  });

  it("ends equal to the log after twenty losses, and says each time that it is not live", async () => {
    const CUTS = 20;
    const seen: (string | null)[] = [];
    const line: { socket?: LiveSocket; head: number } = { head: 5 };
    const connected = (socket: LiveSocket): void => {
      line.socket = socket;
      const since = socket.url.searchParams.get("since");
      seen.push(since);
      const run = detail({ version: line.head });
      const from = since === null ? 1 : Number(since) + 1;
      const type = since === null ? "snapshot" : "resume";
      socket.send({ type, run, events: events(from, line.head), seq: line.head });
    };
    await visit("/runs/tar_1", connected, async (page) => {
      const [live, lost] = [page.getByText("Live", { exact: true }), page.getByText("Connection lost.")];
      for (let cut = 0; cut < CUTS; cut += 1) {
        await live.waitFor();
        line.head += 1;
        line.socket?.send({ type: "event", event: events(line.head, line.head)[0] });
        // What nobody hears: it happens before a next attempt can come.
        line.head += 2;
        line.socket?.close(1011);
        await lost.waitFor();
        await page.clock.runFor(15_000);
      }
      await live.waitFor();
      expect(await lost.count()).toBe(0);
      const shown = await page.getByRole("log").locator(".event-text").allInnerTexts();
      expect(shown).toEqual(events(1, line.head).map(({ summary }) => summary));
      expect(line.head).toBe(5 + 3 * CUTS);
      // Each return asks for what is missing alone: an attempt more or less is the machine's.
      const asked = new Set(seen);
      expect([asked.size, seen[0]]).toEqual([CUTS + 1, null]);
    });
  });

  it("a connection that falls silent is noticed within the time of a ping and its answer", async () => {
    const silentLine = (socket: LiveSocket, nth: number): void => {
      socket.muteAnswers();
      if (nth === 1) runOf(detail())(socket, nth);
    };
    await visit("/runs/tar_1", silentLine, async (page) => {
      await page.getByText("Live", { exact: true }).waitFor();
      await page.clock.runFor(36_000);
      await page.getByText("Not live").waitFor();
    });
  });

  it("an unknown run is said to be unknown", async () => {
    await visit(
      "/runs/tar_404",
      (socket) => socket.close(4404),
      async (page) => {
        await page.getByRole("heading", { level: 1, name: "No such run" }).waitFor();
      },
    );
  });
});

describe("asking a run to stop or to try again", () => {
  it("cancels only after a confirmation, and by keyboard alone", async () => {
    const asked: string[] = [];
    answer.current = async (request, path) => {
      asked.push(`${request.method} ${path} ${await request.text()}`);
      return new Response(null, { status: 202 });
    };
    const line: { socket?: LiveSocket } = {};
    await visit(
      "/runs/tar_1",
      (socket, nth) => {
        line.socket = socket;
        runOf(detail())(socket, nth);
      },
      async (page) => {
        const button = page.getByRole("button", { name: "Cancel run" });
        await button.focus();
        await page.keyboard.press("Enter");
        await page.getByRole("dialog", { name: "Cancel this run?" }).waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        expect(asked).toEqual([]);
        expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").waitFor();
        await page.keyboard.type("wrong month");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "Cancelling…" }).waitFor();
        expect(asked).toEqual([`POST /team-agent-runs/${detail().runId}/cancel {"reason":"wrong month"}`]);
        line.socket?.send({
          type: "run",
          run: detail({
            version: 21,
            status: "cancelled",
            cause: { code: "cancelled", detail: "Cancelled by dev@localhost." },
          }),
        });
        await page.locator(".callout").getByText("Cancelled by dev@localhost.").waitFor();
        expect(await page.getByRole("button", { name: /Cancel/ }).count()).toBe(0);
      },
    );
  });

  it("shows why a retry was refused and lets the reader ask again", async () => {
    answer.current = () => problem(409, "already_running", "Conflict", "The run is at work again already.");
    await visit("/runs/tar_1", runOf(failed), async (page) => {
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("alert").getByText("The run is at work again already.").waitFor();
      expect(await page.getByRole("button", { name: "Try again" }).isEnabled()).toBe(true);
    });
  });
});

describe("answering what a run asks", () => {
  it("sends what was written to that question, by keyboard, and shows that it is being read until it was", async () => {
    const asked: string[] = [];
    answer.current = async (request, path) => {
      asked.push(`${request.method} ${path} ${await request.text()}`);
      return json({ status: "accepted" }, 202);
    };
    const line: { socket?: LiveSocket } = {};
    const connected = (socket: LiveSocket): void => {
      line.socket = socket;
      socket.send(snapshot(asking));
    };
    await visit("/runs/tar_1", connected, async (page) => {
      await page.getByRole("textbox", { name: "Your answer" }).focus();
      await page.keyboard.type("October 2026");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("Jessie has your answer").waitFor();
      expect(asked).toEqual([`POST /team-agent-runs/${asking.runId}/answer {"to":"question-1","text":"October 2026"}`]);
      const unread = [{ author: "Maya <b>Lindqvist</b>", text: "October 2026", at: asking.updatedAt }];
      line.socket?.send({ type: "run", run: { ...asking, version: 21, unread } });
      await page.getByText("Maya <b>Lindqvist</b>").waitFor();
      expect(await page.getByRole("textbox").count()).toBe(0);
      line.socket?.send({ type: "run", run: detail({ version: 22, status: "ready", lease: null }) });
      await page.getByText("is being read").waitFor({ state: "detached" });
    });
  });

  it("keeps what was written when the question was answered meanwhile, and says so", async () => {
    answer.current = () => problem(409, "answered_meanwhile", "Conflict", "That question is not open any more.");
    await visit("/runs/tar_1", runOf(asking), async (page) => {
      await page.getByRole("textbox", { name: "Your answer" }).fill("October 2026");
      await page.getByRole("button", { name: "Send to Jessie" }).click();
      await page.getByRole("alert").getByText("That question is not open any more.").waitFor();
      expect(await page.getByRole("textbox", { name: "Your answer" }).inputValue()).toBe("October 2026");
    });
  });

  it("asks once more before it accepts, because that ends the run", async () => {
    const asked: string[] = [];
    answer.current = async (request) => {
      asked.push(await request.text());
      return json({ status: "accepted" }, 202);
    };
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      await page.getByRole("button", { name: "Accept version 2" }).click();
      await page.getByRole("dialog", { name: "Accept version 2?" }).getByRole("button", { name: "Not yet" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(asked).toEqual([]);
      await page.getByRole("button", { name: "Accept version 2" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Accept version 2" }).click();
      await page.getByText("Jessie has your answer").waitFor();
      expect(asked).toEqual(['{"to":"review-v2","text":"accept"}']);
    });
  });

  it("is offered to nobody who may not steer, like every other control", async () => {
    answer.me = { ...EVERYTHING, agencyRole: "viewer", ops: false, anywhere: ["runs.read", "artifacts.read"] };
    await visit("/runs/tar_1", runOf(asking), async (page) => {
      await page.getByText("Somebody who may steer this run answers here").waitFor();
      await page.getByText("Which month is the report about?").waitFor();
      const controls = page.getByRole("main").getByRole("button", { name: /Send|Yes|Cancel|Pause|Try|Allow/u });
      expect([await controls.count(), await page.getByText("More", { exact: true }).count()]).toEqual([0, 0]);
    });
  });
});
