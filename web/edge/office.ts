/** Which addresses belong to the office: CIDR lists of IPv4 and IPv6. */

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** One range of `OFFICE_IP_RANGES`. */
export interface IpRange extends Address {
  readonly prefix: number;
}

const OCTET = /^(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const MAPPED_IPV4 = 0xffffn;

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!OCTET.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

/** Groups of one side of `::`; the last may be dotted IPv4. Null when any group is malformed. */
function groupsOf(text: string, mayEndInIpv4: boolean): bigint[] | null {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const dotted = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : null;
    if (dotted === null) return null;
    groups.push(dotted >> 16n, dotted & MAPPED_IPV4);
  }
  return groups;
}

function parseIpv6(text: string): bigint | null {
  const sides = text.split("::");
  if (sides.length > 2) return null;
  const [left = "", right] = sides;
  const head = groupsOf(left, right === undefined);
  const tail = right === undefined ? [] : groupsOf(right, true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Reads one address. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 address it is. */
export function parseAddress(text: string): Address | null {
  const dotted = parseIpv4(text);
  if (dotted !== null) return { bits: 32, value: dotted };
  const value = parseIpv6(text);
  if (value === null) return null;
  return value >> 32n === MAPPED_IPV4 ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

function parseRange(text: string): IpRange | null {
  const [base = "", length, ...rest] = text.split("/");
  const address = parseAddress(base);
  if (address === null || rest.length > 0) return null;
  if (length === undefined) return { ...address, prefix: address.bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.bits) return null;
  return { ...address, prefix: Number(length) };
}

/**
 * Reads a list such as `192.0.2.0/24, 2001:db8::/32`, separated by commas or blanks.
 * Entries that are no CIDR range are returned apart: they let nobody in.
 */
export function parseRanges(list: string): { ranges: IpRange[]; invalid: string[] } {
  const ranges: IpRange[] = [];
  const invalid: string[] = [];
  for (const entry of list.split(/[\s,]+/).filter((text) => text !== "")) {
    const range = parseRange(entry);
    if (range === null) invalid.push(entry);
    else ranges.push(range);
  }
  return { ranges, invalid };
}

/** True when the address lies in one of the ranges; a malformed address lies in none. */
export function isInRanges(text: string, ranges: readonly IpRange[]): boolean {
  const address = parseAddress(text.trim());
  if (address === null) return false;
  return ranges.some((range) => {
    if (range.bits !== address.bits) return false;
    const host = BigInt(range.bits - range.prefix);
    return range.value >> host === address.value >> host;
  });
}
