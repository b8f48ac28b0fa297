/** How owed events become requests: honest batches, or what the faults of the day make of them. Pure. */
import type { Fault } from "../kit/upstream.ts";

/** One request to send. */
export interface Parcel<T> {
  readonly events: readonly T[];
  readonly delayMs: number;
  /** Lost on the way: counts as delivered and is never sent. */
  readonly lost: boolean;
}

/** The delivery faults that apply to one batch; null: absent. */
export interface DeliveryFaults {
  /** `params.copies` requests at once instead of one. */
  readonly duplicate: Fault | null;
  /** Events in another order. */
  readonly reorder: Fault | null;
  /** `params.parts` requests with a share of the events each. */
  readonly split: Fault | null;
  /** Sent `delayMs` later. */
  readonly delay: Fault | null;
  /** `params.percent` of the requests are lost. */
  readonly drop: Fault | null;
}

/** Deliveries as they should be. */
export const NO_DELIVERY_FAULTS: DeliveryFaults = {
  duplicate: null,
  reorder: null,
  split: null,
  delay: null,
  drop: null,
};

/** Repeatable numbers in [0, 1): the same seed gives the same sequence (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Plans one batch. `number` counts the batches of a run, so that every batch draws its own numbers from the seed. */
export function planDelivery<T>(events: readonly T[], faults: DeliveryFaults, number: number): readonly Parcel<T>[] {
  const random = (fault: Fault) => seededRandom((fault.params?.seed ?? 1) * 7919 + number);
  const ordered = faults.reorder === null ? events : shuffled(events, random(faults.reorder));
  const parts = faults.split === null ? [ordered] : dealt(ordered, faults.split.params?.parts ?? 2);
  const copies = Math.max(1, Math.floor(faults.duplicate?.params?.copies ?? (faults.duplicate === null ? 1 : 2)));
  const delayMs = faults.delay?.delayMs ?? 0;
  const chance = faults.drop === null ? null : random(faults.drop);
  const percent = faults.drop?.params?.percent ?? 100;
  const requests = parts.flatMap((part) => Array.from({ length: copies }, () => part));
  const arranged = faults.reorder === null ? requests : shuffled(requests, random(faults.reorder));
  return arranged.map((part) => ({ events: part, delayMs, lost: chance !== null && chance() * 100 < percent }));
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}

/** Contiguous shares of nearly equal size, none empty. */
function dealt<T>(items: readonly T[], wanted: number): readonly (readonly T[])[] {
  const parts = Math.max(1, Math.min(Math.floor(wanted), items.length));
  return Array.from({ length: parts }, (_, part) =>
    items.slice(Math.floor((part * items.length) / parts), Math.floor(((part + 1) * items.length) / parts)),
  );
}
