/** Names of what the administration shows, and values of fields in words. */
import type { FieldDifference } from "../../../src/core/wire.ts";
import type { BusinessUnitView, EditView, Readiness } from "../../../src/core/wire-registry.ts";
import { dateUtc } from "./time.ts";
import type { Tone } from "./words.ts";

export type AssetKind = BusinessUnitView["sources"][number]["kind"];
export type SettingKind = BusinessUnitView["settings"][number]["kind"];
export type Role = BusinessUnitView["users"][number]["role"];

/** What is known of a kind of source. */
export interface SourceWords {
  readonly kind: AssetKind;
  readonly name: string;
  /** What its id is called where it comes from. */
  readonly id: string;
  readonly hint: string;
  /** No report and no dashboard without it. */
  readonly needed?: true;
}

export const SOURCES: readonly SourceWords[] = [
  {
    kind: "search_console_site",
    name: "Search Console",
    id: "Property",
    hint: "sc-domain:example.com, or an address that ends with a slash.",
    needed: true,
  },
  {
    kind: "ga4_property",
    name: "Google Analytics 4",
    id: "Property id",
    hint: "A number, such as 350000001: Admin → Property details.",
    needed: true,
  },
  { kind: "accuranker_domain", name: "AccuRanker", id: "Domain id", hint: "The number in the address of the domain." },
  { kind: "google_ads_customer", name: "Google Ads", id: "Customer id", hint: "Ten digits, such as 123-456-7890." },
  { kind: "meta_ad_account", name: "Meta Ads", id: "Ad account id", hint: "A number, with or without act_." },
  { kind: "hubspot_account", name: "HubSpot", id: "Portal id", hint: "The number beside the account's name." },
  { kind: "harvest_client", name: "Harvest", id: "Client id", hint: "The number in the address of the client." },
  {
    kind: "asana_project",
    name: "Asana project",
    id: "Project gid",
    hint: "The project the client sees; the number in its address.",
  },
  { kind: "website", name: "Website", id: "Address", hint: "Begins with https://." },
];

const SOURCE_NAMES: ReadonlyMap<string, string> = new Map(SOURCES.map(({ kind, name }) => [kind, name]));

export const SETTINGS: readonly { readonly kind: SettingKind; readonly name: string; readonly lead: string }[] = [
  { kind: "targets", name: "Targets", lead: "What is to be reached in a month." },
  { kind: "budgets", name: "Budgets", lead: "What may be spent on advertising in a month." },
  { kind: "brand_terms", name: "Brand terms", lead: "Searches with these words count as brand searches." },
  { kind: "page_groups", name: "Page groups", lead: "The first prefix that fits a page's path names its group." },
];

const SETTING_NAMES: ReadonlyMap<string, string> = new Map(SETTINGS.map(({ kind, name }) => [kind, name]));

export const ROLES: readonly { readonly role: Role; readonly name: string; readonly may: string }[] = [
  { role: "viewer", name: "Viewer", may: "sees everything" },
  { role: "consultant", name: "Consultant", may: "steers runs and refreshes data" },
  { role: "approver", name: "Approver", may: "also decides on reports, budgets and kills" },
  { role: "admin", name: "Admin", may: "also changes the configuration" },
  { role: "ops", name: "Ops", may: "runs the system, edits no client" },
];

/** `Consultant`. */
export function roleName(role: string): string {
  return ROLES.find((one) => one.role === role)?.name ?? role;
}

const PLAIN: Readonly<Record<string, string>> = {
  name: "Name",
  timeZone: "Time zone",
  currency: "Currency",
  archived: "Archive",
  archivedAt: "Archive",
  context: "Client context",
  schedule: "Daily refresh",
  email: "E-mail",
  asanaUserGid: "Asana user",
  role: "Role",
  externalId: "Id",
  label: "Label",
  boxFolderId: "Box folder id",
  boxFolderName: "Folder name",
  hour: "Hour",
  enabled: "Switched on",
  google_ads: "Google Ads",
  meta: "Meta Ads",
};

