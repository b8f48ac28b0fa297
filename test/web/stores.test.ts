import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Api } from "../../web/interface/api.ts";
import { followBoard } from "../../web/interface/state/board-store.ts";
import { followRun } from "../../web/interface/state/run-store.ts";
import { fakeLine } from "./support/fake-line.ts";
import { detail, events, summary } from "./support/runs.ts";

interface FakeServer {
  readonly api: Api;
  readonly asked: string[];
}

function serverOf(answer: (path: string) => Response): FakeServer {
  const asked: string[] = [];
  const api = new Api(async (path) => {
    asked.push(path);
    return answer(path);
  });
  return { api, asked };
}

/** Lets promises that are already settled run their continuations. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
}

const frame = (value: unknown): string => JSON.stringify(value);
const refusal = (status: number, code: string): Response =>
  Response.json({ type: "about:blank", title: "Refused", status, detail: "Because.", code }, { status });
const pageAfter = (path: string, size: number, last: number): Response => {
  const since = Number(new URL(path, "http://x").searchParams.get("since"));
  return Response.json({ items: events(since + 1, Math.min(last, since + size)), nextCursor: null });
};

/** What the server sends first: everything after `since`. */
function firstFrame(address: string, head: number): unknown {
  const since = new URL(address, "http://x").searchParams.get("since");
  const run = detail({ version: head });
  return { type: since === null ? "snapshot" : "resume", run, events: events(Number(since) + 1, head), seq: head };
}

describe("following a run", () => {
  it("fetches what a gap left out, page by page, and asks once at a time", async () => {
    const line = fakeLine();
    const { api, asked } = serverOf((path) => pageAfter(path, 3, 12));
    const store = followRun("tar_1", api, line.deps);
    line.latest().server.text(frame({ type: "snapshot", run: detail(), events: events(1, 2), seq: 2 }));
    for (const seq of [10, 11, 12]) line.latest().server.text(frame({ type: "event", event: events(seq, seq)[0] }));
    await settle();
    expect(store.view.value.events).toEqual(events(1, 12));
    expect(asked).toEqual([2, 5, 8].map((since) => `/api/team-agent-runs/tar_1/events?since=${since}`));
  });

  it("asks again later when the gap could not be closed, without a storm", async () => {
    const line = fakeLine();
    let healthy = false;
    const { api, asked } = serverOf((path) => (healthy ? pageAfter(path, 100, 9) : refusal(503, "busy")));
    const store = followRun("tar_1", api, line.deps);
    line.latest().server.text(frame({ type: "resume", run: detail(), events: [], seq: 9 }));
    await settle();
    expect(asked).toHaveLength(1);
    healthy = true;
    line.pass(2000);
    await settle();
    expect(store.view.value.events).toEqual(events(1, 9));
    expect(asked).toHaveLength(2);
  });

  it("resumes after the last event before a gap, so that nothing stays lost", () => {
    const line = fakeLine();
    const store = followRun("tar_1", serverOf(() => refusal(503, "busy")).api, line.deps);
    line.latest().server.text(frame({ type: "snapshot", run: detail(), events: events(1, 4), seq: 4 }));
    line.latest().server.text(frame({ type: "event", event: events(6, 6)[0] }));
    line.latest().server.closed(1006);
    line.pass(500);
    expect(line.latest().address).toBe("/api/team-agent-runs/tar_1/live?frames=batch&since=4");
    store.stop();
  });

  it("shows the run over HTTP when no socket opens, and stays marked as not live", async () => {
    const line = fakeLine();
    const store = followRun("tar_1", serverOf(() => Response.json(detail())).api, line.deps);
    line.latest().server.closed(1006);
    await settle();
    expect(store.view.value.run?.runId).toBe(detail().runId);
    expect(store.link.value.kind).toBe("lost");
  });

  it.each([
    [404, "not_found"],
    [401, "forbidden"],
    [403, "forbidden"],
  ])("a refused upgrade behind a %i ends as %s, and is not tried again", async (status, reason) => {
    const line = fakeLine();
    const store = followRun("tar_1", serverOf(() => refusal(status, "x")).api, line.deps);
    line.latest().server.closed(1006);
    await settle();
    expect(store.link.value).toEqual({ kind: "refused", reason });
    line.pass(600_000);
    expect(line.sockets).toHaveLength(1);
  });

  it("keeps trying while the control plane is away, and says why there is nothing to see", async () => {
    const line = fakeLine();
    const store = followRun("tar_1", serverOf(() => refusal(502, "control_plane_unreachable")).api, line.deps);
    line.latest().server.closed(1006);
    await settle();
    expect(store.problem.value?.code).toBe("control_plane_unreachable");
    line.pass(500);
    line.latest().server.text(frame({ type: "snapshot", run: detail(), events: events(1, 1), seq: 1 }));
    expect(store.problem.value).toBeNull();
    expect(store.link.value.kind).toBe("live");
  });

  it("ends equal to the log after twenty losses of whatever was on its way, and is marked as not live meanwhile", async () => {
    const CUTS = 20;
    const way = fc.record({
      told: fc.integer({ min: 0, max: 5 }),
      // Which of those reached the page before the line broke.
      arrived: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      unheard: fc.integer({ min: 0, max: 40 }),
      attempts: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(way, { minLength: CUTS, maxLength: CUTS }), async (ways) => {
        const line = fakeLine();
        let head = 3;
        const { api } = serverOf((path) => pageAfter(path, 500, head));
        const store = followRun("tar_1", api, line.deps);
        const answer = (): void => line.latest().server.text(frame(firstFrame(line.latest().address, head)));
        answer();
        for (const { told, arrived, unheard, attempts } of ways) {
          expect(store.link.value.kind).toBe("live");
          for (const [n, there] of arrived.slice(0, told).entries())
            if (there)
              line.latest().server.text(frame({ type: "event", event: events(head + n + 1, head + n + 1)[0] }));
          head += told;
          line.latest().server.closed(1006);
          head += unheard;
          for (let vain = 0; vain <= attempts; vain += 1) {
            expect(store.link.value.kind).toBe("lost");
            for (const before = line.sockets.length; line.sockets.length === before; ) line.pass(100);
            if (vain < attempts) line.latest().server.closed(1006);
          }
          answer();
        }
        await settle();
        line.pass(10_000);
        await settle();
        expect(store.view.value.events).toEqual(events(1, head));
        expect([store.link.value.kind, store.view.value.run?.version]).toEqual(["live", head]);
        store.stop();
      }),
      { numRuns: 25 },
    );
  });

  it("an id with markup in it stays one part of the path", () => {
    const line = fakeLine();
    followRun("../x?y", serverOf(() => refusal(404, "x")).api, line.deps);
    expect(line.latest().address).toBe("/api/team-agent-runs/..%2Fx%3Fy/live?frames=batch");
  });
});

