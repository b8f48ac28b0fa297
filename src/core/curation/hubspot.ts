/** HubSpot: contacts and deals by the day they were created, deals won by the day they were closed, in the portal's zone. */
import * as v from "valibot";
import type { DayRange } from "../business-unit/types.ts";
import { addDays, daysOf } from "../facts/days.ts";
import { instantOf } from "../facts/zones.ts";
import { type Cell, lowered } from "./cells.ts";
import { ChunkFacts, daysBegun, monthOf } from "./chunk.ts";
import { NO_PLACE, onePlace, type Places, withPlace } from "./place.ts";
import { bodyOf } from "./read.ts";
import { PageTally, type Tally, tallied } from "./tally.ts";
import type { CuratedChunk, CuratedSnapshot, Curation, CurationContext, Dimension } from "./types.ts";

const Word = v.optional(v.nullable(v.string()), null);
const AccountSchema = v.object({ timeZone: Word, companyCurrency: Word });
/** ISO, or milliseconds as older portals write them. */
const At = v.pipe(
  v.string(),
  v.transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))),
  v.number(),
);
const bodyWith = <const P extends v.ObjectEntries>(properties: P) =>
  v.object({
    total: v.optional(v.number()),
    results: v.optional(v.array(v.object({ properties: v.object(properties) })), []),
  });
const ContactsSchema = bodyWith({ createdate: At, hs_analytics_source: Word });
const DealsSchema = bodyWith({ createdate: At, pipeline: Word, dealstage: Word });
const ClosedSchema = bodyWith({ closedate: At, hs_is_closed_won: Word, amount_in_home_currency: Word });

export interface CrmCarried extends Places {
  readonly context: CurationContext;
  readonly rows: number;
  /** null: not asked. */
  readonly contacts: Tally | null;
  readonly deals: Tally | null;
  readonly won: Tally | null;
  readonly amount: Tally | null;
  /** Days of deals that were won and have no amount. */
  readonly unpriced: readonly string[];
}

function start(context: CurationContext): CrmCarried {
  return { ...NO_PLACE, context, rows: 0, contacts: null, deals: null, won: null, amount: null, unpriced: [] };
}

/** The account comes first: its zone says which day a record belongs to. */
function take(carried: CrmCarried, snapshot: CuratedSnapshot): CrmCarried {
  switch (snapshot.document.query) {
    case "account": {
      const { timeZone, companyCurrency } = bodyOf(AccountSchema, snapshot);
      return withPlace(carried, timeZone, companyCurrency);
    }
    case "contacts":
      return withContacts(carried, snapshot);
    case "deals":
      return withDeals(carried, snapshot);
    case "closed_deals":
      return withClosed(carried, snapshot);
    default:
      return carried;
  }
}

/** Finds the day of an instant; null outside the chunk. */
function dayFinder({ context, timeZones }: CrmCarried): (at: number) => string | null {
  const [timeZone = context.timeZone] = timeZones;
  const { start: first, end } = context.range;
  // One more day: its beginning is the end of the last.
  const days = daysOf({ start: first, end: addDays(end, 1) });
  const starts = days.map((day) => ({ day, begins: instantOf(Date.parse(`${day}T00:00:00Z`), timeZone) }));
  return (at) => {
    const found = starts.findLast(({ begins }) => begins <= at);
    return found === undefined || found.day > end ? null : found.day;
  };
}

function statedBy(total: number | undefined, { capped }: CuratedSnapshot) {
  return { capped, stated: total !== undefined };
}

function withContacts(carried: CrmCarried, snapshot: CuratedSnapshot): CrmCarried {
  const { total, results } = bodyOf(ContactsSchema, snapshot);
  const page = new PageTally(snapshot.key);
  const dayAt = dayFinder(carried);
  for (const [at, { properties }] of results.entries()) {
    const day = dayAt(properties.createdate);
    if (day === null) continue;
    const part = properties.hs_analytics_source ?? UNKNOWN;
    page.add(1, `/body/results/${at}/properties/createdate`, { day, part });
  }
  const contacts = page.onto(carried.contacts, statedBy(total, snapshot));
  return { ...carried, rows: carried.rows + results.length, contacts };
}

