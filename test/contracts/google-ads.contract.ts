/** What every Google Ads port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AdsFigures, AdsPage, AdsRange, GoogleAdsPort } from "../../src/ports/google-ads/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** An account with some campaigns below a manager. `impatient` is the same port with a short time limit. */
export interface GoogleAdsWorld {
  readonly port: GoogleAdsPort;
  readonly impatient: GoogleAdsPort;
  /** The same account, answered in pages of seven rows. */
  readonly paged: () => Promise<GoogleAdsPort>;
  readonly customerId: string;
  readonly managerId: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly month: AdsRange;
  /** Days without any data. */
  readonly silence: AdsRange;
  fault(kind: FaultKind, method: keyof GoogleAdsPort): Promise<void>;
  calm(): Promise<void>;
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function googleAdsContract(name: string, open: () => Promise<GoogleAdsWorld>): void {
  describe(`Google Ads port, ${name}`, () => {
    let world: GoogleAdsWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    accounts(() => world);
    days(() => world);
    refusals(() => world);
    failures(() => world);
  });
}

function accounts(world: () => GoogleAdsWorld): void {
  it("tells the account by its digits or with the dashes people see", async () => {
    const { port, customerId, currencyCode, timeZone } = world();
    const dashed = customerId.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1-$2-$3");
    const [plain, written] = [await port.customer(customerId), await port.customer(dashed)];
    expect(plain).toMatchObject({ id: customerId, currencyCode, timeZone, status: "ENABLED", manager: false });
    expect(plain.name).not.toBe("");
    expect(written.raw.request).toEqual(plain.raw.request);
    expect(plain.quota.operations).toBe(1);
  });

  it("a manager account is told as one, and has no figures", async () => {
    const { port, managerId, month } = world();
    expect((await port.customer(managerId)).manager).toBe(true);
    for (const work of [port.campaignDays(managerId, month), port.accountDays(managerId, month)]) {
      expect(await failureOf(work)).toMatchObject({ name: "ConfigError", code: "google_ads_manager_account" });
    }
  });
}

type Figure = "impressions" | "clicks" | "costMicros" | "conversions" | "conversionsValue";

function perDay(rows: readonly AdsFigures[], figure: Figure): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[row.date] = (sums[row.date] ?? 0) + row[figure];
  return sums;
}

