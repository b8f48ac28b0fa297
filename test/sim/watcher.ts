/** Somebody who watches a run in the panel: whatever breaks, what they see is what happened, without gap or repeat. */
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { detailOf } from "../../src/core/run/view.ts";
import {
  type RunDetail,
  RunDetailSchema,
  type RunEventView,
  type RunFrame,
  RunFrameSchema,
} from "../../src/core/wire.ts";
import { stateOf } from "./checks.ts";
import { newProcess } from "./clock.ts";
import { standIn } from "./platform.ts";
import { type ActorEnd, endIn } from "./sockets.ts";
import type { World } from "./world.ts";

const Frame = v.pipe(v.string(), v.parseJson(), RunFrameSchema);

export class Watcher {
  readonly #world: World;
  readonly taskGid: string;
  /** How the news is wanted. */
  readonly #frames: "each" | "batch";
  readonly #seen: RunEventView[] = [];
  /** Entry the screen is up to; null before anything was shown. */
  #last: number | null = null;
  #run: RunDetail | null = null;
  #end: ActorEnd | null = null;

  constructor(world: World, taskGid: string) {
    this.#world = world;
    this.taskGid = taskGid;
    this.#frames = world.random.pick(["each", "batch"]);
  }

  /** Opens the run, or goes on where the screen ends. */
  open(): void {
    const since = this.#last === null ? "" : `&since=${this.#last}`;
    const request = new Request(`https://run/live?frames=${this.#frames}${since}`);
    const host = this.#world.host(this.taskGid);
    host
      .call(
        newProcess(`watcher of ${this.taskGid}`),
        "watch",
        (actor) => actor.fetch(request),
        () => undefined,
      )
      .then((response) => {
        const end = endIn(response);
        if (end === null) return;
        this.#end = end;
        end.attach({ read: (text) => this.#read(v.parse(Frame, text)), broken: () => this.#broken() });
        // It broke before the browser had it.
        if (!host.sockets.get().includes(end)) end.cut();
      })
      .catch(() => this.#broken());
  }

  #broken(): void {
    this.#end = null;
    const { clock, random } = this.#world;
    clock.after(random.between(200, 5_000), `the panel resumes ${this.taskGid}`, () => this.open());
  }

  /** The line breaks; the actor hears of it later, or never. */
  break(): void {
    const end = this.#end;
    if (end === null) return;
    const { clock, random } = this.#world;
    clock.note(`the line to a watcher of ${this.taskGid} breaks`);
    end.cut();
    const host = this.#world.host(this.taskGid);
    clock.after(random.between(0, 20_000), "a line is gone", () => {
      if (!host.sockets.remove(end)) return;
      const closed = host.call(
        newProcess("the runtime"),
        "webSocketClose",
        (actor) => actor.webSocketClose(standIn<WebSocket>(end), 1006),
        () => undefined,
      );
      closed.catch(() => clock.note("nobody hears that a line is gone"));
    });
  }

  #read(frame: RunFrame): void {
    if (frame.type === "run") this.#run = frame.run;
    else if (frame.type === "event") this.#take([frame.event]);
    else {
      if (frame.type === "snapshot") {
        this.#seen.length = 0;
        this.#last = (frame.events[0]?.seq ?? frame.seq + 1) - 1;
      }
      this.#take(frame.events);
      if (this.#last !== frame.seq)
        this.#violated(`shows entries up to ${this.#last}, and was told that these are all up to ${frame.seq}`);
      this.#run = frame.run;
    }
  }

  #take(events: readonly RunEventView[]): void {
    for (const event of events) {
      if (event.seq !== (this.#last ?? 0) + 1) this.#violated(`is shown entry ${event.seq} after ${this.#last}`);
      this.#last = event.seq;
      this.#seen.push(event);
    }
  }

  #violated(what: string): void {
    this.#world.violated(`a watcher of ${this.taskGid} ${what}`);
  }

  /** At rest the screen is the log, and the run as it stands. */
  check(): void {
    const state = stateOf(this.#world.host(this.taskGid));
    if (this.#end === null || state === null) return;
    const log = this.#world.host(this.taskGid).storage.peek("SELECT seq, at, type FROM run_events ORDER BY seq");
    const shown = log.slice(-this.#seen.length);
    const same = this.#seen.every(({ seq, at, type }, n) => {
      const row = shown[n];
      return row?.seq === seq && row.type === type && new Date(Number(row.at)).toISOString() === at;
    });
    if (this.#last !== state.version || !same)
      this.#violated(`sees the log up to ${this.#last}${same ? "" : ", not as it is"}; the run is at ${state.version}`);
    const shownAs = new Map<string, unknown>(Object.entries(this.#run ?? {}));
    const now = Object.entries(v.parse(RunDetailSchema, detailOf(state)));
    const old = now.filter(([field, value]) => !isDeepStrictEqual(shownAs.get(field), value));
    if (old.length > 0) this.#violated(`sees the run as it no longer is: ${old.map(([field]) => field).join()}`);
  }
}
