import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, courierPace } from "../../sandbox/asana/courier.ts";
import { NO_DELIVERY_FAULTS, planDelivery } from "../../sandbox/asana/delivery-plan.ts";
import type { Fault } from "../../sandbox/kit/upstream.ts";

const fault = (params: Record<string, number>, delayMs?: number): Fault => ({
  upstream: "asana",
  kind: "custom",
  name: "x",
  params,
  ...(delayMs === undefined ? {} : { delayMs }),
});
const events = Array.from({ length: 12 }, (_, index) => index);

describe("a delivery plan", () => {
  it("is one parcel without faults", () => {
    expect(planDelivery(events, NO_DELIVERY_FAULTS, 1)).toEqual([{ events, delayMs: 0, lost: false }]);
  });

  it("loses no event and invents none, however split, reordered and duplicated", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(5), fc.nat(1000), fc.nat(50), (parts, copies, seed, number) => {
        const faults = {
          ...NO_DELIVERY_FAULTS,
          split: fault({ parts }),
          duplicate: fault({ copies }),
          reorder: fault({ seed }),
        };
        const sent = planDelivery(events, faults, number).flatMap((parcel) => parcel.events);
        const expected = events.flatMap((event) => Array.from({ length: Math.max(1, copies) }, () => event));
        expect(sent.toSorted((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it("is the same for the same seed and batch, another for another", () => {
    const plan = (seed: number, number: number) =>
      JSON.stringify(planDelivery(events, { ...NO_DELIVERY_FAULTS, reorder: fault({ seed }) }, number));
    expect(plan(7, 1)).toBe(plan(7, 1));
    expect(plan(7, 1)).not.toBe(plan(8, 1));
    expect(plan(7, 1)).not.toBe(plan(7, 2));
  });

  it("loses about the asked share and delays by the asked time", () => {
    const faults = { ...NO_DELIVERY_FAULTS, drop: fault({ percent: 30 }), delay: fault({}, 40) };
    const parcels = Array.from({ length: 1000 }, (_, number) => planDelivery(events, faults, number)).flat();
    const lost = parcels.filter((parcel) => parcel.lost).length;
    expect(lost).toBeGreaterThan(250);
    expect(lost).toBeLessThan(350);
    expect(parcels.every((parcel) => parcel.delayMs === 40)).toBe(true);
  });
});

describe("the courier's pace", () => {
  it("waits twice as long after each failure, up to the longest wait", () => {
    const pace = courierPace({});
    expect([1, 2, 3, 40].map((failures) => backoffMs(pace, failures))).toEqual([1_000, 2_000, 4_000, 60_000]);
  });

  it("refuses an option that is no number", () => {
    expect(() => courierPace({ "webhook-retry-ms": "soon" })).toThrow("--webhook-retry-ms must be a number");
  });
});
