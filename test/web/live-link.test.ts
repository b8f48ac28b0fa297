import { describe, expect, it } from "vitest";
import {
  ANSWER_WITHIN_MS,
  type Link,
  type LiveLink,
  openLink,
  PING_EVERY_MS,
  reconnectWait,
} from "../../web/interface/state/live-link.ts";
import { type FakeLine, fakeLine } from "./support/fake-line.ts";

interface Watched {
  readonly line: FakeLine;
  readonly link: LiveLink;
  readonly states: Link[];
  readonly state: () => Link | undefined;
  /** Opens the latest socket with one good frame. */
  readonly goLive: () => void;
  /** Passes the time until the next attempt starts; answers how long that was. */
  readonly waitOut: () => number;
}

function watch(accept: (text: string) => boolean = () => true, random = 1): Watched {
  const line = fakeLine(random);
  const states: Link[] = [];
  let n = 0;
  const link = openLink(line.deps, {
    address: () => `/live?n=${++n}`,
    accept,
    changed: (state) => void states.push(state),
  });
  const waitOut = (): number => {
    const state = states.at(-1);
    const wait = state?.kind === "lost" ? state.retryAt - line.now() : 0;
    line.pass(wait);
    return wait;
  };
  return { line, link, states, state: () => states.at(-1), goLive: () => line.latest().server.text("frame"), waitOut };
}

describe("a live link", () => {
  it("is live with the first frame, not before", () => {
    const { line, states, goLive } = watch();
    line.pass(1000);
    expect(states).toEqual([]);
    goLive();
    expect(states).toEqual([{ kind: "live" }]);
  });

  it("says at once that the connection is lost, and since when nothing was heard", () => {
    const { line, state, goLive } = watch();
    goLive();
    const heardAt = line.now();
    line.pass(7000);
    line.latest().server.closed(1006);
    expect(state()).toEqual({ kind: "lost", heardAt, retryAt: line.now() + 500 });
  });

  it("asks for a new address each time, so that it can resume", () => {
    const { line, goLive } = watch();
    goLive();
    line.latest().server.closed(1006);
    line.pass(500);
    expect(line.sockets.map((socket) => socket.address)).toEqual(["/live?n=1", "/live?n=2"]);
  });

  it("waits longer after each failure, never longer than a quarter of a minute", () => {
    const { waitOut, line } = watch();
    const waits = Array.from({ length: 8 }, () => {
      line.latest().server.closed(1006);
      return waitOut();
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it("spreads the waits, so that many tabs do not return at once", () => {
    expect([reconnectWait(3, 0), reconnectWait(3, 0.5), reconnectWait(99, 0)]).toEqual([2000, 3000, 7500]);
  });

  it("starts over with short waits after a connection that held", () => {
    const { line, state, goLive } = watch();
    line.latest().server.closed(1006);
    line.pass(500);
    goLive();
    line.pass(6000);
    line.latest().server.closed(1006);
    expect(state()).toMatchObject({ kind: "lost", retryAt: line.now() + 500 });
  });

  it("does not hammer a server that accepts and drops at once", () => {
    const { waitOut, line, goLive } = watch();
    const waits = Array.from({ length: 5 }, () => {
      goLive();
      line.latest().server.closed(1011);
      return waitOut();
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  it("pings every 25 seconds and stays live while the answers come", () => {
    const { line, states, goLive } = watch();
    goLive();
    for (let n = 1; n <= 3; n += 1) {
      line.pass(PING_EVERY_MS);
      expect(line.latest().sent).toHaveLength(n);
      line.pass(40);
      line.latest().server.text("pong");
      line.pass(ANSWER_WITHIN_MS);
    }
    expect(states).toEqual([{ kind: "live" }]);
  });

  it("says so when it has read much, so that the server does not take it for one that does not read", () => {
    const { line, goLive } = watch();
    goLive();
    for (let n = 0; n < 3; n += 1) line.latest().server.text("x".repeat(30_000));
    expect(line.latest().sent).toEqual(["ping"]);
    line.latest().server.text("pong");
    for (let n = 0; n < 3; n += 1) line.latest().server.text("x".repeat(30_000));
    expect(line.latest().sent).toEqual(["ping", "ping"]);
  });

  it("gives up a silent connection after an unanswered ping and closes it", () => {
    const { line, state, goLive } = watch();
    goLive();
    line.pass(PING_EVERY_MS + ANSWER_WITHIN_MS);
    expect(state()?.kind).toBe("lost");
    expect(line.sockets[0]?.closed()).toBe(true);
  });

  it("gives up an attempt that never opens", () => {
    const { line, state } = watch();
    line.pass(ANSWER_WITHIN_MS);
    expect(state()).toMatchObject({ kind: "lost", heardAt: null });
  });

  it("ends the connection on a frame it does not understand, to be sent a fresh snapshot", () => {
    const { line, state } = watch((text) => text !== "nonsense");
    line.latest().server.text("frame");
    line.latest().server.text("nonsense");
    expect(state()?.kind).toBe("lost");
    expect(line.sockets[0]?.closed()).toBe(true);
  });

  it.each([
    [4401, "forbidden"],
    [4404, "not_found"],
  ])("close code %i ends it for good: %s", (code, reason) => {
    const { line, link, state } = watch();
    line.latest().server.closed(code);
    line.pass(600_000);
    link.wake();
    expect(state()).toEqual({ kind: "refused", reason });
    expect(line.sockets).toHaveLength(1);
  });

  it("resumes at once when dropped for being slow, but backs off when that goes on", () => {
    const { line, state, goLive } = watch();
    goLive();
    line.latest().server.closed(4408);
    line.pass(0);
    expect(line.sockets).toHaveLength(2);
    goLive();
    line.latest().server.closed(4408);
    expect(state()).toMatchObject({ retryAt: line.now() + 1000 });
  });

  it("tries at once when woken, and only once", () => {
    const { line, link } = watch();
    line.latest().server.closed(1006);
    link.wake();
    line.pass(600);
    expect(line.sockets).toHaveLength(2);
  });

  it("checks a live connection when the page is looked at again", () => {
    const { line, link, state, goLive } = watch();
    goLive();
    line.pass(1000);
    link.wake();
    expect(line.latest().sent).toEqual(["ping"]);
    line.pass(ANSWER_WITHIN_MS);
    expect(state()?.kind).toBe("lost");
  });

  it("ignores what a socket says after it was given up", () => {
    const { line, states, goLive } = watch();
    goLive();
    const [old] = line.sockets;
    old?.server.closed(1006);
    line.pass(500);
    const before = states.length;
    old?.server.text("late");
    old?.server.closed(4404);
    expect(states).toHaveLength(before);
  });

  it("once stopped stays silent", () => {
    const { line, link, states, goLive } = watch();
    goLive();
    link.stop();
    link.wake();
    line.latest().server.closed(1006);
    line.pass(600_000);
    expect(states).toEqual([{ kind: "live" }]);
    expect(line.sockets).toHaveLength(1);
  });
});