/** Where HubSpot names no source or stage. */
const UNKNOWN = "(unknown)";

function withDeals(carried: CrmCarried, snapshot: CuratedSnapshot): CrmCarried {
  const { total, results } = bodyOf(DealsSchema, snapshot);
  const page = new PageTally(snapshot.key);
  const dayAt = dayFinder(carried);
  for (const [at, { properties }] of results.entries()) {
    const day = dayAt(properties.createdate);
    if (day === null) continue;
    const { pipeline, dealstage } = properties;
    const stage = dealstage ?? UNKNOWN;
    const part = pipeline === null || pipeline === "default" ? stage : `${pipeline}/${stage}`;
    page.add(1, `/body/results/${at}/properties/createdate`, { day, part });
  }
  const deals = page.onto(carried.deals, statedBy(total, snapshot));
  return { ...carried, rows: carried.rows + results.length, deals };
}

function withClosed(carried: CrmCarried, snapshot: CuratedSnapshot): CrmCarried {
  const { total, results } = bodyOf(ClosedSchema, snapshot);
  const [won, amount] = [new PageTally(snapshot.key), new PageTally(snapshot.key)];
  const dayAt = dayFinder(carried);
  const unpriced = new Set(carried.unpriced);
  for (const [at, { properties }] of results.entries()) {
    const day = dayAt(properties.closedate);
    if (day === null || properties.hs_is_closed_won !== "true") continue;
    const pointer = `/body/results/${at}/properties`;
    won.add(1, `${pointer}/hs_is_closed_won`, { day, part: "" });
    const text = properties.amount_in_home_currency ?? "";
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value)) amount.add(value, `${pointer}/amount_in_home_currency`, { day, part: "" });
    else unpriced.add(day);
  }
  const stated = statedBy(total, snapshot);
  return {
    ...carried,
    rows: carried.rows + results.length,
    won: won.onto(carried.won, stated),
    amount: amount.onto(carried.amount, stated),
    unpriced: [...unpriced].sort(),
  };
}

const NO_ROW = "HubSpot returned no answer to count.";
const UNPRICED = "Some of the deals have no amount.";

function finish(carried: CrmCarried): CuratedChunk {
  const { context, contacts, deals, won, amount, unpriced } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  const add = (metric: string, tally: Tally | null, rest: Rest = {}) =>
    tally === null ? undefined : addTally(facts, month, context, { metric, tally, ...rest });
  add("hubspot.contacts", contacts, { dimension: "channel" });
  add("hubspot.deals", deals, { dimension: "stage" });
  add("hubspot.deals_won", won);
  add("hubspot.won_amount", amount, { unpriced });
  return { facts: facts.all(), checks: [onePlace("hubspot_place", carried)], tasks: null, rows: carried.rows };
}

interface Rest {
  readonly dimension?: Dimension;
  readonly unpriced?: readonly string[];
}

function addTally(
  facts: ChunkFacts,
  month: DayRange | null,
  context: CurationContext,
  { metric, tally, dimension, unpriced = [] }: Rest & { readonly metric: string; readonly tally: Tally },
): void {
  const add = (cell: Cell, short: boolean, to: (cell: Cell, caveats: readonly string[]) => void) =>
    short ? to(lowered(cell, "partial", UNPRICED), ["hubspot_no_amount"]) : to(cell, []);
  const days = new Map(tally.days);
  for (const day of daysOf(daysBegun(context))) {
    add(tallied(tally, days.get(day), NO_ROW), unpriced.includes(day), (cell, caveats) =>
      facts.day(metric, day, cell, caveats),
    );
  }
  if (month === null) return;
  add(tallied(tally, tally.whole, NO_ROW), unpriced.length > 0, (cell, caveats) =>
    facts.month(metric, month, cell, caveats),
  );
  if (dimension === undefined) return;
  for (const [part, sum] of tally.parts) facts.part(metric, month, [dimension, part], tallied(tally, sum, NO_ROW));
}

/** The fold of HubSpot. */
export const HUBSPOT_CURATION: Curation<CrmCarried> = {
  source: "hubspot",
  transform: "hubspot.2",
  start,
  take,
  finish,
};
