import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SourceName } from "../../src/core/business-unit/types.ts";
import { SOURCES } from "../../src/core/business-unit/types.ts";
import { ConfigError, PermanentError, RetryableError } from "../../src/core/errors.ts";
import { RefreshWorld } from "../support/refresh-world.ts";

const WEEKS = { start: "2026-10-01", end: "2026-11-19" };
const MINUTE = 60_000;

const world = (...sources: SourceName[]) => new RefreshWorld(sources, WEEKS);

/** What a refresh leaves behind. */
const left = ({ facts, versions, tasks, rows }: RefreshWorld) => ({
  facts: [...facts].toSorted(),
  versions: versions.toSorted(),
  tasks,
  snapshots: [...rows.keys()].toSorted(),
});

const progress = ({ state }: RefreshWorld, source: SourceName) => state.refresh?.sources[source];

describe("a refresh of every source", () => {
  it("publishes facts of each, in their order, newest month first, and tells how far it is", async () => {
    const all = world(...SOURCES);
    expect(await all.attempt()).toBe(true);
    expect(all.state.refresh?.status).toBe("done");
    const ended = all.told.filter(
      (word) => word.startsWith("done ") && SOURCES.some((name) => word === `done ${name}`),
    );
    expect(ended).toEqual(SOURCES.map((name) => `done ${name}`));
    const months = all.told.filter((word) => word.startsWith("begin ga4:"));
    expect(months[0]).toContain("2026-11");
    const metrics = new Set([...all.facts.values()].map(({ metric }) => metric.split(".")[0]));
    expect([...metrics].toSorted()).toEqual(["ads", "ga4", "gsc", "harvest", "hubspot", "meta", "rank"]);
    expect(all.tasks).toHaveLength(65);
    for (const source of SOURCES) {
      expect(progress(all, source), source).toMatchObject({ status: "done", chunksDone: 2, chunksTotal: 2 });
    }
    expect(progress(all, "search_console")).toMatchObject({ facts: expect.any(Number), rows: expect.any(Number) });
    expect(all.state.freshness.search_console?.coveredTo).toBe("2026-11-17");
  });

  it("stores nothing of an answer that is not listed, whatever the upstream adds to it", async () => {
    const all = world(...SOURCES);
    const chatty = Object.entries(all.connectors).map(([source, connector]) => {
      const fetch = async (...args: Parameters<typeof connector.fetch>) => {
        const reply = await connector.fetch(...args);
        const body = reply.raw.body.replaceAll("{", '{"contact_email":"rob@elsewhere.example",').replaceAll(",}", "}");
        return { ...reply, raw: { ...reply.raw, body } };
      };
      return [source, { ...connector, fetch }];
    });
    all.connectors = { ...all.connectors, ...Object.fromEntries(chatty) };
    await all.run();
    expect(all.state.refresh?.status).toBe("done");
    const texts = [...all.objects.values()].map((bytes) => gunzipSync(bytes).toString("utf8"));
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => text.includes("elsewhere.example"))).toEqual([]);
  });

  it("a second time over unchanged sources changes no fact and stores no page again", async () => {
    const all = world("search_console", "ga4");
    await all.run();
    const before = left(all);
    const objects = all.objects.size;
    all.wait(MINUTE);
    all.do({ type: "request_refresh", by: "maya@agency.example", reason: "", range: WEEKS });
    all.journal.clear();
    await all.run();
    expect(left(all)).toEqual(before);
    expect(all.objects.size).toBe(objects);
    expect(progress(all, "ga4")).toMatchObject({ status: "done", changed: 0 });
  });
});

describe("killed at any moment", () => {
  it("a refresh leaves the facts, versions and snapshots of an undisturbed one", async () => {
    const undisturbed = world("search_console", "asana");
    await undisturbed.run();
    const expected = left(undisturbed);
    expect(undisturbed.moments).toBeGreaterThan(100);
    for (let moment = 1; moment <= undisturbed.moments; moment += 1) {
      const killed = world("search_console", "asana");
      killed.killAt = moment;
      await killed.run();
      expect(killed.state.refresh?.status, `killed at ${moment}`).toBe("done");
      expect(left(killed), `killed at ${moment}`).toEqual(expected);
    }
  });

  it("reads no page again that was recorded", async () => {
    const killed = world("ga4");
    killed.killAt = 60;
    await killed.run();
    const asked = killed.ports.ga4.faults.calls.map(({ args }) => JSON.stringify(args));
    const again = asked.filter((one, at) => asked.indexOf(one) !== at);
    // What was under way, and what waited to be recorded with it.
    expect(again.length).toBeLessThanOrEqual(3);
  });

  it("writes nothing after its lease is over, whatever it still holds in its hands", async () => {
    const slow = world("search_console");
    // Each answer takes so long that the lease runs out between two words.
    slow.tempoMs = 20_000;
    slow.beats = false;
    await slow.attempt();
    expect([slow.objects.size, slow.rows.size, slow.facts.size]).toEqual([0, 0, 0]);
  });
});

