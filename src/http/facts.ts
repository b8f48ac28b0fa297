/** Facts: the query, the catalogue of metrics, restatements, who read what, and what agents may read. */
import * as v from "valibot";
import type { FieldWrite } from "../core/business-unit/answers.ts";
import { grantPath } from "../core/business-unit/fields.ts";
import type { DayRange } from "../core/business-unit/types.ts";
import { definitionOf, METRICS } from "../core/evidence/catalogue.ts";
import { isDay, monthEnd } from "../core/facts/days.ts";
import type { FactView, MetricView } from "../core/wire-data.ts";
import { hasInvisible, text } from "../core/wire-unit.ts";
import { listAccesses } from "../d1/access-log.ts";
import { type FactFilter, findFact, listFacts } from "../d1/facts-read.ts";
import { listGrants } from "../d1/grants.ts";
import { listRestatements } from "../d1/restatements.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { Reason } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE, type Parsed, textParam } from "./query.ts";
import { isAgentName, noteRead, readerOf, seesFixtures } from "./reader.ts";
import { noSuchUnit, refused } from "./unit-view.ts";

/** Facts of a page: a year of days of one metric. */
const FACTS = 400;

function badQuery(path: string, message: string): { readonly ok: false; readonly response: Response } {
  return { ok: false, response: problem(400, "bad_query", message, { issues: [{ path, message }] }) };
}

/** `2026-10`, `2026-10-05` or `2026-10-01..2026-10-31`; null when absent. */
function periodParam(url: URL): Parsed<DayRange | null> {
  const text = textParam(url, "period");
  if (text === null) return { ok: true, value: null };
  const first = `${text}-01`;
  if (isDay(first)) return { ok: true, value: { start: first, end: monthEnd(first) } };
  const [start = "", end = start, ...rest] = text.split("..");
  if (rest.length === 0 && isDay(start) && isDay(end) && start <= end) return { ok: true, value: { start, end } };
  return badQuery("period", "A period is written 2026-10, 2026-10-05 or 2026-10-01..2026-10-31.");
}

function filterOf(url: URL): Parsed<Omit<FactFilter, "fixtures">> {
  const businessUnitId = textParam(url, "businessUnitId");
  if (businessUnitId === null) return badQuery("businessUnitId", "Say of which Business Unit: ?businessUnitId=.");
  const metric = textParam(url, "metric");
  if (metric !== null && !METRICS.has(metric))
    return badQuery("metric", "There is no such metric; GET /client-data-plane/metrics has them all.");
  const grain = v.safeParse(v.nullable(v.picklist(["day", "month"])), textParam(url, "grain"));
  if (!grain.success) return badQuery("grain", "The grain is day or month.");
  const period = periodParam(url);
  if (!period.ok) return period;
  return {
    ok: true,
    value: {
      businessUnitId,
      metric,
      grain: grain.output ?? (metric === null ? "month" : null),
      period: period.value,
      dimension: textParam(url, "dimension"),
      // A member may be longer than other parameters; the empty one is that of the whole.
      member: url.searchParams.get("member")?.slice(0, 300) ?? null,
      limit: FACTS,
    },
  };
}

/** The last fact of the page before; it says where to go on. */
async function afterParam(url: URL, deps: HttpDeps, businessUnitId: string): Promise<Parsed<FactView | null>> {
  const cursor = textParam(url, "cursor");
  if (cursor === null) return { ok: true, value: null };
  const fact = await findFact(deps.index, cursor);
  if (fact !== null && fact.businessUnitId === businessUnitId) return { ok: true, value: fact };
  return { ok: false, response: problem(400, "bad_cursor", "The cursor is not one of ours, or its fact is gone.") };
}

/** Facts of one Business Unit, each with its period, unit, state and version. */
export async function listFactsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const filter = filterOf(url);
  if (!filter.ok) return filter.response;
  const { businessUnitId, metric, period } = filter.value;
  const reading = {
    businessUnitId,
    what: "facts",
    metric,
    periodStart: period?.start ?? null,
    periodEnd: period?.end ?? null,
  };
  const reader = await readerOf(request, deps, reading);
  if (!reader.ok) return reader.response;
  const after = await afterParam(url, deps, businessUnitId);
  if (!after.ok) return after.response;
  const page = await listFacts(deps.index, { ...filter.value, fixtures: seesFixtures(reader.value) }, after.value);
  await noteRead(deps, reader.value, reading, page.items.length);
  return json(page);
}

