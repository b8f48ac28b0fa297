/** Members as facts carry them, and the order facts come in. */
import { sha256Now } from "../../lib/digest.ts";
import type { FactIdentity } from "../facts/fact-id.ts";

/** Longest stored member. */
export const MEMBER_LENGTH = 300;

/**
 * An untrusted name as a member: well-formed, on one line, bounded. A name that had to be changed gets a hash of the
 * original at its end, because two long URLs may begin alike and two members must never share a fact.
 */
export function memberOf(name: string): string {
  const clean = name.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
  if (clean === name && clean.length <= MEMBER_LENGTH) return clean;
  const mark = ` #${sha256Now(JSON.stringify(name)).slice(0, 12)}`;
  return `${clean.slice(0, MEMBER_LENGTH - mark.length).toWellFormed()}${mark}`;
}

/** Order of facts: by what they are, never by the order in which rows arrived. */
export function compareFacts(a: FactIdentity, b: FactIdentity): number {
  return (
    order(a.metric, b.metric) ||
    order(a.grain, b.grain) ||
    order(a.period.start, b.period.start) ||
    order(a.dimension, b.dimension) ||
    order(a.member, b.member)
  );
}

/** By code units: the order of a language would depend on the machine. */
export function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
