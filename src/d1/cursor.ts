/** Opaque cursors of newest-first lists: the last row's time and id. */
import * as v from "valibot";

const CursorSchema = v.tuple([v.pipe(v.string(), v.maxLength(40)), v.pipe(v.string(), v.maxLength(120))]);

export interface Position {
  readonly at: string;
  readonly id: string;
}

/** Cursor of the row after which the next page begins. */
export function toCursor(position: Position): string {
  return btoa(JSON.stringify([position.at, position.id]))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The position of a cursor; null when the text is none of ours. */
export function fromCursor(cursor: string): Position | null {
  try {
    const parsed = v.safeParse(CursorSchema, JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/"))));
    return parsed.success ? { at: parsed.output[0], id: parsed.output[1] } : null;
  } catch {
    return null;
  }
}
