/** The way of a call to the gateway: as the `fetch` of the Asana port, which knows nothing of it. */
import { BROKEN, type Passport, stamp } from "../../core/gateway/passport.ts";
import { sha256Hex } from "../../lib/hash.ts";
import type { Fetch } from "../../lib/http.ts";

/** The gateway of one token. */
export interface GatewayDoor {
  fetch(request: Request): Promise<Response>;
}

/**
 * Sends calls of the API through the gateway of their token; anything else, such as a signed download address, straight.
 * @param passport looked at per call, because a run learns its client on the way
 */
export function throughGateway(
  baseUrl: string,
  gateway: (name: string) => GatewayDoor,
  passport: () => Passport,
  direct: Fetch,
): Fetch {
  const api = `${baseUrl.replace(/\/+$/, "")}/`;
  return async (input, init) => {
    if (!input.startsWith(api)) return direct(input, init);
    const headers = new Headers(init?.headers);
    const name = await nameOf(headers.get("authorization") ?? "");
    stamp(headers, passport());
    const answer = await gateway(name).fetch(new Request(input, { ...init, headers }));
    if (answer.headers.has(BROKEN)) throw new Error("The line to Asana broke.");
    return answer;
  };
}

/** One gateway per token, named so that the name tells nothing about it. */
async function nameOf(authorization: string): Promise<string> {
  return (await sha256Hex(`asana-gateway ${authorization}`)).slice(0, 32);
}
