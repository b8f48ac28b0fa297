/** Spreads whole counts over devices and countries so that the parts always add up to the whole. */
import type { ClientProfile } from "./profile.ts";

/** Device as Search Console writes it. */
export const DEVICES = ["DESKTOP", "MOBILE", "TABLET"] as const;

/** Where a part of a count belongs: indices into `DEVICES` and into the client's countries. */
export interface Segment {
  readonly device: number;
  readonly country: number;
}

/** Segments with the end of each on a scale from 0 to 1. */
export interface Mix {
  readonly segments: readonly Segment[];
  readonly ends: readonly number[];
}

/** Audiences differ: people who know the name are more often on a phone, and closer to home. */
export function mixOf(profile: ClientProfile, kind: "brand" | "nonBrand" | "hidden"): Mix {
  const mobile = profile.mobileShare + (kind === "brand" ? 0.06 : kind === "hidden" ? 0.02 : -0.03);
  const devices = [1 - mobile - profile.tabletShare, mobile, profile.tabletShare];
  const home = profile.countries[0]?.share ?? 1;
  const closer = kind === "brand" ? Math.min(0.985, home + (1 - home) * 0.35) : home;
  const segments: Segment[] = [];
  const ends: number[] = [];
  let end = 0;
  let countries = 0;
  for (const [country, { share }] of profile.countries.entries()) {
    countries += country === 0 ? closer : (share * (1 - closer)) / (1 - home);
    for (const [device, part] of devices.entries()) {
      segments.push({ device, country });
      end += part * (country === 0 ? closer : (share * (1 - closer)) / (1 - home));
      ends.push(end);
    }
  }
  return { segments, ends: ends.map((each, index) => (index === ends.length - 1 ? 1 : each / countries)) };
}

/**
 * Parts of `total` per segment. Steps through the scale at even distances from a drawn start, so expected parts follow
 * the mix and whole parts add up exactly.
 */
export function spreadOver(total: number, mix: Mix, draw: number): number[] {
  let before = 0;
  return mix.ends.map((end) => {
    const here = Math.floor(total * end + draw);
    const part = here - before;
    before = here;
    return part;
  });
}

/** Spreads a smaller count over the parts of a larger one: no part gets more than its part of the larger. */
export function spreadWithin(count: number, total: number, parts: readonly number[], draw: number): number[] {
  let seen = 0;
  let before = 0;
  return parts.map((part) => {
    seen += part;
    const here = total === 0 ? 0 : Math.floor((count * seen) / total + draw);
    const given = here - before;
    before = here;
    return given;
  });
}
