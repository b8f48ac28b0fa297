/** The demo world itself: its sums, its history, its determinism. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUSINESS_UNITS } from "../../sandbox/seed.ts";
import { visitsOf } from "../../sandbox/world/analytics.ts";
import { dateOf, dayOf, firstDayOf, monthOf, monthsBefore, todayIn, weekdayOf } from "../../sandbox/world/calendar.ts";
import { plunkett } from "../../sandbox/world/clients/plunkett.ts";
import { strategicSettlements } from "../../sandbox/world/clients/strategic-settlements.ts";
import { daysOf } from "../../sandbox/world/days.ts";
import { catalogueOf, publishedIn } from "../../sandbox/world/entities.ts";
import { type SearchDimension, type SearchGroup, searchOf } from "../../sandbox/world/search.ts";
import { spreadOver, spreadWithin } from "../../sandbox/world/spread.ts";
import { type ClientWorld, findClient } from "../../sandbox/world/world.ts";

const day = (date: string): number => dayOf(date) ?? Number.NaN;
const FIRST = day("2025-07-23");
const LAST = day("2026-11-19");

function worldOf(id: string): ClientWorld {
  const world = findClient((unit) => unit.id === id);
  if (world === null) throw new Error(`no world for ${id}`);
  return world;
}

const CLIENTS = BUSINESS_UNITS.map(({ id }) => worldOf(id));
const STRATEGIC = worldOf("bu_strategic_settlements");
const PLUNKETT = worldOf("bu_plunkett");

function search(world: ClientWorld, from: number, to: number, dimensions: readonly SearchDimension[], byPage = false) {
  return world.search({ from, to, dimensions, byPage, filters: [], arrived: () => 1 });
}

function sum(groups: readonly SearchGroup[], field: "clicks" | "impressions" | "positionSum"): number {
  return groups.reduce((total, group) => total + group[field], 0);
}

const aWorld = fc.constantFrom(...CLIENTS);
const aRange = fc
  .tuple(fc.integer({ min: FIRST, max: LAST - 45 }), fc.integer({ min: 0, max: 44 }))
  .map(([from, length]) => ({ from, to: from + length }));
const longRange = fc.integer({ min: FIRST, max: LAST - 45 }).map((from) => ({ from, to: from + 27 }));

function isBrand(world: ClientWorld, query: string): boolean {
  return world.unit.brandTerms.some((term) => query.includes(term));
}

function month(world: ClientWorld, name: string) {
  const from = day(`${name}-01`);
  return { world, from, to: firstDayOf(monthOf(from) + 1) - 1 };
}

function brandClicks({ world, from, to }: ReturnType<typeof month>): { brand: number; nonBrand: number } {
  const rows = search(world, from, to, ["query"]);
  const brand = sum(
    rows.filter(({ keys }) => isBrand(world, keys[0] ?? "")),
    "clicks",
  );
  return { brand, nonBrand: sum(rows, "clicks") - brand };
}

describe("sums", () => {
  test("totals, dates, devices, countries and their combinations add up to the same clicks and impressions", () => {
    fc.assert(
      fc.property(aWorld, aRange, (world, { from, to }) => {
        const total = search(world, from, to, []);
        const splits: SearchDimension[][] = [
          ["date"],
          ["device"],
          ["country"],
          ["device", "country"],
          ["date", "device"],
        ];
        for (const dimensions of splits) {
          const parts = search(world, from, to, dimensions);
          expect(sum(parts, "clicks")).toBe(sum(total, "clicks"));
          expect(sum(parts, "impressions")).toBe(sum(total, "impressions"));
        }
      }),
      { numRuns: 10 },
    );
  });

  test("queries explain 55 to 75 % of the clicks, the rest is not listed", () => {
    fc.assert(
      fc.property(aWorld, longRange, (world, { from, to }) => {
        const total = sum(search(world, from, to, []), "clicks");
        const hidden = 1 - sum(search(world, from, to, ["query"]), "clicks") / total;
        expect(hidden).toBeGreaterThan(0.25);
        expect(hidden).toBeLessThan(0.45);
      }),
      { numRuns: 20 },
    );
  });

  test("pages add up to slightly more clicks than the property and never to less", () => {
    fc.assert(
      fc.property(aWorld, longRange, (world, { from, to }) => {
        const total = sum(search(world, from, to, []), "clicks");
        const pages = sum(search(world, from, to, ["page"], true), "clicks");
        expect(pages).toBeGreaterThan(total);
        expect(pages).toBeLessThan(total * 1.02);
      }),
      { numRuns: 20 },
    );
  });

  test("query and page together show more impressions than the queries do", () => {
    fc.assert(
      fc.property(aWorld, longRange, (world, { from, to }) => {
        const queries = sum(search(world, from, to, ["query"]), "impressions");
        expect(sum(search(world, from, to, ["query", "page"], true), "impressions")).toBeGreaterThan(queries * 1.02);
      }),
      { numRuns: 10 },
    );
  });

  test("no group has more clicks than impressions or a position above the first place", () => {
    fc.assert(
      fc.property(
        aWorld,
        aRange,
        fc.subarray<SearchDimension>(["date", "query", "page", "device"]),
        (world, { from, to }, dimensions) => {
          for (const group of search(world, from, to, dimensions, dimensions.includes("page"))) {
            expect(group.clicks).toBeLessThanOrEqual(group.impressions);
            expect(group.positionSum).toBeGreaterThanOrEqual(group.impressions * 0.999);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test("every country and device gets its fair share of clicks, also out of small counts", () => {
    for (const world of CLIENTS) {
      for (const dimension of ["country", "device"] as const) {
        const rows = search(world, LAST - 60, LAST, [dimension]);
        for (const row of rows) {
          const [ofClicks, ofImpressions] = [
            row.clicks / sum(rows, "clicks"),
            row.impressions / sum(rows, "impressions"),
          ];
          expect(Math.abs(ofClicks - ofImpressions)).toBeLessThan(0.06);
        }
      }
    }
  });

  test("a count spread over segments keeps its sum, and clicks stay within impressions everywhere", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 24 });
    const draw = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(weights, fc.nat(5_000), fc.nat(5_000), draw, (parts, a, b, at) => {
        const whole = parts.reduce((x, y) => x + y, 0);
        const ends = parts.map((_, index) => parts.slice(0, index + 1).reduce((x, y) => x + y, 0) / whole);
        const mix = { segments: parts.map((_, country) => ({ device: 0, country })), ends };
        const [clicks, impressions] = [Math.min(a, b), Math.max(a, b)];
        const seen = spreadOver(impressions, mix, at);
        const clicked = spreadWithin(clicks, impressions, seen, at);
        expect(seen.reduce((x, y) => x + y, 0)).toBe(impressions);
        expect(clicked.reduce((x, y) => x + y, 0)).toBe(clicks);
        expect(clicked.every((count, index) => count >= 0 && count <= (seen[index] ?? 0))).toBe(true);
      }),
    );
  });
});

describe("determinism", () => {
  test("a client built twice tells the same, whatever was asked of it before", () => {
    for (const profile of [plunkett, strategicSettlements]) {
      const [one, two] = [profile, profile].map((each) => {
        const catalogue = catalogueOf(each);
        const days = daysOf(catalogue);
        return { search: searchOf(catalogue, days), visits: visitsOf(catalogue, days), pages: catalogue.pages };
      });
      const digest = (world: typeof one, at: number): string => {
        const question = { from: at, to: at + 3, byPage: true, filters: [], arrived: () => 1 };
        const rows = world?.search({ ...question, dimensions: ["query", "page", "device"] }) ?? [];
        const visits = world?.visits(at, true).map((cell) => [world.pages.at(cell.page), { ...cell, page: 0 }]) ?? [];
        const lines = [...rows, ...visits].map((row) => JSON.stringify(row)).toSorted();
        return createHash("sha256").update(lines.join("\n")).digest("hex");
      };
      const days = [FIRST, FIRST + 200, LAST - 3];
      const first = days.map((each) => digest(one, each));
      const second = days.toReversed().map((each) => digest(two, each));
      expect(second.toReversed()).toEqual(first);
    }
  });

  test("an article appears once a year", () => {
    for (const { catalogue } of CLIENTS) {
      const months = Array.from({ length: 36 }, (_, index) => monthOf(FIRST) + index);
      const pages = months.flatMap((each) => [
        ...new Set(publishedIn(catalogue, each).map(({ pages }) => pages[0]?.page)),
      ]);
      expect(new Set(pages).size).toBe(pages.length);
    }
  });

  test("a date keeps its figures whatever range it is asked in", () => {
    fc.assert(
      fc.property(aWorld, aRange, (world, { from, to }) => {
        const alone = search(world, from, from, []);
        const inside = search(world, from, to, ["date"]).filter(({ keys }) => keys[0] === dateOf(from));
        expect(inside.map(({ clicks, impressions }) => [clicks, impressions])).toEqual(
          alone.map(({ clicks, impressions }) => [clicks, impressions]),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe("the story the figures tell", () => {
  test("both clients get 8,000 to 20,000 clicks in every exposed month", () => {
    for (const world of CLIENTS) {
      for (let at = monthOf(day("2025-08-01")); at <= monthOf(day("2026-10-01")); at += 1) {
        const clicks = sum(search(world, firstDayOf(at), firstDayOf(at + 1) - 1, []), "clicks");
        expect(clicks).toBeGreaterThan(8_000);
        expect(clicks).toBeLessThan(20_000);
      }
    }
  });

  test("Strategic Settlements grows clearly over a year, most of it without its name", () => {
    const [before, after] = [month(STRATEGIC, "2025-10"), month(STRATEGIC, "2026-10")];
    const total = ({ world, from, to }: typeof before): number => sum(search(world, from, to, []), "clicks");
    expect(total(after) / total(before)).toBeGreaterThan(1.15);
    expect(brandClicks(after).nonBrand / brandClicks(before).nonBrand).toBeGreaterThan(1.2);
  });

  test("Plunkett gains with its name and loses without it", () => {
    const [before, after] = [brandClicks(month(PLUNKETT, "2025-10")), brandClicks(month(PLUNKETT, "2026-10"))];
    expect(after.brand / before.brand).toBeGreaterThan(1.08);
    expect(after.nonBrand / before.nonBrand).toBeLessThan(0.9);
  });

  test("a law firm rests at weekends and a shop does not", () => {
    const weekendShare = (world: ClientWorld): number => {
      const rows = search(world, day("2026-09-07"), day("2026-10-04"), ["date"]);
      const weekend = rows.filter(({ keys }) => [0, 6].includes(weekdayOf(day(keys[0] ?? ""))));
      return sum(weekend, "clicks") / sum(rows, "clicks");
    };
    expect(weekendShare(STRATEGIC)).toBeLessThan(0.22);
    expect(weekendShare(PLUNKETT)).toBeGreaterThan(2 / 7);
  });

  test("every month has 60 to 400 queries, some of them striking distance, and pages come and go", () => {
    for (const world of CLIENTS) {
      const { from, to } = month(world, "2026-10");
      const queries = search(world, from, to, ["query"]);
      expect(queries.length).toBeGreaterThan(60);
      expect(queries.length).toBeLessThan(400);
      const striking = queries.filter(({ impressions, positionSum }) => {
        const position = positionSum / impressions;
        return impressions >= 100 && position >= 4 && position <= 20;
      });
      expect(striking.length).toBeGreaterThan(20);
      const seen = (each: ReturnType<typeof month>) =>
        new Set(
          search(each.world, each.from, each.to, ["page"], true)
            .filter(({ impressions }) => impressions >= 10)
            .map(({ keys }) => keys[0]),
        );
      const [now, lastYear, before] = ["2026-10", "2025-10", "2026-09"].map((name) => seen(month(world, name)));
      const missing = (from: typeof now, other: typeof now) =>
        [...(from ?? [])].filter((page) => other?.has(page) !== true);
      expect(missing(now, before).length).toBeGreaterThan(0);
      expect(missing(lastYear, now).length).toBeGreaterThan(0);
    }
  });

  test("every page lies in a page group of the client, apart from a few", () => {
    for (const world of CLIENTS) {
      const { from, to } = month(world, "2026-10");
      const pages = search(world, from, to, ["page"], true);
      const grouped = pages.filter(({ keys }) => {
        const path = (keys[0] ?? "").slice(world.unit.website.length - 1);
        return world.unit.pageGroups.some(({ prefix }) => (prefix === "/$" ? path === "/" : path.startsWith(prefix)));
      });
      expect(sum(grouped, "clicks") / sum(pages, "clicks")).toBeGreaterThan(0.75);
      expect(grouped.length).toBeLessThan(pages.length);
    }
  });

  test("text nobody should trust is among the top rows", () => {
    const top = (world: ClientWorld, dimension: "query" | "page"): string => {
      const { from, to } = month(world, "2026-10");
      const rows = search(world, from, to, [dimension], dimension === "page").toSorted((a, b) => b.clicks - a.clicks);
      return rows
        .slice(0, 25)
        .map(({ keys }) => keys[0])
        .join("\n");
    };
    const queries = top(STRATEGIC, "query");
    for (const text of [
      "<script>",
      "{{client.name}}",
      "ignore previous instructions",
      "💰",
      "تسوية",
      "règlement",
      '"',
      "=HYPERLINK",
    ]) {
      expect(queries).toContain(text);
    }
    expect(top(STRATEGIC, "page")).toContain('"><img src=x onerror=alert(1)>');
    expect(top(PLUNKETT, "query")).toContain("<b>plunkett</b>");
  });
});

describe("GA4 and rankings", () => {
  test("organic sessions are 0.85 to 1.1 of the clicks", () => {
    fc.assert(
      fc.property(aWorld, longRange, (world, { from, to }) => {
        const clicks = sum(search(world, from, to, []), "clicks");
        let sessions = 0;
        for (let each = from; each <= to; each += 1) {
          for (const cell of world.visits(each, false))
            if (cell.channel === "Organic Search") sessions += cell.visits.sessions;
        }
        expect(sessions / clicks).toBeGreaterThan(0.85);
        expect(sessions / clicks).toBeLessThan(1.1);
      }),
      { numRuns: 15 },
    );
  });

  test("visits per device and country add up to the visits of the day", () => {
    for (const world of CLIENTS) {
      const add = (segments: boolean) => {
        const total = { sessions: 0, engaged: 0, leads: 0, orders: 0, revenueCents: 0, views: 0, seconds: 0 };
        for (const { visits } of world.visits(LAST, segments)) {
          total.sessions += visits.sessions;
          total.engaged += visits.engaged;
          total.leads += visits.leads;
          total.orders += visits.orders;
          total.revenueCents += visits.revenueCents;
          total.views += visits.views;
          total.seconds += visits.seconds;
        }
        return total;
      };
      expect(add(true)).toEqual(add(false));
    }
  });

  test("about forty keywords are tracked; some never rank and some drop out on some days", () => {
    const { keywords, rank } = STRATEGIC.rankings;
    expect(keywords.length).toBe(40);
    const ranks = keywords.map((keyword) => Array.from({ length: 31 }, (_, index) => rank(keyword, LAST - index)));
    expect(ranks.filter((each) => each.every((value) => value === null)).length).toBeGreaterThanOrEqual(4);
    expect(ranks.some((each) => each.includes(null) && each.some((value) => value !== null))).toBe(true);
    expect(ranks.flat().every((value) => value === null || (value >= 1 && value <= 100))).toBe(true);
    expect(keywords.some(({ searchVolume }) => searchVolume === null)).toBe(true);
  });
});

describe("calendar", () => {
  test("a date that is none is refused", () => {
    for (const text of ["2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "", "2026-01-01T00:00:00Z"])
      expect(dayOf(text)).toBeNull();
  });

  test("a day and its date lead to each other", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60_000 }), (each) => dayOf(dateOf(each)) === each));
  });

  test("months back stay in their month at its end", () => {
    expect(dateOf(monthsBefore(day("2026-03-31"), 1))).toBe("2026-02-28");
    expect(dateOf(monthsBefore(day("2026-11-22"), 16))).toBe("2025-07-22");
  });

  test("the Pacific day begins eight hours after the UTC day in winter", () => {
    expect(dateOf(todayIn("America/Los_Angeles", new Date("2026-11-22T07:59:00Z")))).toBe("2026-11-21");
    expect(dateOf(todayIn("America/Los_Angeles", new Date("2026-11-22T08:01:00Z")))).toBe("2026-11-22");
  });
});
