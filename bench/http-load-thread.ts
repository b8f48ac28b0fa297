/** HTTP over kept-alive sockets, spoken by hand: a client library would cost as much as the Worker it measures. */
import { connect, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/** What to send: each client takes the next request as soon as it has its answer. */
export interface LoadOrder {
  readonly port: number;
  readonly clients: number;
  readonly milliseconds: number;
  /** Whole requests, head and body. */
  readonly requests: readonly string[];
}

export interface LoadResult {
  readonly count: number;
  readonly seconds: number;
  /** Milliseconds from the last byte asked to the last byte answered. */
  readonly latencies: readonly number[];
  /** Answers other than 200. */
  readonly refused: number;
}

/** Length of the first whole response in `text`; 0 while it is incomplete. */
function wholeResponse(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  const head = text.slice(0, end).toLowerCase();
  const length = /content-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    const whole = end + 4 + Number(length);
    return text.length >= whole ? whole : 0;
  }
  const last = text.indexOf("0\r\n\r\n", end + 4);
  return last < 0 ? 0 : last + 5;
}

function run(order: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const stopAt = startedAt + order.milliseconds;
  let next = 0;
  let refused = 0;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket: Socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
      let heard = "";
      let askedAt = 0;
      const ask = () => {
        if (performance.now() >= stopAt) {
          socket.end();
          resolve();
          return;
        }
        const request = order.requests[next % order.requests.length] ?? "";
        next += 1;
        askedAt = performance.now();
        socket.write(request);
      };
      socket.once("connect", ask);
      socket.once("error", reject);
      socket.on("data", (chunk: Buffer) => {
        heard += chunk.toString("latin1");
        const length = wholeResponse(heard);
        if (length === 0) return;
        latencies.push(performance.now() - askedAt);
        if (!heard.startsWith("HTTP/1.1 200")) refused += 1;
        heard = heard.slice(length);
        ask();
      });
    });
  return Promise.all(Array.from({ length: order.clients }, client)).then(() => ({
    count: latencies.length,
    seconds: (performance.now() - startedAt) / 1000,
    latencies,
    refused,
  }));
}

const order: LoadOrder = workerData;
parentPort?.postMessage(await run(order));
