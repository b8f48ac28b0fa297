/**
 * Answers that are held back although their request was carried out. Whoever waits for one knows that a deed is done of
 * which its caller has not heard: the moment in which a test ends the caller.
 */
import { EventEmitter, once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** A request that was carried out and whose caller waits. */
export interface HeldAnswer {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
}

export interface HeldBook {
  /** Lists the answer until `over` settles. */
  hold(answer: HeldAnswer, over: Promise<void>): Promise<void>;
  /** What is held now; when nothing is, the first that will be within `patienceMs`, or nothing. */
  some(patienceMs: number): Promise<readonly HeldAnswer[]>;
}

/** An empty book. `stopping` ends every wait. */
export function heldBook(stopping: AbortSignal): HeldBook {
  const held = new Set<HeldAnswer>();
  const news = new EventEmitter().setMaxListeners(0);
  return {
    hold: async (answer, over) => {
      held.add(answer);
      news.emit("held");
      await over;
      held.delete(answer);
    },
    some: async (patienceMs) => {
      if (held.size === 0 && patienceMs > 0) {
        const over = new AbortController();
        const signal = AbortSignal.any([over.signal, stopping]);
        const waits = [once(news, "held", { signal }), pause(patienceMs, undefined, { signal })];
        await Promise.race(waits).catch(() => undefined);
        over.abort();
        await Promise.allSettled(waits);
      }
      return [...held];
    },
  };
}