describe("a source that fails", () => {
  const cases: readonly (readonly [string, Error, string])[] = [
    ["for a while", new RetryableError("ga4_unavailable", "GA4 answered 503."), "failed"],
    ["for good", new PermanentError("ga4_bad_request", "GA4 does not know a metric."), "failed"],
    ["for want of access", new ConfigError("ga4_forbidden", "GA4: no access."), "failed"],
    ["because of a bug", new TypeError("x is not a function"), "failed"],
  ];

  it.each(cases)(
    "%s leaves the others published and the refresh partial, with its cause",
    async (_how, error, status) => {
      const some = world("search_console", "ga4", "harvest");
      some.ports.ga4.faults.fail("runReport", error, { times: 50 });
      await some.run();
      expect(some.state.refresh?.status).toBe("partial");
      expect(progress(some, "ga4")).toMatchObject({ status, cause: { detail: error.message } });
      expect(progress(some, "harvest")?.status).toBe("done");
      expect([...some.facts.values()].some(({ metric }) => metric.startsWith("harvest."))).toBe(true);
    },
  );

  it("keeps its last good facts and how far they reach, while the others go on", async () => {
    const some = world("search_console", "ga4");
    await some.run();
    const good = () => [...some.facts.values()].filter(({ metric }) => metric.startsWith("ga4."));
    const [before, reached] = [good(), some.state.freshness.ga4];
    expect(before.length).toBeGreaterThan(50);
    some.ports.ga4.faults.fail("runReport", new RetryableError("ga4_unavailable", "Down."), { times: 50 });
    some.wait(24 * 60 * MINUTE);
    some.do({ type: "request_refresh", by: "maya@agency.example", reason: "", range: null });
    some.journal.clear();
    await some.run();
    expect(some.state.refresh?.status).toBe("partial");
    expect(good()).toEqual(before);
    expect(some.state.freshness.ga4).toEqual(reached);
    expect(some.state.freshness.search_console?.at).toBeGreaterThan(reached?.at ?? 0);
  });

  it("for a while is tried again by itself, and begins its lists anew then", async () => {
    const some = world("search_console", "ga4");
    const { ga4 } = some.connectors;
    let failing = true;
    some.connectors = {
      ...some.connectors,
      ga4: {
        ...ga4,
        fetch: (id, query, range, page) =>
          failing && query === "landing_pages" && page !== null
            ? Promise.reject(new RetryableError("ga4_unavailable", "Down."))
            : ga4.fetch(id, query, range, page),
      },
    };
    await some.run();
    const at = progress(some, "ga4")?.nextTryAt ?? 0;
    expect(at).toBeGreaterThan(some.unit.now);
    failing = false;
    const asked = () => some.ports.ga4.faults.calls.length;
    const before = asked();
    some.wait(at - some.unit.now);
    await some.run();
    expect(some.state.refresh?.status).toBe("done");
    const whole = world("ga4");
    await whole.run();
    expect(asked() - before).toBe(whole.ports.ga4.faults.calls.length);
  });

  it("because the place of its next page expired begins its lists anew; one that refuses the first page is not asked again", async () => {
    const refusing = (first: boolean) => {
      const some = world("ga4");
      const { ga4 } = some.connectors;
      const gone = new PermanentError("ga4_bad_request", "The token of the page has expired.");
      const fetch: typeof ga4.fetch = (id, query, range, page) =>
        query === "landing_pages" && (page === null) === first
          ? Promise.reject(gone)
          : ga4.fetch(id, query, range, page);
      some.connectors = { ...some.connectors, ga4: { ...ga4, fetch } };
      const mend = () => {
        some.connectors = { ...some.connectors, ga4 };
      };
      return { some, mend };
    };
    const { some, mend } = refusing(false);
    await some.run();
    const at = progress(some, "ga4")?.nextTryAt ?? 0;
    expect(at).toBeGreaterThan(some.unit.now);
    mend();
    some.wait(at - some.unit.now);
    await some.run();
    expect(some.state.refresh?.status).toBe("done");
    const { some: other } = refusing(true);
    await other.run();
    expect(progress(other, "ga4")).toMatchObject({ status: "failed", nextTryAt: null });
  });

  it("whose reply cannot be read says so without quoting it", async () => {
    const some = world("ga4");
    const { ga4 } = some.connectors;
    const odd = JSON.stringify({
      metricHeaders: [{ name: "sessions" }],
      rows: [{ metricValues: [{ value: "rob@elsewhere.example" }] }],
    });
    some.connectors = {
      ...some.connectors,
      ga4: {
        ...ga4,
        fetch: async (...args) => ({
          ...(await ga4.fetch(...args)),
          raw: { ...(await ga4.fetch(...args)).raw, body: odd },
        }),
      },
    };
    await some.run();
    expect(progress(some, "ga4")?.cause).toMatchObject({ code: "snapshot_unreadable" });
    expect(progress(some, "ga4")?.cause?.detail).not.toContain("rob");
  });

  it("for a lost snapshot fetches it again with its next try", async () => {
    const some = world("ga4");
    some.killAt = 30;
    await some.attempt();
    some.objects.clear();
    some.wait(10 * MINUTE);
    await some.run();
    expect(progress(some, "ga4")).toMatchObject({ status: "failed", cause: { code: "snapshot_missing" } });
    some.wait((progress(some, "ga4")?.nextTryAt ?? 0) - some.unit.now);
    await some.run();
    expect(some.state.refresh?.status).toBe("done");
  });
});

