/** Who asks, and whether they may: each route names its action, `core/access/matrix.ts` says who may do it. */
import { type Action, may, type Person, rolesFor, unitsFor } from "../core/access/matrix.ts";
import { staffByEmail, unitOfArtifact, unitOfFact, unitOfRun } from "../d1/access.ts";
import { emailOf, namesStaff } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";

/** A route's guard: a refusal, or nothing. Carries its action, so that a test can walk the routes. */
export interface Guard {
  (request: RouteRequest, deps: HttpDeps): Promise<Response | undefined>;
  readonly action: Action;
}

/** One look per request, whichever of its guards and handlers asks. */
const known = new WeakMap<RouteRequest, Promise<Person>>();

/** Who asks. Nobody named: a program that holds the service token. */
export function personOf(request: RouteRequest, deps: HttpDeps): Promise<Person> {
  const before = known.get(request);
  if (before !== undefined) return before;
  const person = lookUp(request, deps);
  known.set(request, person);
  return person;
}

async function lookUp(request: RouteRequest, deps: HttpDeps): Promise<Person> {
  if (!namesStaff(request)) return { kind: "service" };
  const email = emailOf(request);
  const staff = email === "" ? null : await staffByEmail(deps.index, email);
  if (staff === null && deps.strangersAreAdmins)
    return { kind: "staff", email, agencyRole: "admin", ops: true, unitRoles: new Map() };
  const agencyRole = staff?.agencyRole ?? null;
  return {
    kind: "staff",
    email,
    agencyRole: agencyRole === "ops" ? null : agencyRole,
    ops: agencyRole === "ops" || deps.isOps(email),
    unitRoles: staff?.unitRoles ?? new Map(),
  };
}

function refusal(action: Action): Response {
  if (action === "internal") return problem(403, "ops_only", "This is for operators. OPS_EMAILS says who they are.");
  return problem(403, "not_allowed", `This takes the role ${rolesFor(action)}.`);
}

function guard(
  action: Action,
  unitOf: (request: RouteRequest, deps: HttpDeps, person: Person) => Promise<string | null>,
  seen: Action | null,
): Guard {
  const check = async (request: RouteRequest, deps: HttpDeps): Promise<Response | undefined> => {
    const person = await personOf(request, deps);
    // Most may do it anywhere: then nothing has to be looked up.
    if (may(person, action, null)) return undefined;
    const unitId = await unitOf(request, deps, person);
    if (may(person, action, unitId)) return undefined;
    // What one may not even see does not exist.
    if (seen !== null && !may(person, seen, unitId)) return problem(404, "not_found", "There is no such thing.");
    return refusal(action);
  };
  return Object.assign(check, { action });
}

/** An action about no Business Unit in particular. */
export function requires(action: Action): Guard {
  return guard(action, async () => null, null);
}

/** A list: everybody who may see at least one Business Unit; the handler shows those of `visibleUnits`. */
export function lists(action: Action): Guard {
  const check = async (request: RouteRequest, deps: HttpDeps): Promise<Response | undefined> => {
    const units = unitsFor(await personOf(request, deps), action);
    return units === "all" || units.length > 0 ? undefined : refusal(action);
  };
  return Object.assign(check, { action });
}

/** An action on the Business Unit that a parameter of the path names. */
export function onUnit(action: Action, parameter = "id"): Guard {
  return guard(action, async (request) => request.params[parameter] ?? null, "units.read");
}

/** An action on the Business Unit that `?businessUnitId=` names. */
export function onUnitAsked(action: Action): Guard {
  return guard(action, async (request) => new URL(request.url).searchParams.get("businessUnitId"), "units.read");
}

/** An action on a fact: the role on its Business Unit counts. */
export function onFact(action: Action): Guard {
  return guard(action, (request, deps) => unitOfFact(deps.index, request.params.factId ?? ""), "units.read");
}

/** An action on a run: the role on its Business Unit counts. While that is not known, a role on the agency. */
export function onRun(action: Action): Guard {
  return guard(action, (request, deps) => unitOfRun(deps.index, request.params.runId ?? ""), "runs.read");
}

/** An action on a report. */
export function onArtifact(action: Action): Guard {
  return guard(
    action,
    (request, deps) => unitOfArtifact(deps.index, request.params.artifactId ?? ""),
    "artifacts.read",
  );
}

/** The Business Units of which a person may see rows; `all` for most people. */
export async function visibleUnits(
  request: RouteRequest,
  deps: HttpDeps,
  action: Action,
): Promise<"all" | readonly string[]> {
  return unitsFor(await personOf(request, deps), action);
}
