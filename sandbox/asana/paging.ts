/** `limit` and the opaque `offset`. */
import { createHmac } from "node:crypto";
import type { SimRequest } from "../kit/upstream.ts";
import { badRequest } from "./refusals.ts";

/** What Asana answers beside a page; null on the last one. */
export interface NextPage {
  readonly offset: string;
  readonly path: string;
  readonly uri: string;
}

/** Without a limit, answers are cut at about this many. */
const UNPAGED = 1_000;

/** The asked page. An offset counts only for the list it was given for. */
export function pageOf<T>(
  request: Pick<SimRequest, "path" | "query">,
  items: readonly T[],
  base: string,
  key: string,
): { items: readonly T[]; nextPage: NextPage | null } {
  const limit = limitOf(request.query);
  const start = startOf(request, key);
  if (limit === null) return { items: items.slice(start, start + UNPAGED), nextPage: null };
  const end = start + limit;
  if (end >= items.length) return { items: items.slice(start, end), nextPage: null };
  const offset = writeOffset(request, end, key);
  const query = new URLSearchParams(request.query);
  query.set("offset", offset);
  const path = `${request.path}?${query}`;
  return { items: items.slice(start, end), nextPage: { offset, path, uri: base + path } };
}

function limitOf(query: URLSearchParams): number | null {
  const text = query.get("limit");
  if (text === null) return null;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 100) throw badRequest("limit: Must be between 1 and 100");
  return limit;
}

function startOf(request: Pick<SimRequest, "path" | "query">, key: string): number {
  const offset = request.query.get("offset");
  if (offset === null) return 0;
  const start = Number(/^(\d{1,9})-/.exec(Buffer.from(offset, "base64url").toString("latin1"))?.[1] ?? Number.NaN);
  if (Number.isNaN(start) || writeOffset(request, start, key) !== offset) {
    throw badRequest("offset: Your pagination token is invalid or has expired.");
  }
  return start;
}

/** Bound to path and filters, so that a token of one list does not open another. */
function writeOffset(request: Pick<SimRequest, "path" | "query">, start: number, key: string): string {
  const filters = [...request.query].filter(
    ([name]) => !["offset", "limit", "opt_fields", "opt_pretty"].includes(name),
  );
  const mac = createHmac("sha256", key)
    .update(JSON.stringify([request.path, filters, start]))
    .digest("hex")
    .slice(0, 24);
  return Buffer.from(`${start}-${mac}`, "latin1").toString("base64url");
}
