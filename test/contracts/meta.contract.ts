/** What every Meta port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InsightDay, InsightPage, MetaPort } from "../../src/ports/meta/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

interface Range {
  readonly from: string;
  readonly to: string;
}

/** An ad account with some campaigns. `impatient` is the same port with a short time limit. */
export interface MetaWorld {
  readonly port: MetaPort;
  readonly impatient: MetaPort;
  readonly accountId: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly month: Range;
  /** More rows of campaigns than a page has. */
  readonly year: Range;
  /** Days without any delivery. */
  readonly silence: Range;
  fault(kind: FaultKind, method: keyof MetaPort): Promise<void>;
  calm(): Promise<void>;
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function metaContract(name: string, open: () => Promise<MetaWorld>): void {
  describe(`Meta port, ${name}`, () => {
    let world: MetaWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    insights(() => world);
    pages(() => world);
    refusals(() => world);
    failures(() => world);
  });
}

type Additive = "impressions" | "clicks" | "linkClicks" | "spend";

function perDay(rows: readonly InsightDay[], of: (row: InsightDay) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.date, (sums.get(row.date) ?? 0) + of(row));
  return sums;
}

function insights(world: () => MetaWorld): void {
  it("tells the account with its currency and time zone", async () => {
    const { port, accountId, currencyCode, timeZone } = world();
    const account = await port.account(accountId);
    expect(account).toMatchObject({ id: accountId, currencyCode, timeZone, status: "active" });
    expect(account.name).not.toBe("");
  });

  it("campaigns add up to the account on every day, but for the people reached", async () => {
    const { port, accountId, month, currencyCode } = world();
    const campaigns = await port.insightDays(accountId, month, "campaign");
    const account = await port.insightDays(accountId, month, "account");
    expect(account.days.map(({ date }) => date)).toHaveLength(31);
    for (const figure of ["impressions", "clicks", "linkClicks", "spend"] as const satisfies readonly Additive[]) {
      const parts = perDay(campaigns.days, (row) => row[figure]);
      for (const day of account.days) expect(parts.get(day.date)).toBeCloseTo(day[figure], 2);
    }
    const reached = perDay(campaigns.days, ({ reach }) => reach);
    for (const day of account.days) expect(reached.get(day.date)).toBeGreaterThan(day.reach);
    expect([campaigns.currencyCode, account.currencyCode]).toEqual([currencyCode, currencyCode]);
  });

  it("reads text as numbers, and names the campaign only where there is one", async () => {
    const { port, accountId, month } = world();
    const [campaigns, account] = [
      await port.insightDays(accountId, month, "campaign"),
      await port.insightDays(accountId, month, "account"),
    ];
    for (const { campaign, date, impressions, clicks, linkClicks, spend } of campaigns.days) {
      expect(campaign?.id).toMatch(/^\d+$/);
      expect(date >= month.from && date <= month.to).toBe(true);
      expect([impressions, clicks, linkClicks].every(Number.isSafeInteger)).toBe(true);
      expect(linkClicks).toBeLessThanOrEqual(clicks);
      expect(spend).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(campaigns.days.map(({ campaign }) => campaign?.id)).size).toBeGreaterThan(1);
    expect(account.days.every(({ campaign }) => campaign === null)).toBe(true);
  });

  it("actions and their values come by type, and a type that did not happen is not there", async () => {
    const { port, accountId, month } = world();
    const { days } = await port.insightDays(accountId, month, "account");
    expect(days.some(({ actions }) => (actions.purchase ?? 0) > 0)).toBe(true);
    expect(days.some(({ actionValues }) => (actionValues.purchase ?? 0) > 0)).toBe(true);
    expect(days.flatMap(({ actions }) => Object.values(actions)).every((count) => count > 0)).toBe(true);
  });

  it("a period without delivery is empty, not an error", async () => {
    const { port, accountId, silence } = world();
    expect(await port.insightDays(accountId, silence, "campaign")).toMatchObject({ days: [], nextAfter: null });
  });

  it("the raw reply is the JSON the rows were read from, without a credential anywhere", async () => {
    const { port, accountId, year } = world();
    const { days, raw, nextAfter } = await port.insightDays(accountId, year, "campaign");
    expect(nextAfter).not.toBeNull();
    expect(JSON.parse(raw.body).data).toHaveLength(days.length);
    expect(raw.request).toMatchObject({ method: "GET", path: `/${accountId}/insights`, body: { level: "campaign" } });
    expect(JSON.stringify(raw)).not.toMatch(/sandbox-meta|authorization|bearer/i);
  });

  it("says how much of the limits is used", async () => {
    const { quota } = await world().port.account(world().accountId);
    expect(quota).toMatchObject({ usedPercent: expect.any(Number), regainAccessMs: null, tier: "standard_access" });
  });
}

function pages(world: () => MetaWorld): void {
  it("pages hand out every row once, day after day", async () => {
    const { port, accountId, year } = world();
    const found: InsightPage[] = [];
    // Bounded, so that a port that never comes to an end fails and does not hang.
    for (let after: string | undefined; found.length < 50; ) {
      const page = await port.insightDays(accountId, year, "campaign", after);
      found.push(page);
      if (page.nextAfter === null) break;
      after = page.nextAfter;
    }
    expect(found.length).toBeGreaterThan(1);
    const rows = found.flatMap(({ days }) => days);
    expect(new Set(rows.map(({ date, campaign }) => `${date} ${campaign?.id}`)).size).toBe(rows.length);
    const dates = rows.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect([dates.at(0), dates.at(-1)]).toEqual([year.from, year.to]);
  });
}

function refusals(world: () => MetaWorld): void {
  it.each([["880000000000001"], ["act_"], ["act_1/insights"], ["me"]])("%s is no ad account id", async (id) => {
    const wrong = { name: "PermanentError", code: "meta_bad_request" };
    expect(await failureOf(world().port.account(id))).toMatchObject(wrong);
    expect(await failureOf(world().port.insightDays(id, world().month, "account"))).toMatchObject(wrong);
  });

  it.each([
    ["days in the wrong order", { from: "2026-10-31", to: "2026-10-01" }],
    ["a day that does not exist", { from: "2026-10-01", to: "2026-10-32" }],
  ])("refuses %s", async (_, range) => {
    const failure = await failureOf(world().port.insightDays(world().accountId, range, "account"));
    expect(failure).toMatchObject({ name: "PermanentError", code: "meta_bad_request" });
  });

  it("a cursor that is none is final", async () => {
    const { port, accountId, month } = world();
    for (const after of ["", "nonsense"]) {
      const failure = await failureOf(port.insightDays(accountId, month, "account", after));
      expect(failure).toMatchObject({ name: "PermanentError", code: "meta_bad_request" });
    }
  });

  it("an account without access is for a person to mend", async () => {
    const failure = await failureOf(world().port.account("act_999"));
    expect(failure).toMatchObject({ name: "ConfigError", code: "meta_forbidden" });
  });
}

function failures(world: () => MetaWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a page ends in the failure that says what happens next",
    async (kind) => {
      const { accountId, month } = world();
      await world().fault(kind, "insightDays");
      const failure = await failureOf(portFor(world(), kind).insightDays(accountId, month, "account"));
      expect(failure).toMatchObject(expectedOf("meta", kind));
      await world().calm();
      expect((await world().port.insightDays(accountId, month, "account")).days).toHaveLength(31);
    },
  );
}
