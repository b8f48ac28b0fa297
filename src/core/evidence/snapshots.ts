/** Parsed snapshots in memory, loaded when needed and let go when they would take too much room. */
import type { SnapshotReader } from "./rows.ts";

/** Gives the stored body of a snapshot. Errors pass through. */
export type SnapshotLoader = (key: string) => Promise<string>;

/** Bodies of about this many characters are kept parsed at the same time; what one evaluation needs is always kept. */
const KEPT_CHARACTERS = 16_000_000;

/** A reader whose snapshots are brought in by `need`. */
export class SnapshotCache implements SnapshotReader {
  readonly #load: SnapshotLoader;
  readonly #kept: number;
  /** Insertion order is order of use: the first is the longest unused. */
  readonly #parsed = new Map<string, { readonly json: unknown; readonly size: number }>();

  constructor(load: SnapshotLoader, keptCharacters = KEPT_CHARACTERS) {
    this.#load = load;
    this.#kept = keptCharacters;
  }

  /** Makes snapshots readable. Errors: those of the loader; SyntaxError for a body that is no JSON. */
  async need(keys: readonly string[]): Promise<void> {
    for (const key of new Set(keys)) {
      const known = this.#parsed.get(key);
      if (known !== undefined) {
        this.#parsed.delete(key);
        this.#parsed.set(key, known);
        continue;
      }
      const body = await this.#load(key);
      this.#parsed.set(key, { json: JSON.parse(body), size: body.length });
    }
    this.#letGo(new Set(keys));
  }

  json(key: string): unknown {
    const found = this.#parsed.get(key);
    if (found === undefined) throw new RangeError(`snapshot ${key} was not loaded`);
    return found.json;
  }

  #letGo(needed: ReadonlySet<string>): void {
    let total = 0;
    for (const { size } of this.#parsed.values()) total += size;
    for (const [key, { size }] of this.#parsed) {
      if (total <= this.#kept) return;
      if (needed.has(key)) continue;
      this.#parsed.delete(key);
      total -= size;
    }
  }
}
