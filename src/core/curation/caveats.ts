/** Caveats of stored facts in plain words. */
import { LEDGER } from "../facts/ledger.ts";

/** By id; those of the ledger say what happened themselves. */
export const CAVEATS: ReadonlyMap<string, string> = new Map([
  ["gsc_by_page", "Counted by page: the sum over pages may exceed the property's own figures."],
  ["gsc_unlisted", "Queries that Google withholds for privacy are not among the listed ones."],
  ["capped", "The source gives no more rows than these: sums over them are bounds, not totals."],
  ["ga4_thresholded", "Google Analytics withholds small rows of this report to protect single people."],
  ["ga4_sampled", "Google Analytics computed this report from a part of the events."],
  ["ga4_other_row", "Google Analytics lumped rare values together as (other)."],
  ["currency_differs", "The source counts money in another currency than the Business Unit; nothing was converted."],
  ["hubspot_no_amount", "Some of the deals have no amount; they are not in the sum."],
  ["harvest_running", "A timer was still running when the hours were read."],
  ["rank_sample", "Tracked keywords are a chosen sample, not all searches."],
  ["rank_cut", "More keywords are tracked than are shown one by one; the counts are over all of them."],
]);

const LEDGER_WORDS: ReadonlyMap<string, string> = new Map(LEDGER.map(({ id, effect }) => [id, effect]));

/** Caveats that name a type of Meta after a dot. */
const TYPES: readonly (readonly [prefix: string, words: (type: string) => string])[] = [
  ["meta_type.", (type) => `Meta lists a result under several names; it was counted as ${type}.`],
  ["meta_not_added.", (type) => `${type} names the same results again and was not added.`],
];

/** The words of a caveat; null for an id nobody knows any more. */
export function caveatText(id: string): string | null {
  const words = LEDGER_WORDS.get(id) ?? CAVEATS.get(id);
  if (words !== undefined) return words;
  const [prefix = "", say] = TYPES.find(([start]) => id.startsWith(start)) ?? [];
  return say === undefined ? null : say(id.slice(prefix.length));
}
