/** A person's saved views of the register of reports: theirs alone, by the address the edge vouches for. */
import { SavedViewBodySchema } from "../core/wire-reports.ts";
import { listViews, MOST_VIEWS, removeView, saveView } from "../d1/saved-views.ts";
import { emailOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import type { Parsed } from "./query.ts";

function ownerOf(request: RouteRequest): Parsed<string> {
  const owner = emailOf(request).toLowerCase();
  return owner === ""
    ? {
        ok: false,
        response: problem(403, "nobody_named", "Saved views belong to a person, and this request names none."),
      }
    : { ok: true, value: owner };
}

export async function listViewsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const owner = ownerOf(request);
  if (!owner.ok) return owner.response;
  return json({ items: await listViews(deps.index, owner.value), nextCursor: null });
}

export async function saveViewRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const owner = ownerOf(request);
  if (!owner.ok) return owner.response;
  const body = await jsonBody(request, SavedViewBodySchema);
  if (!body.ok) return body.response;
  const view = { viewId: `view_${crypto.randomUUID()}`, ...body.value, createdAt: deps.now().toISOString() };
  const saved = await saveView(deps.index, owner.value, view);
  return saved === null
    ? problem(409, "too_many", `You have ${MOST_VIEWS} saved views; remove one first.`)
    : json(saved, saved.viewId === view.viewId ? 201 : 200);
}

export async function removeViewRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const owner = ownerOf(request);
  if (!owner.ok) return owner.response;
  const { viewId = "" } = request.params;
  return (await removeView(deps.index, owner.value, viewId))
    ? json({ viewId })
    : problem(404, "no_such_view", "You have no such saved view.");
}
