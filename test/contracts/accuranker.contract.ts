/** What every AccuRanker port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccurankerPort, TrackedKeyword } from "../../src/ports/accuranker/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A tracked domain with a month of ranks. `impatient` is the same port with a short time limit. */
export interface AccurankerWorld {
  readonly port: AccurankerPort;
  readonly impatient: AccurankerPort;
  readonly domainId: string;
  readonly month: { readonly from: string; readonly to: string };
  fault(kind: FaultKind, method: keyof AccurankerPort): Promise<void>;
  calm(): Promise<void>;
}

const PAGE = { limit: 1000, offset: 0 };

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function accurankerContract(name: string, open: () => Promise<AccurankerWorld>): void {
  describe(`AccuRanker port, ${name}`, () => {
    let world: AccurankerWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    reads(() => world);
    refusals(() => world);
    failures(() => world);
  });
}

function reads(world: () => AccurankerWorld): void {
  it("gives the share of voice per day, oldest first, inside the period", async () => {
    const { port, domainId, month } = world();
    const domain = await port.domain(domainId, month);
    expect(domain.id).toBe(domainId);
    expect(domain.name).not.toBe("");
    const dates = domain.history.map((day) => day.date);
    expect(dates).toEqual([...dates].sort());
    expect([dates[0], dates.at(-1)]).toEqual([month.from, month.to]);
    const shares = domain.history.map((day) => day.shareOfVoicePercent ?? 0);
    expect(shares.every((share) => share >= 0 && share <= 100)).toBe(true);
  });

  it("gives ranks per day, and not ranking is null, never 0", async () => {
    const { port, domainId, month } = world();
    const { keywords } = await port.keywords(domainId, month, PAGE);
    expect(keywords.length).toBeGreaterThan(5);
    const ranks = keywords.flatMap((keyword) => keyword.ranks);
    expect(ranks.some((entry) => entry.rank === null)).toBe(true);
    expect(ranks.every((entry) => entry.rank === null || entry.rank >= 1)).toBe(true);
    expect(ranks.every((entry) => entry.date >= month.from && entry.date <= month.to)).toBe(true);
    for (const keyword of keywords) {
      const dates = keyword.ranks.map((entry) => entry.date);
      expect(dates).toEqual([...new Set(dates)].sort());
    }
  });

  it("paging gives every keyword once", async () => {
    const { port, domainId, month } = world();
    const whole = await port.keywords(domainId, month, PAGE);
    const paged: TrackedKeyword[] = [];
    for (let offset = 0; ; offset += 4) {
      const { keywords } = await port.keywords(domainId, month, { limit: 4, offset });
      paged.push(...keywords);
      if (keywords.length < 4) break;
    }
    expect(paged).toEqual(whole.keywords);
  });

  it("the raw reply is the JSON the keywords were read from, and the request without a credential", async () => {
    const { port, domainId, month } = world();
    const { keywords, raw } = await port.keywords(domainId, month, { limit: 3, offset: 0 });
    expect(JSON.parse(raw.body)).toHaveLength(keywords.length);
    expect(raw.request).toEqual({
      method: "GET",
      path: `/domains/${domainId}/keywords/`,
      body: {
        fields: "id,keyword,search_volume.search_volume,ranks.rank,ranks.created_at",
        period_from: month.from,
        period_to: month.to,
        limit: "3",
        offset: "0",
      },
    });
  });
}

function refusals(world: () => AccurankerWorld): void {
  it("takes 100 days and refuses 101, before anything is sent", async () => {
    const { port, domainId } = world();
    expect((await port.domain(domainId, { from: "2026-06-23", to: "2026-09-30" })).id).toBe(domainId);
    const failure = await failureOf(port.domain(domainId, { from: "2026-06-22", to: "2026-09-30" }));
    expect(failure).toMatchObject({ name: "PermanentError", code: "accuranker_bad_request" });
    expect(failure.message).toContain("101");
  });

  it.each([
    ["a domain id that is none", "41001/keywords", PAGE],
    ["no keywords", null, { limit: 0, offset: 0 }],
    ["a negative offset", null, { limit: 1, offset: -1 }],
  ])("refuses %s", async (_, domainId, page) => {
    const failure = await failureOf(world().port.keywords(domainId ?? world().domainId, world().month, page));
    expect(failure).toMatchObject({ name: "PermanentError", code: "accuranker_bad_request" });
  });

  it("a domain that is not tracked is final", async () => {
    const failure = await failureOf(world().port.domain("999999", world().month));
    expect(failure).toMatchObject({ name: "PermanentError", code: "accuranker_not_found" });
  });
}

function failures(world: () => AccurankerWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a read ends in the failure that says what happens next",
    async (kind) => {
      const { domainId, month } = world();
      await world().fault(kind, "keywords");
      const failure = await failureOf(portFor(world(), kind).keywords(domainId, month, PAGE));
      expect(failure).toMatchObject(expectedOf("accuranker", kind));
      await world().calm();
      expect((await world().port.keywords(domainId, month, PAGE)).keywords.length).toBeGreaterThan(0);
    },
  );
}
