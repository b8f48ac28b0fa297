/** Caveats of stored facts in plain words. */
import { LEDGER } from "../facts/ledger.ts";

const WORDS: ReadonlyMap<string, string> = new Map([
  ["gsc_by_page", "Counted by page: the sum over pages may exceed the property's own figures."],
  ["gsc_unlisted", "Queries that Google withholds for privacy are not among the listed ones."],
  ["capped", "The source gives no more rows than these: sums over them are bounds, not totals."],
  ["ga4_thresholded", "Google Analytics withholds small rows of this report to protect single people."],
  ["ga4_sampled", "Google Analytics computed this report from a part of the events."],
  ["ga4_other_row", "Google Analytics lumped rare values together as (other)."],
  ["currency_differs", "The source counts money in another currency than the Business Unit; nothing was converted."],
  ["rank_sample", "Tracked keywords are a chosen sample, not all searches."],
  ["rank_cut", "More keywords are tracked than are shown one by one; the counts are over all of them."],
]);

const LEDGER_WORDS: ReadonlyMap<string, string> = new Map(LEDGER.map(({ id, effect }) => [`ledger.${id}`, effect]));

/** The words of a caveat; null for an id nobody knows any more. */
export function caveatText(id: string): string | null {
  return LEDGER_WORDS.get(id) ?? WORDS.get(id) ?? null;
}
