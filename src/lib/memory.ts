/** What was looked up lately, for a while. A cache: losing it costs a look-up, nothing else. */

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

export class Memory<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #forMs: number;
  readonly #most: number;

  /** @param most entries kept; beyond them everything is forgotten, so that strangers cannot fill it */
  constructor(forMs: number, most: number) {
    this.#forMs = forMs;
    this.#most = most;
  }

  /** The value of a key, looked up at most once per span. A look-up that throws is not remembered. */
  async get(key: string, now: number, look: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > now) return kept.value;
    const value = await look();
    if (this.#kept.size >= this.#most) this.#kept.clear();
    this.#kept.set(key, { value, until: now + this.#forMs });
    return value;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
