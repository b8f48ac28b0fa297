/** The places of the panel: what the head, the palette and the go-to keys offer. */
import type { Me } from "../../../src/core/wire-me.ts";

export interface Place {
  readonly label: string;
  readonly href: string;
  /** Further addresses that belong to it. */
  readonly roots: readonly string[];
  /** Second of the two keys that go there; the first is `g`. */
  readonly key: string;
  /** Words people look for it by. */
  readonly keywords: string;
  readonly ops: boolean;
  /** Stands in the head. */
  readonly isMain: boolean;
}

function place(label: string, href: string, key: string, keywords: string, more: Partial<Place> = {}): Place {
  return { label, href, roots: [], key, keywords, ops: false, isMain: true, ...more };
}

const PLACES: readonly Place[] = [
  place("Home", "/", "h", "overview clients start"),
  place("Runs", "/runs", "r", "board tasks jessie live", { roots: ["/search"] }),
  place("Dashboards", "/dashboards", "d", "clients figures", { roots: ["/facts", "/data"] }),
  place("Reports", "/reports", "l", "library artifacts files"),
  place("Admin", "/admin", "a", "clients users settings sources administration"),
  place("Ops", "/ops", "o", "operations actors queue dead letters holds", { ops: true }),
  place("All runs", "/search", "s", "search find runs list", { isMain: false }),
];

/** Places this person may go to. */
export function placesFor(me: Me | null): readonly Place[] {
  return PLACES.filter((one) => !one.ops || me?.ops === true);
}

/** Whether an address is in a place. */
export function isIn(place: Place, path: string): boolean {
  if (place.href === "/") return path === "/";
  return [place.href, ...place.roots].some((root) => path === root || path.startsWith(`${root}/`));
}
