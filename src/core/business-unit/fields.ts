/**
 * The configuration of a Business Unit field by field: what a path means, which values it takes, how a value is kept.
 * Everything that comes in here was typed by a person.
 */
import * as v from "valibot";
import { isDay } from "../facts/days.ts";
import { isTimeZone } from "../facts/zones.ts";
import {
  ASSET_KINDS,
  type AssetKind,
  type FieldPath,
  type Json,
  ROLES,
  SETTING_KINDS,
  type SettingKind,
} from "./types.ts";

const text = (most: number) =>
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
const EXTERNAL_ID = {
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

const assetOf = (kind: AssetKind) =>
  v.object({ externalId: EXTERNAL_ID[kind], label: v.optional(v.nullable(text(200)), null) });

const few = <const S extends v.GenericSchema>(item: S, most: number) =>
  v.pipe(v.array(item), v.maxLength(most, `There are more than ${most}.`));
const amount = v.pipe(v.number(), v.finite(), v.gtValue(0, "It is not above zero."));
const currency = v.pipe(
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
export const BudgetsSchema = few(v.object({ source: v.picklist(["google_ads", "meta"]), amount, currency }), 20);
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
const SETTINGS = {
  targets: TargetsSchema,
  budgets: BudgetsSchema,
  brand_terms: BrandTermsSchema,
  page_groups: PageGroupsSchema,
} as const satisfies Record<SettingKind, v.GenericSchema>;

export const ScheduleSchema = v.object({
  hour: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(23)),
  enabled: v.boolean(),
});
export type Schedule = v.InferOutput<typeof ScheduleSchema>;
/** A unit nobody gave a schedule. */
export const DEFAULT_SCHEDULE: Schedule = { hour: 6, enabled: true };

const PLAIN = new Map<FieldPath, v.GenericSchema>(
  Object.entries({
    name: text(120),
    timeZone: v.pipe(text(60), v.check(isTimeZone, "It is no time zone such as Europe/London.")),
    currency,
    // Not archived is the same as never archived.
    archived: v.pipe(
      v.boolean(),
      v.transform((archived) => (archived ? true : null)),
    ),
    context: v.object({
      boxFolderId: digits("A folder id of Box"),
      boxFolderName: v.optional(v.nullable(text(200)), null),
    }),
    schedule: ScheduleSchema,
  }),
);
/** A unit without these is none. */
const NEEDED: readonly FieldPath[] = ["name", "timeZone", "currency"];

/** The asset a path is about; null when it is about none. */
export function assetKindOf(path: FieldPath): AssetKind | null {
  return ASSET_KINDS.find((kind) => path === `sources.${kind}`) ?? null;
}

/** The setting and the day it holds from; null when the path is about none. */
export function settingOf(path: FieldPath): { readonly kind: SettingKind; readonly from: string } | null {
  const [settings, name, from = "", ...rest] = path.split(".");
  const kind = SETTING_KINDS.find((one) => one === name);
  return settings === "settings" && kind !== undefined && rest.length === 0 && isDay(from) ? { kind, from } : null;
}

/** The member of staff a path is about; null when it is about none. */
export function userOf(path: FieldPath): string | null {
  return /^users\.(user_[a-z0-9_-]{1,60})$/.exec(path)?.[1] ?? null;
}

function schemaOf(path: FieldPath): v.GenericSchema | null {
  const asset = assetKindOf(path);
  if (asset !== null) return assetOf(asset);
  const setting = settingOf(path);
  if (setting !== null) return SETTINGS[setting.kind];
  if (userOf(path) !== null) return v.picklist(ROLES);
  return PLAIN.get(path) ?? null;
}

const Kept = v.custom<Json>(() => true);

/** The value as it is kept, or what is wrong with it in words. Null removes a field. */
export function readField(
  path: FieldPath,
  value: Json,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string } {
  const schema = schemaOf(path);
  if (schema === null) return { ok: false, message: "There is no such field." };
  if (value === null)
    return NEEDED.includes(path) ? { ok: false, message: "It cannot be removed." } : { ok: true, value };
  const read = v.safeParse(schema, value, { abortEarly: true });
  if (read.success) return { ok: true, value: v.parse(Kept, read.output) };
  const at = v.getDotPath(read.issues[0]);
  // The words of the schema may hold the value, whatever its length.
  return { ok: false, message: `${at === null ? "" : `${at}: `}${read.issues[0].message}`.slice(0, MOST_WORDS) };
}

/** Characters of a message about a value. */
const MOST_WORDS = 300;

/** Those of `NEEDED` that are not among the paths. */
export function missingFields(paths: readonly FieldPath[]): readonly FieldPath[] {
  return NEEDED.filter((path) => !paths.includes(path));
}
