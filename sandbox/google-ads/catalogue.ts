/** Fields a query may name, with what they are in an answer. int64 leaves as text, a double at 0 is left out. */
import type { PaidCampaign } from "../world/profile.ts";

/** An account: a client's or the manager's. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly manager: boolean;
}

/** Figures of a group of days. */
export interface Totals {
  impressions: number;
  clicks: number;
  costMicros: number;
  conversions: number;
  valueCents: number;
}

/** What one row of an answer is about. */
export interface Group {
  readonly account: Account;
  readonly campaign: PaidCampaign | null;
  readonly date: string | null;
  readonly totals: Totals;
}

type Value = string | number | boolean | undefined;

export interface Field {
  /** As a query spells it, e.g. `campaign.advertising_channel_type`. */
  readonly name: string;
  readonly value: (group: Group) => Value;
}

/** Conversions are shared between clicks of several campaigns, so they are fractions. */
const double = (value: number): Value => (value === 0 ? undefined : Math.round(value * 100) / 100);

export const FIELDS: readonly Field[] = [
  { name: "customer.resource_name", value: ({ account }) => `customers/${account.id}` },
  { name: "customer.id", value: ({ account }) => account.id },
  { name: "customer.descriptive_name", value: ({ account }) => account.name },
  { name: "customer.currency_code", value: ({ account }) => account.currency },
  { name: "customer.time_zone", value: ({ account }) => account.timeZone },
  { name: "customer.status", value: () => "ENABLED" },
  { name: "customer.manager", value: ({ account }) => account.manager },
  { name: "customer.test_account", value: () => false },
  {
    name: "campaign.resource_name",
    value: ({ account, campaign }) => `customers/${account.id}/campaigns/${campaign?.id}`,
  },
  { name: "campaign.id", value: ({ campaign }) => campaign?.id },
  { name: "campaign.name", value: ({ campaign }) => campaign?.name },
  { name: "campaign.status", value: ({ campaign }) => campaign?.status },
  { name: "campaign.advertising_channel_type", value: ({ campaign }) => campaign?.kind },
  { name: "segments.date", value: ({ date }) => date ?? undefined },
  { name: "metrics.impressions", value: ({ totals }) => String(totals.impressions) },
  { name: "metrics.clicks", value: ({ totals }) => String(totals.clicks) },
  { name: "metrics.cost_micros", value: ({ totals }) => String(totals.costMicros) },
  { name: "metrics.conversions", value: ({ totals }) => double(totals.conversions) },
  { name: "metrics.conversions_value", value: ({ totals }) => double(totals.valueCents / 100) },
];

/** Fields of other resources that may stand beside those of the one in FROM. */
export const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  customer: ["customer", "segments", "metrics"],
  campaign: ["campaign", "customer", "segments", "metrics"],
};

/** A row of an answer: the fields asked for, and the resource names that come with them. */
export function rowOf(group: Group, fields: readonly Field[]): Record<string, unknown> {
  const row: Record<string, Record<string, unknown>> = {};
  const resources = new Set(fields.map(({ name }) => name.split(".")[0] ?? ""));
  const named = FIELDS.filter(({ name }) => name.endsWith(".resource_name") && resources.has(name.split(".")[0] ?? ""));
  for (const { name, value } of [...named, ...fields]) {
    const [resource = "", key = ""] = name.split(".");
    const own = row[resource] ?? {};
    row[resource] = own;
    const found = value(group);
    if (found !== undefined) own[camel(key)] = found;
  }
  return row;
}

/** `cost_micros` as JSON spells it. */
export function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
