/** Messages nobody could use, with the reason. */

import { type SqlBool, sql } from "kysely";
import { type Position, toCursor } from "./cursor.ts";
import type { Index } from "./schema.ts";

export interface DeadLetter {
  readonly deadLetterId: string;
  readonly queue: string;
  readonly reason: string;
  /** The message as text, bounded. */
  readonly body: string;
  readonly receivedAt: string;
}

const MAX_BODY = 16_000;

/** Keeps a message. The id is the queue's own message id, so a repeated delivery is one row. */
export async function buryMessage(index: Index, letter: DeadLetter): Promise<void> {
  await index
    .insertInto("dead_letters")
    .values({
      dead_letter_id: letter.deadLetterId,
      queue: letter.queue,
      reason: letter.reason.slice(0, 500),
      body: letter.body.slice(0, MAX_BODY),
      received_at: letter.receivedAt,
      replayed_at: null,
    })
    .onConflict((conflict) => conflict.column("dead_letter_id").doNothing())
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
    items: page.map((row) => ({
      deadLetterId: row.dead_letter_id,
      queue: row.queue,
      reason: row.reason,
      body: row.body,
      receivedAt: row.received_at,
    })),
    nextCursor:
      rows.length > limit && last !== undefined ? toCursor({ at: last.received_at, id: last.dead_letter_id }) : null,
  };
}
