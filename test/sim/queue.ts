/** A queue as Cloudflare's: at least once, in any order, retried with the wait that was asked for, then given up. */
import type { QueuedMessage } from "../../src/queue.ts";
import { type Clock, newProcess, type Process } from "./clock.ts";
import { drawLatency, type Weather } from "./faults.ts";
import type { Random } from "./random.ts";

export interface QueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  /** Hands one message to a consumer in a process of its own. */
  consume(message: QueuedMessage, process: Process): Promise<void>;
  /** Retries are used up. */
  gaveUp(body: unknown): void;
}

const MAX_RETRIES = 5;
/** A message whose consumer died comes back after this long. */
const VISIBILITY_MS = 30_000;

export class SimQueue {
  readonly name: string;
  readonly #deps: QueueDeps;
  readonly consumers = new Set<Process>();
  #lastId = 0;

  constructor(name: string, deps: QueueDeps) {
    this.name = name;
    this.#deps = deps;
  }

  send(body: unknown): void {
    const { clock, random, weather } = this.#deps;
    if (random.chance(weather.messageLost)) {
      clock.note(`${this.name} loses a message`);
      return;
    }
    this.#lastId += 1;
    const id = `${this.name} ${this.#lastId}`;
    this.#later(id, body, 1, drawLatency(weather, random));
    if (random.chance(weather.messageTwice)) this.#later(id, body, 1, random.between(1, 90_000));
  }

  #later(id: string, body: unknown, attempts: number, ms: number): void {
    this.#deps.clock.after(ms, `deliver ${id}`, () => this.#consume(id, body, attempts));
  }

  #consume(id: string, body: unknown, attempts: number): void {
    const { random, weather } = this.#deps;
    const process = newProcess(`consumer of ${id}.${attempts}`);
    this.consumers.add(process);
    let verdict: "acked" | number = 0;
    const message: QueuedMessage = {
      id,
      body,
      attempts,
      ack: () => {
        verdict = "acked";
      },
      retry: (options) => {
        verdict = (options?.delaySeconds ?? 0) * 1_000;
      },
    };
    const ended = (): void => {
      this.consumers.delete(process);
      if (verdict === "acked") return;
      if (attempts > MAX_RETRIES) this.#deps.gaveUp(body);
      else this.#later(id, body, attempts + 1, verdict);
    };
    // A consumer that dies has acknowledged nothing. Where the broker lives in the same process, the message dies too.
    process.died = () => {
      this.consumers.delete(process);
      if (!random.chance(weather.messageLost)) this.#later(id, body, attempts + 1, VISIBILITY_MS);
    };
    void this.#deps.consume(message, process).then(() => {
      if (process.alive) ended();
    });
  }
}
