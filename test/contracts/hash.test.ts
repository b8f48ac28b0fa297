import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256Hex, sha256Hex, timingSafeEqualText } from "../../src/lib/hash.ts";

describe("digests", () => {
  it("agree with Node's own for any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ minLength: 1, unit: "grapheme" }),
        async (bytes, secret) => {
          expect(await sha256Hex(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
          expect(await hmacSha256Hex(secret, bytes)).toBe(createHmac("sha256", secret).update(bytes).digest("hex"));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("take a text as UTF-8", async () => {
    expect(await sha256Hex("Zoë 🌍")).toBe(createHash("sha256").update("Zoë 🌍", "utf8").digest("hex"));
  });

  it("cover only the part of a buffer that was given", async () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    expect(await sha256Hex(whole.subarray(1, 3))).toBe(await sha256Hex(new Uint8Array([2, 3])));
  });

  it("an empty secret signs nothing", async () => {
    await expect(hmacSha256Hex("", "x")).rejects.toThrow("must not be empty");
  });
});

describe("comparison in constant time", () => {
  it("is equality of texts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(timingSafeEqualText(a, b)).toBe(a === b);
        expect(timingSafeEqualText(a, `${a}`)).toBe(true);
      }),
    );
  });

  it.each([
    ["abc", "abcd"],
    ["abc", "abc\u0000"],
    ["", "a"],
    ["abc", "abd"],
  ])("tells %j from %j", (a, b) => {
    expect(timingSafeEqualText(a, b)).toBe(false);
  });
});
