/**
 * What D1 takes (Cloudflare's limits of 2026, the same in `wrangler dev`). Lists go into a statement as one JSON text that
 * `json_each` takes apart, so no list ever meets the limit of bound parameters; the text is cut to stay below that of a value.
 */

export const D1_LIMITS = {
  /** Bound parameters of one statement. */
  parameters: 100,
  /** Bytes of the text of one statement. */
  statementBytes: 100_000,
  /** Bytes of one bound text, of one stored value and of one row. */
  valueBytes: 2_000_000,
  /** Statements of one batch, ours: a batch is one transaction and holds up everybody else's writes. */
  batch: 100,
} as const;

/** A part of a list that is cut up: small enough that a batch which carries it several times stays small. */
export const PART_BYTES = 400_000;

const encoder = new TextEncoder();

/** Bytes of a text as UTF-8, which is what D1 counts. */
export function bytesOf(text: string): number {
  return encoder.encode(text).byteLength;
}

export interface JsonPart<T> {
  readonly items: readonly T[];
  /** The items as a JSON array. */
  readonly json: string;
}

/**
 * A list as JSON arrays of at most so many bytes each, one after the other. An item that is bigger than a part gets one of
 * its own. Error: RangeError for an item that no row of D1 could hold.
 */
export function* jsonParts<T>(all: Iterable<T>, partBytes: number = PART_BYTES): Generator<JsonPart<T>> {
  let items: T[] = [];
  let texts: string[] = [];
  let size = 2;
  for (const item of all) {
    const text = JSON.stringify(item);
    const bytes = bytesOf(text) + 1;
    if (bytes + 2 > D1_LIMITS.valueBytes) throw new RangeError(`An item of ${bytes} bytes is more than D1 takes.`);
    if (items.length > 0 && size + bytes > partBytes) {
      yield { items, json: `[${texts.join(",")}]` };
      items = [];
      texts = [];
      size = 2;
    }
    items.push(item);
    texts.push(text);
    size += bytes;
  }
  if (items.length > 0) yield { items, json: `[${texts.join(",")}]` };
}
