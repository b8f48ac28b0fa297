import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { OPS_ACTIONS } from "../../src/core/run/ops.ts";
import type { OpsOverview } from "../../src/core/wire-ops.ts";
import { verbsOf } from "../../web/interface/state/run-verbs.ts";
import { axeFaults, themeFaults } from "./support/axe.ts";
import { badDay, calmDay, opsDesk } from "./support/ops.ts";
import { json, problem } from "./support/panel.ts";
import { detail, summary } from "./support/runs.ts";
import { asking, failed, quarantined, reviewed, stopped } from "./support/scenes.ts";
import { boardOf, panelTests, runOf, silent } from "./support/visit.ts";

const { answer, visit } = panelTests();

/** Requests the page made that change something, as `METHOD path body`. */
function asked(overview: OpsOverview, answers: typeof answer.current = () => null): string[] {
  const seen: string[] = [];
  const desk = opsDesk(overview);
  answer.current = async (request, path) => {
    if (request.method !== "GET") seen.push(`${request.method} ${path} ${await request.clone().text()}`);
    return (await answers(request, path)) ?? desk(request, path);
  };
  return seen;
}

async function giveReason(page: Page, confirm: string | RegExp, reason: string): Promise<void> {
  await page.getByRole("dialog").getByLabel("Reason").fill(reason);
  await page.getByRole("dialog").getByRole("button", { name: confirm }).click();
}

