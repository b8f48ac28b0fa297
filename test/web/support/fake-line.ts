/** A clock that moves when told and a line whose sockets the test answers. */
import type { LinkDeps, SocketHandlers } from "../../../web/interface/state/live-link.ts";

export interface FakeSocket {
  readonly address: string;
  readonly sent: string[];
  /** True once the client closed it. */
  readonly closed: () => boolean;
  readonly server: SocketHandlers;
}

export interface FakeLine {
  readonly deps: LinkDeps;
  readonly sockets: FakeSocket[];
  /** The socket opened last. */
  latest(): FakeSocket;
  /** Moves time on, running what falls due in order. */
  pass(ms: number): void;
  now(): number;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** A fresh line. `random` is what chance answers, 1 for the longest waits. */
export function fakeLine(random = 1): FakeLine {
  let now = 1_000_000;
  const timers = new Set<Timer>();
  const sockets: FakeSocket[] = [];

  const pass = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const [next] = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.task();
    }
    now = until;
  };

  const deps: LinkDeps = {
    random: () => random,
    clock: {
      now: () => now,
      after(ms, task) {
        const timer = { at: now + ms, task };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    connect(address, server) {
      let closed = false;
      const sent: string[] = [];
      sockets.push({ address, sent, closed: () => closed, server });
      return {
        send: (text) => void sent.push(text),
        close: () => {
          closed = true;
        },
      };
    },
  };

  return {
    deps,
    sockets,
    pass,
    now: () => now,
    latest() {
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error("No socket was opened.");
      return socket;
    },
  };
}