function days(world: () => GoogleAdsWorld): void {
  it("campaigns add up to the account on every day", async () => {
    const { port, customerId, month, currencyCode, timeZone } = world();
    const campaigns = await port.campaignDays(customerId, month);
    const account = await port.accountDays(customerId, month);
    expect(account.days.map(({ date }) => date)).toHaveLength(31);
    expect(new Set(campaigns.days.map(({ campaignId }) => campaignId)).size).toBeGreaterThan(1);
    for (const figure of ["impressions", "clicks", "costMicros"] as const) {
      expect(perDay(campaigns.days, figure)).toEqual(perDay(account.days, figure));
    }
    for (const figure of ["conversions", "conversionsValue"] as const) {
      const parts = perDay(campaigns.days, figure);
      for (const day of account.days) expect(parts[day.date]).toBeCloseTo(day[figure], 1);
    }
    expect(campaigns).toMatchObject({ currencyCode, timeZone, nextPageToken: null });
    expect([campaigns.rowCount, account.rowCount]).toEqual([campaigns.days.length, 31]);
  });

  it("reads counts and money as whole numbers, in order of days, with the campaign they belong to", async () => {
    const { port, customerId, month } = world();
    const { days: rows } = await port.campaignDays(customerId, month);
    const dates = rows.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect([dates.at(0), dates.at(-1)]).toEqual([month.from, month.to]);
    for (const row of rows) {
      expect([row.impressions, row.clicks, row.costMicros].every(Number.isSafeInteger)).toBe(true);
      expect(row.clicks).toBeLessThanOrEqual(row.impressions);
      expect(row.campaignId).toMatch(/^\d+$/);
      expect(row.channelType).toMatch(/^[A-Z_]+$/);
    }
    expect(rows.some(({ costMicros }) => costMicros > 0)).toBe(true);
    expect(rows.some(({ conversions }) => conversions > 0)).toBe(true);
  });

  it("pages hand out every row once; only the first one is an operation", async () => {
    const { port, paged, customerId, month } = world();
    const whole = await port.campaignDays(customerId, month);
    const small = await paged();
    const pages: AdsPage<AdsFigures>[] = [];
    // Bounded, so that a port that never comes to an end fails and does not hang.
    for (let token: string | undefined; pages.length < 50; ) {
      const page = await small.campaignDays(customerId, month, token);
      pages.push(page);
      if (page.nextPageToken === null) break;
      token = page.nextPageToken;
    }
    expect(pages.length).toBe(Math.ceil(whole.days.length / 7));
    expect(pages.flatMap((page) => page.days)).toEqual(whole.days);
    expect(pages.map((page) => page.quota.operations)).toEqual(pages.map((_, at) => (at === 0 ? 1 : 0)));
    expect(new Set(pages.map((page) => page.rowCount))).toEqual(new Set([whole.days.length]));
  });

  it("a period without data is empty, not an error", async () => {
    const { port, customerId, silence } = world();
    for (const page of [await port.campaignDays(customerId, silence), await port.accountDays(customerId, silence)]) {
      expect(page).toMatchObject({ days: [], rowCount: 0, nextPageToken: null, currencyCode: null });
    }
  });

  it("the raw reply is the JSON the rows were read from, and the request without a credential", async () => {
    const { port, customerId, month } = world();
    const { days: rows, raw } = await port.campaignDays(customerId, month);
    expect(JSON.parse(raw.body).results).toHaveLength(rows.length);
    expect(raw.request).toMatchObject({ method: "POST", path: `/customers/${customerId}/googleAds:search` });
    expect(JSON.stringify(raw.request)).toContain(`BETWEEN '${month.from}' AND '${month.to}'`);
    expect(JSON.stringify(raw)).not.toMatch(/developer-token|login-customer-id|authorization|ya29|sandbox-google/i);
  });
}

function refusals(world: () => GoogleAdsWorld): void {
  it.each([["12345"], ["abcdefghij"], ["12-345-67890"], ["1234567890/x"]])("%s is no customer id", async (id) => {
    const wrong = { name: "PermanentError", code: "google_ads_bad_request" };
    expect(await failureOf(world().port.customer(id))).toMatchObject(wrong);
    expect(await failureOf(world().port.accountDays(id, world().month))).toMatchObject(wrong);
  });

  it.each([
    ["days in the wrong order", { from: "2026-10-31", to: "2026-10-01" }],
    ["a day that does not exist", { from: "2026-10-01", to: "2026-10-32" }],
    ["more than a day", { from: "2026-10-01", to: "2026-10-02' OR segments.date > '2000-01-01" }],
  ])("refuses %s, and none of it gets into a query", async (_, range) => {
    const { port, customerId } = world();
    const wrong = { name: "PermanentError", code: "google_ads_bad_request" };
    expect(await failureOf(port.campaignDays(customerId, range))).toMatchObject(wrong);
    expect(await failureOf(port.accountDays(customerId, range))).toMatchObject(wrong);
  });

  it("an account without access is for a person to mend", async () => {
    const failure = await failureOf(world().port.customer("1111111111"));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_ads_forbidden" });
  });

  it("a page token that is none says to begin again", async () => {
    const { port, customerId, month } = world();
    expect(await failureOf(port.campaignDays(customerId, month, "no-token"))).toMatchObject({
      name: "PermanentError",
      code: "google_ads_page_token",
    });
  });
}

function failures(world: () => GoogleAdsWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a page ends in the failure that says what happens next",
    async (kind) => {
      const { customerId, month } = world();
      await world().fault(kind, "campaignDays");
      const failure = await failureOf(portFor(world(), kind).campaignDays(customerId, month));
      expect(failure).toMatchObject(expectedOf("google_ads", kind));
      await world().calm();
      expect((await world().port.campaignDays(customerId, month)).days.length).toBeGreaterThan(0);
    },
  );
}
