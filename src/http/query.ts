/** Query parameters, parsed once. */
import { fromCursor, type Position } from "../d1/cursor.ts";
import { problem } from "./problem.ts";

export const PAGE_SIZE = 50;

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly response: Response };

/** A bounded text parameter; null when absent or empty. */
export function textParam(url: URL, name: string): string | null {
  const value = url.searchParams.get(name)?.trim() ?? "";
  return value === "" ? null : value.slice(0, 200);
}

/** The cursor of a list; null on the first page. */
export function cursorParam(url: URL): Parsed<Position | null> {
  const text = url.searchParams.get("cursor");
  if (text === null || text === "") return { ok: true, value: null };
  const position = fromCursor(text);
  if (position !== null) return { ok: true, value: position };
  const issues = [{ path: "cursor", message: "Use the nextCursor of the previous page as it was." }];
  return { ok: false, response: problem(400, "bad_cursor", "The cursor is not one of ours.", { issues }) };
}

/** A whole number of at least zero; `fallback` when absent. */
export function numberParam(url: URL, name: string, fallback: number): Parsed<number> {
  const text = url.searchParams.get(name);
  if (text === null || text === "") return { ok: true, value: fallback };
  if (/^\d{1,15}$/.test(text)) return { ok: true, value: Number(text) };
  const issues = [{ path: name, message: "Expected a whole number of at least 0." }];
  return { ok: false, response: problem(400, "bad_query", `The parameter ${name} is not a number.`, { issues }) };
}
