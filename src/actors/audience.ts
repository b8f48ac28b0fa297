/**
 * The sockets that watch one actor, and how far they have been told. They hibernate with the actor: all of them have
 * always been told up to the same entry, and attachments say up to which. What was gathered and not sent is lost with
 * the memory of an evicted actor, so the next instance compares and catches up. While more is to be told when a gap is
 * over, the attachments say that too: of what stands in no entry, comparing would not show it.
 */
import * as v from "valibot";
import { gapAfter, unreadLimit } from "../core/delivery/pacing.ts";

/** Said to a watcher that does not read: it resumes where it is. */
const TOO_SLOW = 4408;

const AttachmentSchema = v.object({
  toldTo: v.number(),
  units: v.optional(v.nullable(v.array(v.string())), null),
  owed: v.optional(v.boolean(), false),
});
type Attachment = v.InferOutput<typeof AttachmentSchema>;
/** Business Units whose news a watcher may hear; null: of all. */
export type Hears = readonly string[] | null;
/** Sockets that carry the newest attachment: one that is left says it for all. */
const CARRIERS = 16;

/** What a socket was sent since it last gave a sign, and when that was. */
interface Unread {
  readonly heardAt: number;
  readonly bytes: number;
}

export class Audience {
  readonly #ctx: DurableObjectState;
  readonly #now: () => number;
  /** Up to which entry everybody was told; null after a wake, until it is read from the attachments. */
  #toldTo: number | null = null;
  /** Whether something is to be told that a timer would tell. */
  #owed = false;
  /** Who carries it; null after a wake, when nobody knows. */
  #carriers: Set<WebSocket> | null = null;
  /** Before this nobody is told; then everything at once. */
  #quietUntil = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #unread = new WeakMap<WebSocket, Unread>();
  readonly #hears = new WeakMap<WebSocket, Hears>();

