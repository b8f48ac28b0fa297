/** What happened on one day: impressions, clicks and position of every query and every page shown for it. */
import { monthOf } from "./calendar.ts";
import { type Catalogue, LONGEST_LIFE_MONTHS, publishedIn, type QueryEntity } from "./entities.ts";
import { roundBy, signed, unit, wave } from "./random.ts";
import { clickShare, season, trend, trendYears, weekday } from "./shape.ts";

/** Counts of one query on one day; `shown` are the pages it was answered with. */
export interface Cell {
  readonly entity: QueryEntity;
  /** Draw that decides how the counts spread over devices and countries. */
  readonly spread: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly position: number;
  readonly shown: readonly ShownPage[];
}

/** Counts of one page for one query on one day, as Google counts them by page. */
export interface ShownPage {
  readonly page: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly position: number;
}

/** Gives the cells of a day. A day never changes: it depends on the client and the date alone. */
export type Days = (day: number) => readonly Cell[];

/** Days kept in memory: a year and a month, so that a comparison with last year stays warm. */
const KEPT_DAYS = 400;

/** A lazily filled calendar of one client. */
export function daysOf(catalogue: Catalogue): Days {
  const kept = new Map<number, readonly Cell[]>();
  const months = new Map<number, readonly QueryEntity[]>();
  const alive = (month: number): readonly QueryEntity[] => {
    let entities = months.get(month);
    if (entities === undefined) {
      const back = Array.from({ length: LONGEST_LIFE_MONTHS + 1 }, (_, ago) => month - ago);
      entities = [...catalogue.lasting, ...back.flatMap((each) => publishedIn(catalogue, each))];
      months.set(month, entities);
    }
    return entities;
  };
  return (day) => {
    let cells = kept.get(day);
    if (cells === undefined) {
      cells = cellsOf(catalogue, alive(monthOf(day)), day);
      if (kept.size >= KEPT_DAYS) kept.clear();
      kept.set(day, cells);
    }
    return cells;
  };
}

function cellsOf(catalogue: Catalogue, entities: readonly QueryEntity[], day: number): readonly Cell[] {
  const { profile, seed } = catalogue;
  const demand =
    weekday(profile.week, day) * (1 + 0.035 * signed(seed, day, 1)) * (1 + 0.05 * wave(seed, day, 150, 190));
  const seasons = { named: season(profile.year, day), unnamed: season(profile.yearWithoutName, day) };
  return entities.flatMap((entity) => {
    const cell = cellOf(entity, day, demand * (entity.kind === "brand" ? seasons.named : seasons.unnamed));
    return cell === null ? [] : [cell];
  });
}

function cellOf(entity: QueryEntity, day: number, demand: number): Cell | null {
  const presence = presenceOf(entity, day);
  if (presence === 0) return null;
  const { seed } = entity;
  const expected =
    entity.impressions *
    presence *
    demand *
    trend(entity.growth, day) *
    (1 + 0.22 * wave(seed, day, 110, 260)) *
    (1 + 0.14 * signed(seed, day, 2));
  const impressions = roundBy(expected, unit(seed, day, 3));
  if (impressions === 0) return null;
  const position = positionOf(entity, day);
  const share = clickShare(position, entity.kind === "brand") * (1 + 0.1 * signed(seed, day, 4));
  const clicks = Math.min(impressions, roundBy(impressions * share, unit(seed, day, 5)));
  const spread = unit(seed, day, 6);
  return {
    entity,
    spread,
    impressions,
    clicks,
    position,
    shown: shownPages(entity, day, impressions, clicks, position),
  };
}

/** An article is found slowly and fades before it is gone. */
function presenceOf(entity: QueryEntity, day: number): number {
  if (entity.life === null) return 1;
  const { from, until } = entity.life;
  if (day < from || day >= until) return 0;
  return Math.min(1, (day - from + 3) / 24, (until - day) / 18);
}

function positionOf(entity: QueryEntity, day: number): number {
  const { seed, position } = entity;
  const room = Math.sqrt(position) - 0.6;
  const moved =
    position +
    entity.drift * Math.min(1, position / 4) * trendYears(day) +
    room * (0.4 * wave(seed + 7, day, 90, 230) + 0.3 * signed(seed, day, 7));
  return Math.round(Math.max(1, moved) * 100) / 100;
}

/** By page, a second page of the same result counts its own impression and click; so pages add up to a little more. */
function shownPages(
  entity: QueryEntity,
  day: number,
  impressions: number,
  clicks: number,
  position: number,
): ShownPage[] {
  const [main, ...beside] = entity.pages;
  if (main === undefined) return [];
  const others = beside.flatMap((share, order) => {
    const seen = Math.min(impressions, roundBy(impressions * share.seen, unit(entity.seed, day, 20 + order)));
    const clicked = Math.min(seen, clicks, roundBy(clicks * share.clicked, unit(entity.seed, day, 30 + order)));
    return seen === 0
      ? []
      : [{ page: share.page, impressions: seen, clicks: clicked, position: position + share.below }];
  });
  const elsewhere = others.reduce((sum, each) => sum + each.clicks, 0);
  const again = roundBy(0.06 * elsewhere, unit(entity.seed, day, 40));
  const mainClicks = Math.min(clicks, Math.max(0, clicks - elsewhere) + again);
  return [{ page: main.page, impressions, clicks: mainClicks, position }, ...others];
}
