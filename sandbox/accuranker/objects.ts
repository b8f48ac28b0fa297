/** AccuRanker's objects, whole; `fields` cuts them down afterwards. */
import { dateOf } from "../world/calendar.ts";
import { hashText, unit } from "../world/random.ts";
import { estimatedVisits, type Keyword } from "../world/rankings.ts";
import { clickShare } from "../world/shape.ts";
import type { ClientWorld } from "../world/world.ts";

/** Inclusive days. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

const CREATED = "2024-06-03";

function daysIn({ from, to }: Period): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** The account the token belongs to, with its one group. */
export function accountObject(worlds: readonly ClientWorld[]): Record<string, unknown> {
  const domains = worlds.map((world) => ({
    id: domainId(world),
    domain: hostOf(world),
    display_name: world.unit.name,
  }));
  return { id: 7_001, organization_name: "Northlight Agency", groups: [{ id: 8_001, group_name: "Clients", domains }] };
}

function domainId(world: ClientWorld): number {
  return Number(world.unit.accurankerDomainId);
}

function hostOf(world: ClientWorld): string {
  return new URL(world.unit.website).host.replace(/^www\./, "");
}

/** A domain with its history over the period. */
export function domainObject(world: ClientWorld, period: Period): Record<string, unknown> {
  return {
    id: domainId(world),
    domain: hostOf(world),
    display_name: world.unit.name,
    created_at: CREATED,
    last_scraped: measuredAt("domain", period.to),
    group: { id: 8_001, name: "Clients", created_at: `${CREATED}T09:00:00Z` },
    google_business_name: null,
    google_business_name_list: [],
    competitors: [],
    history: daysIn(period).map((day) => historyObject(world, day)),
  };
}

interface Measured {
  readonly keyword: Keyword;
  readonly rank: number | null;
}

function measure(world: ClientWorld, day: number): Measured[] {
  const { keywords, rank } = world.rankings;
  return keywords.map((keyword) => ({ keyword, rank: rank(keyword, day) }));
}

function historyObject(world: ClientWorld, day: number): Record<string, unknown> {
  const today = measure(world, day);
  const volume = today.reduce((sum, { keyword }) => sum + (keyword.searchVolume ?? 0), 0);
  const voice = today.reduce((sum, { keyword, rank }) => sum + estimatedVisits(keyword, rank), 0);
  const ranks = today.flatMap(({ rank }) => (rank === null ? [] : [rank]));
  return {
    date: dateOf(day),
    search_volume: volume,
    keywords: today.length,
    share_of_voice: voice,
    share_of_voice_percentage: Math.round((10_000 * voice) / Math.max(1, volume)) / 100,
    average_rank: ranks.length === 0 ? null : Math.round((100 * ranks.reduce((a, b) => a + b, 0)) / ranks.length) / 100,
    ranking_distribution: distribution(today),
    ranking_movement: movement(today, measure(world, day - 1)),
  };
}

function distribution(today: readonly Measured[]): Record<string, number> {
  const between = (low: number, high: number): number =>
    today.filter(({ rank }) => rank !== null && rank >= low && rank <= high).length;
  return {
    keywords_0_3: between(0, 3),
    keywords_4_10: between(4, 10),
    keywords_11_20: between(11, 20),
    keywords_21_50: between(21, 50),
    keywords_above_50: between(51, 1_000),
    keywords_unranked: today.filter(({ rank }) => rank === null).length,
    keywords_total: today.length,
  };
}

function movement(today: readonly Measured[], before: readonly Measured[]): Record<string, number> {
  const unranked = 1_000;
  const moved = today.map(({ keyword, rank }, index) => {
    const earlier = before[index]?.rank ?? null;
    const voice = estimatedVisits(keyword, rank) - estimatedVisits(keyword, earlier);
    return { gained: (earlier ?? unranked) - (rank ?? unranked), voice };
  });
  const winners = moved.filter(({ gained }) => gained > 0);
  const losers = moved.filter(({ gained }) => gained < 0);
  const still = moved.filter(({ gained }) => gained === 0);
  const voiceOf = (list: readonly { voice: number }[]): number => list.reduce((sum, { voice }) => sum + voice, 0);
  return {
    winners: winners.length,
    losers: losers.length,
    no_movement: still.length,
    share_of_voice_winners: voiceOf(winners),
    share_of_voice_losers: voiceOf(losers),
    share_of_voice_no_movement: voiceOf(still),
  };
}

/** A tracked keyword with one rank per day of the period. */
export function keywordObject(world: ClientWorld, keyword: Keyword, period: Period): Record<string, unknown> {
  const seed = hashText(keyword.text);
  return {
    id: keyword.id,
    keyword: keyword.text,
    created_at: `${CREATED}T09:12:00Z`,
    starred: unit(seed, 1) < 0.1,
    tags: keyword.brand ? ["brand"] : ["non-brand"],
    dynamic_tags: [],
    search_engine: { id: 1, name: "Google" },
    search_type: unit(seed, 2) < 0.5 ? 1 : 2,
    search_location: "",
    search_locale: { id: 1, country_code: "us", region: "United States", locale: "en-us", locale_short: "en" },
    preferred_landing_page: null,
    search_volume: {
      id: keyword.id + 500_000,
      search_volume: keyword.searchVolume,
      avg_cost_per_click: Math.round(100 * (2 + 30 * unit(seed, 3))) / 100,
      competition: Math.round(100 * unit(seed, 4)) / 100,
      history: [],
    },
    ranks: daysIn(period).map((day) => rankObject(world, keyword, day)),
    competitor_ranks: [],
  };
}

function rankObject(world: ClientWorld, keyword: Keyword, day: number): Record<string, unknown> {
  const rank = world.rankings.rank(keyword, day);
  const visits = estimatedVisits(keyword, rank);
  const share = rank === null ? 0 : clickShare(rank, keyword.brand);
  return {
    id: keyword.id * 10_000 + (day % 10_000),
    created_at: measuredAt(keyword.text, day),
    rank,
    share_of_voice: visits,
    share_of_voice_percentage: Math.round(10_000 * share) / 100,
    estimated_visits: visits,
    ctr: Math.round(10_000 * share) / 100,
    ctr_max: Math.round(10_000 * clickShare(1, keyword.brand)) / 100,
    search_intent: [],
    highest_ranking_page: rank === null ? "" : keyword.page,
    landing_page:
      rank === null
        ? null
        : {
            id: hashText(keyword.page) % 1_000_000,
            path: keyword.page.slice(world.catalogue.profile.origin.length),
            created_at: `${CREATED}T09:12:00Z`,
          },
    extra_ranks: [],
    above_the_fold: rank !== null && rank <= 3,
    page_serp_features: {
      id: keyword.id,
      total: 2,
      total_owned: 0,
      related_questions: true,
      ai_overview: unit(hashText(keyword.text), 9) < 0.4,
    },
  };
}

/** Ranks are looked up in the small hours. */
function measuredAt(what: string, day: number): string {
  const minute = Math.floor(60 * unit(hashText(what), 5, day));
  return `${dateOf(day)}T04:${String(minute).padStart(2, "0")}:07Z`;
}
