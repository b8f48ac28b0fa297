/** The alarm of an actor, set by its turns and only when it changes: setting is a write. */
import { IN_ORDER, LATE_MS, type Visit } from "../core/visit.ts";

/**
 * An alarm this little too early stays: moving it is a write, and a lease is renewed with every step. It rings, finds
 * nothing due, and that turn sets it anew.
 */
const EARLY_MS = 60_000;

/** A busy machine rings this much late for what is due: setting the alarm anew in every turn meanwhile would keep it busy. */
const RINGS_LATE_MS = 10_000;

export class AlarmHand {
  readonly #storage: DurableObjectStorage;
  /** What it was last set to; undefined when it may be anything. */
  #armed: number | null | undefined;
  /** Has it not rung by then, it is lost. */
  #ringsBy = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Sets the alarm, unless this instance set it so already. Part of a transaction. */
  arm(at: number | null, now: number): void {
    if (this.stands(at, now)) return;
    // Not awaited on purpose: inside the transaction it belongs to it and rolls back with it.
    if (at === null) void this.#storage.deleteAlarm();
    else void this.#storage.setAlarm(at);
    this.#armed = at;
    this.#ringsBy = Math.max(at ?? 0, now) + RINGS_LATE_MS;
  }

  /**
   * True when arming changes nothing. One that should have rung long ago is set again, whatever memory says; one in the
   * past that nothing is due for any more is moved, or it would ring for nothing.
   */
  stands(at: number | null, now: number): boolean {
    const armed = this.#armed;
    if (armed === undefined || armed === null || at === null) return armed === at;
    if (armed > at || at - armed > EARLY_MS) return false;
    return armed > now || (at <= now && now < this.#ringsBy);
  }

  /** It rang, or somebody looks whether it still stands, or a transaction failed: the next turn sets it. */
  forget(): void {
    this.#armed = undefined;
  }

  /**
   * The timers and the outbox are the truth, the platform's alarm a hint: one that is missing or later than `due` is set
   * again. Never before its due time, or a deploy would try everything at once.
   */
  async atLeast(due: number): Promise<void> {
    const set = await this.#storage.getAlarm();
    if (set === null || set > due) await this.#storage.setAlarm(due);
  }

  /**
   * Somebody comes by to see whether the alarm stands for what is due first; null: nothing is. One that should have rung
   * is set again, for the platform may say of an alarm it forgot that it is set. Otherwise nothing is written.
   */
  async visited(due: number | null, now: number): Promise<Visit> {
    if (due === null) return IN_ORDER;
    this.forget();
    if (due <= now) await this.#storage.setAlarm(due);
    else await this.atLeast(due);
    return due < now - LATE_MS ? { found: "forgotten", since: due } : IN_ORDER;
  }
}
