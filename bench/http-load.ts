/** Asks for load from the thread that makes it. */
import { Worker } from "node:worker_threads";
import type { LoadOrder, LoadResult } from "./http-load-thread.ts";

/** Sends `order` from a thread of its own, so that the one that measures waits for nobody. */
export function httpLoad(order: LoadOrder): Promise<LoadResult> {
  const thread = new Worker(new URL("./http-load-thread.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    thread.once("message", (result: LoadResult) => resolve(result));
    thread.once("error", reject);
  });
}
