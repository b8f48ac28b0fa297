/**
 * The configuration of a Business Unit field by field: what a path means, which values it takes, how a value is kept.
 * Everything that comes in here was typed by a person.
 */
import * as v from "valibot";
import { isDay } from "../facts/days.ts";
import { isTimeZone } from "../facts/zones.ts";
import {
  BoxFolderId,
  BrandTermsSchema,
  BudgetsSchema,
  Currency,
  EXTERNAL_ID,
  hasInvisible,
  PageGroupsSchema,
  type Schedule,
  ScheduleSchema,
  TargetsSchema,
  text,
} from "../wire-unit.ts";
import {
  ASSET_KINDS,
  type AssetKind,
  type FieldPath,
  type Json,
  ROLES,
  SETTING_KINDS,
  type SettingKind,
} from "./types.ts";

const assetOf = (kind: AssetKind) =>
  v.object({ externalId: EXTERNAL_ID[kind], label: v.optional(v.nullable(text(200)), null) });

const SETTINGS = {
  targets: TargetsSchema,
  budgets: BudgetsSchema,
  brand_terms: BrandTermsSchema,
  page_groups: PageGroupsSchema,
} as const satisfies Record<SettingKind, v.GenericSchema>;

/** A unit nobody gave a schedule. */
export const DEFAULT_SCHEDULE: Schedule = { hour: 6, enabled: true };

const PLAIN = new Map<FieldPath, v.GenericSchema>(
  Object.entries({
    name: text(120),
    timeZone: v.pipe(text(60), v.check(isTimeZone, "It is no time zone such as Europe/London.")),
    currency: Currency,
    // Not archived is the same as never archived.
    archived: v.pipe(
      v.boolean(),
      v.transform((archived) => (archived ? true : null)),
    ),
    context: v.object({
      boxFolderId: BoxFolderId,
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

/** Whether a path is about an id of an upstream, which no two clients share. */
export function holdsId(path: FieldPath): boolean {
  return path === "context" || assetKindOf(path) !== null;
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

/** What an agent may read for: the path of the grant. */
export function grantPath(agent: string, purpose: string): FieldPath {
  return `grants.${agent}/${purpose}`;
}

/** The agent and the purpose a path is about; null when it is about no grant. */
export function grantOf(path: FieldPath): { readonly agent: string; readonly purpose: string } | null {
  const [, agent, purpose] = /^grants\.([A-Za-z0-9][A-Za-z0-9_.-]{0,59})\/(\S(?:.{0,118}\S)?)$/u.exec(path) ?? [];
  return agent === undefined || purpose === undefined || hasInvisible(purpose) ? null : { agent, purpose };
}

/** Whether somebody loses something when the field goes, and that is all: what the archive, too, allows. */
export function isGivenUp(path: FieldPath, value: Json): boolean {
  return value === null && (holdsId(path) || grantOf(path) !== null);
}

/** Who let an agent read, and when. */
export const GrantSchema = v.object({ by: text(200), at: v.pipe(v.string(), v.isoTimestamp()) });

function schemaOf(path: FieldPath): v.GenericSchema | null {
  const asset = assetKindOf(path);
  if (asset !== null) return assetOf(asset);
  const setting = settingOf(path);
  if (setting !== null) return SETTINGS[setting.kind];
  if (userOf(path) !== null) return v.picklist(ROLES);
  if (grantOf(path) !== null) return GrantSchema;
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
  if (read.success) {
    const kept = v.parse(Kept, read.output);
    return wordsIn(kept).some(hasInvisible)
      ? { ok: false, message: "It has invisible characters." }
      : { ok: true, value: kept };
  }
  const at = v.getDotPath(read.issues[0]);
  // The words of the schema may hold the value, whatever its length.
  return { ok: false, message: `${at === null ? "" : `${at}: `}${read.issues[0].message}`.slice(0, MOST_WORDS) };
}

/** Every text in a value. */
function wordsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(wordsIn) : [];
}

/** Characters of a message about a value. */
const MOST_WORDS = 300;

/** Those of `NEEDED` that are not among the paths. */
export function missingFields(paths: readonly FieldPath[]): readonly FieldPath[] {
  return NEEDED.filter((path) => !paths.includes(path));
}
