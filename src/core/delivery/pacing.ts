/**
 * How often many watchers are told, and when one of them counts as too slow. By counting, not by the clock: on
 * Cloudflare the clock stands still while a broadcast runs.
 */

/** What one frame to one watcher costs the actor's thread, measured with a thousand of them: a send, and its bytes. */
const MS_PER_SEND = 0.015;
const MS_PER_BYTE = 1e-6;
/** Share of its time an actor may spend on watchers: the gap is four times what the last broadcast cost. */
const GAP_FACTOR = 4;
/** A gap below this is none: a handful of watchers hears of everything at once. */
const LEAST_GAP_MS = 4;
const MOST_GAP_MS = 1_000;

/** Milliseconds to wait after a broadcast of `bytes` to each of `watchers`, before the next one. */
export function gapAfter(watchers: number, bytes: number): number {
  const gap = GAP_FACTOR * watchers * (MS_PER_SEND + bytes * MS_PER_BYTE);
  return gap < LEAST_GAP_MS ? 0 : Math.min(MOST_GAP_MS, Math.round(gap));
}

/** All that may lie unread in the memory of one actor, and what even one of many watchers may leave unread. */
const UNREAD_IN_ALL = 32 * 1024 * 1024;
const UNREAD_AT_LEAST = 256 * 1024;

/** Bytes a watcher may be sent without a sign that it reads, before it is dropped and has to resume. */
export function unreadLimit(watchers: number): number {
  return Math.max(UNREAD_AT_LEAST, Math.floor(UNREAD_IN_ALL / Math.max(1, watchers)));
}
