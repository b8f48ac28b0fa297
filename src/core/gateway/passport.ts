/** What a call tells the gateway about itself, in headers that end there. */

/** Whose call it is, and under what right it writes. */
export interface Passport {
  /** Whose share of the calls it takes: a Business Unit once it is known, else the task. */
  readonly client: string;
  /** Writes of one task leave in the order they came; null for calls that belong to none. */
  readonly taskGid: string | null;
  /** The lease the write belongs to; null: whoever calls may write without one. */
  readonly epoch: number | null;
}

const CLIENT = "x-agency-os-client";
const TASK = "x-agency-os-task";
const EPOCH = "x-agency-os-epoch";
const MAX_CLIENT = 100;
const UNKNOWN = "unknown";

/** Headers as both platforms have them. */
interface HeaderBag {
  get(name: string): string | null;
  set(name: string, value: string): void;
  delete(name: string): void;
}

/** Writes the passport into the headers of a call. */
export function stamp(headers: HeaderBag, passport: Passport): void {
  headers.set(CLIENT, encodeURIComponent(passport.client).slice(0, MAX_CLIENT));
  if (passport.taskGid !== null) headers.set(TASK, passport.taskGid);
  if (passport.epoch !== null) headers.set(EPOCH, String(passport.epoch));
}

/** Takes the passport out of the headers again: what leaves holds none of it. */
export function collect(headers: HeaderBag): Passport {
  const client = headers.get(CLIENT) ?? UNKNOWN;
  const taskGid = headers.get(TASK);
  const epoch = headers.get(EPOCH);
  for (const name of [CLIENT, TASK, EPOCH]) headers.delete(name);
  return { client, taskGid, epoch: epoch === null ? null : Number(epoch) };
}

/** `code` of the answer to a write whose lease is over. */
export const LEASE_LOST = "lease_lost";

/** Header of the answer to a call that broke on the line to the far side: whether it was carried out is not known. */
export const BROKEN = "x-agency-os-broken";
