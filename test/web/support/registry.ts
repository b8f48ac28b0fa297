/** Records of the Admin Registry for tests of the administration, and a control plane that answers with them. */
import type { BusinessUnitView, ClientView, EditView, Finding, StaffUser } from "../../../src/core/wire-registry.ts";
import { type Answer, json } from "./panel.ts";
import { NOW } from "./runs.ts";

const AT = new Date(NOW - 3_600_000).toISOString();

export const lakeside: ClientView = {
  clientId: "cl_lakeside",
  name: "Lakeside",
  slug: "lakeside",
  version: 1,
  archivedAt: null,
  createdAt: AT,
};

/** What a Business Unit lacks; only the field differs. */
export function lacks(field: string, what: string): Finding {
  return { code: "missing", severity: "blocks", what, why: "Reports read it.", who: "An admin", field };
}

export const NO_GA4 = lacks("sources.ga4_property", "There is no GA4 property.");

/** A Business Unit that lacks its GA4 property. */
export function unit(change: Partial<BusinessUnitView> = {}): BusinessUnitView {
  return {
    businessUnitId: "bu_lakeside",
    clientId: lakeside.clientId,
    clientName: "Lakeside",
    slug: "lakeside",
    name: "Lakeside Shop",
    timeZone: "Europe/Dublin",
    currency: "EUR",
    archivedAt: null,
    version: 4,
    sources: [{ kind: "search_console_site", externalId: "sc-domain:lakeside.example", label: null, tested: null }],
    context: { boxFolderId: "288000000002", boxFolderName: null },
    users: [{ userId: "user_ann", name: "Ann", email: "ann@agency.example", role: "consultant" }],
    settings: [
      {
        kind: "targets",
        effectiveFrom: "2026-10-01",
        value: [{ metric: "gsc.clicks", grain: "month", value: 1200 }],
        version: 3,
      },
    ],
    schedule: { hour: 6, enabled: true },
    surface: null,
    refresh: null,
    nextRefreshAt: null,
    readiness: { status: "setup_needed", label: "Setup needed", findings: [NO_GA4] },
    createdAt: AT,
    ...change,
  };
}

export const ann: StaffUser = {
  userId: "user_ann",
  name: "Ann",
  email: "ann@agency.example",
  asanaUserGid: "1200000000000999",
  role: null,
  version: 1,
  archivedAt: null,
  createdAt: AT,
};

export const renamed: EditView = {
  editId: "edit_2",
  field: "name",
  version: 4,
  at: AT,
  by: "ann@agency.example",
  reason: "They asked for it.",
  before: "Lakeside",
  after: "Lakeside Shop",
  restores: null,
};

const page = (...items: readonly unknown[]): Response => json({ items, nextCursor: null });

/** Answers reads with these records; a test that expects a write answers that itself. */
export function registry(shown: { current: BusinessUnitView }, own: Answer = () => null): Answer {
  return async (request, path) => {
    const answered = await own(request, path);
    if (answered !== null) return answered;
    if (request.method !== "GET") return null;
    const at = path.replace("/admin-registry/", "");
    const unitAt = `business-units/${shown.current.businessUnitId}`;
    const found: Readonly<Record<string, () => Response>> = {
      clients: () => page(lakeside),
      "clients/cl_lakeside": () => json({ ...lakeside, businessUnitIds: [shown.current.businessUnitId] }),
      "clients/cl_lakeside/edit-history": () => page(),
      "business-units": () => page(shown.current),
      [unitAt]: () => json(shown.current),
      [`${unitAt}/edit-history`]: () => page(renamed),
      [`${unitAt}/grants`]: () => page(),
      users: () => page(ann),
      "/client-data-plane/metrics": () => page(),
    };
    return found[at]?.() ?? null;
  };
}
