/**
 * Who may call next. Calls of everybody who shares one token wait here; none leaves above the limits of that token, every
 * client gets its turn, the writes of one task leave one at a time in the order they came, and who reads a task comes after
 * every write to it that came before. Time is handed in.
 */
import type { Bucket, RateLimit } from "./bucket.ts";

export interface GatewayLimits extends RateLimit {
  /** Reads on their way at once. */
  readonly reads: number;
  /** Writes on their way at once. */
  readonly writes: number;
  /** Calls that may wait, of all clients and of one. */
  readonly waiting: number;
  readonly waitingOfOne: number;
  /** A call that waited this long is refused: its caller would give up, and then nobody could tell whether it was made. */
  readonly longestWaitMs: number;
}

/** Asana REST 1.0, rate limits of a paid domain; the waits fit the time limits of `lib/http.ts`. */
export const ASANA_LIMITS: Omit<GatewayLimits, "perMinute"> = {
  reads: 50,
  writes: 15,
  waiting: 2_000,
  waitingOfOne: 500,
  longestWaitMs: 10_000,
};

/** A call that asks to leave. */
export interface Ticket {
  readonly kind: "read" | "write";
  /** Whose share of the calls it takes. */
  readonly client: string;
  /**
   * Writes of one lane leave one after the other, and a read after all that came before it: what it is looking for may be on
   * the way, sent by somebody who has died since. null: it waits for no write.
   */
  readonly lane: string | null;
}

/** Why a call does not even wait, and when to come again. It was surely not made. */
export interface Turned {
  readonly reason: "full" | "paused" | "waited";
  readonly retryAfterMs: number;
}

interface Waiting<T> {
  readonly ticket: T;
  readonly since: number;
}

export class Schedule<T extends Ticket> {
  readonly #limits: GatewayLimits;
  readonly #bucket: Bucket;
  /** Waiting calls by client; the order of the clients is the order of their turns. */
  readonly #queues = new Map<string, T[]>();
  /** All of them in order of arrival. */
  readonly #arrivals = new Map<T, Waiting<T>>();
  /** Writes of each lane in order of arrival; the first one may be on its way. */
  readonly #lanes = new Map<string, T[]>();
  /** What a read waits for: the writes of its lane that came before it. */
  readonly #before = new Map<T, readonly T[]>();
  readonly #out = { read: 0, write: 0 };
  #pausedUntil = 0;

  constructor(limits: GatewayLimits, bucket: Bucket) {
    this.#limits = limits;
    this.#bucket = bucket;
  }

  get waiting(): number {
    return this.#arrivals.size;
  }

  get underWay(): number {
    return this.#out.read + this.#out.write;
  }

  /** The far side asked for silence until then, of everybody. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** Takes a call into the queue; answers why not. */
  offer(ticket: T, now: number): Turned | null {
    if (this.#pausedUntil - now > this.#limits.longestWaitMs)
      return { reason: "paused", retryAfterMs: this.#pausedUntil - now };
    const own = this.#queues.get(ticket.client) ?? [];
    if (this.#arrivals.size >= this.#limits.waiting || own.length >= this.#limits.waitingOfOne)
      return { reason: "full", retryAfterMs: this.#limits.longestWaitMs };
    own.push(ticket);
    this.#queues.set(ticket.client, own);
    this.#arrivals.set(ticket, { ticket, since: now });
    const writes = ticket.lane === null ? [] : (this.#lanes.get(ticket.lane) ?? []);
    if (ticket.lane !== null && ticket.kind === "write") this.#lanes.set(ticket.lane, [...writes, ticket]);
    if (ticket.kind === "read" && writes.length > 0) this.#before.set(ticket, writes);
    return null;
  }

  /** The call that leaves now, or null. It counts as under way until `done`. */
  next(now: number): T | null {
    if (now < this.#pausedUntil) return null;
    for (const [client, queue] of this.#queues) {
      const ticket = queue.find((one) => this.#mayLeave(one));
      if (ticket === undefined) continue;
      if (!this.#bucket.take(now)) return null;
      this.#remove(ticket);
      this.#out[ticket.kind] += 1;
      this.#lastInRow(client);
      return ticket;
    }
    return null;
  }

  /** The call is over, however it ended. */
  done(ticket: T): void {
    this.#out[ticket.kind] -= 1;
    this.#leaveLane(ticket);
  }

  /** Takes out the calls that waited too long, with when to come again. */
  expired(now: number): readonly { readonly ticket: T; readonly turned: Turned }[] {
    const gone: T[] = [];
    for (const { ticket, since } of this.#arrivals.values()) {
      if (now - since < this.#limits.longestWaitMs) break;
      gone.push(ticket);
    }
    const free = Math.max(this.#pausedUntil, this.#bucket.readyAt(now));
    return gone.map((ticket) => {
      this.#remove(ticket);
      this.#leaveLane(ticket);
      return { ticket, turned: { reason: "waited", retryAfterMs: Math.max(1_000, free - now) } };
    });
  }

  /** When to look again if nothing ends before; null while nothing waits. */
  wakeAt(now: number): number | null {
    const [oldest] = this.#arrivals.values();
    if (oldest === undefined) return null;
    const expiry = oldest.since + this.#limits.longestWaitMs;
    const blocked = ![...this.#arrivals.keys()].some((ticket) => this.#mayLeave(ticket));
    // Waiting for another call to end: its end is the signal, not a time.
    if (blocked) return expiry;
    return Math.min(expiry, Math.max(this.#pausedUntil, this.#bucket.readyAt(now)));
  }

  #mayLeave(ticket: T): boolean {
    if (ticket.kind === "read") return this.#out.read < this.#limits.reads && this.#isAfterWrites(ticket);
    if (this.#out.write >= this.#limits.writes) return false;
    return ticket.lane === null || this.#lanes.get(ticket.lane)?.[0] === ticket;
  }

  #isAfterWrites(ticket: T): boolean {
    const before = this.#before.get(ticket);
    if (before === undefined || ticket.lane === null) return true;
    const writes = this.#lanes.get(ticket.lane) ?? [];
    return !before.some((write) => writes.includes(write));
  }

  #remove(ticket: T): void {
    this.#arrivals.delete(ticket);
    this.#before.delete(ticket);
    const queue = this.#queues.get(ticket.client)?.filter((one) => one !== ticket) ?? [];
    if (queue.length === 0) this.#queues.delete(ticket.client);
    else this.#queues.set(ticket.client, queue);
  }

  /** Everybody else comes before this client's next call. */
  #lastInRow(client: string): void {
    const rest = this.#queues.get(client);
    if (rest === undefined) return;
    this.#queues.delete(client);
    this.#queues.set(client, rest);
  }

  #leaveLane(ticket: T): void {
    if (ticket.lane === null || ticket.kind === "read") return;
    const rest = this.#lanes.get(ticket.lane)?.filter((one) => one !== ticket) ?? [];
    if (rest.length === 0) this.#lanes.delete(ticket.lane);
    else this.#lanes.set(ticket.lane, rest);
  }
}
