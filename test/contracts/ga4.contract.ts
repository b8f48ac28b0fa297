/** What every GA4 port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Ga4Port, Ga4ReportRequest } from "../../src/ports/ga4/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A GA4 property with a month of data. `impatient` is the same port with a short time limit. */
export interface Ga4World {
  readonly port: Ga4Port;
  readonly impatient: Ga4Port;
  readonly propertyId: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly month: { readonly start: string; readonly end: string };
  /** Days without any data. */
  readonly silence: { readonly start: string; readonly end: string };
  fault(kind: FaultKind, method: keyof Ga4Port): Promise<void>;
  calm(): Promise<void>;
}

const ORGANIC = { dimension: "sessionDefaultChannelGroup", value: "Organic Search" };

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function ga4Contract(name: string, open: () => Promise<Ga4World>): void {
  describe(`GA4 port, ${name}`, () => {
    let world: Ga4World;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    reports(() => world);
    refusals(() => world);
    failures(() => world);
  });
}

function ask(world: Ga4World, more: Partial<Ga4ReportRequest> = {}): Ga4ReportRequest {
  const { start, end } = world.month;
  const metrics = ["sessions", "totalRevenue"];
  return { startDate: start, endDate: end, dimensions: [], metrics, filter: ORGANIC, limit: 1000, offset: 0, ...more };
}

function reports(world: () => Ga4World): void {
  it("reads numbers by the header's type, in the order asked for", async () => {
    const report = await world().port.runReport(world().propertyId, ask(world()));
    expect(report.metricHeaders).toEqual(["sessions", "totalRevenue"]);
    expect(report.rows).toHaveLength(1);
    const [sessions = 0, revenue = -1] = report.rows[0]?.metrics ?? [];
    expect(Number.isInteger(sessions) && sessions > 0).toBe(true);
    expect(revenue).toBeGreaterThanOrEqual(0);
    expect([report.currencyCode, report.timeZone]).toEqual([world().currencyCode, world().timeZone]);
    expect([report.thresholded, report.sampled, report.otherRow]).toEqual([false, false, false]);
  });

  it("days add up to the total, and the row count is of rows that exist", async () => {
    const { port, propertyId } = world();
    const total = await port.runReport(propertyId, ask(world()));
    const days = await port.runReport(propertyId, ask(world(), { dimensions: ["date"] }));
    expect(days.rowCount).toBe(31);
    expect(days.dimensionHeaders).toEqual(["date"]);
    expect(days.rows.every((row) => /^\d{8}$/.test(row.dimensions[0] ?? ""))).toBe(true);
    const sum = days.rows.reduce((all, row) => all + (row.metrics[0] ?? 0), 0);
    expect(sum).toBe(total.rows[0]?.metrics[0]);
  });

  it("a filter leaves only its own rows", async () => {
    const dimensions = ["sessionDefaultChannelGroup"];
    const { port, propertyId } = world();
    const all = await port.runReport(propertyId, ask(world(), { dimensions, filter: null }));
    const organic = await port.runReport(propertyId, ask(world(), { dimensions }));
    expect(all.rows.length).toBeGreaterThan(1);
    expect(organic.rows.map((row) => row.dimensions)).toEqual([["Organic Search"]]);
    expect(all.rows).toContainEqual(organic.rows[0]);
  });

  it("paging gives every row once, in one order", async () => {
    const { port, propertyId } = world();
    const whole = await port.runReport(propertyId, ask(world(), { dimensions: ["date"] }));
    const pages = await Promise.all(
      [0, 10, 20, 30].map((offset) =>
        port.runReport(propertyId, ask(world(), { dimensions: ["date"], limit: 10, offset })),
      ),
    );
    expect(pages.flatMap((page) => page.rows)).toEqual(whole.rows);
    expect(pages.map((page) => page.rowCount)).toEqual([31, 31, 31, 31]);
  });

  it("a period without data is empty, not an error", async () => {
    const { port, propertyId, silence } = world();
    const days = { startDate: silence.start, endDate: silence.end, dimensions: ["date"] };
    const report = await port.runReport(propertyId, ask(world(), days));
    expect([report.rows, report.rowCount]).toEqual([[], 0]);
  });

  it("the raw reply is the JSON the rows were read from, and the request without a credential", async () => {
    const { rows, raw } = await world().port.runReport(
      world().propertyId,
      ask(world(), { dimensions: ["date"], limit: 7 }),
    );
    expect(JSON.parse(raw.body).rows).toHaveLength(rows.length);
    expect(raw.request).toMatchObject({
      method: "POST",
      path: `/properties/${world().propertyId}:runReport`,
      body: { limit: "7", offset: "0", dimensions: [{ name: "date" }] },
    });
  });

  it("what is left of the quota comes when it is asked for, and never else", async () => {
    const { port, propertyId } = world();
    const asked = await port.runReport(propertyId, ask(world(), { withQuota: true }));
    expect(asked.quota?.tokensPerDay?.consumed).toBeGreaterThan(0);
    expect(asked.quota?.tokensPerDay?.remaining).toBeGreaterThan(100_000);
    const plain = await port.runReport(propertyId, ask(world()));
    expect(plain.quota).toBeNull();
    expect(JSON.stringify(plain.raw)).not.toMatch(/quota/i);
  });

  it("names the metrics and dimensions the property knows", async () => {
    const { metrics, dimensions } = await world().port.metadata(world().propertyId);
    expect(metrics).toEqual(expect.arrayContaining(["sessions", "totalRevenue"]));
    expect(dimensions).toEqual(expect.arrayContaining(["date", "sessionDefaultChannelGroup"]));
  });
}

function refusals(world: () => Ga4World): void {
  it.each([
    ["an unknown metric", { metrics: ["sessionz"] }, "sessionz"],
    ["an unknown dimension", { dimensions: ["landingPagez"] }, "landingPagez"],
  ])("%s is final and named", async (_, wrong, stranger) => {
    const failure = await failureOf(world().port.runReport(world().propertyId, ask(world(), wrong)));
    expect(failure).toMatchObject({ name: "PermanentError", code: "ga4_bad_request" });
    expect(failure.message).toContain(stranger);
  });

  it.each([
    ["no metric", { metrics: [] }],
    ["no rows", { limit: 0 }],
    ["too many rows", { limit: 250_001 }],
    ["a negative offset", { offset: -1 }],
    ["too many dimensions", { dimensions: Array.from({ length: 10 }, () => "date") }],
    ["a day that does not exist", { endDate: "2026-10-32" }],
  ])("refuses %s", async (_, wrong) => {
    const failure = await failureOf(world().port.runReport(world().propertyId, ask(world(), wrong)));
    expect(failure).toMatchObject({ name: "PermanentError", code: "ga4_bad_request" });
  });

  it("a property without access is for a person to mend; an id that is none is final", async () => {
    const { port } = world();
    expect(await failureOf(port.metadata("999999999"))).toMatchObject({ name: "ConfigError", code: "ga4_forbidden" });
    expect(await failureOf(port.metadata("properties/1"))).toMatchObject({
      name: "PermanentError",
      code: "ga4_bad_request",
    });
  });
}

function failures(world: () => Ga4World): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a report ends in the failure that says what happens next",
    async (kind) => {
      await world().fault(kind, "runReport");
      const failure = await failureOf(portFor(world(), kind).runReport(world().propertyId, ask(world())));
      expect(failure).toMatchObject(expectedOf("ga4", kind));
      await world().calm();
      expect((await world().port.runReport(world().propertyId, ask(world()))).rows).toHaveLength(1);
    },
  );
}
