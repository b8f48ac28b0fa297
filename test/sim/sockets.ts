/**
 * The sockets of one actor. The ends here hibernate with it, what was attached to them included; with its process they break.
 * Frames leave once what they tell is durable, and arrive in their order.
 */
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

const OPEN = 1;
const CLOSED = 3;

/** The browser at the other end. */
export interface Reader {
  read(text: string): void;
  /** The line is gone. */
  broken(): void;
}

/** The actor's end, behind the face of the platform's. */
export class ActorEnd {
  readyState = OPEN;
  #attachment: string | null = null;
  #unsent: string[] = [];
  /** Frames that arrived before the browser had its end. */
  #early: string[] = [];
  #arriveAt = 0;
  #reader: Reader | null = null;

  serializeAttachment(value: unknown): void {
    this.#attachment = JSON.stringify(value);
  }

  deserializeAttachment(): unknown {
    return this.#attachment === null ? null : JSON.parse(this.#attachment);
  }

  send(text: string): void {
    if (this.readyState !== OPEN) throw new TypeError("The socket is closed.");
    this.#unsent.push(text);
  }

  close(): void {
    this.readyState = CLOSED;
  }

  /** What was said until now is durable. Nobody reads at the far end of most sockets of a crowd. */
  release(clock: Clock, random: Random): void {
    const texts = this.#unsent;
    if (texts.length === 0) return;
    this.#unsent = [];
    this.#arriveAt = Math.max(this.#arriveAt, clock.now + random.between(1, 60));
    clock.after(this.#arriveAt - clock.now, `${texts.length} frames arrive`, () => {
      if (this.#reader === null) this.#early.push(...texts);
      else for (const text of texts) this.#reader?.read(text);
    });
  }

  attach(reader: Reader): void {
    this.#reader = reader;
    for (const text of this.#early.splice(0)) this.#reader?.read(text);
  }

  /** Nothing passes any more, in either direction. */
  cut(): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.broken();
  }
}

/** A socket of which nobody looks at the other end. */
class DeafEnd extends ActorEnd {
  override send(): void {}
  override release(): void {}
}

export class Sockets {
  #ends: { readonly end: ActorEnd; readonly tags: readonly string[] }[] = [];

  /** As `acceptWebSocket`. */
  readonly accept = (end: ActorEnd, tags: readonly string[]): void => {
    this.#ends.push({ end, tags });
  };

  /** As `getWebSockets`. */
  readonly get = (tag?: string): ActorEnd[] =>
    this.#ends.filter(({ tags }) => tag === undefined || tags.includes(tag)).map(({ end }) => end);

  /** So many more look on, told up to where the others are: for many, news is gathered. */
  crowd(count: number, toldTo: number): void {
    for (let n = 0; n < count; n += 1) {
      const end = new DeafEnd();
      end.serializeAttachment({ toldTo });
      this.accept(end, ["batch"]);
    }
  }

  release(clock: Clock, random: Random): void {
    for (const { end } of this.#ends) end.release(clock, random);
  }

  /** The actor's process is gone, and with it every line. */
  breakAll(): void {
    for (const { end } of this.#ends.splice(0)) {
      end.close();
      end.cut();
    }
  }

  /** It is noticed here that a line is gone. */
  remove(end: ActorEnd): boolean {
    const left = this.#ends.filter((one) => one.end !== end);
    const was = left.length < this.#ends.length;
    this.#ends = left;
    end.close();
    return was;
  }
}

/** Both ends of a new socket; the browser's is known by the actor's. */
class Pair {
  readonly 0 = new ActorEnd();
  readonly 1 = this[0];
}

/** An answer that hands over a socket, which Node's does not know. */
class SocketResponse extends Response {
  readonly end: ActorEnd | null;
  constructor(
    body: string | null,
    { status = 200, webSocket = null }: { status?: number; webSocket?: ActorEnd | null },
  ) {
    super(body, { status: status === 101 ? 200 : status });
    this.end = webSocket;
  }
}

/** The end that an answer hands over; null when it hands over none. */
export function endIn(response: Response): ActorEnd | null {
  return response instanceof SocketResponse ? response.end : null;
}

/** For the time of a simulation the runtime's words for sockets are these, and its timers go by `later`. Answers how to undo that. */
export function enterSockets(later: (ms: number, work: () => void) => () => void): () => void {
  const { Response: response, setTimeout: set, clearTimeout: clear } = globalThis;
  Object.assign(globalThis, {
    WebSocketPair: Pair,
    Response: SocketResponse,
    setTimeout: (work: () => void, ms: number) => later(ms, work),
    clearTimeout: (cancel: (() => void) | undefined) => cancel?.(),
  });
  return () => void Object.assign(globalThis, { Response: response, setTimeout: set, clearTimeout: clear });
}
