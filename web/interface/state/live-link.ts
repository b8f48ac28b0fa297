/**
 * Keeps one live socket alive: connects, notices a dead connection, backs off, resumes, and says at every moment
 * how trustworthy the data on the screen is. Knows nothing about frames; clock, chance and socket are handed in.
 */

/** How the data on screen relates to the truth. Times are milliseconds since 1970. */
export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** `heardAt`: when the server last said anything, null for never; `retryAt`: when the next attempt starts. */
  | { readonly kind: "lost"; readonly heardAt: number | null; readonly retryAt: number }
  /** The server refused for good: no further attempt. */
  | { readonly kind: "refused"; readonly reason: "forbidden" | "not_found" };

export interface SocketHandlers {
  text(data: string): void;
  /** Also called when the connection never opened. */
  closed(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}

export interface LinkDeps {
  connect(address: string, handlers: SocketHandlers): Socket;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
}

export interface LinkOptions {
  /** Address for the next attempt: asked anew each time, so that it can carry the newest `since`. */
  address(): string;
  /** Takes one frame; false when it was not understood, which ends the connection so that a fresh snapshot is sent. */
  accept(text: string): boolean;
  changed(link: Link): void;
}

export interface LiveLink {
  /** Tries at once: the network came back or the page is looked at again. */
  wake(): void;
  /** Ends the connection for good. */
  stop(): void;
}

/** The control plane answers `ping` without waking the actor. */
export const PING_EVERY_MS = 25_000;
/** Without an answer within this time a connection, or an attempt to open one, counts as dead. */
export const ANSWER_WITHIN_MS = 10_000;
/** Having read this much it says so: the server drops a client that leaves several times as much unread. */
const SIGN_AFTER_CHARS = 64 * 1024;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A connection that lasted this long was a good one: the next attempt starts without a long wait. */
const STEADY_MS = 5_000;

const FORBIDDEN = 4401;
const NOT_FOUND = 4404;
const SLOW_CONSUMER = 4408;
const DEAD = 4000;

/** Wait before attempt `n` (from 0) after a loss: doubles, capped, and spread so that many tabs do not return at once. */
export function reconnectWait(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}

class Connection implements LiveLink {
  readonly #deps: LinkDeps;
  readonly #options: LinkOptions;
  #socket: Socket | null = null;
  #cancelTimer: () => void = () => {};
  #heardAt: number | null = null;
  #liveSince: number | null = null;
  #attempt = 0;
  /** Characters heard since the last ping. */
  #read = 0;
  #link: Link = { kind: "connecting" };
  /** Events of a socket we gave up on may still arrive; they carry an older number and are dropped. */
  #generation = 0;

  constructor(deps: LinkDeps, options: LinkOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  open(): void {
    this.#cancelTimer();
    this.#liveSince = null;
    const generation = ++this.#generation;
    const current = (task: () => void): void => {
      if (generation === this.#generation) task();
    };
    this.#cancelTimer = this.#deps.clock.after(ANSWER_WITHIN_MS, () => this.#lose(DEAD));
    this.#socket = this.#deps.connect(this.#options.address(), {
      text: (data) => current(() => this.#hear(data)),
      closed: (code) => current(() => this.#lose(code)),
    });
  }

  wake(): void {
    if (this.#link.kind === "lost") this.open();
    else if (this.#link.kind === "live") this.#ping();
  }

  stop(): void {
    this.#drop();
    // From here on `wake` finds nothing to revive.
    this.#link = { kind: "connecting" };
  }

  #drop(): void {
    this.#generation += 1;
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = null;
  }

  #hear(data: string): void {
    this.#heardAt = this.#deps.clock.now();
    if (data === "pong") return;
    if (!this.#options.accept(data)) {
      this.#lose(DEAD);
      return;
    }
    this.#read += data.length;
    if (this.#liveSince !== null) {
      if (this.#read >= SIGN_AFTER_CHARS) this.#ping();
      return;
    }
    this.#liveSince = this.#heardAt;
    this.#cancelTimer();
    this.#schedulePing();
    this.#change({ kind: "live" });
  }

  #schedulePing(): void {
    this.#cancelTimer = this.#deps.clock.after(PING_EVERY_MS, () => this.#ping());
  }

  #ping(): void {
    this.#cancelTimer();
    this.#read = 0;
    const askedAt = this.#deps.clock.now();
    this.#socket?.send("ping");
    this.#cancelTimer = this.#deps.clock.after(ANSWER_WITHIN_MS, () => {
      if ((this.#heardAt ?? 0) < askedAt) this.#lose(DEAD);
      else this.#schedulePing();
    });
  }

  #lose(code: number): void {
    const now = this.#deps.clock.now();
    if (this.#liveSince !== null && now - this.#liveSince >= STEADY_MS) this.#attempt = 0;
    this.#drop();
    if (code === FORBIDDEN || code === NOT_FOUND) {
      this.#change({ kind: "refused", reason: code === FORBIDDEN ? "forbidden" : "not_found" });
      return;
    }
    // Dropped for being slow on a healthy line: resuming at once is what the server asks for.
    const wait = code === SLOW_CONSUMER && this.#attempt === 0 ? 0 : reconnectWait(this.#attempt, this.#deps.random());
    this.#attempt += 1;
    this.#cancelTimer = this.#deps.clock.after(wait, () => this.open());
    this.#change({ kind: "lost", heardAt: this.#heardAt, retryAt: now + wait });
  }

  #change(link: Link): void {
    this.#link = link;
    this.#options.changed(link);
  }
}

/** Opens a link and keeps it open until `stop`. `changed` is not called for the first `connecting`. */
export function openLink(deps: LinkDeps, options: LinkOptions): LiveLink {
  const connection = new Connection(deps, options);
  connection.open();
  return connection;
}
