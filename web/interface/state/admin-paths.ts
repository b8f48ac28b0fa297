/** Addresses of the administration. Business Units go by id: a rename breaks no link. */

export const UNIT_TABS = ["sources", "context", "users", "settings", "history"] as const;
export type UnitTab = (typeof UNIT_TABS)[number];

/** A tab of a Business Unit. */
export function unitPath(businessUnitId: string, tab: UnitTab = "sources"): string {
  return `/admin/units/${encodeURIComponent(businessUnitId)}/${tab}`;
}

export function clientPath(clientId: string): string {
  return `/admin/clients/${encodeURIComponent(clientId)}`;
}

function tabOf(field: string): UnitTab | null {
  const [first = ""] = field.split(".");
  if (["name", "timeZone", "currency", "schedule", "archived", "settings", "grants"].includes(first)) return "settings";
  return UNIT_TABS.find((tab) => tab === first) ?? null;
}

/** Where a field of a Business Unit is changed, e.g. one a finding names; null: not on these pages. */
export function fieldPath(businessUnitId: string, field: string): string | null {
  const tab = tabOf(field);
  return tab === null ? null : `${unitPath(businessUnitId, tab)}?field=${encodeURIComponent(field)}`;
}

/** Id of the element the address of a field leads to. */
export function fieldId(field: string): string {
  return `field-${field.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
}

export type AdminPlace =
  | { readonly page: "clients" }
  | { readonly page: "client"; readonly clientId: string }
  | { readonly page: "unit"; readonly businessUnitId: string; readonly tab: UnitTab }
  | { readonly page: "users" }
  | { readonly page: "unknown" };

/** The page at an address below `/admin`, whose parts are decoded. */
export function placeOf(parts: readonly string[]): AdminPlace {
  const [first = "clients", id = "", tab = "sources", ...rest] = parts.filter((part) => part !== "");
  const known = UNIT_TABS.find((one) => one === tab);
  if (rest.length > 0) return { page: "unknown" };
  if (first === "clients" && tab === "sources")
    return id === "" ? { page: "clients" } : { page: "client", clientId: id };
  if (first === "units" && id !== "" && known !== undefined) return { page: "unit", businessUnitId: id, tab: known };
  return first === "users" && id === "" ? { page: "users" } : { page: "unknown" };
}
