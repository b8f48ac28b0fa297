/** GA4's view of the same visitors: sessions by channel, landing page, device and country. */

import type { Days } from "./days.ts";
import type { Catalogue } from "./entities.ts";
import { hashText, roundBy, signed, unit, wave } from "./random.ts";
import { season, trend, weekday } from "./shape.ts";
import { type Mix, mixOf, spreadOver } from "./spread.ts";

export const ORGANIC = "Organic Search";

/** Whole counts of one group of sessions; `revenueCents` in hundredths of the property's currency. */
export interface Visits {
  sessions: number;
  engaged: number;
  leads: number;
  orders: number;
  revenueCents: number;
  views: number;
  /** Seconds of engagement. */
  seconds: number;
}

/** Visits of one day, channel, landing page, device and country. `device` and `country` are -1 when not asked for. */
export interface VisitCell {
  readonly channel: string;
  readonly page: number;
  readonly device: number;
  readonly country: number;
  readonly visits: Visits;
}

/** Landings of one channel on one page, before they are spread. */
interface Landing {
  readonly channel: string;
  readonly page: number;
  readonly seed: number;
  readonly visits: Visits;
}

/** Visits of a day; with `segments` they come per device and country. */
export type VisitDays = (day: number, segments: boolean) => readonly VisitCell[];

/** Visits of one client. Organic sessions follow the clicks of Search Console, a little fewer: consent and blockers. */
export function visitsOf(catalogue: Catalogue, days: Days): VisitDays {
  const mix = mixOf(catalogue.profile, "hidden");
  const kept = new Map<number, readonly Landing[]>();
  return (day, segments) => {
    let landings = kept.get(day);
    if (landings === undefined) {
      landings = [...organicLandings(catalogue, days, day), ...otherLandings(catalogue, day)];
      if (kept.size > 400) kept.clear();
      kept.set(day, landings);
    }
    if (segments) return landings.flatMap((landing) => segmentsOf(landing, mix, day));
    return landings.map(({ channel, page, visits }) => ({ channel, page, device: -1, country: -1, visits }));
  };
}

function organicLandings(catalogue: Catalogue, days: Days, day: number): Landing[] {
  const clicks = new Map<number, number>();
  for (const cell of days(day)) {
    for (const shown of cell.shown) clicks.set(shown.page, (clicks.get(shown.page) ?? 0) + shown.clicks);
  }
  const { seed, profile } = catalogue;
  const kept = 0.945 + 0.035 * wave(seed + 3, day, 70, 120) + 0.02 * signed(seed, day, 50);
  return [...clicks].map(([page, count]) => {
    const sessions = roundBy(count * kept, unit(catalogue.pages.seedAt(page), day, 1_000));
    const rates = { engaged: profile.engagedShare, leads: profile.leadShare, orders: profile.buyShare };
    return landing(catalogue, ORGANIC, page, day, sessions, rates);
  });
}

function otherLandings(catalogue: Catalogue, day: number): Landing[] {
  const { seed, profile } = catalogue;
  const weights = profile.pages.slice(0, 9);
  const total = weights.reduce((sum, page) => sum + page.weight, 0);
  return profile.channels.flatMap((channel, order) => {
    const expected =
      channel.sessions *
      trend(channel.rate, day) *
      season(profile.year, day) *
      weekday(profile.week, day) *
      (1 + 0.12 * wave(seed + 40 + order, day, 30, 80)) *
      (1 + 0.08 * signed(seed, day, 60 + order));
    const rates = { engaged: channel.engaged, leads: profile.leadShare * 0.9, orders: profile.buyShare * 1.1 };
    return weights.map(({ weight }, page) => {
      const sessions = roundBy((expected * weight) / total, unit(seed + order, day, 2_000 + page));
      return landing(catalogue, channel.name, page, day, sessions, rates);
    });
  });
}

function landing(
  catalogue: Catalogue,
  channel: string,
  page: number,
  day: number,
  sessions: number,
  rates: { engaged: number; leads: number; orders: number },
): Landing {
  const seed = catalogue.pages.seedAt(page) ^ hashText(channel);
  const count = (rate: number, draw: number): number =>
    Math.min(sessions, roundBy(sessions * rate, unit(seed, day, draw)));
  const engaged = count(rates.engaged * (1 + 0.06 * signed(seed, day, 1)), 2);
  const orders = count(rates.orders, 3);
  const orderCents = Math.round(100 * catalogue.profile.orderValue * (0.6 + 0.8 * unit(seed, day, 4)));
  const visits: Visits = {
    sessions,
    engaged,
    leads: count(rates.leads, 5),
    orders,
    revenueCents: orders * orderCents,
    views: Math.round(sessions * (1.7 + 0.5 * unit(seed, day, 6))),
    seconds: Math.round(engaged * (55 + 40 * unit(seed, day, 7))),
  };
  return { channel, page, seed, visits };
}

function segmentsOf({ channel, page, seed, visits }: Landing, mix: Mix, day: number): VisitCell[] {
  const part = (total: number, draw: number): number[] => spreadOver(total, mix, unit(seed, day, draw));
  const sessions = part(visits.sessions, 70);
  const engaged = part(visits.engaged, 70);
  const leads = part(visits.leads, 71);
  const orders = part(visits.orders, 72);
  const views = part(visits.views, 70);
  const seconds = part(visits.seconds, 70);
  const orderCents = visits.orders === 0 ? 0 : visits.revenueCents / visits.orders;
  return mix.segments.map(({ device, country }, index) => ({
    channel,
    page,
    device,
    country,
    visits: {
      sessions: sessions[index] ?? 0,
      engaged: engaged[index] ?? 0,
      leads: leads[index] ?? 0,
      orders: orders[index] ?? 0,
      revenueCents: (orders[index] ?? 0) * orderCents,
      views: views[index] ?? 0,
      seconds: seconds[index] ?? 0,
    },
  }));
}
