/** Sockets that watch one run. They hibernate with the actor; nothing about them is kept in memory. */

import { describe } from "../../core/run/describe.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/types.ts";
import { detailOf } from "../../core/run/view.ts";
import type { RunEventView, RunFrame } from "../../core/wire.ts";
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

export class RunWatchers {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // Answered by the runtime: a keep-alive never wakes the actor.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Accepts a socket and sends where things stand. `since` null: a snapshot; else everything after it. */
  accept(state: RunState, events: readonly LoggedEvent<RunEvent>[], since: number | null): Response {
    const pair = new WebSocketPair();
    this.#ctx.acceptWebSocket(pair[1]);
    const type = since === null ? "snapshot" : "resume";
    send(pair[1], { type, run: detailOf(state), events: events.map(eventView), seq: state.version });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  /** Tells every watcher what a turn did. */
  broadcast(state: RunState, logged: readonly LoggedEvent<RunEvent>[]): void {
    const sockets = this.#ctx.getWebSockets();
    if (sockets.length === 0) return;
    const frames = [
      ...logged.map((one) => JSON.stringify({ type: "event", event: eventView(one) } satisfies RunFrame)),
      JSON.stringify({ type: "run", run: detailOf(state) } satisfies RunFrame),
    ];
    for (const socket of sockets) {
      for (const frame of frames) sendText(socket, frame);
    }
  }
}

function send(socket: WebSocket, frame: RunFrame): void {
  sendText(socket, JSON.stringify(frame));
}

/** A socket that closed in between must not keep the others from hearing. */
function sendText(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    socket.close(1011, "send failed");
  }
}
