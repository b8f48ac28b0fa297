/**
 * How values of a Business Unit's configuration are written. The actor reads them with this, and the interface says with
 * the same words what is wrong before anything is sent.
 */
import * as v from "valibot";

/**
 * Characters nobody sees, which make two texts look the same or turn the text beside them around, and the one that stands
 * for a letter that was lost.
 */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/u;

export function hasInvisible(words: string): boolean {
  return INVISIBLE.test(words);
}

/** Words of at most so many characters. */
export const text = (most: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, "It is empty."),
    v.maxLength(most, `It is longer than ${most} characters.`),
  );

const matching = (pattern: RegExp, message: string) => v.pipe(v.string(), v.trim(), v.regex(pattern, message));

function isCurrency(code: string): boolean {
  return (
    /^[A-Z]{3}$/.test(code) &&
    new Intl.DisplayNames("en", { type: "currency", fallback: "none" }).of(code) !== undefined
  );
}

function isSiteUrl(value: string): boolean {
  if (/^sc-domain:[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(value)) return true;
  return isWebUrl(value) && value.endsWith("/") && !/[?#]/.test(value);
}

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

/** One spelling per address: a default port or capitals would make it another one to whoever compares. */
const oneSpelling = (address: string) => (URL.canParse(address) && isWebUrl(address) ? new URL(address).href : address);

// A leading zero would make a second spelling of an id that belongs to somebody.
const digits = (what: string) => matching(/^[1-9]\d{0,19}$/, `${what} is a number.`);

/** How the id of each kind of asset is written; what people paste along with it is taken off. */
export const EXTERNAL_ID = {
  search_console_site: v.pipe(
    text(200),
    v.check(isSiteUrl, "A property is sc-domain:example.com, or an address that ends with a slash."),
    v.transform(oneSpelling),
  ),
  ga4_property: v.pipe(
    matching(/^(?:properties\/)?[1-9]\d{0,19}$/, "A property id is a number."),
    v.transform((id) => id.replace("properties/", "")),
  ),
  accuranker_domain: digits("A domain id of AccuRanker"),
  google_ads_customer: v.pipe(
    matching(/^\d{3}-?\d{3}-?\d{4}$/, "A customer id has ten digits, such as 123-456-7890."),
    v.transform((id) => id.replaceAll("-", "")),
  ),
  meta_ad_account: v.pipe(
    matching(/^(?:act_)?[1-9]\d{0,19}$/, "An ad account id is a number, with or without act_."),
    v.transform((id) => (id.startsWith("act_") ? id : `act_${id}`)),
  ),
  hubspot_account: digits("A portal id of HubSpot"),
  harvest_client: digits("A client id of Harvest"),
  asana_project: digits("A project gid of Asana"),
  website: v.pipe(
    text(200),
    v.check(isWebUrl, "A website is an address that begins with https:// or http://."),
    v.transform(oneSpelling),
  ),
} as const;

/** A folder of Box. */
export const BoxFolderId = digits("A folder id of Box");

const few = <const S extends v.GenericSchema>(item: S, most: number) =>
  v.pipe(v.array(item), v.maxLength(most, `There are more than ${most}.`));
const amount = v.pipe(v.number(), v.finite(), v.gtValue(0, "It is not above zero."));
/** ISO 4217. */
export const Currency = v.pipe(
  v.string(),
  v.trim(),
  v.toUpperCase(),
  v.check(isCurrency, "It is no ISO 4217 code such as USD."),
);

/** What is to be reached in a month. */
export const TargetsSchema = few(
  v.object({
    metric: matching(/^[a-z0-9_.]{1,80}$/, "It is the id of no metric."),
    grain: v.literal("month"),
    value: v.pipe(v.number(), v.finite(), v.minValue(0, "It is below zero.")),
    better: v.optional(v.picklist(["higher", "lower"])),
  }),
  100,
);
/** What may be spent in a month. */
export const BudgetsSchema = few(
  v.object({ source: v.picklist(["google_ads", "meta"]), amount, currency: Currency }),
  20,
);
export const BrandTermsSchema = v.pipe(
  few(v.pipe(text(80), v.toLowerCase()), 200),
  v.transform((terms) => [...new Set(terms)]),
);
/** The first prefix that fits a page's path names its group. */
export const PageGroupsSchema = few(
  v.object({
    label: text(80),
    prefix: v.pipe(text(200), v.startsWith("/", "A prefix begins with a slash.")),
  }),
  100,
);
export const ScheduleSchema = v.object({
  hour: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(23)),
  enabled: v.boolean(),
});
export type Schedule = v.InferOutput<typeof ScheduleSchema>;
