/** The browser's clock, chance, calls, socket and storage, in the shapes the state modules ask for. */
import { type Signal, signal } from "@preact/signals";
import { Api } from "./api.ts";
import { ticketFor } from "./api-tickets.ts";
import type { Clock, LinkDeps, Socket, SocketHandlers } from "./state/live-link.ts";
import { withTicket } from "./state/ticketed.ts";

const clock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const id = setTimeout(task, ms);
    return () => clearTimeout(id);
  },
};

function open(path: string, handlers: SocketHandlers): Socket {
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

/** The panel's calls from this page: one for all of it, so that it has one write pass. */
export const browserApi = new Api((path, init) => fetch(path, init));

/** What a live link needs, from this browser. */
export const browserLink: LinkDeps = {
  connect: withTicket((path) => ticketFor(browserApi, path), open),
  clock,
  random: () => Math.random(),
};

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

/** Puts text on the clipboard; false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

let asked: ((event: PopStateEvent) => void) | null = null;

// Listeners of the window are called in the order they came, whether they capture or not: this one before the router's.
addEventListener("popstate", (event) => asked?.(event));

/** Hears before the router that the reader went back or forward, and may keep it from hearing; one page at a time. */
export function beforeReturn(listener: (event: PopStateEvent) => void): () => void {
  asked = listener;
  return () => {
    if (asked === listener) asked = null;
  };
}