  constructor(ctx: DurableObjectState, now: () => number) {
    this.#ctx = ctx;
    this.#now = now;
    // Answered by the runtime: a keep-alive never wakes the actor.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** False while nobody watches, open or not yet gone. */
  get isThere(): boolean {
    return this.#ctx.getWebSockets().length > 0;
  }

  /** True while news is gathered that will be told soon. */
  get gathers(): boolean {
    return this.#timer !== null;
  }

  /** A new socket with its first frame, told up to `toldTo` like everybody else; answers the other end of it. */
  welcome(first: string, toldTo: number, tags: string[], hears: Hears = null): WebSocket {
    const pair = new WebSocketPair();
    this.#ctx.acceptWebSocket(pair[1], tags);
    this.#hears.set(pair[1], hears);
    this.#attach(pair[1], toldTo);
    this.send([pair[1]], [first], 1);
    this.note([pair[1]], toldTo);
    return pair[0];
  }

  /** Those that were dropped stay listed until their client has noticed. */
  open(tag?: string): readonly WebSocket[] {
    return this.#ctx.getWebSockets(tag).filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  /**
   * Up to which entry everybody was told. One that is leaving knows it as well as the others. Sockets of a version that
   * attached nothing were told everything at once.
   */
  heardTo(newest: number): number {
    if (this.#toldTo === null) {
      const read = this.#ctx.getWebSockets().flatMap((socket) => attachmentOf(socket) ?? []);
      const most = Math.max(...read.map(({ toldTo }) => toldTo));
      if (read.length > 0) this.#toldTo = most;
      this.#owed = read.some(({ toldTo, owed }) => owed && toldTo === most);
    }
    return this.#toldTo ?? newest;
  }

  /** True when whoever watches has not heard all there is to tell of `newest`: an instance that is gone was about to. */
  lacks(newest: number): boolean {
    return this.heardTo(newest) < newest || this.#owed;
  }

  /** Calls `first` when news may be told at once, else `all` when the gap is over; nothing while that is on its way. */
  changed(first: () => void, all: () => void): void {
    if (this.gathers || !this.isThere) return;
    const wait = this.#quietUntil - this.#now();
    if (wait > 0) this.later(wait, all);
    else first();
  }

  later(wait: number, all: () => void): void {
    this.#owed = true;
    if (this.#toldTo !== null) for (const socket of this.#carriers ?? []) this.#attach(socket, this.#toldTo);
    this.#timer = setTimeout(all, wait);
  }

  /** Everything that was gathered is told now. */
  gathered(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The gap that follows a broadcast of `bytes` to each of `watchers`. */
  rest(watchers: number, bytes: number): void {
    this.#quietUntil = this.#now() + gapAfter(watchers, bytes);
  }

  /** Everything up to there is told. */
  note(sockets: readonly WebSocket[], toldTo: number): void {
    this.#owed = false;
    this.#carry(sockets, toldTo);
  }

  #carry(sockets: readonly WebSocket[], toldTo: number): void {
    this.#toldTo = toldTo;
    // One that was just dropped would take it along.
    const carriers = sockets.filter((socket) => socket.readyState === WebSocket.OPEN).slice(0, CARRIERS);
    for (const socket of carriers) this.#attach(socket, toldTo);
    this.#carriers = new Set(carriers);
  }

  /** A watcher is gone. The last carrier hands on what it carried: those that stay would be told again after an eviction. */
  left(socket: WebSocket, code: number): void {
    // 1005 and 1006 may not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
    this.#carriers?.delete(socket);
    if (this.#toldTo !== null && (this.#carriers === null || this.#carriers.size === 0))
      this.#carry(this.open(), this.#toldTo);
  }

  #attach(socket: WebSocket, toldTo: number): void {
    const hears = this.#hearsOf(socket);
    socket.serializeAttachment({
      toldTo,
      units: hears === null ? null : [...hears],
      owed: this.#owed,
    } satisfies Attachment);
  }

  /** The watchers by what they may hear: each group gets the same frames. */
  groups(sockets: readonly WebSocket[]): readonly (readonly [Hears, readonly WebSocket[]])[] {
    const groups = new Map<string, [Hears, WebSocket[]]>();
    for (const socket of sockets) {
      const hears = this.#hearsOf(socket);
      const key = hears === null ? "" : JSON.stringify(hears);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [hears, [socket]]);
      else group[1].push(socket);
    }
    return [...groups.values()];
  }

  /** Read from the attachment once per life of the actor: of a thousand sockets at each broadcast it would cost. */
  #hearsOf(socket: WebSocket): Hears {
    const known = this.#hears.get(socket);
    if (known !== undefined) return known;
    const hears = attachmentOf(socket)?.units ?? null;
    this.#hears.set(socket, hears);
    return hears;
  }

  send(sockets: readonly WebSocket[], texts: readonly string[], watchers: number): void {
    const bytes = lengthOf(texts);
    const limit = unreadLimit(watchers);
    for (const socket of sockets) {
      if (this.#tooSlow(socket, bytes, limit)) socket.close(TOO_SLOW, "too slow: resume to go on");
      else for (const text of texts) sendText(socket, text);
    }
  }

  /**
   * The runtime keeps what a socket does not take, without limit and without telling. But it answers each `ping` and
   * says when it last did: a client that pings has read what came before. What was sent since is what may lie unread.
   */
  #tooSlow(socket: WebSocket, bytes: number, limit: number): boolean {
    const known = this.#unread.get(socket);
    const sum = (known?.bytes ?? 0) + bytes;
    if (known === undefined || sum <= limit) {
      this.#unread.set(socket, { heardAt: known?.heardAt ?? 0, bytes: sum });
      return false;
    }
    const heardAt = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    this.#unread.set(socket, { heardAt, bytes });
    return heardAt === known.heardAt;
  }
}

function attachmentOf(socket: WebSocket): Attachment | null {
  const read = v.safeParse(AttachmentSchema, socket.deserializeAttachment());
  return read.success ? read.output : null;
}

/** What frames weigh. */
export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** A socket that closed in between must not keep the others from hearing. */
function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    socket.close(1011, "send failed");
  }
}
