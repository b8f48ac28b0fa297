/** What paid channels have in common: an account's figures day by day, campaigns of a month, rates as ratios of sums. */
import type { DayRange } from "../business-unit/types.ts";
import { daysOf } from "../facts/days.ts";
import { isMature } from "../facts/maturity.ts";
import { type Amount, NOTHING, numberOf, plus } from "./amount.ts";
import { absent, type Cell, known, mergedOrigins, origin, ratio } from "./cells.ts";
import { type ChunkFacts, daysBegun } from "./chunk.ts";
import { order } from "./member.ts";
import { NO_PLACE, type Places } from "./place.ts";
import { type Ranked, strongest } from "./top.ts";
import type { CuratedSnapshot, CurationContext, SumCheck } from "./types.ts";

/** What is read of a row, in the order of the source's columns; null: the row does not have it. */
export type Amounts = readonly (Amount | null)[];

/** One row of an answer, in our words. */
export interface PaidRow {
  readonly day: string;
  /** null at the level of the account. */
  readonly campaign: { readonly id: string; readonly name: string } | null;
  readonly amounts: Amounts;
}

/** A day of the account, and where it stands. */
export interface DayRow {
  readonly day: string;
  readonly snapshotKey: string;
  readonly at: number;
  readonly amounts: Amounts;
}

/** A campaign's sums over the days of the chunk, and the rows they come from. */
interface CampaignSum {
  readonly id: string;
  readonly name: string;
  readonly amounts: Amounts;
  readonly rows: readonly { readonly snapshotKey: string; readonly at: readonly number[] }[];
}

export interface PaidCarried extends Places {
  readonly context: CurationContext;
  readonly rows: number;
  /** null: not asked. */
  readonly days: readonly DayRow[] | null;
  readonly campaigns: readonly CampaignSum[] | null;
  /** A snapshot of each list, for what follows from its having no row. */
  readonly daysKey: string;
}

/** Nothing read yet. */
export function startPaid(context: CurationContext): PaidCarried {
  return { ...NO_PLACE, context, rows: 0, days: null, campaigns: null, daysKey: "" };
}

/** With a page of the account's days. */
export function withDays(carried: PaidCarried, { key }: CuratedSnapshot, rows: readonly PaidRow[]): PaidCarried {
  const days = rows.map(({ day, amounts }, at): DayRow => ({ day, snapshotKey: key, at, amounts }));
  const daysKey = carried.days === null || key < carried.daysKey ? key : carried.daysKey;
  return { ...carried, rows: carried.rows + rows.length, days: [...(carried.days ?? []), ...days], daysKey };
}

/** With a page of campaigns' days: only their sums are carried. */
export function withCampaigns(carried: PaidCarried, { key }: CuratedSnapshot, rows: readonly PaidRow[]): PaidCarried {
  const sums = new Map((carried.campaigns ?? []).map((campaign) => [campaign.id, campaign]));
  const here = new Map<string, number[]>();
  for (const [at, { campaign, amounts }] of rows.entries()) {
    if (campaign === null) continue;
    const { id, name } = campaign;
    const before = sums.get(id);
    const both = before === undefined ? amounts : added(before.amounts, amounts);
    const first = before === undefined || name < before.name ? name : before.name;
    sums.set(id, { id, name: first, amounts: both, rows: before?.rows ?? [] });
    const places = here.get(id) ?? [];
    here.set(id, places);
    places.push(at);
  }
  const campaigns = [...sums.values()].map((sum) => {
    const at = here.get(sum.id);
    return at === undefined ? sum : { ...sum, rows: [...sum.rows, { snapshotKey: key, at }] };
  });
  return { ...carried, rows: carried.rows + rows.length, campaigns };
}

function added(a: Amounts, b: Amounts): Amounts {
  return a.map((amount, column) => {
    const other = b[column] ?? null;
    if (amount === null) return other;
    return other === null ? amount : plus(amount, other);
  });
}

/** A metric that is read: which column, and where in a row it stands. */
export interface Line {
  readonly metric: string;
  readonly column: number;
  readonly path: string;
  readonly caveats?: readonly string[];
  /** Says that there is no such figure, whatever the rows hold. */
  readonly none?: string;
}

/** A metric that is one line divided by another. */
export interface Rate {
  readonly metric: string;
  readonly above: Line;
  readonly below: Line;
}

/** How the figures of a source are laid out. */
export interface PaidLayout {
  /** Pointer of the list of rows in the document. */
  readonly base: string;
  readonly maturityDays: number;
  readonly noRow: string;
  readonly lines: readonly Line[];
  readonly rates: readonly Rate[];
  /** Column by which campaigns are ranked. */
  readonly rankedBy: number;
}

type Add = (metric: string, cell: Cell, caveats: readonly string[]) => void;

