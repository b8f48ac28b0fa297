/** What Home says, without a browser. */
import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/core/wire.ts";
import { Api } from "../../web/interface/api.ts";
import { overviewPage } from "../../web/interface/api-home.ts";
import {
  arranged,
  clientPath,
  glanceOf,
  needsOf,
  rowsOf,
  showOf,
  waitingByPerson,
} from "../../web/interface/state/home.ts";
import { HomeFeed } from "../../web/interface/state/home-feed.ts";
import { busyClients, client, overviewOf, source, target, type Unit } from "./support/clients.ts";
import { ago, NOW, summary } from "./support/runs.ts";

type Waits = NonNullable<RunSummary["waitingOn"]>;

const waiting = (n: number, who: string | null, seconds: number, changes: Partial<RunSummary> = {}): RunSummary => {
  const waitingOn: Waits = { kind: "person", who, detail: "Somebody reviews it.", since: ago(seconds), until: null };
  return summary(n, { status: "review_ready", waitingOn, ...changes });
};

describe("who is waited for", () => {
  const groups = (runs: readonly RunSummary[], me: string | null = null) =>
    waitingByPerson(runs, me).map(({ who, mine, runs: own }) => [who, mine, own.map((run) => run.runId.slice(-1))]);

  it("is the reader first, then whoever is waited for longest, and nobody in particular at the end", () => {
    const runs = [
      waiting(1, null, 900),
      waiting(2, "Tom", 300),
      waiting(3, "Ann", 60),
      waiting(4, "Maya", 10),
      waiting(5, "Tom", 500),
    ];
    expect(groups(runs, "Maya")).toEqual([
      ["Maya", true, ["4"]],
      ["Tom", false, ["5", "2"]],
      ["Ann", false, ["3"]],
      [null, false, ["1"]],
    ]);
  });

  it.each(["budget", "pause"] as const)("is a person too where a run waits on a %s", (kind) => {
    const run = summary(1, { waitingOn: { kind, who: "Ann", detail: "", since: ago(5), until: null } });
    expect(groups([run])).toEqual([["Ann", false, ["1"]]]);
  });

  it.each([
    [
      "that goes on by itself",
      summary(1, { waitingOn: { kind: "retry", who: "Google", detail: "", since: ago(5), until: ago(-5) } }),
    ],
    ["that is over", summary(1, { status: "accepted" })],
    ["that is another system's", waiting(1, "Ann", 5, { copy: true })],
  ])("is nobody for a run %s", (_, run) => expect(groups([run])).toEqual([]));
});

describe("what a client needs", () => {
  const texts = (unit: Unit, runs: readonly RunSummary[] = []) => needsOf(unit, runs).map((need) => need.text);

  it("is nothing when all is well", () => expect(texts(client("A"))).toEqual([]));

  it("begins with what keeps everything else from working, and leads to the field", () => {
    const unit = client("A", {
      status: "setup_needed",
      findings: {
        blocking: 2,
        warnings: 0,
        first: { code: "staff_missing", severity: "blocks", what: "Nobody is here.", why: "", who: "", field: "users" },
      },
      targets: [target("gsc.clicks", 100, 0.5, "behind")],
    });
    const [first] = needsOf(unit, [waiting(1, "Ann", 5)]);
    expect(first).toMatchObject({
      kind: "setup",
      text: "Nobody is here. +1 more",
      href: "/admin/units/bu_a/users?field=users",
    });
    expect(texts(unit, [waiting(1, "Ann", 5)])).toEqual([
      "Nobody is here. +1 more",
      "A run waits for Ann",
      "Search clicks missed its target",
    ]);
  });

  it("names the run that waits longest, and how many more", () => {
    const [need] = needsOf(client("A"), [waiting(1, "Ann", 5), waiting(2, null, 50)]);
    expect(need).toMatchObject({ text: "A run waits for somebody +1 more", href: expect.stringMatching(/2$/) });
  });

  it("names the source that is worst off", () => {
    const late = source("search_console", { status: "stale" });
    expect(texts(client("A", { freshness: [late, source("ga4")] }))).toEqual(["Google Search Console is late"]);
    const failed = source("ga4", { status: "failed" });
    const [need] = needsOf(client("A", { freshness: [late, failed] }), []);
    expect(need).toMatchObject({ tone: "bad", text: "Google Analytics 4 could not be read +1 more" });
  });

  it("is not to read what was never read, while it is being set up", () => {
    const unit = client("A", { status: "setup_needed", freshness: [source("ga4", { status: "never" })] });
    expect(texts(unit)).toEqual(["Its setup is not complete"]);
  });

  it("is a look at a day that is far from its weekdays", () => {
    const odd = {
      metric: "gsc.clicks",
      label: "Search clicks",
      unit: "count",
      day: "2026-11-18",
      factId: "f_1",
      value: 9,
      usual: 90,
    };
    expect(needsOf(client("A", { anomalies: [odd] }), [])).toMatchObject([
      { text: "Low search clicks on 18 Nov 2026", href: "/facts/f_1" },
    ]);
  });

  it("a client leads to its dashboard, or to what keeps it from having one", () => {
    expect([
      clientPath(client("A")),
      clientPath(client("A", { status: "dashboard_needed" })),
      clientPath(client("A", { status: "setup_needed" })),
    ]).toEqual(["/dashboards/a", "/dashboards", "/admin/units/bu_a/sources?field=sources"]);
  });
});

