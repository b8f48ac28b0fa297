/** The queries and pages of a client, generated once from its profile. */
import { firstDayOf } from "./calendar.ts";
import type { ClientProfile, FixedQuery, Topic } from "./profile.ts";
import { hashText, shuffled, signed, unit } from "./random.ts";
import { clickShare } from "./shape.ts";

const DAYS_A_MONTH = 30.44;

/** How a page takes part in the impressions of a query. */
export interface PageShare {
  /** Index into the client's pages. */
  readonly page: number;
  /** Share of the query's impressions this page is shown in. */
  readonly seen: number;
  /** Share of the query's clicks that land on it. */
  readonly clicked: number;
  /** Places below the query's best position. */
  readonly below: number;
}

/** Demand for one query text, or for the unlisted queries of one page. */
export interface QueryEntity {
  readonly seed: number;
  /** Index into the client's query texts; null: Google does not list it. */
  readonly query: number | null;
  readonly kind: "brand" | "nonBrand" | "hidden";
  /** Impressions a day at the anchor. */
  readonly impressions: number;
  readonly position: number;
  readonly drift: number;
  readonly growth: number;
  /** First page answers first; the others are shown beside it. */
  readonly pages: readonly PageShare[];
  /** Days between which it exists; null: always. */
  readonly life: { readonly from: number; readonly until: number } | null;
}

/** Texts get an index the first time they are met and keep it. */
export class Names {
  readonly #index = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #seeds: number[] = [];

  /** Index of a text, a new one when it is met for the first time. */
  indexOf(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.#texts.length);
    this.#texts.push(text);
    this.#seeds.push(hashText(text));
    return this.#texts.length - 1;
  }

  /** The text at an index; empty when there is none. */
  at(index: number): string {
    return this.#texts[index] ?? "";
  }

  /** Seed of the text at an index. Indices depend on who asked first, so noise must never follow from them. */
  seedAt(index: number): number {
    return this.#seeds[index] ?? 0;
  }
}

/** The names of a client and the demand that is always there. */
export interface Catalogue {
  readonly seed: number;
  readonly profile: ClientProfile;
  readonly queries: Names;
  /** Full addresses. */
  readonly pages: Names;
  readonly lasting: readonly QueryEntity[];
}

/** Builds the lasting part of a client. */
export function catalogueOf(profile: ClientProfile): Catalogue {
  const base = { seed: hashText(profile.businessUnitId), profile, queries: new Names(), pages: new Names() };
  for (const page of profile.pages) base.pages.indexOf(profile.origin + page.path);
  const fixed = profile.fixed.map((query) => fixedQuery(base, query));
  const fixedClicks = (brand: boolean): number =>
    profile.fixed.filter((query) => query.brand === brand).reduce((sum, query) => sum + query.clicks, 0);
  const brand = scaled(brandQueries(base), profile.monthlyClicks.brand - fixedClicks(true));
  const nonBrand = scaled(topicQueries(base), profile.monthlyClicks.nonBrand - fixedClicks(false));
  const hidden = scaled(hiddenDemand(base), profile.monthlyClicks.hidden);
  return { ...base, lasting: [...fixed, ...brand, ...nonBrand, ...hidden] };
}

type Base = Omit<Catalogue, "lasting">;

function entity(
  base: Base,
  key: string,
  kind: QueryEntity["kind"],
  rest: Pick<QueryEntity, "query" | "impressions" | "position" | "pages">,
): QueryEntity {
  const seed = hashText(`${base.seed}:${kind}:${key}`);
  return {
    ...rest,
    seed,
    kind,
    drift: base.profile.drift[kind] * (0.4 + 1.2 * unit(seed, 11)),
    growth: base.profile.growth[kind] + 0.12 * signed(seed, 12),
    life: null,
  };
}

/** Sets impressions so that the expected clicks of all together are `monthly` at the anchor. */
function scaled(entities: readonly QueryEntity[], monthly: number): QueryEntity[] {
  const clicks = entities.reduce(
    (sum, each) => sum + each.impressions * clickShare(each.position, each.kind === "brand"),
    0,
  );
  const factor = monthly / DAYS_A_MONTH / clicks;
  return entities.map((each) => ({ ...each, impressions: each.impressions * factor }));
}

function pageIndex(base: Base, path: string): number {
  return base.pages.indexOf(base.profile.origin + path);
}

function onePage(base: Base, path: string): PageShare[] {
  return [{ page: pageIndex(base, path), seen: 1, clicked: 1, below: 0 }];
}

function fixedQuery(base: Base, fixed: FixedQuery): QueryEntity {
  const kind = fixed.brand ? "brand" : "nonBrand";
  const impressions = fixed.clicks / DAYS_A_MONTH / clickShare(fixed.position, fixed.brand);
  return entity(base, fixed.text, kind, {
    query: base.queries.indexOf(fixed.text),
    impressions,
    position: fixed.position,
    pages: onePage(base, fixed.page),
  });
}

