/** Rows of insights from the world. Every figure leaves as text; what is zero, and what delivered nothing, is left out. */
import { dateOf } from "../world/calendar.ts";
import type { PaidCell } from "../world/paid.ts";
import { type ClientWorld, WORLD_BEGINS } from "../world/world.ts";

export const LEVELS = ["account", "campaign"] as const;
export type Level = (typeof LEVELS)[number];

/** One row before its fields are picked. */
interface Delivery {
  readonly day: number;
  readonly cells: readonly PaidCell[];
}

type Value = string | readonly Readonly<Record<string, string>>[] | undefined;

/** Clicks that do not lead to the website: likes, comments, “see more”. */
const OTHER_CLICKS = 0.35;
/** The same people see several campaigns of one account. */
const REACHED_ONCE = 0.87;
/** Meta claims what its own windows let it: more than the site counts. */
const CLAIMED = 1.18;

const sum = (cells: readonly PaidCell[], of: (cell: PaidCell) => number) =>
  cells.reduce((total, cell) => total + of(cell), 0);
const claimed = (count: number) => Math.round(count * CLAIMED);
const text = (count: number) => String(count);

/** Types overlap, as in Meta: the same purchase is counted under each of its names. */
function statsOf(pairs: readonly (readonly [name: string, value: string])[]): Value {
  const counted = pairs.filter(([, value]) => Number(value) > 0);
  return counted.length === 0 ? undefined : counted.map(([action_type, value]) => ({ action_type, value }));
}

function actionsOf(cells: readonly PaidCell[]): Value {
  const leads = text(sum(cells, (cell) => claimed(cell.leads)));
  const orders = text(sum(cells, (cell) => claimed(cell.orders)));
  return statsOf([
    ["link_click", text(sum(cells, (cell) => cell.clicks))],
    ["landing_page_view", text(sum(cells, (cell) => Math.round(cell.clicks * 0.91)))],
    ["lead", leads],
    ["offsite_conversion.fb_pixel_lead", leads],
    ["purchase", orders],
    ["omni_purchase", orders],
    ["offsite_conversion.fb_pixel_purchase", orders],
  ]);
}

function valuesOf(cells: readonly PaidCell[]): Value {
  const cents = sum(cells, (cell) =>
    cell.orders === 0 ? 0 : (cell.revenueCents / cell.orders) * claimed(cell.orders),
  );
  const value = (Math.round(cents) / 100).toFixed(2);
  return statsOf([
    ["purchase", value],
    ["omni_purchase", value],
    ["offsite_conversion.fb_pixel_purchase", value],
  ]);
}

/** Fields a request may name. Those of a campaign are left out at the level of the account. */
export const FIELDS: Readonly<Record<string, (of: Delivery, world: ClientWorld, level: Level) => Value>> = {
  account_id: (_, world) => world.unit.metaAdAccountId.slice("act_".length),
  account_name: (_, world) => world.unit.name,
  account_currency: (_, world) => world.unit.currency,
  campaign_id: ({ cells }, _, level) => (level === "campaign" ? cells[0]?.campaign.id : undefined),
  campaign_name: ({ cells }, _, level) => (level === "campaign" ? cells[0]?.campaign.name : undefined),
  objective: ({ cells }, _, level) => (level === "campaign" ? cells[0]?.campaign.kind : undefined),
  date_start: ({ day }) => dateOf(day),
  date_stop: ({ day }) => dateOf(day),
  impressions: ({ cells }) => text(sum(cells, (cell) => cell.impressions)),
  reach: ({ cells }) => text(Math.round(sum(cells, (cell) => cell.reach) * (cells.length > 1 ? REACHED_ONCE : 1))),
  clicks: ({ cells }) => text(sum(cells, (cell) => cell.clicks + Math.round(cell.clicks * OTHER_CLICKS))),
  inline_link_clicks: ({ cells }) => text(sum(cells, (cell) => cell.clicks)),
  spend: ({ cells }) => (sum(cells, (cell) => cell.costMicros) / 1_000_000).toFixed(2),
  actions: ({ cells }) => actionsOf(cells),
  action_values: ({ cells }) => valuesOf(cells),
};

/** What is asked of the world; `today` is the account's day. */
export interface Asked {
  readonly level: Level;
  readonly fields: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly today: number;
}

/** Every row of the answer, by day. Without `date_start` asked for it comes all the same. */
export function insightRows(world: ClientWorld, { level, fields, from, to, today }: Asked): Record<string, unknown>[] {
  const names = new Set([...fields, "date_start", "date_stop"]);
  const rows: Record<string, unknown>[] = [];
  for (let day = Math.max(from, WORLD_BEGINS); day <= Math.min(to, today); day += 1) {
    const cells = world.paid("meta", day, today - day);
    const deliveries = level === "campaign" ? cells.map((cell) => [cell]) : cells.length === 0 ? [] : [cells];
    for (const own of deliveries) {
      const values = [...names].map((name) => [name, FIELDS[name]?.({ day, cells: own }, world, level)] as const);
      rows.push(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
    }
  }
  return rows;
}
