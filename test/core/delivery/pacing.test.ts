import { expect, test } from "vitest";
import { gapAfter, unreadLimit } from "../../../src/core/delivery/pacing.ts";

test("a handful of watchers is told of everything at once, a thousand in gaps they can bear", () => {
  expect([gapAfter(1, 10_000), gapAfter(20, 3_000)]).toEqual([0, 0]);
  expect(gapAfter(1_000, 3_000)).toBeGreaterThan(50);
  // A thousand watchers hear within 80 ms also at the end of a gap.
  expect(gapAfter(1_000, 500)).toBeLessThan(65);
});

test("the gap grows with the watchers and with what they are sent, and never above a second", () => {
  expect(gapAfter(2_000, 3_000)).toBeGreaterThan(gapAfter(1_000, 3_000));
  expect(gapAfter(1_000, 30_000)).toBeGreaterThan(gapAfter(1_000, 3_000));
  expect(gapAfter(100_000, 1_000_000)).toBe(1_000);
});

test("many watchers may leave less unread than one, but always room for several frames", () => {
  expect([unreadLimit(0), unreadLimit(1)]).toEqual([32 * 1024 * 1024, 32 * 1024 * 1024]);
  expect(unreadLimit(10_000)).toBe(256 * 1024);
});
