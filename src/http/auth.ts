/** The internal token: all routes but health and the webhook refuse requests without it. */
import { timingSafeEqualText } from "../lib/hash.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";
import { closedSocket, wantsSocket } from "./sockets.ts";

export const TOKEN_HEADER = "X-Agency-OS-Internal-Token";
const STAFF_HEADER = "X-Agency-OS-Staff";

/** A refusal, or nothing when the request carries a live token. A socket is refused in its close code. */
export async function requireToken(request: RouteRequest, deps: HttpDeps): Promise<Response | undefined> {
  const refusal = await refusalOf(request, deps);
  return refusal !== undefined && wantsSocket(request) ? closedSocket(4401, "not authorised") : refusal;
}

/** Compared in constant time, against each live token. */
async function refusalOf(request: RouteRequest, deps: HttpDeps): Promise<Response | undefined> {
  const given = request.headers.get(TOKEN_HEADER);
  if (given === null || given === "")
    return problem(401, "token_missing", `Send the service token in ${TOKEN_HEADER}.`);
  const live = await deps.internalTokens();
  if (live.length === 0)
    return problem(503, "token_not_configured", "The secret AGENCY_OS_INTERNAL_API_TOKEN is not set.");
  let matches = 0;
  for (const token of live) matches += timingSafeEqualText(given, token) ? 1 : 0;
  return matches > 0 ? undefined : problem(403, "token_wrong", "The service token is not valid.");
}

/** Whether somebody acts through the edge. A header without a usable address is a person nobody knows, no program. */
export function namesStaff(request: RouteRequest): boolean {
  return request.headers.has(STAFF_HEADER);
}

/** The e-mail address of the acting member of staff as the edge vouches for it; empty when there is none to use. */
export function emailOf(request: RouteRequest): string {
  const name = request.headers.get(STAFF_HEADER)?.trim() ?? "";
  // Taken as it is or not at all: a repaired address may be somebody else's.
  return /^[\x20-\x7e]{1,120}$/.test(name) ? name : "";
}

/** Who acts, for the event log. */
export function staffOf(request: RouteRequest): string {
  return emailOf(request) || "a member of staff";
}
