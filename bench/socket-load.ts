/** Asks for watchers from the thread that plays them. */
import { Worker } from "node:worker_threads";
import type { WatchOrder, WatchResult } from "./socket-load-thread.ts";

/** Watches as `order` says, from a thread of its own. */
export function watchLoad(order: WatchOrder): Promise<WatchResult> {
  const thread = new Worker(new URL("./socket-load-thread.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    thread.once("message", (result: WatchResult) => resolve(result));
    thread.once("error", reject);
  });
}
