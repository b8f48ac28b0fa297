/** Untrusted text from snapshots: bounded and made inert before it is stored as evidence. */
import { pathOf } from "./rows.ts";

/** Longest quoted text in evidence, in characters; documents may show less. */
export const MAX_QUOTE = 300;

/**
 * A text as evidence keeps it: control and invisible direction characters become spaces or go, length is bounded.
 * Markup is left as it is: it is text, and documents escape it.
 * @param part `path` keeps only what follows the host of a URL
 */
export function boundText(value: string, part?: "path"): string {
  const shown = part === "path" ? pathAndQuery(value) : value;
  const clean = shown
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .trim();
  const characters = [...clean];
  return characters.length <= MAX_QUOTE ? clean : `${characters.slice(0, MAX_QUOTE - 1).join("")}\u2026`;
}

function pathAndQuery(url: string): string {
  const path = pathOf(url);
  return path + (/[?#].*$/s.exec(url)?.[0] ?? "");
}
