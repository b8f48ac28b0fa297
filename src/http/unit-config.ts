/** The configuration of a Business Unit: sources, context, people, settings, schedule, history. */
import * as v from "valibot";
import { ASSET_KINDS, type AssetKind, type Json } from "../core/business-unit/types.ts";
import { METRICS } from "../core/evidence/catalogue.ts";
import { isDay } from "../core/facts/days.ts";
import { AssetKindSchema, RoleSchema } from "../core/wire-registry.ts";
import { toCursor } from "../d1/cursor.ts";
import { listEdits } from "../d1/edits.ts";
import { findStaffUser } from "../d1/staff.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { baseVersion, Reason, Removal, Version, Words } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE } from "./query.ts";
import { noSuchUnit, written } from "./unit-view.ts";
import { edit } from "./units.ts";

const Label = v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(200))), null);
const JsonValue = v.custom<Json>((value) => value !== undefined, "A value is missing.");

const SourceBody = v.object({ externalId: Words, label: Label, version: Version, reason: Reason });
const ContextBody = v.object({ boxFolderId: Words, boxFolderName: Label, version: Version, reason: Reason });
const RoleBody = v.object({ role: RoleSchema, version: Version, reason: Reason });
const SettingBody = v.object({ effectiveFrom: Words, value: JsonValue, version: Version, reason: Reason });
const ScheduleBody = v.object({ hour: v.number(), enabled: v.boolean(), version: Version, reason: Reason });

function kindOf(request: RouteRequest): AssetKind | Response {
  const kind = v.safeParse(AssetKindSchema, request.params.kind);
  if (kind.success) return kind.output;
  return problem(404, "no_such_kind", `Kinds of sources are ${ASSET_KINDS.join(", ")}.`);
}

export async function putSourceRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const kind = kindOf(request);
  if (kind instanceof Response) return kind;
  const body = await jsonBody(request, SourceBody);
  if (!body.ok) return body.response;
  const { externalId, label, ...more } = body.value;
  return edit(request, deps, [{ field: `sources.${kind}`, value: { externalId, label } }], more);
}

export async function deleteSourceRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const kind = kindOf(request);
  return kind instanceof Response ? kind : remove(request, deps, `sources.${kind}`);
}

async function remove(request: RouteRequest, deps: HttpDeps, field: string): Promise<Response> {
  const body = await jsonBody(request, Removal);
  return body.ok ? edit(request, deps, [{ field, value: null }], body.value) : body.response;
}

/** Looks at the source with our credential, read-only, and notes how it answered. */
export async function testSourceRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const kind = kindOf(request);
  if (kind instanceof Response) return kind;
  const door = deps.unit(request.params.id ?? "");
  const record = await door.record();
  if (record === null) return noSuchUnit();
  const source = record.sources.find((one) => one.kind === kind);
  if (source === undefined) return problem(409, "no_source", "There is nothing to test: this source is not set.");
  const answer = await deps.lookAt(kind, source.externalId);
  return written(request, deps, await door.noteTest(kind, { ...answer, externalId: source.externalId }));
}

export async function putContextRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ContextBody);
  if (!body.ok) return body.response;
  const { boxFolderId, boxFolderName, ...more } = body.value;
  return edit(request, deps, [{ field: "context", value: { boxFolderId, boxFolderName } }], more);
}

export async function putRoleRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, RoleBody);
  if (!body.ok) return body.response;
  const { role, ...more } = body.value;
  const user = await findStaffUser(deps.index, request.params.userId ?? "");
  if (user === null || user.archivedAt !== null)
    return problem(404, "no_such_user", "There is no such member of staff.");
  return edit(request, deps, [{ field: `users.${user.userId}`, value: role }], more);
}

export function deleteRoleRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  return remove(request, deps, `users.${request.params.userId ?? ""}`);
}

/** What the entries of a setting are about. Their shape is the actor's to check. */
function subjectsOf(value: Json, key: "metric" | "source"): readonly string[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown) => {
    const entry = v.safeParse(v.record(v.string(), v.unknown()), one);
    return entry.success && key in entry.output ? [String(entry.output[key]).slice(0, 80)] : [];
  });
}

/** Why no dashboard could show these targets or budgets; null when they can be shown. */
function wrongSetting(kind: string, value: Json): string | null {
  if (kind !== "targets" && kind !== "budgets") return null;
  const subjects = subjectsOf(value, kind === "targets" ? "metric" : "source");
  const unknown = kind === "targets" && subjects.find((metric) => METRICS.get(metric)?.stored?.month === undefined);
  if (unknown) return `${unknown} is no metric that is stored by month; see docs/metrics.md.`;
  const twice = subjects.find((subject, n) => subjects.indexOf(subject) !== n);
  return twice === undefined ? null : `${twice} has more than one ${kind === "targets" ? "target" : "budget"}.`;
}

export async function putSettingRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, SettingBody);
  if (!body.ok) return body.response;
  const { effectiveFrom, value, ...more } = body.value;
  if (!isDay(effectiveFrom)) {
    const message = "Expected a day such as 2026-10-01.";
    return problem(400, "bad_field", message, { issues: [{ path: "effectiveFrom", message }] });
  }
  const field = `settings.${request.params.kind ?? ""}.${effectiveFrom}`;
  const wrong = wrongSetting(request.params.kind ?? "", value);
  if (wrong !== null) return problem(400, "bad_field", wrong, { issues: [{ path: field, message: wrong }] });
  return edit(request, deps, [{ field, value }], more);
}

export async function putScheduleRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ScheduleBody);
  if (!body.ok) return body.response;
  const { hour, enabled, ...more } = body.value;
  return edit(request, deps, [{ field: "schedule", value: { hour, enabled } }], more);
}

/** The history of a record, newest first, one row per field. */
export function historyOf(scope: "business_unit" | "client" | "user", parameter: string) {
  return async (request: RouteRequest, deps: HttpDeps): Promise<Response> => {
    const after = cursorParam(new URL(request.url));
    if (!after.ok) return after.response;
    const record = { scope, scopeId: request.params[parameter] ?? "" };
    const found = await listEdits(deps.index, record, { after: after.value, limit: PAGE_SIZE + 1 });
    const items = found.slice(0, PAGE_SIZE);
    const last = items.at(-1);
    const more = found.length > PAGE_SIZE && last !== undefined;
    return json({ items, nextCursor: more ? toCursor({ at: String(last.version), id: last.field }) : null });
  };
}

/** Puts the fields of an edit back to what they were before it, as a new edit. */
export async function restoreRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, Removal);
  if (!body.ok) return body.response;
  const { version, reason } = body.value;
  const base = baseVersion(request, version);
  if (!base.ok) return base.response;
  const door = deps.unit(request.params.id ?? "");
  const answer = await door.restore(request.params.editId ?? "", base.value, staffOf(request), reason);
  return written(request, deps, answer);
}

/** Creates or reactivates the staff preview; pressed again, nothing changes. */
export async function surfaceRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const answer = await deps.unit(request.params.id ?? "").createSurface(staffOf(request));
  return written(request, deps, answer);
}