/** The catalogue: what a metric means, what of it may be added up, when it is final. */
export async function listMetricsRoute(): Promise<Response> {
  const items = [...METRICS.values()].map((metric): MetricView => {
    const { stored, ...rest } = metric;
    return {
      ...rest,
      definitionVersion: definitionOf(metric),
      stored: stored === null ? null : { day: [...(stored.day ?? [])], month: [...(stored.month ?? [])] },
    };
  });
  return json({ items });
}

/** Final values that changed nevertheless. */
export async function listRestatementsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const businessUnitId = textParam(url, "businessUnitId");
  if (businessUnitId === null)
    return badQuery("businessUnitId", "Say of which Business Unit: ?businessUnitId=.").response;
  const after = cursorParam(url);
  if (!after.ok) return after.response;
  const reading = { businessUnitId, what: "restatements", metric: null, periodStart: null, periodEnd: null };
  const reader = await readerOf(request, deps, reading);
  if (!reader.ok) return reader.response;
  const page = await listRestatements(deps.index, businessUnitId, { after: after.value, limit: PAGE_SIZE });
  await noteRead(deps, reader.value, reading, page.items.length);
  return json(page);
}

/** Who read what, for what: metadata alone. */
export async function listAccessesRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const after = cursorParam(url);
  if (!after.ok) return after.response;
  const businessUnitId = textParam(url, "businessUnitId");
  return json(await listAccesses(deps.index, businessUnitId, { after: after.value, limit: PAGE_SIZE }));
}

/** What for; it stands in the log of reads. */
const Purpose = v.pipe(
  text(120),
  v.check((words) => !hasInvisible(words), "A purpose has no invisible characters."),
);

export async function listGrantsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  return json({ items: await listGrants(deps.index, request.params.id ?? "") });
}

/** Lets an agent read the facts of a Business Unit for one purpose. */
export async function putGrantRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { id = "", agent = "" } = request.params;
  if (!isAgentName(agent)) return problem(400, "bad_agent", "An agent is named by letters, digits, dot, _ and -.");
  const body = await jsonBody(request, v.object({ purpose: Purpose, reason: Reason }));
  if (!body.ok) return body.response;
  const record = await deps.unit(id).record();
  if (record === null) return noSuchUnit();
  const { purpose, reason } = body.value;
  // One that is there stays as it was given.
  const known = record.grants.some((one) => one.agent === agent && one.purpose === purpose);
  const value = { by: staffOf(request), at: deps.now().toISOString() };
  return changeGrants(request, deps, reason, known ? [] : [{ field: grantPath(agent, purpose), value }]);
}

/** Takes a grant back, with `{purpose}` for that one alone; from then on the agent is refused. */
export async function deleteGrantRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { id = "", agent = "" } = request.params;
  const body = await jsonBody(request, v.object({ purpose: v.optional(v.nullable(Purpose), null), reason: Reason }));
  if (!body.ok) return body.response;
  const { purpose, reason } = body.value;
  const taken = ((await deps.unit(id).record())?.grants ?? []).filter(
    (one) => one.agent === agent && (purpose === null || one.purpose === purpose),
  );
  if (taken.length === 0)
    return problem(404, "no_such_grant", `${isAgentName(agent) ? agent : "It"} has no such grant here.`);
  const changes = taken.map((one) => ({ field: grantPath(agent, one.purpose), value: null }));
  return changeGrants(request, deps, reason, changes);
}

/** Changes what an agent may read, as an edit of the Business Unit; answers with its grants. */
async function changeGrants(
  request: RouteRequest,
  deps: HttpDeps,
  reason: string,
  changes: readonly FieldWrite[],
): Promise<Response> {
  const { id = "", agent = "" } = request.params;
  const asked = { changes, baseVersion: null, by: staffOf(request), reason };
  const answer = changes.length === 0 ? null : await deps.unit(id).edit(asked);
  if (answer?.ok === false) return refused(answer.refusal);
  return json({ items: await listGrants(deps.index, id, agent) });
}
