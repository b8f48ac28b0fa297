/** What every Harvest port does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HarvestPort, TimeEntry } from "../../src/ports/harvest/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

/** A client with a month of hours, read in pages of 10. `impatient` is the same port with a short time limit. */
export interface HarvestWorld {
  readonly port: HarvestPort;
  readonly impatient: HarvestPort;
  readonly clientId: string;
  readonly month: { readonly from: string; readonly to: string };
  fault(kind: FaultKind, method: keyof HarvestPort): Promise<void>;
  calm(): Promise<void>;
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function harvestContract(name: string, open: () => Promise<HarvestWorld>): void {
  describe(`Harvest port, ${name}`, () => {
    let world: HarvestWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    reads(() => world);
    refusals(() => world);
    failures(() => world);
  });
}

async function everything({ port, clientId, month }: HarvestWorld) {
  const entries: TimeEntry[] = [];
  for (let next: string | null = null, pages = 1; ; pages += 1) {
    const page: Awaited<ReturnType<HarvestPort["timeEntries"]>> = await port.timeEntries(clientId, month, next);
    entries.push(...page.entries);
    if (page.next === null) return { entries, pages, total: page.total };
    next = page.next;
  }
}

function reads(world: () => HarvestWorld): void {
  it("the client tells its name and currency", async () => {
    const { port, clientId } = world();
    const client = await port.client(clientId);
    expect(client).toMatchObject({ id: clientId, isActive: true });
    expect(client.name).not.toBe("");
    expect(client.currency).toMatch(/^[A-Z]{3}$/);
  });

  it("paging gives every entry of the range once", async () => {
    const { entries, pages, total } = await everything(world());
    const { month } = world();
    expect(pages).toBeGreaterThan(2);
    expect(entries).toHaveLength(total);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(total);
    expect(entries.every(({ date }) => date >= month.from && date <= month.to)).toBe(true);
  });

  it("an entry tells hours as worked and as invoiced, its project and its task, and nobody's name", async () => {
    const { entries } = await everything(world());
    expect(entries.some(({ billable }) => billable)).toBe(true);
    expect(entries.some(({ billable }) => !billable)).toBe(true);
    for (const entry of entries) {
      expect(entry.hours).toBeGreaterThan(0);
      expect(entry.roundedHours).toBeGreaterThanOrEqual(entry.hours - 0.01);
      expect([entry.projectName, entry.taskName]).not.toContain("");
    }
    expect(JSON.stringify(entries)).not.toMatch(/Maya|Tom|legal/);
  });

  it("the raw reply is the JSON that was read, and the request without a credential", async () => {
    const { port, clientId, month } = world();
    const { raw, entries, next } = await port.timeEntries(clientId, month);
    expect(JSON.parse(raw.body)).toMatchObject({ time_entries: entries.map(({ id }) => ({ id: Number(id) })) });
    const body = { client_id: clientId, from: month.from, to: month.to, per_page: "10" };
    expect(raw.request).toEqual({ method: "GET", path: "/time_entries", body });
    const second = await port.timeEntries(clientId, month, next);
    expect(second.raw.request.body).toMatchObject({ client_id: clientId, from: month.from, to: month.to });
  });
}

function refusals(world: () => HarvestWorld): void {
  it.each([
    ["days out of order", undefined, { from: "2026-10-02", to: "2026-10-01" }, null],
    ["a client id that is none", "1/../2", undefined, null],
    ["a next page that is none", undefined, undefined, "client_id=9"],
  ])("refuses %s", async (_, clientId, range, next) => {
    const { port, month } = world();
    const failure = await failureOf(port.timeEntries(clientId ?? world().clientId, range ?? month, next));
    expect(failure).toMatchObject({ name: "PermanentError", code: "harvest_bad_request" });
  });

  it("a next page that names another client still asks for this one", async () => {
    const { port, clientId, month } = world();
    const { raw } = await port.timeEntries(clientId, month, "page=2&client_id=9&from=2020-01-01");
    expect(raw.request.body).toMatchObject({ client_id: clientId, from: month.from });
  });

  it("a client that is not there is final", async () => {
    const failure = await failureOf(world().port.client("999999"));
    expect(failure).toMatchObject({ name: "PermanentError", code: "harvest_not_found" });
  });
}

function failures(world: () => HarvestWorld): void {
  it.each(["rate_limited", "server_error", "timeout", "truncated", "unauthorised", "forbidden"] as const)(
    "%s: a read ends in the failure that says what happens next",
    async (kind) => {
      const { clientId, month } = world();
      await world().fault(kind, "timeEntries");
      const failure = await failureOf(portFor(world(), kind).timeEntries(clientId, month));
      expect(failure).toMatchObject(expectedOf("harvest", kind));
      await world().calm();
      expect((await world().port.timeEntries(clientId, month)).entries.length).toBeGreaterThan(0);
    },
  );
}
