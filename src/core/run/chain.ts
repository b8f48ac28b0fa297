/**
 * The chain over a run's log: each entry's digest covers the entry before it, so that nothing can be changed, left out
 * or put in without breaking every digest that follows.
 */
import { canonicalJson } from "../../lib/canonical-json.ts";
import type { Instant } from "./types.ts";

/** The text whose SHA-256 is the hash of an entry. Before the first entry stands the run's id. */
export function linkText(previous: string, seq: number, at: Instant, event: unknown): string {
  return linkOf(previous, seq, at, canonicalJson(event));
}

/** The same for an event whose canonical text is at hand. */
export function linkOf(previous: string, seq: number, at: Instant, text: string): string {
  return `[${JSON.stringify(previous)},${seq},${at},${text}]`;
}