/** Brand searches show several pages of the site at once, so pages add up to more than the property. */
function brandQueries(base: Base): QueryEntity[] {
  const texts = base.profile.brandNames.flatMap((name) =>
    base.profile.brandEndings.map(({ text, page }) => ({ text: `${name} ${text}`.trim(), page })),
  );
  return texts.map(({ text, page }, rank) => {
    const main = pageIndex(base, page);
    const beside = [1, 2]
      .map((index) => pageIndex(base, base.profile.pages[index]?.path ?? "/"))
      .filter((at) => at !== main);
    return entity(base, text, "brand", {
      query: base.queries.indexOf(text),
      impressions: 1 / (rank + 1) ** 1.15,
      position: 1.05 + 0.9 * unit(hashText(text), 1) ** 2,
      pages: [
        { page: main, seen: 1, clicked: 0.93, below: 0 },
        ...beside.map((at, order) => ({ page: at, seen: 0.28 - 0.1 * order, clicked: 0.035, below: 1 + order })),
      ],
    });
  });
}

const START: Readonly<Record<Topic["intent"], readonly [number, number]>> = {
  informational: [1.6, 26],
  commercial: [2.4, 22],
  local: [1.8, 14],
  transactional: [2.2, 30],
};

function topicQueries(base: Base): QueryEntity[] {
  const all = base.profile.topics.flatMap((topic) =>
    topic.heads.flatMap((head) => topic.endings.map((ending) => ({ topic, text: `${head} ${ending}`.trim() }))),
  );
  return shuffled(base.seed, all).map(({ topic, text }, rank) => {
    const draw = hashText(text);
    const [best, worst] = START[topic.intent];
    const rival = topic.rival !== undefined && unit(draw, 3) < 0.55 ? topic.rival : null;
    const seen = 0.15 + 0.4 * unit(draw, 4);
    return entity(base, text, "nonBrand", {
      query: base.queries.indexOf(text),
      impressions: 1 / (rank + 6) ** 0.62,
      position: best + (worst - best) * unit(draw, 2) ** 2.1,
      pages:
        rival === null
          ? onePage(base, topic.page)
          : [
              { page: pageIndex(base, topic.page), seen: 1, clicked: 1 - seen / 2, below: 0 },
              { page: pageIndex(base, rival), seen, clicked: seen / 2, below: 1 + 3 * unit(draw, 5) },
            ],
    });
  });
}

function hiddenDemand(base: Base): QueryEntity[] {
  return base.profile.pages.map(({ path, weight }) =>
    entity(base, path, "hidden", {
      query: null,
      impressions: weight,
      position: 4 + 8 * unit(hashText(path), 6),
      pages: onePage(base, path),
    }),
  );
}

/** Times twelve, this stays below the number of articles: none is published twice in a year. */
const ARTICLES_A_MONTH = 2;

/** Demand that arrives with the articles published in one month and leaves when they fade. */
export function publishedIn(catalogue: Catalogue, month: number): QueryEntity[] {
  const { articles } = catalogue.profile.publishing;
  return Array.from({ length: ARTICLES_A_MONTH }, (_, order) => {
    const article = articles[(month * ARTICLES_A_MONTH + order) % articles.length];
    return article === undefined ? [] : articleDemand(catalogue, month, order, article);
  }).flat();
}

function articleDemand(
  catalogue: Catalogue,
  month: number,
  order: number,
  article: ClientProfile["publishing"]["articles"][number],
): QueryEntity[] {
  const { prefix, clicksPerQuery } = catalogue.profile.publishing;
  const year = Math.floor(month / 12);
  const path = `${prefix}${article.slug}-${year}/`;
  const draw = hashText(path);
  const from = firstDayOf(month) + 2 + order * 13 + Math.floor(6 * unit(draw, 1));
  const life = { from, until: from + 45 + Math.floor(330 * unit(draw, 2) ** 1.6) };
  const texts = [article.query, `${article.query} ${year}`, null];
  return texts.map((text, place) => {
    const position = 3.5 + 9 * unit(draw, 3, place);
    const clicks = (clicksPerQuery / (place === 2 ? 1.6 : place + 1)) * (0.6 + 0.8 * unit(draw, 4, place));
    const made = entity(catalogue, `${path}:${place}`, text === null ? "hidden" : "nonBrand", {
      query: text === null ? null : catalogue.queries.indexOf(text),
      impressions: clicks / DAYS_A_MONTH / clickShare(position, false),
      position,
      pages: onePage(catalogue, path),
    });
    return { ...made, growth: 0, life };
  });
}

/** Longest life of an article in months, for those who look back. */
export const LONGEST_LIFE_MONTHS = 14;
