/** Business Units: list, one, add, change. All writes go through the actor of the Business Unit. */
import * as v from "valibot";
import type { FieldWrite } from "../core/business-unit/answers.ts";
import type { Json } from "../core/business-unit/types.ts";
import { freeSlug, idOfSlug, slugOf } from "../core/ids-of-names.ts";
import { findClient, unitSlugTaken } from "../d1/clients.ts";
import { listUnitIds, unitNamed } from "../d1/unit-list.ts";
import { visibleUnits } from "./access.ts";
import { staffOf } from "./auth.ts";
import { jsonBody, NameSchema } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { baseVersion, Reason, Version, Words } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { textParam } from "./query.ts";
import { isVisible, noSuchUnit, unitOf, unitViews, written } from "./unit-view.ts";

/** Each Business Unit of a page is asked, so a page is small. */
const PAGE = 25;
/** Ids that are tried for a new Business Unit while others are added at the same moment. */
const TRIES = 5;

const NewUnitBody = v.object({
  clientId: Words,
  name: NameSchema,
  timeZone: v.optional(Words, "UTC"),
  currency: v.optional(Words, "USD"),
  reason: Reason,
});
const UnitChange = v.object({
  name: v.optional(NameSchema),
  timeZone: v.optional(Words),
  currency: v.optional(Words),
  archived: v.optional(v.boolean()),
  version: Version,
  reason: Reason,
});

export async function listUnitsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const ids = await listUnitIds(deps.index, {
    units: await visibleUnits(request, deps, "units.read"),
    clientId: textParam(url, "clientId"),
    archived: textParam(url, "archived") === "true",
    after: textParam(url, "cursor"),
    limit: PAGE + 1,
  });
  const shown = ids.slice(0, PAGE);
  const records = await Promise.all(shown.map((id) => deps.unit(id).record()));
  const items = await unitViews(
    deps,
    records.filter((record) => record !== null),
  );
  return json({ items, nextCursor: ids.length > PAGE ? (shown.at(-1) ?? null) : null });
}

export async function getUnitRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const unit = await unitOf(request, deps);
  return unit === null ? noSuchUnit() : json(unit);
}

export async function readinessRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const unit = await unitOf(request, deps);
  return unit === null ? noSuchUnit() : json({ businessUnitId: unit.businessUnitId, ...unit.readiness });
}

async function nameTaken(
  request: RouteRequest,
  deps: HttpDeps,
  name: string,
  own: string | null,
): Promise<Response | null> {
  const twin = await unitNamed(deps.index, name);
  if (twin === null || twin.businessUnitId === own) return null;
  const which = (await isVisible(request, deps, twin.businessUnitId)) ? `: ${twin.name}, ${twin.businessUnitId}` : "";
  const message = `There is a Business Unit of that name${which}.`;
  return problem(409, "duplicate", message, { issues: [{ path: "name", message }] });
}

export async function addUnitRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, NewUnitBody);
  if (!body.ok) return body.response;
  const { clientId, name, timeZone, currency, reason } = body.value;
  const client = await findClient(deps.index, clientId);
  if (client === null || client.archivedAt !== null) {
    const message = client === null ? `There is no client ${clientId}.` : `${client.name} is archived.`;
    return problem(400, "no_such_client", message, { issues: [{ path: "clientId", message }] });
  }
  const twin = await nameTaken(request, deps, name, null);
  if (twin !== null) return twin;
  const fields: FieldWrite[] = Object.entries({ name, timeZone, currency }).map(([field, value]) => ({ field, value }));
  const by = staffOf(request);
  for (let n = 1; ; n += 1) {
    const slug = await freeSlug(slugOf(name), (one) => unitSlugTaken(deps.index, one, client.slug));
    const businessUnitId = idOfSlug("bu", slug);
    const answer = await deps.unit(businessUnitId).create({ businessUnitId, clientId, slug, fields, by, reason });
    // Two at once: the other one has the id. Was it the same name, that is what to say; else the next id is tried.
    if (answer.ok || answer.refusal.code !== "unit_exists" || n === TRIES) return written(request, deps, answer, 201);
    const late = await nameTaken(request, deps, name, null);
    if (late !== null) return late;
  }
}

export async function changeUnitRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, UnitChange);
  if (!body.ok) return body.response;
  const { version, reason, ...wanted } = body.value;
  const id = request.params.id ?? "";
  const twin = wanted.name === undefined ? null : await nameTaken(request, deps, wanted.name, id);
  if (twin !== null) return twin;
  const changes = Object.entries(wanted).flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]));
  return edit(request, deps, changes, { version, reason });
}

/** One edit of the Business Unit of the path; a JSON null removes a field. */
export async function edit(
  request: RouteRequest,
  deps: HttpDeps,
  changes: readonly { readonly field: string; readonly value: Json }[],
  more: { readonly version?: number | undefined; readonly reason: string },
): Promise<Response> {
  const base = baseVersion(request, more.version);
  if (!base.ok) return base.response;
  const asked = { changes, baseVersion: base.value, by: staffOf(request), reason: more.reason };
  return written(request, deps, await deps.unit(request.params.id ?? "").edit(asked));
}
