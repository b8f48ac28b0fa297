/**
 * Walking insights that are too much for one call: Meta then wants a smaller range, so the days are asked for in parts,
 * halved until each fits. The place in the walk is text that can be journalled.
 */
import * as v from "valibot";
import type { DayRange } from "../core/business-unit/types.ts";
import { PermanentError } from "../core/errors.ts";
import { addDays, daysBetween } from "../core/facts/days.ts";
import { parseJson } from "../lib/json.ts";
import type { InsightPage } from "../ports/meta/port.ts";

/** Days of the range, and Meta's own cursor within them; null: their first page. */
interface Part extends DayRange {
  readonly after: string | null;
}

const PartSchema = v.strictObject({ start: v.string(), end: v.string(), after: v.nullable(v.string()) });

/** A page of the walk. */
export interface WalkedPage extends InsightPage {
  readonly next: string | null;
}

/** The page at `next`, or the first one. Errors: those of `ask`, and PermanentError `bad_page` for a place that is none. */
export async function insightPage(
  range: DayRange,
  next: string | null,
  ask: (days: { readonly from: string; readonly to: string }, after: string | undefined) => Promise<InsightPage>,
): Promise<WalkedPage> {
  let part = next === null ? { ...range, after: null } : placeIn(range, next);
  for (;;) {
    const { start, end, after } = part;
    try {
      const page = await ask({ from: start, to: end }, after ?? undefined);
      return { ...page, next: following(range, part, page.nextAfter) };
    } catch (error) {
      // Behind the first page the rows of the part would come a second time.
      if (!isTooMuch(error) || after !== null || start === end) throw error;
      part = { start, end: addDays(start, Math.floor(daysBetween(start, end) / 2)), after: null };
    }
  }
}

function isTooMuch(error: unknown): boolean {
  return error instanceof PermanentError && error.code === "meta_too_much_data";
}

function following(range: DayRange, part: Part, after: string | null): string | null {
  if (after !== null) return JSON.stringify({ ...part, after });
  if (part.end >= range.end) return null;
  return JSON.stringify({ start: addDays(part.end, 1), end: range.end, after: null });
}

function placeIn(range: DayRange, next: string): Part {
  const json = parseJson(next);
  const part = v.safeParse(PartSchema, json.ok ? json.value : null);
  if (!part.success || part.output.start < range.start || part.output.end > range.end)
    throw new PermanentError("bad_page", "The place of the next page is none of this list.");
  return part.output;
}
