/**
 * A limit for calls the platform itself lets stand for ever: D1, queues, buckets, other actors. An actor's alarm that waits
 * for one is held until the platform ends it, and with it every timer of the actor: leases, reminders, quiet times.
 */
import { RetryableError } from "../core/errors.ts";

/** Twice as long as D1 gives a query. Whoever has not said anything by then is taken for gone. */
export const ANSWER_WITHIN_MS = 60_000;

/** Who is called, as people read it when there is no answer. */
export const INDEX = "The index (D1)";
export const QUEUE = "The queue";
export const BOARD = "The board";
export const BUCKET = "The bucket (R2)";

/** What was called gave no answer in time. It may have happened nevertheless, now or later. */
export const NO_ANSWER = "no_answer";

/**
 * The answer, waited for so long and no longer. Only for calls that may be made again while the first is still under way:
 * reads, writes that carry a version or are the same twice, messages of which repeats are known.
 * @param what who does not answer, for people: "The index (D1)"
 * @param ms milliseconds
 * Errors: what the call threw; RetryableError `no_answer`.
 */
export async function inTime<T>(what: string, answer: Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const error = () => new RetryableError(NO_ANSWER, `${what} gave no answer within ${Math.round(ms / 1000)} seconds.`);
  const timer = setTimeout(() => reject(error()), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
