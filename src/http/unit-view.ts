/** A Business Unit as the interface shows it: its actor's record, the names of people, and readiness as of now. */
import * as v from "valibot";
import type { UnitAnswer, UnitRecord, UnitRefusal, UnitWritten } from "../core/business-unit/answers.ts";
import { readinessOf } from "../core/readiness/readiness.ts";
import { type BusinessUnitView, RoleSchema } from "../core/wire-registry.ts";
import { namesFor, type RegistryNames } from "../d1/unit-list.ts";
import { visibleUnits } from "./access.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

function viewOf(
  record: UnitRecord,
  names: RegistryNames,
  world: Awaited<ReturnType<HttpDeps["readiness"]>>,
): BusinessUnitView {
  const own = record.users.flatMap(({ userId, role: text }) => {
    const person = names.people.get(userId);
    const role = v.safeParse(RoleSchema, text);
    // Somebody who left the agency has no role any more, whatever the record says.
    return person === undefined || !role.success ? [] : [{ ...person, role: role.output }];
  });
  const everywhere = [...names.people.values()].flatMap((person) =>
    person.agencyRole === null ? [] : [{ ...person, role: person.agencyRole }],
  );
  const readiness = readinessOf({
    archived: record.archivedAt !== null,
    sources: record.sources,
    hasContext: record.context !== null,
    users: [...own, ...everywhere],
    surfaceActive: record.surface?.state === "active",
    ...world,
  });
  const { freshness: _freshness, quality: _quality, grants: _grants, ...rest } = record;
  return {
    ...rest,
    clientName: names.clients.get(record.clientId) ?? record.clientId,
    sources: [...record.sources],
    users: own.map(({ userId, name, email, role }) => ({ userId, name, email, role })),
    settings: record.settings.flatMap((setting) => {
      const kind = v.safeParse(SettingKind, setting.kind);
      return kind.success ? [{ ...setting, kind: kind.output }] : [];
    }),
    readiness,
  };
}

const SettingKind = v.picklist(["targets", "budgets", "brand_terms", "page_groups"]);

/** Records as the interface shows them. */
export async function unitViews(deps: HttpDeps, records: readonly UnitRecord[]): Promise<BusinessUnitView[]> {
  const [names, world] = await Promise.all([namesFor(deps.index, records), deps.readiness()]);
  return records.map((record) => viewOf(record, names, world));
}

export const noSuchUnit = (): Response => problem(404, "no_such_unit", "There is no such Business Unit.");

/** The Business Unit of the path as the interface shows it; null when there is none. */
export async function unitOf(request: RouteRequest, deps: HttpDeps): Promise<BusinessUnitView | null> {
  const record = await deps.unit(request.params.id ?? "").record();
  const [view] = record === null ? [] : await unitViews(deps, [record]);
  return view ?? null;
}

/** Why a Business Unit does not do what was asked, for the person who asked. */
export function refused(refusal: UnitRefusal, unitId = ""): Response {
  switch (refusal.code) {
    case "no_such_unit":
      return noSuchUnit();
    case "no_such_edit":
      return problem(404, refusal.code, refusal.detail);
    case "bad_field":
      return problem(400, refusal.code, refusal.detail, { issues: [...refusal.issues] });
    case "stale_write":
      return problem(409, refusal.code, refusal.detail, {
        difference: [...refusal.differences],
        version: refusal.version,
      });
    case "refresh_in_progress":
      return problem(409, refusal.code, refusal.detail, {
        instance: `/admin-registry/business-units/${unitId}/ingestion-runs/${refusal.ingestionRunId}`,
        ingestionRunId: refusal.ingestionRunId,
      });
    default:
      return problem(409, refusal.code, refusal.detail);
  }
}

/** Whether whoever asks may know of a Business Unit. */
export async function isVisible(request: RouteRequest, deps: HttpDeps, businessUnitId: string): Promise<boolean> {
  const visible = await visibleUnits(request, deps, "units.read");
  return visible === "all" || visible.includes(businessUnitId);
}

/** `Plunkett, bu_plunkett` to whoever may see that Business Unit; null to others. */
async function nameFor(request: RouteRequest, deps: HttpDeps, businessUnitId: string): Promise<string | null> {
  if (!(await isVisible(request, deps, businessUnitId))) return null;
  const owner = await deps.unit(businessUnitId).record();
  if (owner === null) return businessUnitId;
  return `${owner.name}, ${businessUnitId}${owner.archivedAt === null ? "" : " (archived)"}`;
}

/** An id that is in use: by name to whoever may see that client, and to others only that it is taken. */
async function elsewhere(request: RouteRequest, deps: HttpDeps, businessUnitId: string): Promise<Response> {
  const name = await nameFor(request, deps, businessUnitId);
  const detail =
    name === null
      ? "This id is in use for another client."
      : `This id belongs to ${name}, a Business Unit of another client.`;
  return problem(409, "source_belongs_elsewhere", detail);
}

/** What a write came to: the Business Unit as it is now, with what the writer should know. */
export async function written(
  request: RouteRequest,
  deps: HttpDeps,
  answer: UnitAnswer<UnitWritten>,
  status = 200,
): Promise<Response> {
  if (!answer.ok && answer.refusal.code === "source_belongs_elsewhere")
    return elsewhere(request, deps, answer.refusal.businessUnitId);
  if (!answer.ok) return refused(answer.refusal);
  const { unit, editId, shared } = answer.value;
  const [view] = await unitViews(deps, [unit]);
  const warnings = await Promise.all(
    shared.map(async ({ externalId, businessUnitId }) => {
      const name = (await nameFor(request, deps, businessUnitId)) ?? "Another Business Unit of this client";
      return { code: "source_shared", detail: `${name} uses ${externalId} too.` };
    }),
  );
  return json({ ...view, editId, warnings }, status);
}
