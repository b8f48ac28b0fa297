/**
 * Invented facts of a demo client: fourteen months that look like a small shop, the same on every machine. They carry a
 * flag in the store and never reach a client; nothing here says anything about anybody.
 */
import type { CuratedChunk, Dimension, FactDraft } from "../curation/types.ts";
import { metricOf } from "../evidence/catalogue.ts";
import { addDays, daysOf, monthEnd, monthStart } from "./days.ts";
import type { FactIdentity } from "./fact-id.ts";
import { isMature, SOURCE_MATURITY_DAYS } from "./maturity.ts";

/** The demo client's setting; the figures do not depend on it. */
export interface DemoSetting {
  readonly today: string;
  readonly timeZone: string;
  readonly currency: string;
}

/** Months, with the one that is running. */
const MONTHS = 14;

/** What a usual weekday has; ratios follow from these. */
const LEVELS: Readonly<Record<string, number>> = {
  "gsc.clicks": 142,
  "gsc.impressions": 4_830,
  "ga4.site_sessions": 318,
  "ga4.site_engaged_sessions": 195,
  "ga4.site_key_events": 6.4,
  "ga4.site_revenue": 486,
  "ads.cost": 61.5,
  "ads.impressions": 5_240,
  "ads.clicks": 117,
  "ads.conversions": 4.1,
  "ads.conversion_value": 312,
  "meta.spend": 38.2,
  "meta.impressions": 7_410,
  "meta.clicks": 158,
  "meta.link_clicks": 94,
  "meta.purchases": 1.4,
  "meta.purchase_value": 108,
  "meta.leads": 2.2,
  "hubspot.contacts": 3.2,
  "hubspot.deals": 1.1,
  "hubspot.deals_won": 0.4,
  "hubspot.won_amount": 905,
};

const RATIOS: Readonly<Record<string, readonly [above: string, below: string]>> = {
  "gsc.ctr": ["gsc.clicks", "gsc.impressions"],
  "ga4.site_engagement_rate": ["ga4.site_engaged_sessions", "ga4.site_sessions"],
  "ga4.site_key_event_rate": ["ga4.site_key_events", "ga4.site_sessions"],
  "ads.ctr": ["ads.clicks", "ads.impressions"],
  "ads.cpc": ["ads.cost", "ads.clicks"],
  "ads.cost_per_conversion": ["ads.cost", "ads.conversions"],
  "ads.roas": ["ads.conversion_value", "ads.cost"],
  "meta.link_ctr": ["meta.link_clicks", "meta.impressions"],
  "meta.cost_per_purchase": ["meta.spend", "meta.purchases"],
  "meta.cost_per_lead": ["meta.spend", "meta.leads"],
  "meta.roas": ["meta.purchase_value", "meta.spend"],
};

/** Metrics with a value for each day; the others have months alone. */
const DAILY: ReadonlySet<string> = new Set([
  "gsc.clicks",
  "gsc.impressions",
  "gsc.ctr",
  "gsc.position",
  "ga4.site_sessions",
  "ga4.site_key_events",
  "ga4.site_revenue",
  "ads.cost",
  "ads.conversions",
  "meta.spend",
  "meta.leads",
  "hubspot.contacts",
]);

/** Parts of a month: which metrics, by what, and how the whole is shared out. */
const PARTS: readonly {
  readonly prefix: string;
  readonly dimension: Dimension;
  readonly shares: Readonly<Record<string, number>>;
}[] = [
  {
    prefix: "ga4.",
    dimension: "channel",
    shares: { "Organic Search": 0.44, Direct: 0.23, "Paid Search": 0.19, "Paid Social": 0.14 },
  },
  { prefix: "ga4.", dimension: "landing_page", shares: { "/": 0.38, "/shop/": 0.34, "/journal/": 0.17 } },
  {
    prefix: "ads.",
    dimension: "campaign",
    shares: { "Demo: brand": 0.32, "Demo: shop": 0.51, "Demo: new customers": 0.17 },
  },
  { prefix: "meta.", dimension: "campaign", shares: { "Demo: catalogue": 0.62, "Demo: leads": 0.38 } },
];

/** Search lists have metrics of their own: clicks, impressions, rate and position of each row. */
const LISTS: readonly {
  readonly prefix: string;
  readonly dimension: Dimension;
  readonly members: readonly string[];
}[] = [
  {
    prefix: "gsc.query",
    dimension: "query",
    members: ["plunkett", "linen shirt", "wool coat", "raincoat mens", "plunkett dublin", "gift for him"],
  },
  {
    prefix: "gsc.page",
    dimension: "page",
    members: [
      "https://www.plunkett.example/",
      "https://www.plunkett.example/shop/",
      "https://www.plunkett.example/journal/",
    ],
  },
];

type Values = Readonly<Record<string, number>>;

