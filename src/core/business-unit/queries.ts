/** Questions about the state of a Business Unit. */
import * as v from "valibot";
import { BrandTermsSchema, PageGroupsSchema, type Schedule, ScheduleSchema } from "../wire-unit.ts";
import type { ClaimedKind, UnitRecord } from "./answers.ts";
import { assetKindOf, DEFAULT_SCHEDULE, GrantSchema, grantOf, settingOf, userOf } from "./fields.ts";
import {
  ASSET_OF,
  type AssetKind,
  type Day,
  type FieldPath,
  type Json,
  type Refresh,
  type SettingKind,
  SOURCES,
  type SourceName,
  type UnitState,
} from "./types.ts";

type Fields = Pick<UnitState, "fields">;

/** The value of a field; null when it is not set. */
export function fieldValue({ fields }: Fields, path: FieldPath): Json {
  return fields[path]?.value ?? null;
}

const textOf = (value: Json): string => (typeof value === "string" ? value : "");

export const nameOf = (state: Fields): string => textOf(fieldValue(state, "name"));
export const timeZoneOf = (state: Fields): string => textOf(fieldValue(state, "timeZone"));
export const currencyOf = (state: Fields): string => textOf(fieldValue(state, "currency"));

export function scheduleOf(state: Fields): Schedule {
  return valueAs(ScheduleSchema, fieldValue(state, "schedule"), DEFAULT_SCHEDULE);
}

/** A value as a schema reads it; what an older version wrote in another shape counts as not set. */
function valueAs<const S extends v.GenericSchema>(schema: S, value: Json, none: v.InferOutput<S>): v.InferOutput<S> {
  const read = v.safeParse(schema, value);
  return read.success ? read.output : none;
}

const AssetSchema = v.object({ externalId: v.string(), label: v.nullable(v.string()) });
export type Asset = v.InferOutput<typeof AssetSchema> & { readonly kind: AssetKind };

/** An asset in a value of `sources.<kind>`; null when there is none. */
export function assetIn(kind: AssetKind, value: Json): Asset | null {
  const read = v.safeParse(AssetSchema, value);
  return read.success ? { kind, ...read.output } : null;
}

/** The source assets of the unit, in the order of their kinds. */
export function assetsOf(state: Fields): readonly Asset[] {
  return Object.keys(state.fields)
    .toSorted()
    .flatMap((path) => {
      const kind = assetKindOf(path);
      return (kind === null ? null : assetIn(kind, fieldValue(state, path))) ?? [];
    });
}

const ContextSchema = v.object({ boxFolderId: v.string() });

/** The id of an upstream in a value of a field: an asset's, or the folder of the client's context; null for any other. */
export function idInField(
  path: FieldPath,
  value: Json,
): { readonly kind: ClaimedKind; readonly externalId: string } | null {
  const kind = assetKindOf(path);
  const asset = kind === null ? null : assetIn(kind, value);
  if (asset !== null) return { kind: asset.kind, externalId: asset.externalId };
  const context = path === "context" ? v.safeParse(ContextSchema, value) : null;
  return context?.success === true ? { kind: "box_folder", externalId: context.output.boxFolderId } : null;
}

/** Every id of an upstream a unit uses, by field. */
export function idsOf({ fields }: Fields): readonly { readonly kind: ClaimedKind; readonly externalId: string }[] {
  return Object.keys(fields)
    .toSorted()
    .flatMap((path) => idInField(path, fieldValue({ fields }, path)) ?? []);
}

/** The id a source reads under; null when the unit has none. */
export function externalIdOf(state: Fields, source: SourceName): string | null {
  const kind = ASSET_OF[source];
  return assetIn(kind, fieldValue(state, `sources.${kind}`))?.externalId ?? null;
}

/** Sources a refresh can read, in the order it reads them, each with the id it reads under. */
export function sourcesOf(state: Fields): readonly { readonly source: SourceName; readonly externalId: string }[] {
  return SOURCES.flatMap((source) => {
    const externalId = externalIdOf(state, source);
    return externalId === null ? [] : [{ source, externalId }];
  });
}

/** Roles on the unit by member of staff. */
export function usersOf(state: Fields): readonly { readonly userId: string; readonly role: string }[] {
  return Object.keys(state.fields)
    .toSorted()
    .flatMap((path) => {
      const userId = userOf(path);
      const role = fieldValue(state, path);
      return userId === null || typeof role !== "string" ? [] : [{ userId, role }];
    });
}

/** What agents may read, by agent and purpose. */
export function grantsOf(state: Fields): UnitRecord["grants"] {
  return Object.keys(state.fields)
    .toSorted()
    .flatMap((path) => {
      const grant = grantOf(path);
      const given = v.safeParse(GrantSchema, fieldValue(state, path));
      return grant === null || !given.success
        ? []
        : [{ ...grant, grantedBy: given.output.by, grantedAt: given.output.at }];
    });
}

/** A setting and the day it holds from. */
export interface Setting {
  readonly kind: SettingKind;
  readonly from: Day;
  readonly value: Json;
  readonly version: number;
}

/** Every setting, by kind and day. */
export function settingsOf(state: Fields): readonly Setting[] {
  return Object.entries(state.fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, { value, version }]) => {
      const setting = settingOf(path);
      return setting === null || value === null ? [] : [{ ...setting, value, version }];
    });
}

/** What a setting says on a day: the latest that holds from that day or before; null when none does. */
export function settingOn(state: Fields, kind: SettingKind, day: Day): Json {
  return settingsOf(state).findLast((one) => one.kind === kind && one.from <= day)?.value ?? null;
}

export function brandTermsOn(state: Fields, day: Day): readonly string[] {
  return valueAs(BrandTermsSchema, settingOn(state, "brand_terms", day), []);
}

export function pageGroupsOn(state: Fields, day: Day): readonly { readonly label: string; readonly prefix: string }[] {
  return valueAs(PageGroupsSchema, settingOn(state, "page_groups", day), []);
}

/** A refresh somebody works on or will. */
export function isActive(refresh: Refresh | null): refresh is Refresh & { readonly status: "queued" | "running" } {
  return refresh !== null && (refresh.status === "queued" || refresh.status === "running");
}

/** True when the unit is to be refreshed every day. */
export function isScheduled(state: UnitState): boolean {
  return state.archivedAt === null && scheduleOf(state).enabled && sourcesOf(state).length > 0;
}
