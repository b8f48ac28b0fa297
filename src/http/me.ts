/** Who asks, for the interface: what it does not offer need not be refused. */
import { ACTIONS, type Action, may } from "../core/access/matrix.ts";
import type { Me } from "../core/wire-me.ts";
import { staffNameOf } from "../d1/access.ts";
import { personOf } from "./access.ts";
import { emailOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json } from "./problem.ts";

const NAMES = Object.keys(ACTIONS).filter((name): name is Action => name in ACTIONS);

/** `GET /me`. Whoever holds the service token may ask it, in anybody's name: it gives nothing away that a refusal would not. */
export async function getMe(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const person = await personOf(request, deps);
  const anywhere = NAMES.filter((action) => may(person, action, null));
  if (person.kind === "service")
    return json({ email: "", name: null, userId: null, agencyRole: null, ops: true, anywhere, units: {} } satisfies Me);
  const more = [...person.unitRoles.keys()].map((unitId): [string, string[]] => [
    unitId,
    NAMES.filter((action) => !anywhere.includes(action) && may(person, action, unitId)),
  ]);
  const known = await staffNameOf(deps.index, emailOf(request));
  return json({
    email: person.email,
    name: known?.name ?? null,
    userId: known?.userId ?? null,
    agencyRole: person.agencyRole,
    ops: person.ops,
    anywhere,
    units: Object.fromEntries(more),
  } satisfies Me);
}
