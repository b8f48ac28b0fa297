/** The live socket of a Business Unit: its log, and its refresh as it gets on. */
import { isUnitId } from "../core/business-unit/ids.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { closedSocket, requireUpgrade, socketRequest } from "./sockets.ts";

/** A client that asks for a unit that is not there is told so in a close code it can read. */
export async function liveUnit(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const refusal = requireUpgrade(request);
  if (refusal !== null) return refusal;
  const { id = "" } = request.params;
  if (!isUnitId(id) || (await deps.unit(id).record()) === null) return closedSocket(4404, "no such Business Unit");
  return deps.unit(id).fetch(socketRequest(request));
}
