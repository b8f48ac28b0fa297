/**
 * Requests that arrive while a write is in flight share the next one. Each gets its answer only after the write that
 * holds its own items: one that fails fails exactly the requests whose items it held.
 *
 * A promise belongs to the request that made it, and dies with it. So nobody waits for another's promise: each waits
 * for its own, which the writer settles (the runtime then goes on in the right request), and beside it runs a timer of
 * its own. When the writer is gone without a word, the one whose patience ends first writes its items itself. What was
 * written already is then written twice: readers must know repeats, as those of any queue must.
 */

export interface SharedWritesOptions<T> {
  /** Durable when it returns. */
  write(items: readonly T[]): Promise<void>;
  /** Bytes of one item as written. */
  sizeOf(item: T): number;
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long a request waits for another's write. */
  readonly patienceMs: number;
}

/** What a waiting request is told: its items are written, they are not, or it has to write them itself. */
type Word = { readonly kind: "written" | "write" } | { readonly kind: "failed"; readonly error: unknown };

/** What fits into one write. */
interface Piece<T> {
  readonly items: readonly T[];
  readonly bytes: number;
}

interface Entry<T> extends Piece<T> {
  tell(word: Word): void;
}

export class SharedWrites<T> {
  readonly #options: SharedWritesOptions<T>;
  readonly #waiting: Entry<T>[] = [];
  /** Whose turn it is to write; null when nothing is in flight. */
  #writer: Entry<T> | null = null;

  constructor(options: SharedWritesOptions<T>) {
    this.#options = options;
  }

  /**
   * Resolves when all items are written. Errors: what `write` threw.
   * @param keepAlive holds the request's context until then, also when its client is gone: `ctx.waitUntil`
   */
  async add(items: readonly T[], keepAlive: (work: Promise<unknown>) => void): Promise<void> {
    const [first, ...rest] = this.#pieces(items);
    if (first === undefined) return;
    const work = rest.length === 0 ? this.#addPiece(first) : this.#addPieces([first, ...rest]);
    keepAlive(work.catch(() => {}));
    await work;
  }

  /** The items in pieces that fit into one write each. */
  #pieces(items: readonly T[]): readonly Piece<T>[] {
    const { sizeOf, maxItems, maxBytes } = this.#options;
    const pieces: { items: T[]; bytes: number }[] = [];
    for (const item of items) {
      const bytes = sizeOf(item);
      const last = pieces.at(-1);
      if (last !== undefined && last.items.length < maxItems && last.bytes + bytes <= maxBytes) {
        last.items.push(item);
        last.bytes += bytes;
      } else pieces.push({ items: [item], bytes });
    }
    return pieces;
  }

  async #addPieces(pieces: readonly Piece<T>[]): Promise<void> {
    const done = await Promise.allSettled(pieces.map((piece) => this.#addPiece(piece)));
    for (const one of done) if (one.status === "rejected") throw one.reason;
  }

  async #addPiece(piece: Piece<T>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<Word>();
    const entry: Entry<T> = { ...piece, tell: resolve };
    if (this.#writer === null) return this.#write(entry);
    this.#waiting.push(entry);
    const stop = this.#whenImpatient(entry);
    const word = await promise;
    stop();
    if (word.kind === "failed") throw word.error;
    if (word.kind === "write") await this.#write(entry);
  }

  /**
   * The head of the line writes, and takes the others with it. Everybody else gets as long again, in line or in flight:
   * the far side may only be slow, and all writing at once would make it slower.
   */
  #whenImpatient(entry: Entry<T>): () => void {
    const { patienceMs } = this.#options;
    let asked = false;
    const check = (): void => {
      if (asked || this.#waiting[0] === entry) {
        entry.tell({ kind: "write" });
        return;
      }
      asked = true;
      timer = setTimeout(check, patienceMs);
    };
    let timer = setTimeout(check, patienceMs);
    return () => clearTimeout(timer);
  }

  async #write(own: Entry<T>): Promise<void> {
    this.#writer = own;
    const entries = this.#take(own);
    const others = entries.filter((entry) => entry !== own);
    try {
      await this.#options.write(entries.flatMap((entry) => entry.items));
      for (const entry of others) entry.tell({ kind: "written" });
    } catch (error) {
      for (const entry of others) entry.tell({ kind: "failed", error });
      throw error;
    } finally {
      if (this.#writer === own) this.#handOver();
    }
  }

  /** Own items and those of the longest waiting, as many as fit; nobody overtakes. */
  #take(own: Entry<T>): readonly Entry<T>[] {
    const { maxItems, maxBytes } = this.#options;
    const at = this.#waiting.indexOf(own);
    if (at >= 0) this.#waiting.splice(at, 1);
    const taken = [own];
    let items = own.items.length;
    let bytes = own.bytes;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      items += next.items.length;
      bytes += next.bytes;
      if (items > maxItems || bytes > maxBytes) break;
      taken.push(next);
      this.#waiting.shift();
    }
    return taken;
  }

  /** The longest waiting writes next. It stays in line until it does: should its request be gone, others get impatient. */
  #handOver(): void {
    this.#writer = this.#waiting[0] ?? null;
    this.#writer?.tell({ kind: "write" });
  }
}
