import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInRanges, parseAddress, parseRanges } from "../../web/edge/office.ts";

const inList = (address: string, list: string): boolean => isInRanges(address, parseRanges(list).ranges);

describe("office addresses", () => {
  it.each([
    ["an address inside an IPv4 range is in", "192.0.2.77", "192.0.2.0/24", true],
    ["the address after the range is out", "192.0.3.0", "192.0.2.0/24", false],
    ["a range that starts inside its own block counts from the block's start", "192.0.2.1", "192.0.2.130/24", true],
    ["a single address needs no length", "203.0.113.9", "203.0.113.9", true],
    ["a length of zero lets every IPv4 address in", "8.8.8.8", "0.0.0.0/0", true],
    ["a range of IPv4 lets no IPv6 address in", "::1", "0.0.0.0/0", false],
    ["an address inside an IPv6 range is in", "2001:db8:1::5", "2001:db8::/32", true],
    ["the range after it is out", "2001:db9::5", "2001:db8::/32", false],
    ["a range of odd length is cut at the bit", "2001:db8:8000::", "2001:db8::/33", false],
    ["IPv4 written as IPv6 is the IPv4 address", "::ffff:192.0.2.77", "192.0.2.0/24", true],
    ["the second of several ranges counts", "198.51.100.4", "192.0.2.0/24, 198.51.100.0/29 2001:db8::/32", true],
    ["no address is in an empty list", "192.0.2.1", "", false],
    ["text that is no address is in no range", "office", "0.0.0.0/0", false],
    ["an absent address is in no range", "", "0.0.0.0/0", false],
  ])("%s", (_claim, address, list, want) => expect(inList(address, list)).toBe(want));

  it.each([
    "256.0.0.1",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    ":::",
    "g::",
    "1.2.3.4::",
  ])("%s is no address", (text) => expect(parseAddress(text)).toBeNull());

  it("an entry that is no range is named and lets nobody in", () => {
    const { ranges, invalid } = parseRanges("192.0.2.0/33, 192.0.2.0/x, 1/2/3, ::/129, 10.0.0.0/8");
    expect(invalid).toEqual(["192.0.2.0/33", "192.0.2.0/x", "1/2/3", "::/129"]);
    expect(ranges).toHaveLength(1);
  });

  it("an IPv4 address is in a range exactly when its first bits are the range's", () => {
    const address = fc.integer({ min: 0, max: 0xffffffff });
    const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    const bits = (value: number): string => value.toString(2).padStart(32, "0");
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (one, base, length) => {
        const same = bits(one).slice(0, length) === bits(base).slice(0, length);
        expect(inList(dotted(one), `${dotted(base)}/${length}`)).toBe(same);
      }),
    );
  });

  it("every spelling of an IPv6 address is the same address", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        expect(parseAddress(text)).toEqual(parseAddress(canonical));
        expect(parseAddress(text)).not.toBeNull();
      }),
    );
  });
});