describe("the ops page", () => {
  it("shows how many there are of each, and each with why", async () => {
    asked(badDay);
    await visit("/ops", silent, async (page) => {
      await page.getByRole("link", { name: /Stuck 2/ }).waitFor();
      await page.getByText("Should have woken 48 min ago.").waitFor();
      await page.getByText(/At work, but nothing was logged for 2 h/).waitFor();
      await page.getByText(/2 effects parked/).waitFor();
      await page.getByText("Asana heard: 503 Service Unavailable").waitFor();
      const failures = page.getByRole("region", { name: "Failed, last 14 days" });
      expect(await failures.getByRole("link", { name: "token_expired 16" }).getAttribute("href")).toBe(
        "/search?q=status%3Afailed%20code%3Atoken_expired",
      );
    });
  });

  it("keeps what it showed when the next answer does not come, and says how old that is", async () => {
    let healthy = true;
    asked(badDay, (_request, path) => {
      if (healthy || path !== "/internal/ops") return null;
      return problem(502, "control_plane_unreachable", "The control plane is away", "It did not answer.");
    });
    await visit("/ops", silent, async (page) => {
      await page.getByText("Should have woken 48 min ago.").waitFor();
      healthy = false;
      await page.clock.runFor(16_000);
      await page.getByRole("status").getByText("Connection lost.").waitFor();
      expect(await page.getByText(/Should have woken/).count()).toBe(1);
      healthy = true;
      await page.getByRole("button", { name: "Try now" }).click();
      await page.getByText("Connection lost.").waitFor({ state: "detached" });
    });
  });

  it("says on a good day that nothing is wrong", async () => {
    asked(calmDay);
    await visit("/ops", silent, async (page) => {
      await page.getByText("Every run has a future").waitFor();
      expect(await page.locator(".tile:not(.tone-idle)").count()).toBe(0);
    });
  });

  it("is for operators: others are told whom to ask", async () => {
    answer.current = () => problem(403, "ops_only", "Operators only", "No.");
    await visit("/ops", silent, async (page) => {
      await page.getByRole("heading", { name: "For operators" }).waitFor();
    });
  });

  it("says of a webhook that could not be made why not", async () => {
    const items = [
      { projectGid: "1201", outcome: "works", detail: "" },
      { projectGid: "1202", outcome: "failed", detail: "asana_forbidden: Jessie is no member of the project." },
    ];
    asked(badDay, (_request, path) => (path === "/internal/webhooks/check" ? json({ items }) : null));
    await visit("/ops", silent, async (page) => {
      await page.getByRole("button", { name: "Check and repair" }).click();
      await page.getByRole("alert").getByText("asana_forbidden: Jessie is no member of the project.").waitFor();
      expect(await page.getByRole("alert").getByText("Project 1201").count()).toBe(0);
    });
  });

  it("sets and releases a hold, each with a reason", async () => {
    const seen = asked(badDay, (request, path) =>
      request.method !== "GET" && path.startsWith("/internal/holds") ? json({}, 201) : null,
    );
    await visit("/ops", silent, async (page) => {
      const holds = page.getByRole("region", { name: "Holds" });
      await holds.getByRole("button", { name: "Set a hold" }).click();
      await holds.getByRole("button", { name: "Set the hold" }).click();
      await holds.getByRole("alert").getByText("Say which one is held back.").waitFor();
      await holds.getByLabel("Client, as runs name it").fill("Plunkett");
      await holds.getByLabel("Reason").fill("contract talk");
      await holds.getByRole("button", { name: "Set the hold" }).click();
      await holds.getByRole("button", { name: "Set a hold" }).waitFor();
      await holds.getByRole("button", { name: "Release the hold on Runs for Plunkett" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
      await page.getByRole("alert").getByText("Say why").waitFor();
      await giveReason(page, "Release", "signed");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(seen).toEqual([
        'POST /internal/holds {"scope":"client","value":"Plunkett","reason":"contract talk"}',
        'DELETE /internal/holds/h1 {"reason":"signed"}',
      ]);
    });
  });

  it("sends a dead letter again, and says why when that is refused", async () => {
    const seen = asked(badDay, (_request, path) =>
      path.endsWith("/replay") ? problem(409, "dead_letter_unreadable", "Conflict", "It is not readable.") : null,
    );
    await visit("/ops", silent, async (page) => {
      await page.getByRole("button", { name: /Send again/ }).click();
      await giveReason(page, "Send again", "fixed the parser");
      await page.getByRole("alert").getByText("It is not readable.").waitFor();
      expect(seen).toEqual(['POST /internal/dead-letters/d1/replay {"reason":"fixed the parser"}']);
    });
  });
});

describe("the search", () => {
  it("is reached by keyboard alone: suggestions are walked, taken, and stand in the address", async () => {
    asked(badDay);
    await visit("/runs", boardOf([summary(1), summary(2, { clientName: "Plunkett" })]), async (page) => {
      const box = page.getByRole("combobox", { name: "Search runs" });
      await page.locator(".card").first().waitFor();
      await box.focus();
      await page.keyboard.type("cl");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect(await box.inputValue()).toBe("client:");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowDown");
      expect(await box.getAttribute("aria-activedescendant")).toBe("search-option-0");
      await page.keyboard.press("Enter");
      expect([await box.inputValue(), await page.locator(".card").count()]).toEqual(["client:Plunkett ", 1]);
      expect(new URL(page.url()).search).toBe("?q=client%3APlunkett%20");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "All runs" }).waitFor();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/search?q=client%3APlunkett");
      await page.goBack();
      await page.locator(".card").first().waitFor();
      expect(await box.inputValue()).toBe("client:Plunkett ");
    });
  });

  it("asks the server for what the fields say, and for the next page where the last one ended", async () => {
    const queries: string[] = [];
    asked(badDay, (request, path) => {
      if (path === "/team-agent-runs") queries.push(new URL(request.url).search);
      return null;
    });
    await visit("/search?q=status%3Afailed%20client%3A%22A%20B%22%20x", silent, async (page) => {
      await page.getByText("That is all.").waitFor();
      expect(await page.locator(".row").count()).toBe(6);
      expect(queries).toEqual(["?status=failed&client=A+B&q=x", "?status=failed&client=A+B&q=x&cursor=more"]);
    });
  });

  it("is narrowed by choices, which stand in the box and in the address, and goes over to the board with them", async () => {
    asked(badDay);
    await visit("/search?q=report", silent, async (page) => {
      const status = page.getByRole("combobox", { name: "Status" });
      await status.selectOption({ label: "Failed" });
      await page.waitForURL("**/search?q=report%20status%3Afailed");
      const box = page.getByRole("combobox", { name: "Search runs" });
      await expect.poll(() => box.inputValue()).toBe("report status:failed");
      expect(await status.inputValue()).toBe("failed");
      const tabs = page.getByRole("navigation", { name: "Runs" });
      expect(await tabs.getByRole("link", { name: "Board" }).getAttribute("href")).toBe(
        "/runs?q=report%20status%3Afailed",
      );
      await page.getByRole("button", { name: "Clear" }).click();
      await page.waitForURL("**/search");
      await expect.poll(() => status.inputValue()).toBe("");
    });
  });

  it("holds ten thousand runs and shows those in sight; the last one is reached", async () => {
    const items = Array.from({ length: 10_000 }, (_, n) => summary(n, { title: `Run ${n}`, status: "accepted" }));
    asked(badDay, (_, path) => (path === "/team-agent-runs" ? json({ items, nextCursor: null }) : null));
    await visit("/search", silent, async (page) => {
      await page.getByText("10,000 runs").waitFor();
      expect(await page.locator(".row").count()).toBeLessThan(60);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.getByRole("link", { name: "Run 9999", exact: true }).waitFor();
      expect(await page.locator("[aria-posinset='10000']").getAttribute("aria-setsize")).toBe("10000");
    });
  });

  it("keeps the rows it has when the next page cannot be had, and asks for it again", async () => {
    let healthy = false;
    asked(badDay, (request, path) => {
      if (path !== "/team-agent-runs" || !request.url.includes("cursor=") || healthy) return null;
      return problem(503, "index_away", "Unavailable", "The index is away.");
    });
    await visit("/search", silent, async (page) => {
      await page.getByRole("alert").getByText("The index is away.").waitFor();
      expect(await page.locator(".row").count()).toBeGreaterThan(0);
      healthy = true;
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByText("That is all.").waitFor();
    });
  });

  it("says that there is no such status instead of showing everything", async () => {
    asked(badDay);
    await visit("/search?q=status%3Aasleep", silent, async (page) => {
      await page.getByRole("heading", { name: "There is no such status" }).waitFor();
      expect(await page.locator(".row").count()).toBe(0);
    });
  });

  it("acts on many only after the count was seen and a reason given, and reports those that refused", async () => {
    const items = badDay.failed.items;
    const page1 = { results: [{ runId: "tar_31", title: "One", done: true, detail: "" }], nextCursor: "two" };
    const page2 = {
      results: [{ runId: "tar_32", title: "Two", done: false, detail: "It is at work again." }],
      nextCursor: null,
    };
    const seen = asked(badDay, async (request, path) => {
      if (path !== "/internal/ops/bulk") return null;
      const body = await request.text();
      if (body.includes('"dryRun":true'))
        return json({ count: 2, more: false, states: [{ status: "failed", count: 2 }], items });
      return json(body.includes('"cursor":"two"') ? page2 : page1);
    });
    await visit("/search?q=status%3Afailed", silent, async (page) => {
      await page.getByRole("button", { name: "Count first" }).click();
      await page.getByRole("dialog", { name: "Try again: 2 runs?" }).waitFor();
      expect(seen).toHaveLength(1);
      await giveReason(page, "Try again 2 runs", "token renewed");
      await page.getByText("Finished: 1 done, 1 refused, of 2.").waitFor();
      await page.getByText("1 run refused").click();
      await page.getByText("It is at work again.").waitFor();
      const order = '"action":"retry","filter":{"status":"failed"},"reason":"token renewed","expected":2';
      expect(seen.slice(1)).toEqual([
        `POST /internal/ops/bulk {${order},"dryRun":false,"cursor":null}`,
        `POST /internal/ops/bulk {${order},"dryRun":false,"cursor":"two"}`,
      ]);
    });
  });
});

