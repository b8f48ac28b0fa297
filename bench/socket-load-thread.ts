/** A thousand watchers in one thread: sockets by hand, and no look at a frame beyond the last `seq` it carries. */
import { connect, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

export interface WatchOrder {
  readonly port: number;
  /** Path of the socket, and of the request that makes `count` events, to which `&count=&from=` is added. */
  readonly live: string;
  readonly events: string;
  readonly watchers: number;
  /** Events of one burst; null: so many single ones, each after a pause. */
  readonly burst: number | null;
  readonly singles: number;
  readonly pauseMs: number;
}

export interface WatchResult {
  /** Milliseconds from the request for the burst until every watcher had its last event; null without a burst. */
  readonly burstMs: number | null;
  /** Milliseconds from the request for a single event until a watcher had it, of all watchers and events. */
  readonly latencies: readonly number[];
}

const order: WatchOrder = workerData;

/** A text frame with "ping", masked with zeros. */
const PING = Buffer.from([0x81, 0x84, 0, 0, 0, 0, ...Buffer.from("ping")]);
const TAIL = 40;

/** One watcher: the last `seq` it saw, and who wants to know of it. */
class Watcher {
  #seq = 0;
  #tail = "";
  readonly socket: Socket;
  readonly opened: Promise<void>;
  heard: (seq: number) => void = () => {};

  constructor() {
    this.socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once("error", reject);
      this.socket.once("connect", () => {
        this.socket.write(
          `GET ${order.live} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        );
      });
      this.socket.on("data", (chunk: Buffer) => {
        resolve();
        this.#hear(chunk);
      });
    });
  }

  #hear(chunk: Buffer): void {
    const at = chunk.lastIndexOf('"seq":');
    // A number that is cut at the end of a piece is found with the start of the next one.
    const text =
      at >= 0 && at < chunk.length - TAIL ? chunk.toString("latin1", at) : this.#tail + chunk.toString("latin1");
    this.#tail = chunk.toString("latin1", Math.max(0, chunk.length - TAIL));
    const found = /"seq":(\d+)[,}]/.exec(text.slice(Math.max(0, text.lastIndexOf('"seq":'))))?.[1];
    if (found === undefined || Number(found) <= this.#seq) return;
    this.#seq = Number(found);
    this.heard(this.#seq);
  }
}

/** How many `seq`s the far side gives to one event is its own business: what counts is the first news after the request. */
async function single(watchers: readonly Watcher[], n: number): Promise<readonly number[]> {
  const times: number[] = [];
  const startedAt = performance.now();
  const all = watchers.map(
    (watcher) =>
      new Promise<void>((resolve) => {
        watcher.heard = () => {
          watcher.heard = () => {};
          times.push(performance.now() - startedAt);
          resolve();
        };
      }),
  );
  await fetch(`http://127.0.0.1:${order.port}${order.events}&count=1&from=${n}`);
  await Promise.all(all);
  return times;
}

/** All watchers have heard of the last of `count` events. */
async function burst(watchers: readonly Watcher[], count: number, before: number): Promise<number> {
  const startedAt = performance.now();
  const all = watchers.map(
    (watcher) =>
      new Promise<void>((resolve) => {
        watcher.heard = (seq) => {
          if (seq >= before + count) resolve();
        };
      }),
  );
  await fetch(`http://127.0.0.1:${order.port}${order.events}&count=${count}&from=1000`);
  await Promise.all(all);
  return performance.now() - startedAt;
}

async function run(): Promise<WatchResult> {
  const watchers: Watcher[] = [];
  for (let n = 0; n < order.watchers; n += 100) {
    const some = Array.from({ length: Math.min(100, order.watchers - n) }, () => new Watcher());
    await Promise.all(some.map(({ opened }) => opened));
    watchers.push(...some);
  }
  const rest = () => new Promise((resolve) => setTimeout(resolve, order.pauseMs));
  let last = 0;
  for (const watcher of watchers) watcher.heard = (seq) => (last = Math.max(last, seq));
  const latencies: number[] = [];
  for (let n = 0; n < order.singles; n += 1) {
    await rest();
    // Everybody tells that it has read what came so far.
    for (const { socket } of watchers) socket.write(PING);
    await rest();
    const times = await single(watchers, n);
    if (n > 0) latencies.push(...times);
  }
  await rest();
  for (const watcher of watchers) watcher.heard = (seq) => (last = Math.max(last, seq));
  await fetch(`http://127.0.0.1:${order.port}${order.events}&count=1&from=900`);
  await rest();
  await rest();
  const burstMs = order.burst === null ? null : await burst(watchers, order.burst, last);
  for (const { socket } of watchers) socket.destroy();
  return { burstMs, latencies };
}

parentPort?.postMessage(await run());