/** What a field of a record, or a piece of one, is called: `Targets from 2026-10-01`. */
export function fieldName(field: string, people: ReadonlyMap<string, string> = new Map()): string {
  const [first = "", second = "", third = ""] = field.split(".");
  if (first === "sources") return SOURCE_NAMES.get(second) ?? second;
  if (first === "grants") return `What ${field.slice("grants.".length).replace("/", " may read for: ")}`;
  if (first === "users") return `Role of ${people.get(second) ?? second}`;
  if (first === "settings") return `${SETTING_NAMES.get(second) ?? second} from ${dateUtc(third)}`;
  return PLAIN[field] ?? field;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NUMBERS = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });

function scalar(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "number" ? NUMBERS.format(value) : String(value);
}

function rowWords(row: Readonly<Record<string, unknown>>): string {
  const { metric, source, value, amount, currency, label, prefix } = row;
  if (typeof metric === "string") return `${metric} ${scalar(value)}`;
  if (typeof source === "string") return `${PLAIN[source] ?? source} ${scalar(amount)} ${scalar(currency)}`;
  if (typeof prefix === "string") return `${scalar(label)}: ${prefix}`;
  return Object.entries(row)
    .flatMap(([key, one]) => (one === null ? [] : [`${PLAIN[key] ?? key} ${scalar(one)}`]))
    .join(", ");
}

/** The longest words of a value; whoever wrote more is shown the beginning. */
const MOST = 400;

/** What a field says without a value. */
function absent(field: string, word: string): string {
  if (field === "archived" || field === "archivedAt") return "not archived";
  return field.startsWith("grants.") ? "may not read" : word;
}

/** A value as a line of words; one line per entry of a list. */
export function valueLines(field: string, value: unknown): readonly string[] {
  if (value === null || value === undefined) return [absent(field, "none")];
  if (field === "archived" || field === "archivedAt") return [value === false ? "not archived" : "archived"];
  if (field.startsWith("grants.") && isObject(value)) return ["may read"];
  if (field === "schedule" && isObject(value))
    return [value.enabled === true ? `every day at ${scalar(value.hour)}:00` : "switched off"];
  if (field === "role" || field.startsWith("users.")) return [roleName(scalar(value))];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) return ["empty"];
  return items.map((item) => (isObject(item) ? rowWords(item) : scalar(item)).slice(0, MOST));
}

/** Lines that only one of two values has; what both have is left out. Where there was nothing, nothing is said to be gone. */
export function valueDiff(
  field: string,
  before: unknown,
  after: unknown,
): { was: readonly string[]; is: readonly string[] } {
  const was = before === null || before === undefined ? [] : valueLines(field, before);
  const is = after === null || after === undefined ? [absent(field, "removed")] : valueLines(field, after);
  const [gone, came] = [was.filter((line) => !is.includes(line)), is.filter((line) => !was.includes(line))];
  // The same lines in another order.
  return gone.length === 0 && came.length === 0 ? { was, is } : { was: gone, is: came };
}

/** Edits as people made them: the fields of one edit together. */
export interface EditGroup {
  readonly editId: string;
  readonly edits: readonly [EditView, ...EditView[]];
}

export function editGroups(edits: readonly EditView[]): readonly EditGroup[] {
  const groups: { editId: string; edits: [EditView, ...EditView[]] }[] = [];
  for (const edit of edits) {
    const last = groups.at(-1);
    if (last?.editId === edit.editId) last.edits.push(edit);
    else groups.push({ editId: edit.editId, edits: [edit] });
  }
  return groups;
}

/** How a readiness is coloured. */
export const READINESS_TONE: Readonly<Record<Readiness["status"], Tone>> = {
  setup_needed: "wait",
  dashboard_needed: "run",
  ready: "good",
};

/** `2 things are missing`. */
export function findingCount(readiness: Readiness): string {
  const blocking = readiness.findings.filter(({ severity }) => severity === "blocks").length;
  const count = blocking === 0 ? readiness.findings.length : blocking;
  if (blocking === 0)
    return count === 0 ? "Nothing is missing" : count === 1 ? "1 thing to know" : `${count} things to know`;
  return count === 1 ? "1 thing is missing" : `${count} things are missing`;
}

/** The fields of a conflict in words: `Name, Currency`. */
export function fieldNames(difference: readonly FieldDifference[]): string {
  return difference.map(({ field }) => fieldName(field)).join(", ");
}
