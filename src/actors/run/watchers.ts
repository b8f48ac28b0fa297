/**
 * Who watches one run. The first news goes out at once, what follows shortly after is gathered and goes out together:
 * the more watchers, the longer the gap (`core/delivery/pacing.ts`).
 */
import { gapAfter } from "../../core/delivery/pacing.ts";
import { describe } from "../../core/run/describe.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/types.ts";
import { detailOf } from "../../core/run/view.ts";
import type { RunDetail, RunEventView, RunFrame } from "../../core/wire.ts";
import { Audience, lengthOf } from "../audience.ts";
import type { LoggedEvent } from "../turn.ts";

/** Events sent at once on connect; the rest of the log is behind `GET …/events`. */
export const SNAPSHOT_EVENTS = 200;

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

/** With more news than this at once, one frame with all of it is cheaper. */
const FEW = 2;

export class RunWatchers {
  readonly #audience: Audience;
  readonly #told: Told;

  constructor(ctx: DurableObjectState, told: Told) {
    this.#audience = new Audience(ctx, told.now);
    this.#told = told;
    this.#catchUp();
  }

  /** Accepts a socket and sends where things stand. `since` null: a snapshot; else everything after it. */
  accept(run: RunDetail, events: readonly LoggedEvent<RunEvent>[], since: number | null, frames: Frames): Response {
    if (this.#audience.gathers) this.#tellAll();
    const type = since === null ? "snapshot" : "resume";
    const text = frameText({ type, run, events: events.map(eventView), seq: run.version });
    return new Response(null, { status: 101, webSocket: this.#audience.welcome(text, run.version, [frames]) });
  }

  /** A watcher is gone. */
  left(socket: WebSocket, code: number): void {
    this.#audience.left(socket, code);
  }

  /** Something changed: everybody is told now, or when the gap is over. */
  changed(): void {
    this.#audience.changed(
      () => this.#tellFirst(),
      () => this.#tellAll(),
    );
  }

  #catchUp(): void {
    if (!this.#audience.isThere) return;
    const state = this.#told.state();
    if (state !== null && this.#audience.lacks(state.version)) this.#tellAll();
  }

  /** News after a pause. Before many, the event goes ahead alone, and the whole run follows when the gap is over. */
  #tellFirst(): void {
    const audience = this.#audience;
    const state = this.#told.state();
    const sockets = audience.open();
    if (state === null || sockets.length === 0) return;
    const events = this.#told.eventsSince(audience.heardTo(state.version)).map(eventView);
    const texts = events.map((event) => frameText({ type: "event", event }));
    const gap = gapAfter(sockets.length, lengthOf(texts));
    if (gap === 0 || events.length > FEW) {
      this.#tellAll();
      return;
    }
    audience.send(sockets, texts, sockets.length);
    audience.note(sockets, state.version);
    audience.later(gap, () => this.#tellAll());
  }

  /** Tells every watcher what is new and how the run stands, each frame made once. */
  #tellAll(): void {
    const audience = this.#audience;
    audience.gathered();
    const state = this.#told.state();
    const [each, batch] = [audience.open("each" satisfies Frames), audience.open("batch" satisfies Frames)];
    const watchers = each.length + batch.length;
    if (state === null || watchers === 0) return;
    const events = this.#told.eventsSince(audience.heardTo(state.version)).map(eventView);
    const run = detailOf(state);
    const whole = [frameText({ type: "resume", run, events, seq: state.version })];
    if (batch.length > 0) audience.send(batch, whole, watchers);
    if (each.length > 0) {
      const single = events.map((event) => frameText({ type: "event", event }));
      audience.send(each, [...single, frameText({ type: "run", run })], watchers);
    }
    audience.note([...each, ...batch], state.version);
    audience.rest(watchers, lengthOf(whole));
  }
}

function frameText(frame: RunFrame): string {
  return JSON.stringify(frame);
}