describe("the rows", () => {
  const units = busyClients();
  const names = (...asked: [show?: string, words?: string, sort?: "need" | "name"]) =>
    arranged(rowsOf(units, null), showOf(asked[0]), asked[1] ?? "", asked[2] ?? "need").map(
      (row) => row.unit.clientName,
    );

  it("begin with the client that needs somebody most; equals stand by name", () => {
    expect(names()).toEqual([
      "Harbour Dental",
      "Plunkett",
      "Oakfield Interiors",
      "Demo Agency",
      "Northwind Legal",
      "Strategic Settlements",
    ]);
  });

  it("can stand by name, and be narrowed by need and by words", () => {
    expect(names("all", "", "name")[0]).toBe("Demo Agency");
    expect(names("data")).toEqual(["Plunkett"]);
    expect(names("target")).toEqual(["Plunkett"]);
    expect(names("setup")).toEqual(["Harbour Dental"]);
    expect(names("all", "ireland")).toEqual(["Plunkett"]);
    expect(names("nonsense")).toHaveLength(6);
  });

  it("count open runs live while the board holds all runs, and as the feed did otherwise", () => {
    const runs = [summary(1), summary(2, { status: "accepted" }), waiting(3, "Ann", 5)];
    const open = (whole: boolean) =>
      rowsOf([client("Strategic Settlements", { openRuns: 40 })], { runs, whole }).map((row) => row.openRuns);
    expect([open(true), open(false)]).toEqual([[2], [40]]);
    expect(rowsOf(units, { runs, whole: true })[0]?.needs.map((need) => need.kind)).toEqual(["waiting"]);
  });

  it("are summed up: fresh data, targets met, setup", () => {
    expect(glanceOf(rowsOf(units, null))).toEqual({
      units: 6,
      setup: 1,
      fresh: { of: 5, count: 4 },
      targets: { of: 8, met: 7, behind: 1 },
      openRuns: 4,
    });
  });
});