describe("sums that do not add up", () => {
  it("hold the month back, open a round, and leave the other month published; a passing refresh closes it", async () => {
    const some = world("search_console");
    const { search_console: good } = some.connectors;
    const wrong: typeof good = {
      ...good,
      async fetch(id, query, range, page) {
        const reply = await good.fetch(id, query, range, page);
        if (query !== "totals" || range.start !== "2026-10-01") return reply;
        const body = JSON.parse(reply.raw.body);
        body.rows[0].clicks += 40;
        return { ...reply, raw: { ...reply.raw, body: JSON.stringify(body) } };
      },
    };
    some.connectors = { ...some.connectors, search_console: wrong };
    await some.run();
    expect(progress(some, "search_console")).toMatchObject({ status: "held_back", cause: { code: "gsc_sum" } });
    const open = () => some.state.quality.filter(({ closedAt }) => closedAt === null).map(({ check }) => check);
    expect(open()).toEqual(["gsc_sum 2026-10"]);
    const days = [...some.facts.values()].map(({ period }) => period.start.slice(0, 7));
    expect(new Set(days)).toEqual(new Set(["2026-11"]));
    // November was published: it is fresh, whatever October is.
    expect(some.state.freshness.search_console?.coveredTo).toBe("2026-11-17");
    some.connectors = { ...some.connectors, search_console: good };
    some.wait(MINUTE);
    some.do({ type: "request_refresh", by: "maya@agency.example", reason: "", range: WEEKS });
    some.journal.clear();
    await some.run();
    expect(open()).toEqual([]);
    expect(progress(some, "search_console")?.status).toBe("done");
  });
});

describe("planning", () => {
  it("does not begin a month for which there is no quota left, and waits until there is", async () => {
    const some = world("ga4", "harvest");
    const resetsAt = some.unit.now + 40 * MINUTE;
    const { ga4 } = some.connectors;
    some.connectors = {
      ...some.connectors,
      ga4: {
        ...ga4,
        fetch: async (...args) => ({ ...(await ga4.fetch(...args)), quota: { remaining: 20, limit: null, resetsAt } }),
      },
    };
    await some.run();
    expect(progress(some, "ga4")).toMatchObject({
      status: "postponed",
      cause: { code: "quota_low" },
      nextTryAt: resetsAt,
      chunksDone: 1,
    });
    expect(some.state.quotas.ga4).toMatchObject({ remaining: 20 });
    some.connectors = { ...some.connectors, ga4 };
    some.wait(41 * MINUTE);
    await some.run();
    expect(some.state.refresh?.status).toBe("done");
  });

  it("takes a refusal for its quota as a wait, not as a failure", async () => {
    const some = world("ga4");
    some.ports.ga4.faults.fail("runReport", new RetryableError("ga4_rate_limited", "Tokens are used up.", 30 * MINUTE));
    await some.run();
    expect(progress(some, "ga4")).toMatchObject({ status: "postponed", tries: 0, cause: { code: "ga4_rate_limited" } });
    expect(progress(some, "ga4")?.nextTryAt).toBe(some.unit.now + 30 * MINUTE);
  });

  it("leaves out a source without its secrets and says which are missing", async () => {
    const some = world("search_console");
    some.missing = ["AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"];
    await some.run();
    expect(progress(some, "search_console")).toMatchObject({
      status: "postponed",
      nextTryAt: null,
      cause: { code: "secret_missing", detail: "Not set in this environment: AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN." },
    });
    expect(some.ports.searchConsole.faults.calls).toHaveLength(0);
  });

  it("asks for tasks once, however many months it reads", async () => {
    const some = world("asana");
    await some.run();
    expect(some.ports.clientTasks.faults.calls.map(({ args }) => args[1])).toEqual([
      "2026-08-11T00:00:00.000Z",
      "2026-08-11T00:00:00.000Z",
    ]);
    expect(progress(some, "asana")).toMatchObject({ status: "done", chunksDone: 2 });
  });

  it("gives the lease back after ten minutes and goes on from there", async () => {
    const some = world("search_console", "ga4");
    some.tempoMs = 3_000;
    await some.attempt();
    expect(some.told).toContain("continue");
    some.tempoMs = 0;
    await some.run();
    expect(some.state.refresh?.status).toBe("done");
    const undisturbed = world("search_console", "ga4");
    await undisturbed.run();
    expect(left(some)).toEqual(left(undisturbed));
  });

  it("fails as a whole, to be tried again, when the bucket is down", async () => {
    const some = world("harvest");
    some.objects.set = () => {
      throw new Error("R2 is down.");
    };
    await some.attempt();
    expect(some.told).toContain("fail snapshots_unavailable");
    expect(some.state.refresh?.status).toBe("queued");
  });
});