describe("following the board", () => {
  it("resumes after the counter of the last frame", () => {
    const line = fakeLine();
    const store = followBoard(serverOf(() => refusal(503, "x")).api, line.deps);
    expect(line.latest().address).toBe("/api/team-agent-runs/live");
    line.latest().server.text(frame({ type: "snapshot", runs: [summary(1)], seq: 41 }));
    line.latest().server.text(frame({ type: "run", run: summary(1, { version: 2 }), seq: 42 }));
    line.latest().server.closed(4408);
    line.pass(0);
    expect(line.latest().address).toBe("/api/team-agent-runs/live?since=42");
    expect(store.view.value.runs.get(summary(1).runId)?.version).toBe(2);
  });

  it("shows the list when no socket opens", async () => {
    const line = fakeLine();
    const store = followBoard(serverOf(() => Response.json({ items: [summary(1)], nextCursor: null })).api, line.deps);
    line.latest().server.closed(1006);
    await settle();
    expect([store.known.value, store.view.value.runs.size, store.link.value.kind]).toEqual([true, 1, "lost"]);
  });

  it.each([401, 403])("a %i behind a refused upgrade ends as forbidden", async (status) => {
    const line = fakeLine();
    const store = followBoard(serverOf(() => refusal(status, "x")).api, line.deps);
    line.latest().server.closed(1006);
    await settle();
    expect(store.link.value).toEqual({ kind: "refused", reason: "forbidden" });
  });
});

describe("calls", () => {
  it("a reply of another shape is a problem, not a crash", async () => {
    const { api } = serverOf(() => Response.json({ items: "none" }));
    expect(await api.runs()).toMatchObject({ ok: false, problem: { code: "unreadable_reply" } });
  });

  it("no answer at all is a problem a person can act on", async () => {
    const api = new Api(() => Promise.reject(new TypeError("failed")));
    expect(await api.run("tar_1")).toMatchObject({ ok: false, problem: { code: "unreachable" } });
  });

  it("an error page that is no problem document is named by its status", async () => {
    const { api } = serverOf(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await api.ask("tar_1", "cancel", {})).toMatchObject({
      ok: false,
      problem: { status: 502, code: "unexplained" },
    });
  });

  it("an explanation is cut to a length a page can show", async () => {
    const { api } = serverOf(() =>
      Response.json({ type: "x", title: "T", status: 409, detail: "x".repeat(9000), code: "c" }, { status: 409 }),
    );
    const reply = await api.ask("tar_1", "retry", {});
    expect(reply.ok ? 0 : reply.problem.detail.length).toBe(600);
  });
});
