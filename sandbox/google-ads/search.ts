/** Answers a query from the world: groups campaigns and days, sums, filters, orders. */
import { dateOf } from "../world/calendar.ts";
import type { PaidCell } from "../world/paid.ts";
import type { PaidCampaign } from "../world/profile.ts";
import { type ClientWorld, WORLD_BEGINS } from "../world/world.ts";
import { type Account, type Group, rowOf, type Totals } from "./catalogue.ts";
import type { Query } from "./gaql.ts";

const none = (): Totals => ({ impressions: 0, clicks: 0, costMicros: 0, conversions: 0, valueCents: 0 });

/** Every row of the answer. `today` is the account's day; a manager has no world of its own. */
export function answerRows(account: Account, world: ClientWorld | null, query: Query, today: number) {
  const groups = groupsOf(account, world, query, today).filter((group) =>
    query.filters.every(({ field, equal, values }) => values.includes(String(field.value(group))) === equal),
  );
  const limited = ordered(groups, query).slice(0, query.limit ?? groups.length);
  return limited.map((group) => rowOf(group, query.fields));
}

function groupsOf(account: Account, world: ClientWorld | null, query: Query, today: number): Group[] {
  const names = query.fields.map(({ name }) => name);
  const perDay = names.includes("segments.date");
  const perCampaign = query.from === "campaign";
  const campaigns = perCampaign ? (world?.catalogue.profile.paid.google.campaigns ?? []) : [null];
  const groups = new Map<string, Group>();
  const groupFor = (campaign: PaidCampaign | null, date: string | null): Group => {
    const key = `${campaign?.id} ${date}`;
    const group = groups.get(key) ?? { account, campaign, date, totals: none() };
    groups.set(key, group);
    return group;
  };
  // Without a segment every entity has its row, also one without figures; with one only what happened has.
  if (!perDay) for (const campaign of campaigns) groupFor(campaign, null);
  if (world === null || !names.some((name) => /^(?:metrics|segments)\./.test(name))) return [...groups.values()];
  const { from, to } = query.range ?? { from: WORLD_BEGINS, to: today };
  for (let day = Math.max(from, WORLD_BEGINS); day <= Math.min(to, today); day += 1) {
    for (const cell of world.paid("google", day, today - day)) {
      add(groupFor(perCampaign ? cell.campaign : null, perDay ? dateOf(day) : null).totals, cell);
    }
  }
  return [...groups.values()];
}

/** Google counts what it can attribute: a little less than the site counted. */
const ATTRIBUTED = 0.94;

function add(totals: Totals, cell: PaidCell): void {
  totals.impressions += cell.impressions;
  totals.clicks += cell.clicks;
  totals.costMicros += cell.costMicros;
  totals.conversions += Math.round((cell.leads + cell.orders) * ATTRIBUTED * 100) / 100;
  totals.valueCents += Math.round(cell.revenueCents * ATTRIBUTED);
}

function ordered(groups: readonly Group[], { order }: Query): Group[] {
  return [...groups].sort((a, b) => {
    for (const { field, desc } of order) {
      const [left, right] = [String(field.value(a) ?? ""), String(field.value(b) ?? "")];
      const numeric = /^-?[\d.]+$/.test(left) && /^-?[\d.]+$/.test(right);
      const by = numeric ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0;
      if (by !== 0) return desc ? -by : by;
    }
    return 0;
  });
}
