/** What is bought: impressions, clicks, cost and conversions of campaigns, behind the visits of GA4's paid channels. */
import type { VisitDays } from "./analytics.ts";
import { monthOf } from "./calendar.ts";
import type { Catalogue } from "./entities.ts";
import type { PaidCampaign, PaidPlan } from "./profile.ts";
import { hashText, roundBy, signed, unit } from "./random.ts";
import { spreadWithin } from "./spread.ts";

/** One campaign on one day. */
export interface PaidCell {
  readonly campaign: PaidCampaign;
  readonly impressions: number;
  /** People among the impressions; those of two campaigns may be the same ones. */
  readonly reach: number;
  readonly clicks: number;
  /** Millionths of the client's currency. */
  readonly costMicros: number;
  readonly leads: number;
  readonly orders: number;
  /** Hundredths of the client's currency. */
  readonly revenueCents: number;
}

/** Campaigns of a plan on a day, as they are known `age` days later: conversions come in for a week. */
export type PaidDays = (vendor: "google" | "meta", day: number, age: number) => readonly PaidCell[];

/** What is known of a day by its age; older days are complete. */
const DELIVERED = [0.4, 0.99] as const;
const CONVERTED = [0.25, 0.6, 0.78, 0.88, 0.93, 0.96, 0.98] as const;

/** Clicks behind the sessions of the channel: a few never become one. */
export function paidOf(catalogue: Catalogue, visits: VisitDays): PaidDays {
  const kept = new Map<string, readonly PaidCell[]>();
  return (vendor, day, age) => {
    const key = `${vendor} ${day}`;
    let cells = kept.get(key);
    if (cells === undefined) {
      cells = cellsOf(catalogue.profile.paid[vendor], catalogue.seed, visits, day);
      if (kept.size > 2_000) kept.clear();
      kept.set(key, cells);
    }
    return cells.map((cell) => knownOf(cell, age)).filter(({ impressions }) => impressions > 0);
  };
}

function cellsOf({ channel, campaigns }: PaidPlan, seed: number, visits: VisitDays, day: number): PaidCell[] {
  const own = visits(day, false).filter((cell) => cell.channel === channel);
  const sum = (field: "sessions" | "leads" | "orders" | "revenueCents") =>
    own.reduce((total, { visits: each }) => total + each[field], 0);
  const month = (monthOf(day) % 12) + 1;
  const running = campaigns.filter(({ months }) => months === undefined || months.includes(month));
  const clicks = roundBy(sum("sessions") * (1.06 + 0.03 * signed(seed, day, 300)), unit(seed, day, 301));
  const parts = partsOf(clicks, running, day);
  const draw = (offset: number) => unit(seed, day, 310 + offset);
  const leads = spreadWithin(Math.min(sum("leads"), clicks), clicks, parts, draw(1));
  const orders = spreadWithin(Math.min(sum("orders"), clicks), clicks, parts, draw(2));
  const orderCents = sum("orders") === 0 ? 0 : Math.round(sum("revenueCents") / sum("orders"));
  return running.map((campaign, index) => {
    const own = { clicks: parts[index] ?? 0, leads: leads[index] ?? 0, orders: orders[index] ?? 0 };
    return { campaign, ...own, ...deliveryOf(campaign, own.clicks, day), revenueCents: own.orders * orderCents };
  });
}

/** Whole clicks per campaign by weights that move from day to day; they add up to the whole. */
function partsOf(clicks: number, campaigns: readonly PaidCampaign[], day: number): number[] {
  const weights = campaigns.map(({ id, weight }) => weight * (1 + 0.3 * signed(hashText(id), day, 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let seen = 0;
  let before = 0;
  return weights.map((weight, index) => {
    seen += weight;
    const here = index === weights.length - 1 ? clicks : Math.floor((clicks * seen) / total);
    const part = here - before;
    before = here;
    return part;
  });
}

function deliveryOf({ id, clickRate, costPerClick }: PaidCampaign, clicks: number, day: number) {
  const seed = hashText(id);
  const impressions = Math.round(clicks / (clickRate * (1 + 0.15 * signed(seed, day, 2))));
  const price = Math.round(costPerClick * 100 * (1 + 0.12 * signed(seed, day, 3)));
  const reach = Math.round(impressions / (1.15 + 0.5 * unit(seed, day, 4)));
  return { impressions, reach, costMicros: clicks * price * 10_000 };
}

function knownOf(cell: PaidCell, age: number): PaidCell {
  const delivered = DELIVERED[age] ?? 1;
  const converted = CONVERTED[age] ?? 1;
  if (converted === 1) return cell;
  const part = (count: number, share: number) => Math.floor(count * share);
  const orders = part(cell.orders, converted);
  return {
    campaign: cell.campaign,
    impressions: part(cell.impressions, delivered),
    reach: part(cell.reach, delivered),
    clicks: part(cell.clicks, delivered),
    costMicros: part(cell.costMicros / 10_000, delivered) * 10_000,
    leads: part(cell.leads, converted),
    orders,
    revenueCents: cell.orders === 0 ? 0 : Math.round((cell.revenueCents / cell.orders) * orders),
  };
}
