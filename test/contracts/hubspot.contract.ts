/** What every HubSpot port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrmPage, CrmRange, HubspotPort } from "../../src/ports/hubspot/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A portal with a month of contacts and deals. `impatient` is the same port with a short time limit. */
export interface HubspotWorld {
  readonly port: HubspotPort;
  readonly impatient: HubspotPort;
  readonly portalId: string;
  /** A portal of somebody else, which one of the tokens opens too. */
  readonly otherPortalId: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly month: CrmRange;
  /** Makes the month hold more contacts than one search gives. */
  crowd(): Promise<HubspotPort>;
  fault(kind: FaultKind, method: keyof HubspotPort): Promise<void>;
  calm(): Promise<void>;
}

/** Every page of a range. */
async function everything<T>(read: (next: string | null) => Promise<CrmPage<T>>): Promise<readonly CrmPage<T>[]> {
  const pages: CrmPage<T>[] = [];
  for (let next: string | null = null; ; ) {
    const page: CrmPage<T> = await read(next);
    pages.push(page);
    if (page.next === null) return pages;
    next = page.next;
  }
}

const recordsOf = <T>(pages: readonly CrmPage<T>[]): readonly T[] => pages.flatMap(({ records }) => records);

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function hubspotContract(name: string, open: () => Promise<HubspotWorld>): void {
  describe(`HubSpot port, ${name}`, () => {
    let world: HubspotWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    accounts(() => world);
    reads(() => world);
    limits(() => world);
    failures(() => world);
  });
}

function accounts(world: () => HubspotWorld): void {
  it("the account tells its zone, its currency and what is left of the day's calls", async () => {
    const { port, portalId, timeZone, currency } = world();
    const account = await port.account(portalId);
    expect(account).toMatchObject({ portalId, timeZone, currency });
    expect(account.quota?.limit).toBeGreaterThan(account.quota?.remaining ?? Number.NaN);
  });

  it("each portal is answered by its own token, and one that no token opens by a person", async () => {
    const { port, portalId, otherPortalId, month } = world();
    const other = recordsOf(await everything((next) => port.createdContacts(otherPortalId, month, next)));
    const own = recordsOf(await everything((next) => port.createdContacts(portalId, month, next)));
    expect(own.length).toBeGreaterThan(0);
    expect(other).not.toEqual(own);
    const failure = await failureOf(port.createdContacts("999", month));
    expect(failure).toMatchObject({ name: "ConfigError", code: "hubspot_unknown_portal" });
    expect(failure.message).toContain("999");
  });
}

function reads(world: () => HubspotWorld): void {
  it("gives the contacts of the range's days in the portal's zone, each once", async () => {
    const { port, portalId, month, timeZone } = world();
    const pages = await everything((next) => port.createdContacts(portalId, month, next));
    const contacts = recordsOf(pages);
    expect(pages.length).toBeGreaterThan(1);
    expect(contacts).toHaveLength(pages[0]?.total ?? 0);
    expect(new Set(contacts.map(({ id }) => id)).size).toBe(contacts.length);
    const days = contacts.map(({ createdAt }) => new Date(createdAt).toLocaleDateString("en-CA", { timeZone }));
    expect(days.every((day) => day >= month.from && day <= month.to)).toBe(true);
    expect(pages.every((page) => page.timeZone === timeZone && !page.capped)).toBe(true);
    const ofDays = await Promise.all(
      ["2026-10-01", "2026-10-31"].map((day) => port.createdContacts(portalId, { from: day, to: day })),
    );
    for (const day of ofDays) expect(day.records.length).toBeGreaterThan(0);
  });

  it("gives deals by the day they were made and by the day they close; an amount nobody entered is null", async () => {
    const { port, portalId, month } = world();
    const within = (instant: string | null) =>
      (instant ?? "").slice(0, 7) >= "2026-09" && (instant ?? "") < "2026-11-02";
    const made = recordsOf(await everything((next) => port.deals(portalId, "createdate", month, next)));
    const closing = recordsOf(await everything((next) => port.deals(portalId, "closedate", month, next)));
    expect(made.length).toBeGreaterThan(0);
    expect(made.every(({ createdAt }) => within(createdAt))).toBe(true);
    expect(closing.every(({ closeAt }) => within(closeAt))).toBe(true);
    const both = [...made, ...closing];
    expect(both.some(({ isWon }) => isWon)).toBe(true);
    expect(both.every(({ isWon, isClosed }) => isClosed || !isWon)).toBe(true);
    expect(both.some(({ amount }) => amount === null)).toBe(true);
    expect(both.every(({ amount }) => amount === null || amount > 0)).toBe(true);
  });

  it("asks for named properties alone, so no name, address or phone arrives", async () => {
    const { port, portalId, month } = world();
    const contacts = await port.createdContacts(portalId, month);
    const deals = await port.deals(portalId, "createdate", month);
    for (const { raw } of [contacts, deals]) {
      expect(raw.body).toContain("createdate");
      expect(raw.body).not.toMatch(/firstname|lastname|dealname|email"|phone|@/);
    }
    expect(contacts.raw.request).toMatchObject({
      method: "POST",
      path: "/crm/v3/objects/contacts/search",
      body: { properties: ["createdate", "lifecyclestage", "hs_analytics_source"], limit: 200 },
    });
    expect(JSON.stringify(contacts.raw.request)).not.toMatch(/pat-|bearer/i);
  });
}

function limits(world: () => HubspotWorld): void {
  it("a range with more than 10,000 records is walked in parts until all of them are there", async () => {
    const { portalId, month } = world();
    const port = await world().crowd();
    const pages = await everything((next) => port.createdContacts(portalId, month, next));
    const ids = recordsOf(pages).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(10_000);
    expect(new Set(ids).size).toBe(ids.length);
    expect(pages.every(({ total, capped }) => total <= 10_000 && !capped)).toBe(true);
  });

  it.each([
    ["days out of order", { from: "2026-10-02", to: "2026-10-01" }, null],
    ["a day that is none", { from: "2026-02-30", to: "2026-03-01" }, null],
    ["the place of another range", null, '{"from":1,"to":2,"after":"0","given":0}'],
    ["a place that is none", null, "200"],
  ])("refuses %s", async (_, range, next) => {
    const { port, portalId, month } = world();
    const failure = await failureOf(port.createdContacts(portalId, range ?? month, next));
    expect(failure).toMatchObject({ name: "PermanentError", code: "hubspot_bad_request" });
  });
}

function failures(world: () => HubspotWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a read ends in the failure that says what happens next",
    async (kind) => {
      const { portalId, month } = world();
      await world().fault(kind, "createdContacts");
      const failure = await failureOf(portFor(world(), kind).createdContacts(portalId, month));
      expect(failure).toMatchObject(expectedOf("hubspot", kind));
      await world().calm();
      expect((await world().port.createdContacts(portalId, month)).records.length).toBeGreaterThan(0);
    },
  );
}