describe("an actor", () => {
  it("is shown as tables, and asked with a reason", async () => {
    const seen = asked(badDay);
    await visit("/ops/actors/team-agent-run/12", silent, async (page) => {
      const outbox = page.getByRole("region", { name: "Outbox", exact: true }).first();
      await outbox.getByText("forbidden: Asana answered 403").waitFor();
      const buttons = await page.locator(".actor-buttons button").allInnerTexts();
      for (const name of buttons) {
        await page.locator(".actor-buttons").getByRole("button", { name }).click();
        await giveReason(page, name, "Asana is back");
        await page.getByText(`${name}: done.`).waitFor();
      }
      const path = "/internal/actors/team-agent-run/12";
      const sent = OPS_ACTIONS.map((one) => `POST ${path}/${one} {"reason":"Asana is back"}`);
      expect(seen.toSorted()).toEqual(sent.toSorted());
    });
  });

  it("that nobody knows is said to be unknown", async () => {
    await visit("/ops/actors/team-agent-run/12", silent, async (page) => {
      await page.getByRole("heading", { name: "No such actor" }).waitFor();
    });
  });
});

describe("what can be asked of a run", () => {
  const pause = { kind: "pause", who: null, detail: "Paused by Tom", since: "", until: null } as const;

  it.each([
    ["at work", detail(), ["cancel", "pause", "kill"]],
    ["paused", detail({ lease: null, waitingOn: pause }), ["resume", "cancel"]],
    ["failed", failed, ["retry", "restart"]],
    ["blocked, with nothing understood yet", { ...asking, status: "blocked" as const }, ["retry", "cancel"]],
    ["asking, with nothing understood yet", asking, ["cancel"]],
    ["in review", reviewed, ["cancel", "restart"]],
    ["accepted", detail({ status: "accepted", lease: null }), []],
  ])("when it is %s", (_state, run, want) => expect(verbsOf(run)).toEqual(want));

  it("a kill needs a reason; making a report again says from where", async () => {
    const seen = asked(badDay, (request) => (request.method === "POST" ? new Response(null, { status: 202 }) : null));
    await visit("/runs/tar_1", runOf(detail()), async (page) => {
      await page.locator(".run-more summary").click();
      await page.getByRole("button", { name: "Kill" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Kill the run" }).click();
      await page.getByRole("alert").getByText("Say why").waitFor();
      await giveReason(page, "Kill the run", "loops");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    });
    await visit("/runs/tar_1", runOf(reviewed), async (page) => {
      await page.locator(".run-more summary").click();
      await page.getByRole("button", { name: "Word it anew" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Make it again" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    });
    const path = `/team-agent-runs/${detail().runId}`;
    expect(seen).toEqual([`POST ${path}/kill {"reason":"loops"}`, `POST ${path}/restart {"from":"narrate"}`]);
  });
});

describe("a run in quarantine", () => {
  it("begins again only with a word on what was mended", async () => {
    const seen = asked(badDay, (request) => (request.method === "POST" ? new Response(null, { status: 202 }) : null));
    await visit("/runs/tar_1", runOf(quarantined), async (page) => {
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
      await page.getByRole("alert").getByText("Say why").waitFor();
      expect(seen).toEqual([]);
      const sent = page.waitForResponse(/\/retry$/);
      await giveReason(page, "Try again", "fixed in this version");
      await sent;
    });
    await visit("/runs/tar_1", runOf(quarantined), async (page) => {
      await page.locator(".run-more summary").click();
      await page.getByRole("button", { name: "Compute it anew" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Make it again" }).click();
      await page.getByRole("alert").getByText("Say why").waitFor();
      const sent = page.waitForResponse(/\/restart$/);
      await giveReason(page, "Make it again", "the table was too long");
      await sent;
    });
    const path = `/team-agent-runs/${quarantined.runId}`;
    expect(seen).toEqual([
      `POST ${path}/retry {"reason":"fixed in this version"}`,
      `POST ${path}/restart {"reason":"the table was too long","from":"compute"}`,
    ]);
  });
});

describe("a budget that is used up", () => {
  const path = `/team-agent-runs/${stopped.runId}/budget`;

  it("is raised in the unit people think in, with a reason, and by more than there is", async () => {
    const seen = asked(badDay, (_request, at) => (at === path ? json({ status: "accepted" }, 202) : null));
    await visit("/runs/tar_1", runOf(stopped), async (page) => {
      const panel = page.getByRole("region", { name: "Budget", exact: true });
      await panel.getByRole("button").first().waitFor();
      expect(await panel.getByRole("button").count()).toBe(1);
      await panel.getByRole("button", { name: /Allow more\s+calls to sources/ }).click();
      const limit = page.getByRole("dialog").getByLabel("New limit, in calls");
      expect(await limit.inputValue()).toBe("800");
      await limit.fill("400");
      await giveReason(page, "Allow it", "a large site");
      await page.getByRole("alert").getByText("Enter more than 400.").waitFor();
      await limit.fill("900");
      await giveReason(page, "Allow it", "a large site");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(seen).toEqual([`POST ${path} {"kind":"upstreamCalls","limit":900,"reason":"a large site"}`]);
    });
  });

  it.each([
    ["modelMicroUsd", "dollars", "7.5", 7_500_000],
    ["wallMs", "minutes", "90", 5_400_000],
  ] as const)("of %s is sent in %s of people as the run counts it", async (kind, unit, typed, sent) => {
    const seen = asked(badDay, (_request, at) => (at === path ? problem(409, "wrong_state", "No", "It ended.") : null));
    const budget = detail().budget.map((line) => (line.kind === kind ? { ...line, used: line.limit } : line));
    await visit("/runs/tar_1", runOf({ ...stopped, budget }), async (page) => {
      await page.getByRole("button", { name: "Allow more" }).click();
      await page.getByLabel(`New limit, in ${unit}`).fill(typed);
      await giveReason(page, "Allow it", "x");
      await page.getByRole("alert").getByText("It ended.").waitFor();
      expect(JSON.parse(seen[0]?.split(" ").at(-1) ?? "")).toEqual({ kind, limit: sent, reason: "x" });
    });
  });

  it("is shown, but not offered, once the run has ended or while there is plenty", async () => {
    for (const run of [detail(), { ...stopped, status: "failed" as const, waitingOn: null }])
      await visit("/runs/tar_1", runOf(run), async (page) => {
        await page.getByRole("region", { name: "Budget" }).waitFor();
        expect(await page.getByRole("button", { name: "Allow more" }).count()).toBe(0);
      });
  });
});

describe("ten thousand runs", () => {
  it("are on the board without being drawn all at once, and a new frame shows at once", async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => summary(n, { status: n % 2 === 0 ? "running" : "ready" }));
    await visit(
      "/runs",
      (socket) => {
        socket.send({ type: "snapshot", runs: many, seq: 10_000 });
        socket.send({ type: "run", run: summary(4, { version: 9, status: "review_ready" }), seq: 10_001 });
      },
      async (page) => {
        await page.locator(".column-human .card").waitFor();
        await page.locator(".column-running").getByText("4,999").waitFor();
        expect(await page.locator(".card").count()).toBe(61);
        await page.getByRole("button", { name: "Show 30 more" }).first().click();
        await page.locator(".card").nth(90).waitFor();
        expect(await page.locator(".card").count()).toBe(91);
        await page.getByRole("combobox", { name: "Search runs" }).fill("client 9999");
        await page.locator(".column-running .quiet-none").waitFor();
        expect(await page.locator(".card").count()).toBe(1);
      },
    );
  });
});

describe("the ops pages, for everybody", () => {
  const hostile = `<img src=x onerror="document.title='ran'">\u202E${"x".repeat(300)}`;
  const worst: OpsOverview = {
    ...badDay,
    failures: badDay.failures.map((one) => ({ ...one, code: hostile })),
    stuck: {
      ...badDay.stuck,
      items: badDay.stuck.items.map((run) => ({ ...run, title: hostile, clientName: hostile })),
    },
    deadLetters: {
      ...badDay.deadLetters,
      items: badDay.deadLetters.items.map((one) => ({ ...one, reason: hostile, body: hostile })),
    },
    holds: badDay.holds.map((one) => ({ ...one, value: hostile, reason: hostile, by: hostile })),
  };
  it.each([
    ["a bad day", "/ops", badDay, ".days"],
    ["text of others", "/ops", worst, ".days"],
    ["the inside of an actor", "/ops/actors/team-agent-run/12", badDay, ".table-box"],
    ["a search with its results", "/search?q=status%3Afailed", badDay, ".row"],
  ])(
    "%s has no accessibility fault in light or dark, runs nothing, and fits 360 px",
    async (_name, path, day, shown) => {
      asked(day);
      await visit(path, silent, async (page) => {
        await page.locator(shown).first().waitFor();
        await page.emulateMedia({ reducedMotion: "reduce" });
        expect(await themeFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        // The narrow layout may need a frame on a busy machine; one that does not fit never comes to this.
        await page.waitForFunction(() => document.documentElement.scrollWidth === document.documentElement.clientWidth);
        expect([await page.title(), await page.locator("main img").count()]).not.toContain("ran");
      });
    },
  );

  it("open dialogs and menus have none either", async () => {
    asked(badDay);
    const check = async (page: Page): Promise<void> => {
      expect(await axeFaults(page)).toEqual([]);
    };
    await visit("/ops", silent, async (page) => {
      await page.getByRole("button", { name: "Set a hold" }).click();
      await page.getByRole("button", { name: /Send again/ }).click();
      await check(page);
    });
    await visit("/search", silent, async (page) => {
      await page.getByRole("combobox", { name: "Search runs" }).fill("status:r");
      await page.keyboard.press("ArrowDown");
      await check(page);
    });
    await visit("/runs/tar_1", runOf(detail()), async (page) => {
      await page.locator(".run-more summary").click();
      await check(page);
    });
    await visit("/runs/tar_1", runOf(stopped), async (page) => {
      await page.getByRole("button", { name: "Allow more" }).click();
      await check(page);
    });
  });
});
