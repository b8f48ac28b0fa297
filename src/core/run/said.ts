/** What people said on a task, and which of it is new. */
import type { CommentReading } from "./commands.ts";
import type { RunState } from "./types.ts";

/** A comment of somebody; what bots and apps write has no author. */
export type Said = CommentReading & { readonly authorGid: string };

const MAX_ANSWER = 2_000;

/**
 * What people said after the first `from` stories that were seen, and up to `to`, newest first: a second answer
 * completes the first. Nothing was asked (null): nothing was answered.
 */
export function saidSince(
  from: number | null,
  state: RunState,
  all: readonly CommentReading[],
  fresh: readonly CommentReading[],
  to?: number,
): readonly string[] {
  if (from === null) return [];
  const known = new Set([...state.seenStories.slice(from, to), ...fresh.map((one) => one.gid)]);
  return all
    .filter((one) => known.has(one.gid) && one.authorGid !== null)
    .toSorted(newestFirst)
    .map((one) => one.text.slice(0, MAX_ANSWER));
}

/** Human comments that were not taken into account yet, oldest first. */
export function unseen(state: RunState, comments: readonly CommentReading[], jessieUserGid: string): readonly Said[] {
  const seen = new Set(state.seenStories);
  return (
    comments
      .flatMap((one): readonly Said[] => (one.authorGid === null ? [] : [{ ...one, authorGid: one.authorGid }]))
      // Whoever shares Jessie's Asana user speaks for themselves in the panel, where she says nothing.
      .filter((one) => (one.panel !== undefined || one.authorGid !== jessieUserGid) && !seen.has(one.gid))
      .toSorted((a, b) => newestFirst(b, a))
  );
}

function newestFirst(a: CommentReading, b: CommentReading): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.gid < b.gid ? 1 : -1;
}
