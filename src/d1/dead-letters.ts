/** Messages nobody could use, with the reason, and whether they were put back. */
import { type Selectable, type SqlBool, sql } from "kysely";
import * as v from "valibot";
import type { DeadLetter } from "../core/wire-ops.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import type { Index, Tables } from "./schema.ts";

const CountRow = v.object({ n: v.number() });
/** Above the largest message of ours, so that whatever is readable is kept whole and can be put back. */
const MAX_BODY = 64_000;
const MAX_REASON = 500;

/** A message that is given up. */
export type Buried = Pick<DeadLetter, "deadLetterId" | "queue" | "reason" | "body" | "receivedAt">;

/** Keeps a message. The id is the queue's own message id, so a repeated delivery is one row. */
export async function buryMessage(index: Index, letter: Buried): Promise<void> {
  await index
    .insertInto("dead_letters")
    .values({
      dead_letter_id: letter.deadLetterId,
      queue: letter.queue,
      reason: letter.reason.slice(0, MAX_REASON),
      body: letter.body.slice(0, MAX_BODY),
      received_at: letter.receivedAt,
      replayed_at: null,
      replayed_by: null,
      replay_reason: null,
      claimed_at: null,
    })
    .onConflict((conflict) => conflict.column("dead_letter_id").doNothing())
    .execute();
}

/** One letter; null when there is none of that id. */
export async function findDeadLetter(index: Index, deadLetterId: string): Promise<DeadLetter | null> {
  const row = await index
    .selectFrom("dead_letters")
    .selectAll()
    .where("dead_letter_id", "=", deadLetterId)
    .executeTakeFirst();
  return row === undefined ? null : letterOf(row);
}

/** After this long a claim is of somebody who died before the queue took the message, or before they could say so. */
const CLAIM_MS = 60_000;

/** Claims a letter to put it back. False when it was put back, or somebody is at it: of two that ask at once, one is first. */
export async function claimReplay(index: Index, deadLetterId: string, at: string): Promise<boolean> {
  const forgotten = new Date(Date.parse(at) - CLAIM_MS).toISOString();
  const done = await index
    .updateTable("dead_letters")
    .set({ claimed_at: at })
    .where("dead_letter_id", "=", deadLetterId)
    .where("replayed_at", "is", null)
    .where((where) => where.or([where("claimed_at", "is", null), where("claimed_at", "<=", forgotten)]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The queue took the message. */
export async function noteReplay(
  index: Index,
  deadLetterId: string,
  replay: { readonly by: string; readonly reason: string; readonly at: string },
): Promise<void> {
  await index
    .updateTable("dead_letters")
    .set({ replayed_at: replay.at, replayed_by: replay.by, replay_reason: replay.reason, claimed_at: null })
    .where("dead_letter_id", "=", deadLetterId)
    .execute();
}

/** Takes the claim off again: the queue did not take the message. */
export async function releaseReplay(index: Index, deadLetterId: string): Promise<void> {
  await index
    .updateTable("dead_letters")
    .set({ claimed_at: null })
    .where("dead_letter_id", "=", deadLetterId)
    .execute();
}

/** One page, newest first. */
export async function listDeadLetters(
  index: Index,
  after: Position | null,
  limit: number,
): Promise<{ items: DeadLetter[]; nextCursor: string | null }> {
  let query = index.selectFrom("dead_letters").selectAll();
  if (after !== null) query = query.where(sql<SqlBool>`(received_at, dead_letter_id) < (${after.at}, ${after.id})`);
  const rows = await query
    .orderBy("received_at", "desc")
    .orderBy("dead_letter_id", "desc")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(letterOf),
    nextCursor:
      rows.length > limit && last !== undefined ? toCursor({ at: last.received_at, id: last.dead_letter_id }) : null,
  };
}

/** How many were not replayed, up to `most`, and the newest of them. */
export async function waitingDeadLetters(
  index: Index,
  most: number,
  first: number,
): Promise<{ count: number; more: boolean; items: DeadLetter[] }> {
  const { rows } = await sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM dead_letters WHERE replayed_at IS NULL LIMIT ${most + 1}
    )`.execute(index);
  const n = parseRow(CountRow, rows[0], "count").n;
  const items = await index
    .selectFrom("dead_letters")
    .selectAll()
    .where("replayed_at", "is", null)
    .orderBy("received_at", "desc")
    .orderBy("dead_letter_id", "desc")
    .limit(first)
    .execute();
  return { count: Math.min(n, most), more: n > most, items: items.map(letterOf) };
}

function letterOf(row: Selectable<Tables["dead_letters"]>): DeadLetter {
  return {
    deadLetterId: row.dead_letter_id,
    queue: row.queue,
    reason: row.reason,
    body: row.body,
    receivedAt: row.received_at,
    replayedAt: row.replayed_at,
    replayedBy: row.replayed_by,
    replayReason: row.replay_reason,
  };
}
