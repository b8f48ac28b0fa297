/**
 * Where a JSON pointer points, as bytes of the document: [start, end). One pass for all pointers of a document, each byte
 * looked at once, nothing parsed that no pointer leads through. Of keys that are written twice the last one counts, as in
 * `JSON.parse`.
 */
import { parsePointer } from "../evidence/pointer.ts";

export type ByteRange = readonly [start: number, end: number];

/** Pointers as a tree: what they share is walked once. */
interface Node {
  range: ByteRange | null;
  readonly children: Map<string, Node>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** Where a number, `true`, `false` or `null` ends. */
const ENDS = new Set([...SPACES, COMMA, CLOSE_OBJECT, CLOSE_ARRAY]);

/**
 * The bytes of each pointer's value, without spaces around it; null where the document has no such value.
 * Errors: RangeError for a pointer that is none, and for a document that is no JSON as far as the pointers lead.
 */
export function byteRanges(bytes: Uint8Array, pointers: readonly string[]): ReadonlyMap<string, ByteRange | null> {
  const root: Node = { range: null, children: new Map() };
  const nodes = pointers.map((pointer) => nodeOf(root, pointer));
  new Scanner(bytes).document(root);
  return new Map(pointers.map((pointer, n) => [pointer, nodes[n]?.range ?? null]));
}

function nodeOf(root: Node, pointer: string): Node {
  let node = root;
  for (const part of parsePointer(pointer)) {
    const next = node.children.get(part) ?? { range: null, children: new Map() };
    node.children.set(part, next);
    node = next;
  }
  return node;
}

function forget(node: Node): void {
  node.range = null;
  for (const child of node.children.values()) forget(child);
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(root: Node): void {
    this.#space();
    this.#value(root);
    this.#space();
    if (this.#at !== this.#bytes.length) throw this.#broken();
  }

  /** A value some pointer leads to or through; deep only as far as the pointers are. */
  #value(node: Node): void {
    const start = this.#at;
    const first = this.#bytes[start];
    if (node.children.size > 0 && first === OPEN_OBJECT) this.#object(node);
    else if (node.children.size > 0 && first === OPEN_ARRAY) this.#array(node);
    else this.#skip();
    node.range = [start, this.#at];
  }

  #object(node: Node): void {
    this.#at += 1;
    this.#space();
    if (this.#take(CLOSE_OBJECT)) return;
    do {
      this.#space();
      const child = node.children.get(this.#key());
      this.#space();
      if (!this.#take(COLON)) throw this.#broken();
      this.#space();
      if (child === undefined) this.#skip();
      else {
        forget(child);
        this.#value(child);
      }
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_OBJECT)) throw this.#broken();
  }

  #array(node: Node): void {
    this.#at += 1;
    this.#space();
    if (this.#take(CLOSE_ARRAY)) return;
    let n = 0;
    do {
      this.#space();
      const child = node.children.get(String(n));
      n += 1;
      if (child === undefined) this.#skip();
      else this.#value(child);
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_ARRAY)) throw this.#broken();
  }

  #key(): string {
    const start = this.#at;
    if (this.#bytes[start] !== QUOTE) throw this.#broken();
    this.#string();
    const key: unknown = JSON.parse(this.#decoder.decode(this.#bytes.subarray(start, this.#at)));
    if (typeof key !== "string") throw this.#broken();
    return key;
  }

  /** Past a value of any depth, without a call per level. */
  #skip(): void {
    let depth = 0;
    do {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw this.#broken();
      if (byte === QUOTE) this.#string();
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        depth += 1;
        this.#at += 1;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth -= 1;
        this.#at += 1;
      } else if (depth > 0 && (byte === COMMA || byte === COLON || SPACES.has(byte))) this.#at += 1;
      else this.#word();
      if (depth < 0) throw this.#broken();
    } while (depth > 0);
  }

  /** Past a string. A quote or a backslash is never part of a longer UTF-8 sequence. */
  #string(): void {
    for (let at = this.#at + 1; at < this.#bytes.length; at += 1) {
      const byte = this.#bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#at = at + 1;
        return;
      }
    }
    throw this.#broken();
  }

  #word(): void {
    const start = this.#at;
    while (this.#at < this.#bytes.length && !ENDS.has(this.#bytes[this.#at] ?? 0)) this.#at += 1;
    if (this.#at === start) throw this.#broken();
  }

  #space(): void {
    while (SPACES.has(this.#bytes[this.#at] ?? 0)) this.#at += 1;
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #broken(): RangeError {
    return new RangeError(`The document is no JSON at byte ${this.#at}.`);
  }
}
