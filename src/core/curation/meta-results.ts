/**
 * Which name a result of Meta goes by. Meta lists one purchase under several action types at once: exactly one of them is
 * read, the broadest there is, by its exact name; adding them up doubles the figure, and looking for a part of the name
 * finds views of a lead form among the leads.
 */

/** Kinds of results with their action types, broadest first. */
export const RESULT_TYPES = {
  purchase: [
    "omni_purchase",
    "purchase",
    "offsite_conversion.fb_pixel_purchase",
    "onsite_web_purchase",
    "app_custom_event.fb_mobile_purchase",
    "onsite_conversion.purchase",
  ],
  lead: ["omni_lead", "lead", "offsite_conversion.fb_pixel_lead", "onsite_conversion.lead_grouped", "leadgen_grouped"],
} as const;
export type ResultKind = keyof typeof RESULT_TYPES;

/** All types that are read, in the order of their columns. */
export const ALL_TYPES: readonly string[] = [...RESULT_TYPES.purchase, ...RESULT_TYPES.lead];

/** True for conversions an advertiser defined: which of them are results, only the advertiser knows. */
export function isCustom(type: string): boolean {
  return type.startsWith("offsite_conversion.custom") || type === "offsite_conversion.fb_pixel_custom";
}

/** How the results of one kind were counted. */
export interface Choice {
  /** null: no type of the kind was there. */
  readonly type: string | null;
  readonly caveats: readonly string[];
}

/** The type a kind of result is read from, of those that are there; the others are named, not added. */
export function chooseType(kind: ResultKind, present: ReadonlySet<string>): Choice {
  const [type = null, ...others] = RESULT_TYPES[kind].filter((one) => present.has(one));
  if (type === null) return { type, caveats: [] };
  return { type, caveats: [`meta_type.${type}`, ...others.map((other) => `meta_not_added.${other}`)] };
}
