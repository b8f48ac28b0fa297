/** Writing to a queue, shared by the requests of one isolate: those that come while a write is in flight take the next. */
import { mostBytes, type PlatformBuildRunMessage, type TeamAgentRunMessage } from "./core/messages.ts";
import { log } from "./lib/log.ts";
import { SharedWrites } from "./lib/shared-writes.ts";

/**
 * Cloudflare takes at most 100 messages and 256 KB in one batch, its own bookkeeping of some 100 bytes a message
 * included. A message of ours stays below 40 KB.
 */
const LIMITS = { maxItems: 100, maxBytes: 240_000, patienceMs: 3_000 } as const;
const BOOKKEEPING = 120;

/** The part of a queue that is used here. */
export interface BatchQueue<T> {
  sendBatch(messages: Iterable<{ body: T }>): Promise<unknown>;
}

/** Sends `messages`; durable when it returns. */
export type QueueWriter<T> = (
  queue: BatchQueue<T>,
  messages: readonly T[],
  ctx: { waitUntil(work: Promise<unknown>): void },
) => Promise<void>;

type IntakeMessage = TeamAgentRunMessage | PlatformBuildRunMessage;

/** One line for a write and not for each of its requests: a line costs as much as a write. */
function logged(messages: readonly IntakeMessage[]): void {
  const origins = new Set(messages.map(({ correlationId }) => correlationId));
  const type = messages[0]?.type ?? "none";
  log.info("queue.accepted", { type, messages: messages.length, correlationIds: [...origins].join(" ") });
}

/** A writer for the queues of one kind of message. Its memory is the isolate's: what is lost with it was not acknowledged. */
export function queueWriter<T extends IntakeMessage>(): QueueWriter<T> {
  const writers = new WeakMap<BatchQueue<T>, SharedWrites<T>>();
  const writerOf = (queue: BatchQueue<T>): SharedWrites<T> => {
    const known = writers.get(queue);
    if (known !== undefined) return known;
    const made = new SharedWrites<T>({
      ...LIMITS,
      sizeOf: (message) => mostBytes(message) + BOOKKEEPING,
      write: async (items) => {
        await queue.sendBatch(items.map((body) => ({ body })));
        logged(items);
      },
    });
    writers.set(queue, made);
    return made;
  };
  return (queue, messages, ctx) => writerOf(queue).add(messages, (work) => ctx.waitUntil(work));
}