/** Every demo fact up to yesterday, as a curation would give it. */
export function demoFacts(setting: DemoSetting): CuratedChunk["facts"] {
  const yesterday = addDays(setting.today, -1);
  const facts: FactDraft[] = [];
  for (let back = MONTHS - 1; back >= 0; back -= 1) {
    const month = { start: monthStart(yesterday, -back), end: monthEnd(yesterday, -back) };
    const days = daysOf(month).filter((day) => day <= yesterday);
    const daily = days.map((day) => [day, dayValues(day)] as const);
    for (const [day, values] of daily) {
      const identity = { grain: "day", period: { start: day, end: day }, dimension: "whole", member: "" } as const;
      facts.push(...drafts(setting, identity, { ...values, "gsc.position": position(day) }));
    }
    facts.push(...monthFacts(setting, month, daily));
  }
  return facts;
}

function monthFacts(
  setting: DemoSetting,
  month: FactIdentity["period"],
  daily: readonly (readonly [string, Values])[],
): readonly FactDraft[] {
  const whole: Record<string, number> = {};
  for (const [, values] of daily)
    for (const [id, value] of Object.entries(values)) whole[id] = (whole[id] ?? 0) + value;
  const of = (dimension: Dimension, member: string) => ({ grain: "month", period: month, dimension, member }) as const;
  const more = { "gsc.position": position(month.start), "rank.share_of_voice": around(`voice ${month.start}`, 21.4) };
  const parts = PARTS.flatMap(({ prefix, dimension, shares }) => {
    const own = Object.entries(whole).filter(([id]) => id.startsWith(prefix));
    return Object.entries(shares).flatMap(([member, share]) => {
      const values = own.map(([id, value]) => [id, value * around(`${member} ${id} ${month.start}`, share)]);
      return drafts(setting, of(dimension, member), Object.fromEntries(values));
    });
  });
  const lists = LISTS.flatMap(({ prefix, dimension, members }) =>
    members.flatMap((member, n) => {
      const clicks = Math.round((whole["gsc.clicks"] ?? 0) * around(`${member} ${month.start}`, 0.24 / (n + 1)));
      const impressions = clicks * (8 + 6 * n);
      const ctr = impressions === 0 ? 0 : clicks / impressions;
      const values = { clicks, impressions, ctr, position: around(`${member} at ${month.start}`, 2 + 3 * n) };
      const named = Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]);
      return drafts(setting, of(dimension, member), Object.fromEntries(named));
    }),
  );
  return [...drafts(setting, of("whole", ""), { ...whole, ...more }), ...parts, ...lists];
}

function dayValues(day: string): Values {
  const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? 0.72 : 1;
  const season = 1 + 0.14 * Math.sin((Date.parse(day) / 86_400_000 / 365.25) * 2 * Math.PI);
  return Object.fromEntries(
    Object.entries(LEVELS).map(([id, level]) => [id, around(`${id} ${day}`, level * weekend * season)]),
  );
}

function position(day: string): number {
  return around(`position ${day}`, 13.6);
}

function drafts(setting: DemoSetting, identity: Omit<FactIdentity, "metric">, values: Values): readonly FactDraft[] {
  const rounded = Object.fromEntries(Object.entries(values).map(([id, value]) => [id, round(id, value)]));
  const ratios = Object.entries(RATIOS).flatMap(([id, [above, below]]) => {
    const [a, b] = [rounded[above], rounded[below]];
    return a === undefined || b === undefined ? [] : [[id, b === 0 ? null : a / b] as const];
  });
  const all: readonly (readonly [string, number | null])[] = [...Object.entries(rounded), ...ratios];
  return all
    .filter(([id]) => identity.grain === "month" || DAILY.has(id))
    .filter(([id]) => metricOf(id).stored?.[identity.grain]?.includes(identity.dimension) === true)
    .map(([metric, value]) => draft(setting, { ...identity, metric }, value));
}

function draft({ today, timeZone, currency }: DemoSetting, identity: FactIdentity, value: number | null): FactDraft {
  const { unit, maturityDays, source } = metricOf(identity.metric);
  const over = identity.period.end < today;
  const whole =
    over && (identity.grain === "day" || isMature(identity.period.end, today, SOURCE_MATURITY_DAYS[source]));
  const measured = !whole ? "partial" : value === 0 ? "zero" : "number";
  const reason = value === null ? "It would be a division by zero." : whole ? null : "The period is not over.";
  return {
    ...identity,
    state: value === null ? "not_defined" : measured,
    value,
    reason,
    unit,
    currency: unit === "currency" ? currency : null,
    timeZone,
    maturity: isMature(identity.period.end, today, maturityDays) ? "final" : "filling",
    origins: [],
    caveats: [],
  };
}

function round(id: string, value: number): number {
  const { unit } = metricOf(id);
  if (unit === "ratio") return value;
  const places = unit === "count" ? 1 : 100;
  return Math.round(value * places) / places;
}

/** A value within a fifth of another, by a hash of its name. */
function around(name: string, value: number): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  const share = ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
  return value * (0.8 + 0.4 * share);
}
