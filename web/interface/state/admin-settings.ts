/** Settings that hold from a day on, as a form has them: every cell a text until it is sent. */
import * as v from "valibot";
import type { BusinessUnitView } from "../../../src/core/wire-registry.ts";
import { BrandTermsSchema, BudgetsSchema, PageGroupsSchema, TargetsSchema } from "../../../src/core/wire-unit.ts";
import type { Errors } from "./admin-draft.ts";
import type { SettingKind } from "./admin-words.ts";

export type Setting = BusinessUnitView["settings"][number];

/** One line of a list, by the name of its column. */
export type Cells = Readonly<Record<string, string>>;

export interface SettingForm {
  readonly effectiveFrom: string;
  readonly rows: readonly Cells[];
  /** Brand terms, one a line. */
  readonly text: string;
  /** The other side of a conflict took it away. */
  readonly isGone: boolean;
}

const SCHEMAS = {
  targets: TargetsSchema,
  budgets: BudgetsSchema,
  brand_terms: BrandTermsSchema,
  page_groups: PageGroupsSchema,
} as const satisfies Record<SettingKind, v.GenericSchema>;

function cellsOf(row: unknown): Cells {
  if (typeof row !== "object" || row === null) return {};
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? "")]));
}

/** The form of a value as it is kept; of nothing, an empty one. */
export function settingForm(kind: SettingKind, effectiveFrom: string, value: unknown): SettingForm {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const empty = { effectiveFrom, rows: [], text: "", isGone: value === null };
  if (kind === "brand_terms") return { ...empty, text: items.map(String).join("\n") };
  return { ...empty, rows: items.map(cellsOf) };
}

/** `1,200.50` as people write it; NaN for what is no number. */
export function numberOf(text: string): number {
  const plain = text.trim().replaceAll(/[,\s]/g, "");
  return /^-?\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
}

function rowValue(kind: SettingKind, row: Cells): object {
  const {
    metric = "",
    value = "",
    better = "",
    source = "",
    amount = "",
    currency = "",
    label = "",
    prefix = "",
  } = row;
  if (kind === "targets")
    return { metric, grain: "month", value: numberOf(value), ...(better === "" ? {} : { better }) };
  return kind === "budgets" ? { source, amount: numberOf(amount), currency } : { label, prefix };
}

/** What is sent. */
export function settingValue(kind: SettingKind, form: SettingForm): unknown {
  if (form.isGone) return null;
  if (kind !== "brand_terms") return form.rows.map((row) => rowValue(kind, row));
  return form.text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

const NO_NUMBER = "Enter a number.";

function cellErrors(kind: SettingKind, form: SettingForm): Errors {
  const read = v.safeParse(SCHEMAS[kind], settingValue(kind, form));
  if (read.success) return {};
  return Object.fromEntries(
    read.issues.map((issue) => {
      const at = v.getDotPath(issue) ?? "";
      if (kind === "brand_terms")
        return ["text", at === "" ? issue.message : `Line ${Number(at) + 1}: ${issue.message}`];
      return [at === "" ? "rows" : at, issue.kind === "schema" ? wordsFor(at) : issue.message];
    }),
  );
}

function wordsFor(path: string): string {
  return /\.(?:value|amount)$/.test(path) ? NO_NUMBER : "Choose one.";
}

function twice(kind: SettingKind, rows: readonly Cells[]): Errors {
  const column = kind === "targets" ? "metric" : kind === "budgets" ? "source" : null;
  if (column === null) return {};
  const names = rows.map((row) => row[column] ?? "");
  return Object.fromEntries(
    names.flatMap((name, n): [string, string][] =>
      name !== "" && names.indexOf(name) < n ? [[`${n}.${column}`, "It is listed twice."]] : [],
    ),
  );
}

/**
 * What is wrong with the form, by cell: `2.value`.
 * @param taken days that have such a setting already; a new one must not write over them
 */
export function settingErrors(kind: SettingKind, form: SettingForm, taken: readonly string[]): Errors {
  const day: Errors = !/^\d{4}-\d{2}-\d{2}$/.test(form.effectiveFrom)
    ? { effectiveFrom: "Choose the day it holds from." }
    : taken.includes(form.effectiveFrom)
      ? { effectiveFrom: "There is one from that day already; change that one." }
      : {};
  return { ...cellErrors(kind, form), ...twice(kind, form.rows), ...day };
}

/** What the server says is wrong, by cell: its messages begin with the path. */
export function refusedCells(issues: readonly { readonly message: string }[] | undefined): Errors {
  return Object.fromEntries(
    (issues ?? []).map(({ message }) => {
      const found = /^(\d+\.[a-z]+): (.*)$/i.exec(message);
      return [found?.[1] ?? "rows", found?.[2] ?? message];
    }),
  );
}

export interface DatedSetting {
  readonly setting: Setting;
  readonly when: "past" | "now" | "future";
}

/** The settings of a kind, the newest first, and which of them holds today. */
export function datedSettings(settings: readonly Setting[], kind: SettingKind, today: string): readonly DatedSetting[] {
  const own = settings
    .filter((one) => one.kind === kind)
    .toSorted((a, b) => b.effectiveFrom.localeCompare(a.effectiveFrom));
  const current = own.find(({ effectiveFrom }) => effectiveFrom <= today);
  return own.map((setting) => ({
    setting,
    when: setting === current ? "now" : setting.effectiveFrom > today ? "future" : "past",
  }));
}

/** The day it is in a zone, `2026-11-22`; in UTC where the browser does not know the zone. */
export function dayIn(timeZone: string, at: Date): string {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone }).format(at);
  } catch {
    return at.toISOString().slice(0, 10);
  }
}
