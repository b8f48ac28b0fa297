import { describe, expect, it } from "vitest";
import { Api } from "../../web/interface/api.ts";
import { spoken, workWords } from "../../web/interface/state/refresh-words.ts";
import { followUnit } from "../../web/interface/state/unit-store.ts";
import { doneRefresh, partialRefresh, refreshOf, sourceOf, UNIT } from "./support/data.ts";
import { fakeLine } from "./support/fake-line.ts";

interface Server {
  readonly api: Api;
  readonly asked: string[];
}

function serverOf(answer: (path: string, method: string) => Response): Server {
  const asked: string[] = [];
  const api = new Api(async (path, init) => {
    asked.push(`${init.method} ${path}`);
    return answer(path, init.method ?? "GET");
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
const snapshot = (refresh: unknown, seq = 7): string => frame({ type: "snapshot", refresh, events: [], seq });
const told = (refresh: unknown): string => frame({ type: "refresh", refresh });
const event = (seq: number): string =>
  frame({
    type: "event",
    event: { seq, at: "2026-11-23T00:00:00.000Z", type: "step.done", summary: "A step is done." },
  });
const away = serverOf(() => refusal(503, "busy"));

describe("following a Business Unit", () => {
  it("resumes after the newest entry it was told of, and knows nothing to resume after before that", () => {
    const line = fakeLine();
    followUnit(UNIT, away.api, line.deps, () => {});
    expect(line.latest().address).toBe(`/api/business-units/${UNIT}/live`);
    line.latest().server.text(snapshot(refreshOf(3), 7));
    line.latest().server.text(event(8));
    line.latest().server.closed(1006);
    line.pass(500);
    expect(line.latest().address).toBe(`/api/business-units/${UNIT}/live?since=8`);
  });

  it("a refresh that ended while the line was down has ended, once", () => {
    const line = fakeLine();
    const ended: string[] = [];
    const store = followUnit(UNIT, away.api, line.deps, ({ status }) => ended.push(status));
    line.latest().server.text(snapshot(refreshOf(3)));
    line.latest().server.closed(1006);
    line.pass(500);
    line.latest().server.text(frame({ type: "resume", refresh: partialRefresh(3), events: [], seq: 12 }));
    line.latest().server.text(told(partialRefresh(3)));
    expect([ended, store.view.value.refresh?.status]).toEqual([["partial"], "partial"]);
  });

  it("one that was over before anybody looked has not ended now", () => {
    const line = fakeLine();
    const ended: string[] = [];
    followUnit(UNIT, away.api, line.deps, ({ status }) => ended.push(status));
    line.latest().server.text(snapshot(doneRefresh(3)));
    expect(ended).toEqual([]);
  });

  it("one that began and ended between two frames has ended too", () => {
    const line = fakeLine();
    const ended: string[] = [];
    followUnit(UNIT, away.api, line.deps, ({ ingestionRunId }) => ended.push(ingestionRunId));
    line.latest().server.text(snapshot(doneRefresh(3)));
    line.latest().server.text(told(doneRefresh(4)));
    expect(ended).toEqual([`ing_${UNIT}_4`]);
  });

  it("shows the newest refresh over HTTP when no socket opens, and stays marked as not live", async () => {
    const line = fakeLine();
    const server = serverOf(() => Response.json({ items: [doneRefresh(3), doneRefresh(2)], nextCursor: null }));
    const store = followUnit(UNIT, server.api, line.deps, () => {});
    line.latest().server.closed(1006);
    await settle();
    expect([store.view.value.refresh?.ingestionRunId, store.link.value.kind]).toEqual([`ing_${UNIT}_3`, "lost"]);
  });

  it.each([
    [404, "not_found"],
    [403, "forbidden"],
  ])("a refused upgrade behind a %i ends as %s, and is not tried again", async (status, reason) => {
    const line = fakeLine();
    const store = followUnit(UNIT, serverOf(() => refusal(status, "x")).api, line.deps, () => {});
    line.latest().server.closed(1006);
    await settle();
    line.pass(600_000);
    expect([store.link.value, line.sockets.length]).toEqual([{ kind: "refused", reason }, 1]);
  });
});

describe("asking for fresh data", () => {
  const begun = (n: number) => Response.json({ ingestionRunId: "x", refresh: refreshOf(n) }, { status: 202 });

  it("shows what was begun at once, and asks once however often it is pressed", async () => {
    const line = fakeLine();
    const { api, asked } = serverOf(() => begun(4));
    const store = followUnit(UNIT, api, line.deps, () => {});
    line.latest().server.text(snapshot(doneRefresh(3)));
    await Promise.all([store.begin(""), store.begin("")]);
    expect(asked).toEqual([`POST /api/admin-registry/business-units/${UNIT}/refresh-data`]);
    expect(store.view.value.refresh?.ingestionRunId).toBe(`ing_${UNIT}_4`);
  });

  it("joins the refresh of whoever was quicker, without a word of refusal", async () => {
    const line = fakeLine();
    const store = followUnit(UNIT, serverOf(() => refusal(409, "refresh_in_progress")).api, line.deps, () => {});
    line.latest().server.text(snapshot(doneRefresh(3)));
    await store.begin("");
    line.latest().server.text(told(refreshOf(4)));
    expect([store.refusal.value, store.view.value.refresh?.status]).toEqual([null, "running"]);
  });

  it("says why it was refused otherwise, until it is asked again", async () => {
    const line = fakeLine();
    let answer = refusal(409, "nothing_to_refresh");
    const store = followUnit(UNIT, serverOf(() => answer).api, line.deps, () => {});
    line.latest().server.text(snapshot(null));
    await store.begin("");
    expect([store.refusal.value?.code, store.asking.value]).toEqual(["nothing_to_refresh", null]);
    answer = begun(1);
    await store.begin("");
    expect(store.refusal.value).toBeNull();
  });

  it("an answer that comes late turns nothing back: of what is over, and of a later refresh, the socket knows more", async () => {
    const line = fakeLine();
    const store = followUnit(UNIT, serverOf(() => begun(4)).api, line.deps, () => {});
    line.latest().server.text(snapshot(doneRefresh(3)));
    const asking = store.begin("");
    line.latest().server.text(told(doneRefresh(4)));
    await asking;
    expect(store.view.value.refresh?.status).toBe("done");
    const again = store.begin("");
    line.latest().server.text(told(refreshOf(5)));
    await again;
    expect(store.view.value.refresh?.ingestionRunId).toBe(`ing_${UNIT}_5`);
  });
});

describe("what is read out", () => {
  it("changes when a source ends, not with each month that was read", () => {
    const months = (chunksDone: number) =>
      refreshOf(3, {
        sources: refreshOf(3).sources.map((one) => (one.source === "ga4" ? { ...one, chunksDone } : one)),
      });
    expect(spoken(months(1))).toBe("Refreshing: 1 of 3 sources are read.");
    expect(spoken(months(2))).toBe(spoken(months(1)));
  });

  it("says what is read in the names of people, and what is waited for while nothing is", () => {
    expect(workWords(refreshOf(3))).toBe("Reading Google Analytics 4");
    const step = { detail: "A worker is at it: search_console: 2026-11, totals.", until: null };
    const first = refreshOf(3, { sources: [sourceOf("search_console", { status: "waiting" })], waitingOn: step });
    expect(workWords(first)).toBe("Reading Google Search Console");
    const waiting = { detail: "Waiting for a free worker.", until: null };
    expect(workWords(refreshOf(3, { sources: [], waitingOn: waiting }))).toBe("Waiting for a free worker.");
  });

  it("names the sources that did not come through", () => {
    expect(spoken(partialRefresh(3))).toBe("Everything was read but Meta.");
  });
});
