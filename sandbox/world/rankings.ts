/** What a rank tracker sees: a chosen list of keywords, one rank a day, share of voice. */
import type { Catalogue, QueryEntity } from "./entities.ts";
import { hashText, signed, unit, wave } from "./random.ts";
import { clickShare, trendYears } from "./shape.ts";

export interface Keyword {
  readonly id: number;
  readonly text: string;
  /** Searches a month; null: the provider does not know. */
  readonly searchVolume: number | null;
  readonly page: string;
  readonly brand: boolean;
}

export interface Rankings {
  readonly keywords: readonly Keyword[];
  /** Rank on a day; null: not among the first hundred results. */
  rank(keyword: Keyword, day: number): number | null;
}

/** Keywords somebody wishes to rank for and never did. */
const WISHES = [
  "sell structured settlement",
  "cash for settlement payments",
  "settlement loans",
  "pre settlement funding",
];
const TRACKED_BRAND = 4;
const TRACKED = 36;
const LAST_RANK = 100;

/** Picks keywords evenly over a client's queries, so that good and bad ranks are both there. */
export function rankingsOf(catalogue: Catalogue): Rankings {
  const named = catalogue.lasting.filter((entity) => entity.query !== null);
  const brand = named.filter(({ kind }) => kind === "brand").slice(0, TRACKED_BRAND);
  const others = named.filter(({ kind }) => kind === "nonBrand").sort((a, b) => b.impressions - a.impressions);
  const step = Math.max(1, Math.floor(others.length / (TRACKED - brand.length)));
  const chosen = [...brand, ...others.filter((_, index) => index % step === 0)].slice(0, TRACKED);
  const entities = new Map<number, QueryEntity>();
  const tracked = chosen.map((entity, index): Keyword => {
    const id = 9_100_001 + index;
    entities.set(id, entity);
    const volume = Math.round((entity.impressions * 30 * (2 + 3 * unit(entity.seed, 80))) / 10) * 10;
    return {
      id,
      text: catalogue.queries.at(entity.query ?? 0),
      searchVolume: unit(entity.seed, 81) < 0.08 ? null : Math.max(10, volume),
      page: catalogue.pages.at(entity.pages[0]?.page ?? 0),
      brand: entity.kind === "brand",
    };
  });
  const wishes = WISHES.map((text, index): Keyword => {
    const searchVolume = 400 + Math.round(40 * unit(hashText(text), 1)) * 50;
    return { id: 9_100_001 + TRACKED + index, text, searchVolume, page: "", brand: false };
  });
  return {
    keywords: [...tracked, ...wishes],
    rank: (keyword, day) => {
      const entity = entities.get(keyword.id);
      return entity === undefined ? null : rankOf(entity, day);
    },
  };
}

/** A tracker looks once a day from one place, so its rank jumps where Search Console's average position glides. */
function rankOf(entity: QueryEntity, day: number): number | null {
  const { seed, position } = entity;
  const moved =
    position +
    entity.drift * Math.min(1, position / 4) * trendYears(day) +
    0.5 * Math.sqrt(position) * wave(seed + 7, day, 90, 230);
  const jump = Math.sqrt(position) * 0.7 * signed(seed, day, 90);
  const rank = Math.max(1, Math.round(moved + jump));
  // Results far down drop out of the list on some days.
  const lost = rank > 18 && unit(seed, day, 91) < 0.35;
  return rank > LAST_RANK || lost ? null : rank;
}

/** Clicks a month the provider expects from a rank. */
export function estimatedVisits(keyword: Keyword, rank: number | null): number {
  if (rank === null || keyword.searchVolume === null) return 0;
  return Math.round(keyword.searchVolume * clickShare(rank, keyword.brand));
}