function addAll({ lines, rates }: PaidLayout, cellOf: (line: Line) => Cell, add: Add): void {
  const read = (line: Line) => {
    const cell = cellOf(line);
    return line.none === undefined || cell.value === null ? cell : absent("unavailable", line.none, cell.origins);
  };
  for (const line of lines) add(line.metric, read(line), line.caveats ?? []);
  for (const { metric, above, below } of rates) {
    add(metric, ratio(read(above), read(below)), [...(above.caveats ?? []), ...(below.caveats ?? [])]);
  }
}

/** The days of the account, each once, in order. */
export function dayRows(days: readonly DayRow[]): readonly DayRow[] {
  const sorted = [...days].sort((a, b) => order(a.day, b.day) || order(a.snapshotKey, b.snapshotKey) || a.at - b.at);
  return sorted.filter(({ day }, index) => sorted[index - 1]?.day !== day);
}

function cellsIn(rows: readonly Pick<DayRow, "snapshotKey" | "at" | "amounts">[], { base }: PaidLayout) {
  return ({ column, path }: Line): Cell => {
    const amount = rows.map(({ amounts }) => amounts[column] ?? NOTHING).reduce(plus, NOTHING);
    const origins = rows.map(({ snapshotKey, at, amounts }) => {
      // Sources leave out what is 0; the row without the figure is then what says so.
      const there = (amounts[column] ?? null) !== null;
      return origin(snapshotKey, there ? `${base}/${at}/${path}` : `${base}/${at}`);
    });
    return known(numberOf(amount), mergedOrigins(origins));
  };
}

/** Days of the account. A day without a row among others is one of 0: nothing was delivered. */
export function addDays(
  facts: ChunkFacts,
  { context, daysKey }: PaidCarried,
  rows: readonly DayRow[],
  layout: PaidLayout,
): void {
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const origins = [origin(daysKey, "/request")];
  const without = rows.length === 0 ? absent("missing", layout.noRow, origins) : known(0, origins);
  for (const day of daysOf(daysBegun(context))) {
    const row = byDay.get(day);
    if (row === undefined && !isMature(day, context.today, layout.maturityDays)) continue;
    const cellOf = row === undefined ? () => without : cellsIn([row], layout);
    addAll(layout, cellOf, (metric, cell, caveats) => facts.day(metric, day, cell, caveats));
  }
}

/** The month as the sum of its days, which are disjoint; its rates are ratios of those sums. */
export function addMonth(
  facts: ChunkFacts,
  month: DayRange,
  { daysKey }: PaidCarried,
  rows: readonly DayRow[],
  layout: PaidLayout,
): void {
  const own = rows.filter(({ day }) => day >= month.start && day <= month.end);
  const none = absent("missing", layout.noRow, [origin(daysKey, "/request")]);
  const cellOf = own.length === 0 ? () => none : cellsIn(own, layout);
  addAll(layout, cellOf, (metric, cell, caveats) => facts.month(metric, month, cell, caveats));
}

/** The strongest campaigns of the month. */
export function addCampaigns(
  facts: ChunkFacts,
  month: DayRange,
  campaigns: readonly CampaignSum[],
  layoutOf: (campaign: CampaignSum) => PaidLayout,
): void {
  const names = new Set<string>();
  const ranked = campaigns.map((campaign): Ranked & CampaignSum => {
    const amount = campaign.amounts[layoutOf(campaign).rankedBy] ?? NOTHING;
    return { ...campaign, key: campaign.id, snapshotKey: "", at: 0, values: [numberOf(amount)] };
  });
  // Of two campaigns with one name the older one, which has the smaller id, keeps the plain name.
  const byId = [...strongest([], ranked)].sort((a, b) => a.id.length - b.id.length || order(a.id, b.id));
  for (const campaign of byId) {
    const { id, name, amounts, rows } = campaign;
    const member = names.has(name) ? `${name} #${id}` : name;
    names.add(name);
    const layout = layoutOf(campaign);
    const origins = mergedOrigins(
      rows.map(({ snapshotKey, at }) => origin(snapshotKey, ...at.map((index) => `${layout.base}/${index}`))),
    );
    const cellOf = ({ column }: Line) => known(numberOf(amounts[column] ?? NOTHING), origins);
    const add: Add = (metric, cell, caveats) => facts.part(metric, month, ["campaign", member], cell, caveats);
    addAll(layout, cellOf, add);
  }
}

/** The campaigns against the account, for one column. Null where one of them was not asked for. */
export function campaignSum(check: string, carried: PaidCarried, column: number, stops: boolean): SumCheck | null {
  if (carried.days === null || carried.campaigns === null) return null;
  const sum = (rows: readonly { readonly amounts: Amounts }[]) =>
    numberOf(rows.map(({ amounts }) => amounts[column] ?? NOTHING).reduce(plus, NOTHING));
  const [parts, whole] = [sum(carried.campaigns), sum(dayRows(carried.days))];
  // A figure that is still being settled may move between the two queries.
  const ok = Math.abs(parts - whole) <= Math.max(1, whole * 0.001);
  const detail = ok ? "The campaigns add up to the account." : `${parts} by campaign and ${whole} for the account.`;
  return { check, ok, stops, detail };
}
