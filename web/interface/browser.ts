/** The browser's clock, chance, socket and storage, in the shapes the state modules ask for. */
import { type Signal, signal } from "@preact/signals";
import type { Clock, LinkDeps, Socket, SocketHandlers } from "./state/live-link.ts";

const clock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const id = setTimeout(task, ms);
    return () => clearTimeout(id);
  },
};

function connect(path: string, handlers: SocketHandlers): Socket {
  const address = new URL(path, location.origin);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (typeof event.data === "string") handlers.text(event.data);
  });
  socket.addEventListener("close", (event) => handlers.closed(event.code));
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
}

/** What a live link needs, from this browser. */
export const browserLink: LinkDeps = { connect, clock, random: () => Math.random() };

/** The current time in milliseconds, renewed every second, so that ages on screen grow. */
export const now: Signal<number> = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1000);

/** Calls `task` when the network returns or the page is looked at again; the returned function ends that. */
export function onReturn(task: () => void): () => void {
  const whenVisible = (): void => {
    if (document.visibilityState === "visible") task();
  };
  addEventListener("online", task);
  document.addEventListener("visibilitychange", whenVisible);
  return () => {
    removeEventListener("online", task);
    document.removeEventListener("visibilitychange", whenVisible);
  };
}

/** Reads a remembered choice; storage may be switched off, then nothing is remembered. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Remembers a choice on this device. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off or full: the choice holds until the page is left.
  }
}
