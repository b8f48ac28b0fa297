/** Lists on their way into D1: cut by bytes, nothing lost, nothing out of order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, D1_LIMITS, jsonParts } from "../../../src/d1/limits.ts";

describe("parts of a list", () => {
  it("hold every item once and in order, and none that could be split is bigger than asked", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 2, max: 60 }), (items, bytes) => {
        const parts = [...jsonParts(items, bytes)];
        expect(parts.flatMap((part) => part.items)).toEqual(items);
        expect(parts.flatMap((part): unknown => JSON.parse(part.json))).toEqual(items);
        for (const part of parts) {
          expect(part.items.length).toBeGreaterThan(0);
          if (part.items.length > 1) expect(bytesOf(part.json)).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });

  it("an item that no row of D1 could hold is refused before it is sent", () => {
    const all = () => [...jsonParts(["ü".repeat(D1_LIMITS.valueBytes / 2)])];
    expect(all).toThrow(RangeError);
  });
});
