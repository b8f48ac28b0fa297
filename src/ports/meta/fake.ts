/** A Meta in memory: days of campaigns, the account's own reach, in pages. */
import * as v from "valibot";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { MetaLevel, MetaPort, MetaQuota } from "./port.ts";
import {
  ACCOUNT_QUERY,
  AccountSchema,
  accountPath,
  InsightsSchema,
  insightsQuery,
  toAccount,
  toInsights,
} from "./reply.ts";

export interface FakeInsight {
  readonly date: string;
  readonly impressions: number;
  readonly reach: number;
  readonly clicks: number;
  readonly linkClicks: number;
  readonly spend: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly actionValues: Readonly<Record<string, number>>;
}

export interface FakeAdAccount {
  readonly id: string;
  readonly name: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly campaigns: readonly {
    readonly id: string;
    readonly name: string;
    readonly objective: string;
    readonly days: readonly FakeInsight[];
  }[];
  /** Of the people a campaign reached, those no other campaign reached that day. */
  readonly reachedOnce?: number;
}

export interface FakeMeta extends MetaPort {
  readonly faults: FaultScript<keyof MetaPort>;
}

const QUOTA: MetaQuota = { usedPercent: 1, regainAccessMs: null, tier: "standard_access" };

/** A fake that knows the given accounts; any other is answered as one without access. */
export function fakeMeta(
  script: { readonly accounts?: readonly FakeAdAccount[]; readonly now?: () => Date } = {},
): FakeMeta {
  const faults = faultScript<keyof MetaPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));

  function find(accountId: string): FakeAdAccount {
    const path = accountPath(accountId);
    const found = script.accounts?.find(({ id }) => id === accountId);
    if (found === undefined) throw new ConfigError("meta_forbidden", `Meta: no access to ${path.slice(1)}.`);
    return found;
  }

  function rawOf(answer: unknown, path: string, query: Readonly<Record<string, string>>) {
    return {
      body: JSON.stringify(answer),
      request: { method: "GET", path, body: query },
      fetchedAt: now().toISOString(),
    };
  }

  return {
    faults,
    account: (accountId) =>
      faults.run("account", [accountId], () => {
        const { id, name, currencyCode, timeZone } = find(accountId);
        const answer = { id, name, currency: currencyCode, timezone_name: timeZone, account_status: 1 };
        const raw = rawOf(answer, accountPath(accountId), ACCOUNT_QUERY);
        return toAccount(v.parse(AccountSchema, answer), QUOTA, raw);
      }),
    insightDays: (accountId, range, level, after) =>
      faults.run("insightDays", [accountId, range, level, after], () => {
        const path = `${accountPath(accountId)}/insights`;
        const query = insightsQuery(range, level, after);
        const rows = rowsOf(find(accountId), level).filter(
          ({ date_start }) => date_start >= range.from && date_start <= range.to,
        );
        const answer = pageOf(rows, Number(query.limit), after);
        return toInsights(v.parse(InsightsSchema, answer), QUOTA, rawOf(answer, path, query));
      }),
  };
}

function pageOf(rows: readonly object[], limit: number, after?: string) {
  const from = after === undefined ? 0 : Number(/^cursor-(\d+)$/.exec(after)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new PermanentError("meta_bad_request", "Meta: no such cursor.");
  const end = from + limit;
  const next = end < rows.length ? { next: "https://graph.example/next" } : {};
  return { data: rows.slice(from, end), paging: { cursors: { after: `cursor-${end}` }, ...next } };
}

const statsOf = (stats: Readonly<Record<string, number>>) =>
  Object.entries(stats).map(([action_type, value]) => ({ action_type, value: String(value) }));

function rowOf(account: FakeAdAccount, day: FakeInsight) {
  return {
    date_start: day.date,
    date_stop: day.date,
    account_currency: account.currencyCode,
    impressions: String(day.impressions),
    reach: String(day.reach),
    clicks: String(day.clicks),
    inline_link_clicks: String(day.linkClicks),
    spend: day.spend.toFixed(2),
    actions: statsOf(day.actions),
    action_values: statsOf(day.actionValues),
  };
}

function rowsOf(account: FakeAdAccount, level: MetaLevel) {
  const rows =
    level === "campaign"
      ? account.campaigns.flatMap(({ id, name, objective, days }) =>
          days.map((day) => ({ ...rowOf(account, day), campaign_id: id, campaign_name: name, objective })),
        )
      : accountDays(account).map((day) => rowOf(account, day));
  return rows.sort((a, b) => a.date_start.localeCompare(b.date_start));
}

function accountDays(account: FakeAdAccount): FakeInsight[] {
  const days = account.campaigns.flatMap((campaign) => campaign.days);
  return [...new Set(days.map(({ date }) => date))].map((date) => {
    const own = days.filter((day) => day.date === date);
    const sum = (field: "impressions" | "reach" | "clicks" | "linkClicks" | "spend") =>
      own.reduce((total, day) => total + day[field], 0);
    return {
      date,
      impressions: sum("impressions"),
      reach: Math.round(sum("reach") * (account.reachedOnce ?? 0.9)),
      clicks: sum("clicks"),
      linkClicks: sum("linkClicks"),
      spend: sum("spend"),
      actions: summed(own.map(({ actions }) => actions)),
      actionValues: summed(own.map(({ actionValues }) => actionValues)),
    };
  });
}

function summed(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const part of parts) for (const [type, value] of Object.entries(part)) sums[type] = (sums[type] ?? 0) + value;
  return sums;
}
