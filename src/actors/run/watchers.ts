/**
 * Sockets that watch one run. They hibernate with the actor. The first news goes out at once, what follows shortly
 * after is gathered and goes out together: the more watchers, the longer the gap (`core/delivery/pacing.ts`).
 *
 * All sockets have always been told up to the same event, and attachments say up to which. What was gathered and not
 * sent is lost with the memory of an evicted actor, but not the log: the next instance compares and catches up.
 */
import * as v from "valibot";
import { gapAfter, unreadLimit } from "../../core/delivery/pacing.ts";
import { describe } from "../../core/run/describe.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/types.ts";
import { detailOf } from "../../core/run/view.ts";
import type { RunEventView, RunFrame } from "../../core/wire.ts";
import type { LoggedEvent } from "../turn.ts";

/** Events sent at once on connect; the rest of the log is behind `GET …/events`. */
export const SNAPSHOT_EVENTS = 200;

/** Said to a watcher that does not read: it resumes where it is. */
const TOO_SLOW = 4408;

/** A logged event as people see it. */
export function eventView(logged: LoggedEvent<RunEvent>): RunEventView {
  return {
    seq: logged.seq,
    at: new Date(logged.at).toISOString(),
    type: logged.event.type,
    summary: describe(logged.event, logged.at),
  };
}

/** What is to be told; asked anew each time, so that nothing of it is kept here. */
export interface Told {
  state(): RunState | null;
  eventsSince(seq: number): readonly LoggedEvent<RunEvent>[];
  now(): number;
}

/** How a watcher wants its news: one frame per event, or everything new in one `resume` frame. A tag of its socket. */
export type Frames = "each" | "batch";

const AttachmentSchema = v.object({ toldTo: v.number() });
/** Sockets that carry the attachment: one that is left says it for all. */
const CARRIERS = 16;
/** With more news than this at once, one frame with all of it is cheaper. */
const FEW = 2;

/** What a socket was sent since it last gave a sign, and when that was. */
interface Unread {
  readonly heardAt: number;
  readonly bytes: number;
}

export class RunWatchers {
  readonly #ctx: DurableObjectState;
  readonly #told: Told;
  /** Up to which event everybody was told; null after a wake, until it is read from the attachments. */
  #toldTo: number | null = null;
  /** Before this nobody is told; then everything at once. */
  #quietUntil = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #unread = new WeakMap<WebSocket, Unread>();

  constructor(ctx: DurableObjectState, told: Told) {
    this.#ctx = ctx;
    this.#told = told;
    // Answered by the runtime: a keep-alive never wakes the actor.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.#catchUp();
  }

  /** Accepts a socket and sends where things stand. `since` null: a snapshot; else everything after it. */
  accept(state: RunState, events: readonly LoggedEvent<RunEvent>[], since: number | null, frames: Frames): Response {
    if (this.#timer !== null) this.#tellAll();
    const pair = new WebSocketPair();
    this.#ctx.acceptWebSocket(pair[1], [frames]);
    const type = since === null ? "snapshot" : "resume";
    const text = frameText({ type, run: detailOf(state), events: events.map(eventView), seq: state.version });
    this.#send([pair[1]], [text], 1);
    this.#note([pair[1]], state.version);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  /** Something changed: everybody is told now, or when the gap is over. */
  changed(): void {
    if (this.#timer !== null || this.#ctx.getWebSockets().length === 0) return;
    const wait = this.#quietUntil - this.#told.now();
    if (wait > 0) this.#later(wait);
    else this.#tellFirst();
  }

  #later(wait: number): void {
    this.#timer = setTimeout(() => this.#tellAll(), wait);
  }

  /** Those that were dropped stay listed until their client has noticed. */
  #open(frames?: Frames): readonly WebSocket[] {
    return this.#ctx.getWebSockets(frames).filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  #catchUp(): void {
    if (this.#ctx.getWebSockets().length === 0) return;
    const state = this.#told.state();
    if (state !== null && this.#heardTo(state) < state.version) this.#tellAll();
  }

  /** Sockets of a version that attached nothing were told everything at once. */
  #heardTo(state: RunState): number {
    this.#toldTo ??= this.#open().reduce<number | null>((most, socket) => {
      const read = v.safeParse(AttachmentSchema, socket.deserializeAttachment());
      return read.success ? Math.max(most ?? 0, read.output.toldTo) : most;
    }, null);
    return this.#toldTo ?? state.version;
  }

  /** News after a pause. Before many, the event goes ahead alone, and the whole run follows when the gap is over. */
  #tellFirst(): void {
    const state = this.#told.state();
    const sockets = this.#open();
    if (state === null || sockets.length === 0) return;
    const events = this.#told.eventsSince(this.#heardTo(state)).map(eventView);
    const texts = events.map((event) => frameText({ type: "event", event }));
    const gap = gapAfter(sockets.length, lengthOf(texts));
    if (gap === 0 || events.length > FEW) {
      this.#tellAll();
      return;
    }
    this.#send(sockets, texts, sockets.length);
    this.#note(sockets, state.version);
    this.#later(gap);
  }

  /** Tells every watcher what is new and how the run stands, each frame made once. */
  #tellAll(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const state = this.#told.state();
    const [each, batch] = [this.#open("each"), this.#open("batch")];
    const watchers = each.length + batch.length;
    if (state === null || watchers === 0) return;
    const events = this.#told.eventsSince(this.#heardTo(state)).map(eventView);
    const run = detailOf(state);
    const whole = [frameText({ type: "resume", run, events, seq: state.version })];
    if (batch.length > 0) this.#send(batch, whole, watchers);
    if (each.length > 0) {
      const single = events.map((event) => frameText({ type: "event", event }));
      this.#send(each, [...single, frameText({ type: "run", run })], watchers);
    }
    this.#note([...each, ...batch], state.version);
    this.#quietUntil = this.#told.now() + gapAfter(watchers, lengthOf(whole));
  }

  #note(sockets: readonly WebSocket[], toldTo: number): void {
    this.#toldTo = toldTo;
    for (const socket of sockets.slice(0, CARRIERS))
      socket.serializeAttachment({ toldTo } satisfies v.InferOutput<typeof AttachmentSchema>);
  }

  #send(sockets: readonly WebSocket[], texts: readonly string[], watchers: number): void {
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

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function frameText(frame: RunFrame): string {
  return JSON.stringify(frame);
}

/** A socket that closed in between must not keep the others from hearing. */
function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    socket.close(1011, "send failed");
  }
}