describe("the feed of Home", () => {
  const refusal = (status = 503, code = "away") =>
    Response.json({ type: "about:blank", title: "Away", status, detail: "Later.", code }, { status });

  function feedOf(pages: (cursor: string | null, nth: number) => Response | Promise<Response>) {
    let asked = 0;
    const api = new Api(async (path) => {
      asked += 1;
      return pages(new URL(path, "http://x").searchParams.get("cursor"), asked);
    });
    return new HomeFeed(
      (cursor) => overviewPage(api, cursor),
      () => NOW,
    );
  }

  const a = [client("A"), client("B", { figures: [] })];
  const b = [client("C")];
  const twoPages = (cursor: string | null) => Response.json(cursor === null ? overviewOf(a, "next") : overviewOf(b));

  it("adds pages up: who lacks a figure is counted against all of them", async () => {
    const feed = feedOf(twoPages);
    await feed.reload();
    const { value } = feed.state.value;
    expect(value?.units.map((unit) => unit.clientName)).toEqual(["A", "B", "C"]);
    expect(value).toMatchObject({ complete: true, totals: [{ value: 36_840, of: 2, without: 1 }] });
  });

  it("shows the first page at once, and a renewal only when it is whole", async () => {
    const feed = feedOf(twoPages);
    const seen: (number | undefined)[] = [];
    const forget = feed.state.subscribe(({ value }) => seen.push(value?.units.length));
    await feed.reload();
    await feed.reload();
    forget();
    expect([...new Set(seen)]).toEqual([undefined, 2, 3]);
    expect(seen.lastIndexOf(2)).toBeLessThan(seen.indexOf(3));
  });

  it("keeps what it has when it cannot be renewed, and says so", async () => {
    const feed = feedOf((cursor, nth) => (nth > 2 ? refusal() : twoPages(cursor)));
    await feed.reload();
    await feed.reload();
    expect(feed.state.value).toMatchObject({ problem: { status: 503 }, loading: false, at: NOW });
    expect(feed.state.value.value?.units).toHaveLength(3);
  });

  it("shows what is there while a later page is slow, and says that more is under way", async () => {
    const late = Promise.withResolvers<Response>();
    const feed = feedOf((cursor) => (cursor === null ? twoPages(null) : late.promise));
    const loaded = feed.reload();
    await expect.poll(() => feed.state.value.value?.units.length).toBe(2);
    expect(feed.state.value).toMatchObject({ loading: true, problem: null, value: { complete: false } });
    late.resolve(twoPages("next"));
    await loaded;
    expect(feed.state.value).toMatchObject({ loading: false, value: { complete: true } });
    expect(feed.state.value.value?.units).toHaveLength(3);
  });

  it.each([
    ["is refused", () => refusal()],
    ["breaks off", () => new Response('{"units":[', { headers: { "content-type": "application/json" } })],
  ])(
    "keeps the first page when a later one %s, says that it is not all, and is whole again with the next answer",
    async (_, broken) => {
      const feed = feedOf((cursor, nth) => (nth === 2 ? broken() : twoPages(cursor)));
      await feed.reload();
      expect(feed.state.value).toMatchObject({
        loading: false,
        problem: { title: expect.any(String) },
        value: { complete: false, totals: [{ of: 1, without: 1 }] },
      });
      expect(feed.state.value.value?.units).toHaveLength(2);
      await feed.reload();
      expect(feed.state.value).toMatchObject({ loading: false, problem: null, value: { complete: true } });
    },
  );

  it("ends where a cursor leads in circles, and does not go on as if more were under way", async () => {
    let asked = 0;
    const feed = feedOf(() => {
      asked += 1;
      return Response.json(overviewOf([client("A")], "again"));
    });
    await feed.reload();
    expect(asked).toBeLessThan(100);
    expect(feed.state.value).toMatchObject({ loading: false, value: { complete: false } });
  });

  it("is renewed by the clock only while somebody looks", async () => {
    const feed = feedOf((_, nth) => Response.json(overviewOf([client(`Asked ${nth}`)])));
    await feed.reload();
    feed.renew(false);
    expect(feed.state.value.loading).toBe(false);
    feed.renew(true);
    expect(feed.state.value.loading).toBe(true);
  });

  it("lets go of clients that are no longer for the reader's role", async () => {
    const feed = feedOf((cursor, nth) => (nth > 2 ? refusal(403, "not_allowed") : twoPages(cursor)));
    await feed.reload();
    await feed.reload();
    expect(feed.state.value).toMatchObject({ value: null, problem: { code: "not_allowed" }, loading: false });
  });

  it("drops the answer to an older question, and every answer after its end", async () => {
    const feed = feedOf((_, nth) => Response.json(overviewOf([client(`Asked ${nth}`)])));
    await Promise.all([feed.reload(), feed.reload()]);
    expect(feed.state.value.value?.units[0]?.clientName).toBe("Asked 2");
    const last = feed.reload();
    feed.stop();
    await last;
    expect(feed.state.value.value?.units[0]?.clientName).toBe("Asked 2");
  });
});
