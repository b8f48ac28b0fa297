/** Who watches one Business Unit: its log, and its refresh as it gets on. */
import { describe } from "../../core/business-unit/describe.ts";
import type { UnitEvent } from "../../core/business-unit/events.ts";
import type { UnitState } from "../../core/business-unit/types.ts";
import { ingestionRunOf } from "../../core/business-unit/view.ts";
import type { IngestionRunView, UnitEventView, UnitFrame } from "../../core/wire-registry.ts";
import { Audience, lengthOf } from "../audience.ts";
import type { LoggedEvent } from "../turn.ts";

/** Events sent at once on connect; the rest of the log is behind the edit history and the inspection. */
export const SNAPSHOT_EVENTS = 100;

/** A logged event as people see it. */
export function eventView(logged: LoggedEvent<UnitEvent>): UnitEventView {
  return {
    seq: logged.seq,
    at: new Date(logged.at).toISOString(),
    type: logged.event.type,
    summary: describe(logged.event),
  };
}

/** What is to be told; asked anew each time, so that nothing of it is kept here. */
export interface Told {
  state(): UnitState | null;
  eventsSince(seq: number): readonly LoggedEvent<UnitEvent>[];
  now(): number;
}

export class UnitWatchers {
  readonly #audience: Audience;
  readonly #told: Told;

  constructor(ctx: DurableObjectState, told: Told) {
    this.#audience = new Audience(ctx, told.now);
    this.#told = told;
    const state = this.#audience.isThere ? told.state() : null;
    if (state !== null && this.#audience.lacks(state.version)) this.#tell();
  }

  /** Accepts a socket and sends where things stand. `since` null: a snapshot; else everything after it. */
  accept(state: UnitState, since: number | null): Response {
    if (this.#audience.gathers) this.#tell();
    const type = since === null ? "snapshot" : "resume";
    const from = since ?? Math.max(0, state.version - SNAPSHOT_EVENTS);
    const events = this.#told.eventsSince(from).map(eventView);
    const text = frameText({ type, refresh: refreshOf(state), events, seq: state.version });
    return new Response(null, { status: 101, webSocket: this.#audience.welcome(text, state.version, []) });
  }

  /** A watcher is gone. */
  left(socket: WebSocket, code: number): void {
    this.#audience.left(socket, code);
  }

  /** Something changed: everybody is told now, or when the gap is over. */
  changed(): void {
    const tell = () => this.#tell();
    this.#audience.changed(tell, tell);
  }

  /** Tells every watcher what is new and how the refresh stands, each frame made once. */
  #tell(): void {
    const audience = this.#audience;
    audience.gathered();
    const state = this.#told.state();
    const sockets = audience.open();
    if (state === null || sockets.length === 0) return;
    const events = this.#told.eventsSince(audience.heardTo(state.version)).map(eventView);
    const texts = events.map((event) => frameText({ type: "event", event }));
    texts.push(frameText({ type: "refresh", refresh: refreshOf(state) }));
    audience.send(sockets, texts, sockets.length);
    audience.note(sockets, state.version);
    audience.rest(sockets.length, lengthOf(texts));
  }
}

function refreshOf({ businessUnitId, refresh }: UnitState): IngestionRunView | null {
  return refresh === null ? null : ingestionRunOf(businessUnitId, refresh);
}

function frameText(frame: UnitFrame): string {
  return JSON.stringify(frame);
}
