/**
 * Walking a range past HubSpot's cap: a search gives at most 10,000 records, so a range with more is asked for in parts,
 * halved until each fits. The place in the walk is text that can be journalled.
 */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { parseJson } from "../../lib/json.ts";
import type { RawReply } from "../raw.ts";
import { PAGE_SIZE, SEARCH_CAP, type SearchAnswer } from "./reply.ts";

/** Milliseconds, from inclusive, to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A part of the range and the page in it. */
export interface Part extends Span {
  /** HubSpot's own cursor; "0" is the beginning. */
  readonly after: string;
  /** Records of this part that were given already. */
  readonly given: number;
}

export interface Searched {
  readonly answer: SearchAnswer;
  readonly raw: RawReply;
}

/** A page of the walk. */
export interface WalkPage extends Searched {
  readonly next: string | null;
  readonly capped: boolean;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const PartSchema = v.strictObject({ from: whole, to: whole, after: v.string(), given: whole });

/** The page at `next`, or the first one of the span. Errors: PermanentError `hubspot_bad_request` for a place that is none of it. */
export async function pageOf(
  span: Span,
  next: string | null,
  ask: (part: Part) => Promise<Searched>,
): Promise<WalkPage> {
  let part = next === null ? begin(span) : placeIn(span, next);
  for (;;) {
    const { answer, raw } = await ask(part);
    const tooMany = answer.total > SEARCH_CAP;
    if (tooMany && part.given === 0 && part.to - part.from > 1) {
      // Nothing of this answer is used: its records come again with the half they are in.
      part = begin({ from: part.from, to: part.from + Math.floor((part.to - part.from) / 2) });
      continue;
    }
    const given = part.given + answer.results.length;
    const after = answer.paging?.next?.after ?? null;
    const more = after !== null && answer.results.length > 0;
    if (more && given + PAGE_SIZE <= SEARCH_CAP) {
      return { answer, raw, next: JSON.stringify({ ...part, after, given }), capped: tooMany };
    }
    const rest = part.to < span.to ? JSON.stringify(begin({ from: part.to, to: span.to })) : null;
    return { answer, raw, next: rest, capped: tooMany || more };
  }
}

function begin({ from, to }: Span): Part {
  return { from, to, after: "0", given: 0 };
}

function placeIn(span: Span, next: string): Part {
  const json = parseJson(next);
  const part = v.safeParse(PartSchema, json.ok ? json.value : null);
  if (!part.success || part.output.from < span.from || part.output.to > span.to) {
    throw new PermanentError("hubspot_bad_request", "HubSpot: the next page is none of this range.");
  }
  return part.output;
}
