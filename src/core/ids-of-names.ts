/** Slugs and ids made from names. A slug is made once and never changes. */

const MAX_SLUG = 40;

/** Lower-case letters, digits and single hyphens; "unnamed" when nothing is left of the name. */
export function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, MAX_SLUG)
    .replace(/-+$/, "");
  return plain === "" ? "unnamed" : plain;
}

/** A name as it is compared: two that differ in capitals, spaces or ways to write a letter are one. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** `slug`, or the first of `slug-2`, `slug-3` … that is free. */
export async function freeSlug(slug: string, taken: (slug: string) => Promise<boolean>): Promise<string> {
  for (let n = 1; ; n += 1) {
    const one = n === 1 ? slug : `${slug}-${n}`;
    if (!(await taken(one))) return one;
  }
}

/** `cl_` or `bu_` and the slug. */
export function idOfSlug(kind: "cl" | "bu", slug: string): string {
  return `${kind}_${slug.replaceAll("-", "_")}`;
}
